"""Signs that somebody may be leaving: told once, for who stands in danger and for what a complaint means beside another one."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pyarrow as pa

from guanxi.insight.warehouse.workbench import Workbench

FOR_DAYS: Final = dt.timedelta(days=89)  # so long before a day, and on it: 90 days (decisioning.md 4.4)
_SQL: Final = Path(__file__).parent / "sql" / "signs.sql"


def fill_signs(bench: Workbench, *, as_of: dt.date, explained: Iterable[str], opted_out: Iterable[int]) -> None:
    """Make the table `signs`: customer_id, signs (how many kinds). explained: keys of signals that a person explained away; opted_out:
    who withdrew his consent to marketing in the 90 days (record.consents.queries.opted_out).
    """
    bench.register("explained", pa.table({"key": pa.array(list(explained), pa.string())}))
    bench.register("opted_out", pa.table({"customer_id": pa.array(list(opted_out), pa.int64())}))
    bench.run(_SQL, as_of=as_of)
    for name in ("explained", "opted_out"):
        bench.unregister(name)
