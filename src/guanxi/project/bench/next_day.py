"""Write a further day's dealings beside a simulated firm: rows of customers who bought lately, on the day after its last."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_DAY_S = 24 * 3600
_LATELY_S = 90 * _DAY_S


def main(data: str, share: str) -> None:
    """Read `dealings.parquet` in the folder `data`, write `day.parquet`, and print the last day and the one after it."""
    rows = pq.read_table(Path(data) / "dealings.parquet")
    seconds = rows["occurred_at"].cast(pa.timestamp("s"), safe=False).cast(pa.int64())
    last = pc.max(seconds).as_py()
    lately = rows.filter(pc.greater(seconds, last - _LATELY_S))
    wanted = int(rows.num_rows * float(share))
    day = lately.take(pa.array(range(0, lately.num_rows, max(lately.num_rows // wanted, 1))[:wanted]))
    second = last - last % _DAY_S + _DAY_S + 10 * 3600
    at = pa.array([second] * day.num_rows, pa.int64()).cast(pa.timestamp("s"))
    days = (("last", last), ("after", second))
    print(json.dumps({name: f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}" for name, at in days}))
    pq.write_table(day.set_column(2, "occurred_at", at), Path(data) / "day.parquet")


if __name__ == "__main__":
    main(*sys.argv[1:])
