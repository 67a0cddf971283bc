"""How long a suitability test holds, and what it says on a day. Pure; time is an argument."""

import calendar
from dataclasses import dataclass
from datetime import date

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.record.suitability.choices import RiskLevel

_NO_LEVEL = gettext_noop("A risk level is a whole number from 1 to 5.")
_FUTURE = gettext_noop("This day is in the future.")
_NO_DAYS = gettext_noop("A test holds at least until the day after it was done.")
_TOO_LONG = gettext_noop("A test holds for a year at most, until {day}: life changes.")


@dataclass(frozen=True, slots=True)
class RiskTest:
    """What a customer declared before a person: the level found on a day, the last day on which it holds, and the day on which
    it was said to hold no more.
    """

    level: RiskLevel
    tested_on: date
    valid_until: date
    ended_on: date | None = None


def year_after(day: date) -> date:
    """The same day next year; the 29th of February has the 28th."""
    last = calendar.monthrange(day.year + 1, day.month)[1]
    return date(day.year + 1, day.month, min(day.day, last))


def checked_test(level: int, tested_on: date, valid_until: date | None, *, today: date) -> RiskTest:
    """The test as it may be noted, holding for a year where no end is said. Raises Refused."""
    if level not in RiskLevel.values:
        raise Refused("suitability.no_level", _NO_LEVEL)
    if tested_on > today:
        raise Refused("suitability.in_future", _FUTURE)
    latest = year_after(tested_on)
    until = valid_until or latest
    if until <= tested_on:
        raise Refused("suitability.no_days", _NO_DAYS)
    if until > latest:
        raise Refused("suitability.too_long", _TOO_LONG, day=latest.isoformat())
    return RiskTest(RiskLevel(level), tested_on, until)


def holds(test: RiskTest, on: date) -> bool:
    """Whether a test counts on a day: done by then, not over (its last day counts), not ended by then."""
    return test.tested_on <= on <= test.valid_until and (test.ended_on is None or test.ended_on > on)
