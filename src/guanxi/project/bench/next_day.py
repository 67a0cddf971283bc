"""Write a further day's dealings beside a simulated firm: a share of its rows, on the day after its last."""

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_DAY_S = 24 * 3600


def main(data: str, share: str) -> None:
    """Read `dealings.parquet` in the folder `data` and write `day.parquet`."""
    rows = pq.read_table(Path(data) / "dealings.parquet")
    last = pc.max(rows["occurred_at"].cast(pa.timestamp("s"), safe=False).cast(pa.int64())).as_py()
    day = rows.slice(0, int(rows.num_rows * float(share)))
    second = last - last % _DAY_S + _DAY_S + 10 * 3600
    at = pa.array([second] * day.num_rows, pa.int64()).cast(pa.timestamp("s"))
    pq.write_table(day.set_column(2, "occurred_at", at), Path(data) / "day.parquet")


if __name__ == "__main__":
    main(*sys.argv[1:])
