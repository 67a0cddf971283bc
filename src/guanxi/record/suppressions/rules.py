"""When sales rest, and how far. Pure; time is an argument."""

from dataclasses import dataclass
from datetime import date, timedelta

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.record.suppressions.choices import Cause

MOST_WORDS = 300
# Spared what would only grow our business: growth and partners' offers; care and what is owed go on (decisioning.md 3.5.9).
VULNERABLE = frozenset({Cause.HARDSHIP, Cause.BEREAVEMENT, Cause.COGNITION, Cause.OWN_WISH, Cause.GAMBLING})
# Each ends on its own: when one is over, sales rest on for the other.
SEVERAL = frozenset({Cause.COMPLAINT, Cause.FRAUD})

_UNKNOWN = gettext_noop("Say why sales rest: one of the causes.")
_NO_WHY = gettext_noop("Say in a few words what happened.")
_FUTURE = gettext_noop("This day is in the future.")
_OVER = gettext_noop("Sales rest at least until tomorrow.")
_SOLVED = gettext_noop("A complaint has no last day: it ends when it is solved.")


@dataclass(frozen=True, slots=True)
class Rest:
    """Days of one rest: since; until, the first day on which it is over by itself; ended_on, the day on which somebody ended
    it (of a complaint: solved it). None where there is no such day.
    """

    cause: Cause
    since_on: date
    until: date | None = None
    ended_on: date | None = None


def read_cause(cause: str) -> Cause:
    """A cause by its value. Raises Refused."""
    if cause not in Cause.values:
        raise Refused("suppressions.unknown_cause", _UNKNOWN)
    return Cause(cause)


def check_rest(rest: Rest, why: str, *, today: date) -> None:
    """Raise Refused unless sales may begin to rest so: with words, not from a day to come, not over already."""
    if not why:
        raise Refused("suppressions.no_why", _NO_WHY)
    if rest.since_on > today:
        raise Refused("suppressions.in_future", _FUTURE)
    if rest.until is not None and rest.cause == Cause.COMPLAINT:
        raise Refused("suppressions.solved_not_over", _SOLVED)
    if rest.until is not None and rest.until <= max(today, rest.since_on):
        raise Refused("suppressions.over", _OVER)


def rests(rest: Rest, on: date, *, after_complaint: int = 0) -> bool:
    """Whether sales rest on a day. after_complaint: days for which they go on resting once a complaint was solved
    (policy line rest_complaint): solved on a day and 14 days, the first sale may be made on the 14th day after it.
    """
    if on < rest.since_on or (rest.until is not None and rest.until <= on):
        return False
    if rest.ended_on is None:
        return True
    days = after_complaint if rest.cause == Cause.COMPLAINT else 0
    return on < rest.ended_on + timedelta(days=days)
