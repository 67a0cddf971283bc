"""Whether the day's data have come: a feed that comes daily and then stops is late, and customers are not absent for that."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from guanxi.insight.warehouse.workbench import Workbench

_WINDOW = 90


@dataclass(frozen=True)
class Feed:
    """The days with lines up to a day, as numbers counted from 1970-01-01, and whether many customers stand behind them."""

    days: np.ndarray
    is_broad: bool
    busy_days: float

    def last_day(self, on: dt.date) -> dt.date | None:
        """The last day with lines up to `on`; None where there is none."""
        place = int(np.searchsorted(self.days, _number(on), side="right"))
        return dt.date(1970, 1, 1) + dt.timedelta(days=int(self.days[place - 1])) if place else None

    def is_late(self, on: dt.date) -> bool:
        """Whether data up to `on` are still to come: a broad, daily feed has paused longer than it did before."""
        last = self.last_day(on)
        if last is None or not self.is_broad:
            return False
        end = _number(last)
        recent = self.days[(self.days > end - _WINDOW) & (self.days <= end)]
        if len(recent) < self.busy_days:
            return False
        return _number(on) - end > int(np.diff(recent).max())


def feed_of(workbench: Workbench, *, as_of: dt.date, given: Mapping[str, float]) -> Feed:
    """The feed up to a day."""
    days = workbench.arrow(
        "SELECT days_between(DATE '1970-01-01', day) AS day FROM feed WHERE lines > 0 AND day <= $as_of ORDER BY day",
        as_of=as_of,
    )
    numbers = days["day"].to_numpy()
    customers = 0
    if len(numbers):
        last = dt.date(1970, 1, 1) + dt.timedelta(days=int(numbers[-1]))
        customers = workbench.scalar(
            "SELECT count(DISTINCT customer_id) FROM days WHERE is_purchase AND day > $first AND day <= $last",
            first=last - dt.timedelta(days=_WINDOW),
            last=last,
        )
    return Feed(numbers, customers >= given["detectors.segment_customers"], given["detectors.busy_days"])


def _number(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days
