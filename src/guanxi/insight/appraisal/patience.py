"""When a customer in trade is lost: one definition for whoever asks who left, who will, or how long they stay.

It is the detector's (decisioning.md 4.6): silent for longer than `inactivity.lapse_days` and `lapse_gaps` usual gaps, as the
firm set them. So whom the pages call lapsed the estimates call lost.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

from guanxi.insight.detectors.inactivity import patience_of
from guanxi.insight.detectors.thresholds import settled
from guanxi.insight.warehouse.workbench import Workbench

START: Mapping[str, float] = MappingProxyType({})  # of a firm that set none of its own
_SQL = Path(__file__).parent / "sql"


def know_patience(bench: Workbench, *, as_of: date, thresholds: Mapping[str, float]) -> None:
    """Fill the table `patience`: of everybody who bought by `as_of` customer_id, purchases, first_day, last_day, own_gap (mean
    days, NULL for one purchase) and patience, the days of silence after which he is lost.
    """
    rows = patience_of(bench, as_of=as_of, given=settled(thresholds))
    bench.register("lapses", rows)
    bench.run(_SQL / "patience.sql", as_of=as_of)
    bench.unregister("lapses")
