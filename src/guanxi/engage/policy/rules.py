"""The contact policy: the lines of decisioning.md 3.4 with their defaults, what one may be set to, and what it allows. Pure.

An amount of None means that there is no rule; 0 means that nothing is allowed (of a rest: that there is none).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanxi.ground.money import parse_amount
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.text.normalise import checked

HUNDREDTHS = 100
MOST_LEVER, LEVER_DAYS = 30, 30  # hundredths, days
LEAST_WEIGHT, MOST_WEIGHT, WEIGHT_DAYS = -90, 200, 90
_ENCLOSED_AHEAD = dt.timedelta(days=7)  # before a statement [j]: somebody has to order what goes with it
MOST_UNITS, MOST_WHY = 100_000_000, 200


class Measure(StrEnum):
    """In what a line is counted."""

    UNITS = "units"  # of pressure, in hundredths, within the window
    COUNT = "count"  # contacts within the window, or at all where there is none
    DAYS = "days"  # of rest
    DAY_OF_MONTH = "day_of_month"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the policy; `window_days` None where none belongs to it; `low` and `high` bound the amount."""

    name: str
    label: str | Promise
    measure: Measure
    amount: int | None
    window_days: int | None
    high: int


_L, _M = Line, Measure
DEFAULTS: Mapping[str, Line] = {
    line.name: line
    for line in (
        _L("pressure", _("Pressure of marketing on one customer"), _M.UNITS, 600, 30, 10_000),
        _L("pressure_a", _("The same for tier A"), _M.UNITS, 800, 30, 10_000),
        _L("touches_week", _("Marketing contacts in a week"), _M.COUNT, 2, 7, 100),
        _L("touches_day", _("Marketing contacts in a day"), _M.COUNT, 1, 1, 100),
        _L("calls", _("Marketing calls"), _M.COUNT, 1, 30, 100),
        _L("calls_c", _("Marketing calls to tier C"), _M.COUNT, 0, 30, 100),
        _L("dials", _("Attempts to reach somebody for one matter"), _M.COUNT, 3, None, 20),
        _L("leaflets", _("Leaflets in one statement"), _M.COUNT, 2, None, 20),
        _L("statement_day", _("Day of the month on which statements go out"), _M.DAY_OF_MONTH, None, None, 28),
        _L("rest_accepted", _("Rest of sales after credit, insurance or a fund, at least"), _M.DAYS, 20, None, 365),
        _L("rest_accepted_most", _("The same at most, where the next statement comes later"), _M.DAYS, 45, None, 365),
        _L("rest_refused", _("Rest of an offer after a refusal"), _M.DAYS, 90, None, 1_095),
        _L("rest_refused_family", _("Rest of its family after a refusal"), _M.DAYS, 30, None, 1_095),
        _L("rest_refused_twice", _("Rest of an offer after a second refusal"), _M.DAYS, 365, None, 1_095),
        _L("rest_unanswered", _("Rest of a family after three contacts without an answer"), _M.DAYS, 60, None, 1_095),
        _L("rest_complaint", _("Rest of sales after a complaint was solved"), _M.DAYS, 14, None, 365),
    )
}

_NO_LINE = gettext_noop("There is no such line in the policy.")
_NO_AMOUNT = gettext_noop("“{text}” does not fit: a number from 0 to {high}, or nothing for no rule.")
_NO_LEVER = gettext_noop("A lever lies between −0.3 and +0.3; “{text}” does not.")
_NO_WEIGHT = gettext_noop("A weight lies between −0.9 and +2; “{text}” does not.")
_NO_UNITS = gettext_noop("“{text}” is no whole number; 0 means none, nothing means no limit.")
_FAR = gettext_noop("It ends within {most} days.")
_NO_WHY = gettext_noop("Say why, in one sentence of at most {most} characters.")


def line_of(name: str) -> Line:
    """A line's default. Raises Refused."""
    if name not in DEFAULTS:
        raise Refused("policy.no_line", _NO_LINE)
    return DEFAULTS[name]


