"""Abuse reviews (RSK-06): what may follow what, who may decide after whom, and how long a flag holds. Pure.

A flag takes two people, is told with its reasons, ends after twelve months, and an appeal is decided by a third person. What
it does is to let sales rest; service goes on.
"""

import calendar
import datetime as dt
from collections.abc import Collection, Mapping

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.rescue.abuse.choices import ReviewState

FLAG_MONTHS = 12
DECIDE_DAYS = 2  # [j] business days for each of the two

_S = ReviewState
FOLLOWS: Mapping[ReviewState, frozenset[ReviewState]] = {
    _S.OPEN: frozenset({_S.PROPOSED, _S.DISMISSED, _S.WITHDRAWN}),
    _S.PROPOSED: frozenset({_S.CONFIRMED, _S.DISMISSED}),
    _S.CONFIRMED: frozenset({_S.APPEALED, _S.EXPIRED}),
    _S.APPEALED: frozenset({_S.UPHELD, _S.OVERTURNED, _S.EXPIRED}),
    _S.UPHELD: frozenset({_S.EXPIRED}),
    _S.WITHDRAWN: frozenset({_S.OPEN}),  # the claims are stated again
    _S.OVERTURNED: frozenset(),
    _S.DISMISSED: frozenset(),
    _S.EXPIRED: frozenset(),
}
IN_FORCE = frozenset({_S.CONFIRMED, _S.APPEALED, _S.UPHELD})
WAITING = frozenset({_S.OPEN, _S.PROPOSED, _S.APPEALED})  # for a person to decide …
TOLD = frozenset({_S.CONFIRMED, _S.UPHELD, _S.OVERTURNED})  # … or to tell the customer: a notice was written
FINAL = frozenset(state for state, then in FOLLOWS.items() if not then) | {_S.WITHDRAWN}

_NOT_NOW = gettext_noop("That is not possible any more: this review stands at “{state}”.")
_SECOND = gettext_noop("Another person decides here than those who have decided before.")


def check_step(state: ReviewState, then: ReviewState) -> None:
    """Raise Refused (abuse.not_now) unless a review goes from `state` to `then`."""
    if then not in FOLLOWS[state]:
        raise Refused("abuse.not_now", _NOT_NOW, state=state.label)


def check_other(person: int | None, before: Collection[int | None]) -> None:
    """Raise Refused (abuse.second_person) unless a person is another than those who have decided before."""
    if person is None or person in before:
        raise Refused("abuse.second_person", _SECOND)


def expires_on(decided_on: dt.date) -> dt.date:
    """The first day on which a flag is over: twelve months after it was confirmed, on a leap day the 28th."""
    return _months_from(decided_on, FLAG_MONTHS)


def held_since(on: dt.date) -> dt.date:
    """What was decided after this day still holds on a day."""
    return _months_from(on, -FLAG_MONTHS)


def _months_from(day: dt.date, months: int) -> dt.date:
    year = day.year + months // 12
    return dt.date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))
