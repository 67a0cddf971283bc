"""Season-counted time: of a trade that closes for a part of the year the closed months do not run (decisioning.md 4.6). Pure."""

import datetime as dt
from typing import NamedTuple


class Season(NamedTuple):
    """The months of the year (1 to 12) in which the trade is open, from the first to the last, over the turn of the year where the last
    comes before the first; 0 for both: open all the year.
    """

    first: int = 0
    last: int = 0

    @property
    def is_all_year(self) -> bool:
        """Whether no month is closed; also where only one of both is named."""
        return not (self.first and self.last) or (self.last - self.first) % 12 == 11

    def is_open(self, month: int) -> bool:
        """Whether a month of the year runs."""
        return self.is_all_year or (month - self.first) % 12 <= (self.last - self.first) % 12


def days_open(earlier: dt.date, later: dt.date, season: Season) -> int:
    """How many days of the season lie after one day and up to a later one."""
    if season.is_all_year:
        return (later - earlier).days
    days = (earlier + dt.timedelta(days=number) for number in range(1, (later - earlier).days + 1))
    return sum(season.is_open(day.month) for day in days)


def day_after(day: dt.date, count: int, season: Season) -> dt.date:
    """The day on which so many days of the season have passed since another day."""
    if season.is_all_year:
        return day + dt.timedelta(days=count)
    while count > 0:
        day += dt.timedelta(days=1)
        count -= season.is_open(day.month)
    return day