def set_to(line: Line, amount: str) -> Line:
    """The line with an amount as somebody wrote it (6.5 units of pressure; nothing: no rule). Raises Refused."""
    text = checked(amount).strip()
    if not text:
        return replace(line, amount=None)
    scale = HUNDREDTHS if line.measure == Measure.UNITS else 1
    number = _scaled(text, scale)
    if number is None or not 0 <= number <= line.high:
        raise Refused("policy.no_amount", _NO_AMOUNT, text=excerpt(text), high=line.high // scale)
    return replace(line, amount=number)


def next_statement(lines: Mapping[str, Line], on: dt.date) -> dt.date | None:
    """The first day on or after `on` on which statements go out; None where the firm names no day, or none goes out (0)."""
    place = lines["statement_day"].amount
    if not place:
        return None
    this = on.replace(day=place)
    return this if this >= on else (on.replace(day=1) + dt.timedelta(days=32)).replace(day=place)


def has_statement(lines: Mapping[str, Line], on: dt.date) -> bool:
    """Whether a leaflet may be asked for: a statement goes out within a week, or the firm names no day; none where not one leaflet
    may go with it.
    """
    if lines["leaflets"].amount == 0:
        return False
    following = next_statement(lines, on)
    return lines["statement_day"].amount is None if following is None else following - on <= _ENCLOSED_AHEAD


def rests_until(lines: Mapping[str, Line], accepted_on: dt.date) -> dt.date | None:
    """The first day on which sales go on after credit, insurance or a fund was accepted: the next statement, not before the
    least and not after the most days of rest (decisioning.md 3.4); None where the policy has no such rule.
    """
    least, most = lines["rest_accepted"].amount, lines["rest_accepted_most"].amount
    if least is None:
        return None
    earliest = accepted_on + dt.timedelta(days=least)
    statement = next_statement(lines, earliest) or earliest
    return statement if most is None else max(earliest, min(statement, accepted_on + dt.timedelta(days=most)))


def written(line: Line) -> str:
    """A line's amount as it is written into a field."""
    if line.amount is None:
        return ""
    return f"{Decimal(line.amount) / HUNDREDTHS:g}" if line.measure == Measure.UNITS else str(line.amount)


def read_lever(text: str) -> int:
    """A lever in hundredths, −30 … 30. Raises Refused."""
    number = _scaled(checked(text).strip(), HUNDREDTHS)
    if number is None or abs(number) > MOST_LEVER:
        raise Refused("policy.no_lever", _NO_LEVER, text=excerpt(text))
    return number


def read_weight(text: str) -> int:
    """A context weight in hundredths, −90 … 200. Raises Refused."""
    number = _scaled(checked(text).strip(), HUNDREDTHS)
    if number is None or not LEAST_WEIGHT <= number <= MOST_WEIGHT:
        raise Refused("policy.no_weight", _NO_WEIGHT, text=excerpt(text))
    return number


def read_units(text: str) -> int | None:
    """Units of a resource: 0 is none, None no limit. Raises Refused."""
    bare = checked(text).strip()
    if not bare:
        return None
    number = _scaled(bare, 1)
    if number is None or not 0 <= number <= MOST_UNITS:
        raise Refused("policy.no_units", _NO_UNITS, text=excerpt(text))
    return number


def read_end(end: dt.date | None, today: dt.date, *, most: int) -> dt.date:
    """The last day of something that ends within `most` days; without one the latest there may be. Raises Refused."""
    latest = today + dt.timedelta(days=most)
    if end is None:
        return latest
    if not today <= end <= latest:
        raise Refused("policy.far", _FAR, most=most)
    return end


def read_why(text: str) -> str:
    """A reason in one sentence. Raises Refused."""
    reason = checked(text).strip()
    if not reason or len(reason) > MOST_WHY:
        raise Refused("policy.no_why", _NO_WHY, most=MOST_WHY)
    return reason


def _scaled(text: str, scale: int) -> int | None:
    try:
        number = parse_amount(text) * scale
    except Refused:
        return None
    return int(number) if number == int(number) else None
