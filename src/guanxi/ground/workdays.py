"""Business days: the week, the country's holidays with the days that make up for them, and the firm's own changes."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate

_SATURDAY, _WEEK = 5, 7
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

    def between(self, first: date, last: date) -> int:
        """Business days after `first`, up to and with `last`; 0 when it is not later. However far apart: no day is walked."""
        days = (last - first).days
        if days <= 0:
            return 0
        weeks, rest = divmod(days, _WEEK)
        odd = sum((first.weekday() + step) % _WEEK < _SATURDAY for step in range(1, rest + 1))
        return weeks * _SATURDAY + odd + self._more_until(last) - self._more_until(first)

    def _more_until(self, day: date) -> int:
        """How many more business days there are than days from Monday to Friday, up to and with a day."""
        days, sums = self._exceptions
        place = bisect_right(days, day)
        return sums[place - 1] if place else 0

    @cached_property
    def _exceptions(self) -> tuple[list[date], list[int]]:
        """The days that differ from the week, in order, and how many business days more there are up to each."""
        named = sorted({*self.free, *self.working, *self.changes})
        return named, list(accumulate(self.is_working(day) - (day.weekday() < _SATURDAY) for day in named))


WEEK = Calendar()  # Mondays to Fridays, nothing else known
