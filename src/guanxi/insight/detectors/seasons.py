"""Season-counted days for arrays of customers (record.signals.rules.seasons has the same one by one)."""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.signals.rules.seasons import Season

_SQL: Final = Path(__file__).parent / "sql"
_FROM, _TO = np.datetime64("1900-01-01"), np.datetime64("2300-01-01")
_BEGINS: Final = int((_FROM - np.datetime64("1970-01-01")).astype(int))


def season_of(given: Mapping[str, float]) -> Season:
    """The season by the thresholds of the detector, without or with their "inactivity." prefix."""
    first, last = (given.get(name, given.get(f"inactivity.{name}", 0)) for name in ("season_first", "season_last"))
    return Season(int(first or 0), int(last or 0))


class Calendar:
    """Days since 1970 against days of the season; the two are the same where no month is closed."""

    def __init__(self, season: Season) -> None:
        self.season = season
        self._counted = None if season.is_all_year else _counted(season)

    def count(self, days: np.ndarray) -> np.ndarray:
        """Days of the season up to each day (days since 1970), from a beginning that means nothing."""
        return days if self._counted is None else self._counted[days - _BEGINS]

    def day_of(self, counts: np.ndarray) -> np.ndarray:
        """The first day (since 1970) up to which so many days of the season have passed; the last known one beyond it."""
        if self._counted is None:
            return counts
        return np.minimum(np.searchsorted(self._counted, counts, side="left"), len(self._counted) - 1) + _BEGINS

    def lay_out(self, bench: Workbench) -> None:
        """The view counted_days: the days of purchase with `counted`, their place among the days of the season."""
        if self._counted is None:
            bench.run(_SQL / "season_all_year.sql")
            return
        days = np.arange(len(self._counted), dtype=np.int32) + _BEGINS
        rows = {
            "day": pa.array(days.astype(np.int32)).cast(pa.date32()),
            "counted": pa.array(self._counted, pa.int64()),
        }
        bench.register("season_days", pa.table(rows))
        bench.run(_SQL / "season_counted.sql")


@lru_cache(maxsize=4)
def _counted(season: Season) -> np.ndarray:
    months = np.arange(_FROM, _TO).astype("datetime64[M]").astype(int) % 12 + 1
    is_open = np.array([season.is_open(month) for month in range(1, 13)])
    counted: np.ndarray = np.cumsum(is_open[months - 1])
    return counted


def day_number(day: dt.date) -> int:
    """Days since 1970."""
    return (day - dt.date(1970, 1, 1)).days
