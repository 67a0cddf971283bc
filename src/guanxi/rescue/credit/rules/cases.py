"""Credit cases (decisioning.md 4.7, RSK-02 to RSK-05): what may follow what, the proposal, what a person may decide. Pure.

All money in minor units. A person decides each step; nothing here is done by itself.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.rescue.credit.choices import CaseState, Decision

STEP = 1_000  # proposals are whole thousands
APPEAL_DAYS = 30
DECIDE_DAYS = 1  # business days
APPEAL_DUE_DAYS = 5  # [j] business days
GOOD_CYCLES = 3
GOOD_SHARE = 0.8  # [j] of the usual month, or of the limit in force where that is less
LONGEST_DAYS = 366  # [j] a temporary limit
REVERSED_SHARE, LEAST_REVERSED = 0.20, 10  # [j] from how many decided appeals and lower limits the share is judged
MOST_WORDS = 2_000

_S = CaseState
FOLLOWS: Mapping[CaseState, frozenset[CaseState]] = {
    _S.OPEN: frozenset({_S.DECIDED, _S.CLOSED, _S.WITHDRAWN}),
    _S.DECIDED: frozenset({_S.DECIDED, _S.NOTIFIED, _S.CLOSED}),  # decided anew as long as nobody was told
    _S.NOTIFIED: frozenset({_S.APPEALED, _S.RECHECK}),
    _S.APPEALED: frozenset({_S.UPHELD, _S.OVERTURNED}),
    _S.UPHELD: frozenset({_S.RECHECK}),
    _S.RECHECK: frozenset(
        {_S.RESTORED, _S.CLOSED, _S.APPEALED, _S.NOTIFIED}
    ),  # a short one is over before the days to appeal are
    _S.WITHDRAWN: frozenset({_S.OPEN}),  # the explanation was taken back
    _S.OVERTURNED: frozenset(),
    _S.RESTORED: frozenset(),
    _S.CLOSED: frozenset(),
}
# Decided and not over: nobody gives an incentive to stay (RSK-05). Before a decision the open signal itself says so.
RUNNING = frozenset({_S.DECIDED, _S.NOTIFIED, _S.APPEALED, _S.UPHELD, _S.RECHECK})
IN_FORCE = frozenset({_S.NOTIFIED, _S.UPHELD})
WAITING = frozenset({_S.OPEN, _S.DECIDED, _S.APPEALED, _S.RECHECK})  # for a person to decide …
TOLD = frozenset({_S.UPHELD, _S.OVERTURNED, _S.RESTORED})  # … or to tell the customer: a notice was written
FINAL = frozenset(state for state, then in FOLLOWS.items() if not then) | {_S.WITHDRAWN}
LOWERED = frozenset({Decision.TEMPORARY, Decision.STEPS, Decision.REDUCE})

_NOT_NOW = gettext_noop("That is not possible any more: this case stands at “{state}”.")
_NO_LIMIT = gettext_noop("No card with a limit is known to the record: there is nothing to lower.")
_UNSURE = gettext_noop("Income and another house cannot be told apart yet: no limit is lowered on a supposition.")
_NOT_LOWER = gettext_noop("The new limit must lie below the present one.")
_BELOW_OWED = gettext_noop("Not below what is owed and pending.")
_NOT_BETWEEN = gettext_noop("The first step must lie between the present limit and the last one.")
_STARTS = gettext_noop("It begins tomorrow at the earliest: first the customer is told.")
_STEP_DAY = gettext_noop("The second step comes after the first.")
_UNTIL = gettext_noop("Say until when it holds: after it begins, and within a year.")
_NO_WHY = gettext_noop("Say why, in {most} characters at most.")
_NO_CONTACT = gettext_noop("Say whom the customer can speak with: a name and how to reach them.")
_OVER = gettext_noop("The 30 days to appeal are over since {day}.")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a decision rests on: the present limit (None: none is known), what is owed and pending, the proposal (None where
    it is not sure, or nothing lower comes out).
    """

    limit: int | None
    owed: int
    proposed: int | None
    is_sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A decision with its terms. `limit` is the last one; `first_limit` holds from `starts_on` until `second_on` (two steps);
    `ends_on` is the last day of a temporary one.
    """

    decision: Decision
    why: str
    contact: str = ""
    limit: int | None = None
    starts_on: dt.date | None = None
    first_limit: int | None = None
    second_on: dt.date | None = None
    ends_on: dt.date | None = None


def may_follow(state: CaseState, then: CaseState) -> bool:
    """Whether a case goes from one state to another."""
    return then in FOLLOWS[state]


def check_step(state: CaseState, then: CaseState) -> None:
    """Raise Refused (credit.not_now) unless a case goes from `state` to `then`."""
    if not may_follow(state, then):
        raise Refused("credit.not_now", _NOT_NOW, state=state.label)


def limit_new(limit: int, *, owed: int, recent: Collection[int], minor: int) -> int:
    """The limit to propose: twice the highest of the recent months, rounded up to a thousand, never below what is owed and
    pending, never above the present one. All in minor units; `minor` of them are one unit of the currency.
    """
    thousand = STEP * minor
    wanted = -(-2 * max(recent, default=0) // thousand) * thousand
    return min(limit, max(owed, wanted))


def read_ruling(ruling: Ruling, there: Standing, *, today: dt.date) -> Ruling:
    """A decision as it is kept: what does not belong to it is left out. Raises Refused.

    A limit that is lowered lies below the present one and never below what is owed and pending; it begins tomorrow at the
    earliest, so that the customer is told before.
    """
    why, contact = ruling.why.strip(), ruling.contact.strip()
    if not why or len(why) > MOST_WORDS:
        raise Refused("credit.no_why", _NO_WHY, most=MOST_WORDS)
    if ruling.decision == Decision.KEEP:
        return Ruling(decision=ruling.decision, why=why)
    if not contact:
        raise Refused("credit.no_contact", _NO_CONTACT)
    if ruling.decision == Decision.HARDSHIP:
        return Ruling(decision=ruling.decision, why=why, contact=contact)
    limit, starts_on = _lowered(ruling, there, today)
    terms = Ruling(decision=ruling.decision, why=why, contact=contact, limit=limit, starts_on=starts_on)
    if ruling.decision == Decision.STEPS:
        return _in_steps(ruling, terms, there)
    if ruling.decision == Decision.TEMPORARY:
        return _for_a_time(ruling, terms)
    return terms


def read_words(text: str) -> str:
    """Words that must not be missing. Raises Refused (credit.no_why)."""
    words = text.strip()
    if not words or len(words) > MOST_WORDS:
        raise Refused("credit.no_why", _NO_WHY, most=MOST_WORDS)
    return words


def is_cut_sure(state: str, *, is_sure: bool) -> bool:
    """Whether a lower limit may be proposed of a signal in a state: where the test left no doubt, and it is no mere watch."""
    return is_sure and state in ("alarm", "confirmed")


def appeal_until(told_on: dt.date) -> dt.date:
    """The last day to appeal."""
    return told_on + dt.timedelta(days=APPEAL_DAYS)


def check_appeal(told_on: dt.date, on: dt.date) -> None:
    """Raise Refused (credit.too_late) for an appeal that came after the 30 days."""
    until = appeal_until(told_on)
    if on > until:
        raise Refused("credit.too_late", _OVER, day=until.isoformat())


def enough(usual: int, limit: int | None) -> int:
    """How much a month must bring to be good: most of the usual one, or of the limit in force where that is less."""
    return round(GOOD_SHARE * (usual if limit is None else min(usual, limit)))


def good_cycles(spent: Mapping[int, int], *, since: dt.date, as_of: dt.date, wanted: int) -> int:
    """How many whole months in a row, up to the latest before or at `as_of`, brought at least `wanted`; months begin after
    `since`. spent: of each month, as year * 12 + month - 1.
    """
    latest = month_of(as_of + dt.timedelta(days=1)) - 1
    count = 0
    while latest - count > month_of(since) and spent.get(latest - count, 0) >= wanted:
        count += 1
    return count


def month_of(day: dt.date) -> int:
    """A month as a number: year * 12 + month - 1."""
    return day.year * 12 + day.month - 1


def is_reversed_too_often(lowered: int, overturned: int) -> bool:
    """Whether more than a fifth of the lower limits were taken back on appeal: then the rule is too sharp (4.7)."""
    return lowered >= LEAST_REVERSED and overturned > REVERSED_SHARE * lowered


def _lowered(ruling: Ruling, there: Standing, today: dt.date) -> tuple[int, dt.date]:
    if there.limit is None:
        raise Refused("credit.no_limit", _NO_LIMIT)
    if not there.is_sure:
        raise Refused("credit.unsure", _UNSURE)
    if ruling.limit is None or ruling.limit >= there.limit:
        raise Refused("credit.not_lower", _NOT_LOWER)
    if ruling.limit < there.owed or ruling.limit < 0:
        raise Refused("credit.below_owed", _BELOW_OWED)
    if ruling.starts_on is None or ruling.starts_on <= today:
        raise Refused("credit.starts", _STARTS)
    return ruling.limit, ruling.starts_on


def _in_steps(ruling: Ruling, terms: Ruling, there: Standing) -> Ruling:
    first = ruling.first_limit
    if first is None or not (terms.limit or 0) < first < (there.limit or 0):
        raise Refused("credit.not_between", _NOT_BETWEEN)
    if ruling.second_on is None or terms.starts_on is None or ruling.second_on <= terms.starts_on:
        raise Refused("credit.step_day", _STEP_DAY)
    return replace(terms, first_limit=first, second_on=ruling.second_on)


def _for_a_time(ruling: Ruling, terms: Ruling) -> Ruling:
    begins = terms.starts_on
    if begins is None or ruling.ends_on is None or not 0 < (ruling.ends_on - begins).days <= LONGEST_DAYS:
        raise Refused("credit.until", _UNTIL)
    return replace(terms, ends_on=ruling.ends_on)
