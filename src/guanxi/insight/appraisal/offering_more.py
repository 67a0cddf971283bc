"""Whether offering more keeps customers: who was offered a further family, against whom chance kept from it (XUP-03)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from guanxi.ground.shares import difference
from guanxi.insight.estimates.uplift import LEAST_OF_AN_ARM
from guanxi.insight.warehouse.workbench import Workbench

MOST_FAMILIES: Final = 4  # so many or more are counted together
DAYS: Final = 180  # after the window of an offer: who buys nothing in them counts as lost [j]
_SQL: Final = Path(__file__).parent / "sql"
_COUNTS: Final = ("offered", "offered_lost", "control", "control_lost")


@dataclass(frozen=True)
class Draws:
    """Who was drawn to be offered what (the columns of decisions.offers.evidence.TRIALS), and the family of each offer that grows."""

    trials: pa.Table
    families: Mapping[str, str]


def fill_families(bench: Workbench) -> None:
    """Make the table `families_had` of the workbench: customer_id, family, first_day, until."""
    bench.run(_SQL / "families.sql")


def read_offered(bench: Workbench, draws: Draws | None, *, as_of: date) -> pa.Table:
    """Counts of both sides and their losses, by team and number of families held before (offered.sql). Reads `families_had`."""
    schema = pa.schema([("team_id", pa.int64()), ("families", pa.int32()), *((name, pa.int64()) for name in _COUNTS)])
    if draws is None or not draws.trials.num_rows or not draws.families:
        return schema.empty_table()
    further = {"offer": list(draws.families), "family": list(draws.families.values())}
    bench.register("further", pa.table(further))
    bench.register("trials", draws.trials)
    rows = bench.arrow(_SQL / "offered.sql", as_of=as_of, days=DAYS, most=MOST_FAMILIES)
    for name in ("further", "trials"):
        bench.unregister(name)
    return rows.cast(schema)


def compare_loss(rows: pa.Table, first: int, last: int) -> dict[str, Any]:
    """Of who held `first` to `last` families: how many were offered a further one and how many were kept from it, those lost of each,
    and the difference of the shares lost with its 95 % limits; None while a side has fewer than `least`.
    """
    some = rows.filter(pc.and_(pc.greater_equal(rows["families"], first), pc.less_equal(rows["families"], last)))
    counts = {name: int(pc.sum(some[name]).as_py() or 0) for name in _COUNTS}
    change = None
    if min(counts["offered"], counts["control"]) >= LEAST_OF_AN_ARM:
        change = list(difference(counts["offered_lost"], counts["offered"], counts["control_lost"], counts["control"]))
    return {**counts, "least": LEAST_OF_AN_ARM, "days": DAYS, "change": change}
