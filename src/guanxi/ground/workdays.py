"""Business days: the week, the country's holidays with the days that make up for them, and the firm's own changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

_SATURDAY = 5
_LONGEST_BREAK = 60  # days; no country rests longer


@dataclass(frozen=True)
class Calendar:
    """`free` are days off and `working` weekend days at work by the country; `changes` (day: is it worked) win over both."""

    free: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()
    changes: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """Whether people work on a day."""
        if day in self.changes:
            return self.changes[day]
        if day in self.working:
            return True
        return day.weekday() < _SATURDAY and day not in self.free

    def after(self, day: date, count: int) -> date:
        """The `count`-th business day after `day` (the day itself for 0)."""
        for _ in range(count):
            day = next(
                (day + timedelta(n) for n in range(1, _LONGEST_BREAK) if self.is_working(day + timedelta(n))), day
            )
        return day


WEEK = Calendar()  # Mondays to Fridays, nothing else known
