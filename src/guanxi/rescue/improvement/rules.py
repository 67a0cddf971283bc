"""Rules of improvement: which causes open a case, until when it is due, and which months are held against each other. Pure."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from guanxi.record.standing.rules import quarter_of
from guanxi.rescue.winback.rules import MANY_LOSSES

DUE_DAYS = 90
LOOKS_BACK = 4  # quarters before the running one that still open a case
MOST_MONTHS = 12  # on either side: every season once
MAX_WORDS = 2_000


@dataclass(frozen=True, slots=True)
class Found:
    """Losses of one quarter on one cause, and what the first lives were worth (minor units)."""

    quarter_on: dt.date
    cause: str
    losses: int
    worth: int


def months_after(day: dt.date, months: int) -> dt.date:
    """The first day of the month that lies so many months after that of `day` (negative: before)."""
    number = day.year * 12 + day.month - 1 + months
    return dt.date(number // 12, number % 12 + 1, 1)


def first_quarter(on: dt.date) -> dt.date:
    """The earliest quarter that opens a case on a day."""
    return months_after(quarter_of(on), -3 * LOOKS_BACK)


def cases_to_open(found: Iterable[Found], latest: Mapping[str, dt.date]) -> list[Found]:
    """What opens a case: at least twenty losses in a quarter later than any that has a case of the same cause (`latest`); of a cause
    without any case the latest such quarter alone. Work is on the cause: an older quarter adds none.
    """
    many = sorted((one for one in found if one.losses >= MANY_LOSSES), key=lambda one: (one.quarter_on, one.cause))
    newest = {one.cause: one.quarter_on for one in many}
    return [
        one
        for one in many
        if (one.quarter_on > latest[one.cause] if one.cause in latest else one.quarter_on == newest[one.cause])
    ]


def months_before(quarter_on: dt.date) -> list[dt.date]:
    """The twelve months that end with a quarter: against a year, not against the bad quarter alone, which chance picked too."""
    return [months_after(quarter_on, number) for number in range(3 - MOST_MONTHS, 3)]


def months_since(done_on: dt.date, as_of: dt.date) -> list[dt.date]:
    """The first twelve whole months after the day on which something was done, those that are over by `as_of`."""
    months = [months_after(done_on, number) for number in range(1, MOST_MONTHS + 1)]
    return [month for month in months if months_after(month, 1) <= as_of + dt.timedelta(1)]


def at_risk(months: Sequence[dt.date], known: Mapping[dt.date, float]) -> float:
    """Customer-months at risk in some months; 0 where one of them is not known."""
    return sum(known[month] for month in months) if all(month in known for month in months) else 0.0
