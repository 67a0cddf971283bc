"""Which state of a signal may follow which. Nobody else decides about the state column."""

import datetime as dt

from guanxi.record.signals.choices import Judgement, SignalKind, SignalState

S = SignalState

# Kinds that the detectors state as a whole at each refresh: what they no longer state is over.
DETECTED = frozenset(
    {
        SignalKind.SPEND_DROP,
        SignalKind.INACTIVITY,
        SignalKind.CREDIT_DOWNSHIFT,
        SignalKind.SAVINGS_ACCUMULATING,
        SignalKind.FIRST_INCOME,
        SignalKind.BALANCE_RUNOFF,
        SignalKind.SERVICE_FRICTION,
        SignalKind.PROMISE_BROKEN,
        SignalKind.ABUSE_REVIEW,
    }
)

# Kinds that rest on a single fact of the record and are supposed when it is written; no refresh states them as a whole.
SUPPOSED = frozenset({SignalKind.NEW_HOME, SignalKind.CAR_NEED, SignalKind.HOUSEHOLD_CHANGE})

# Kinds that are only ever supposed until somebody confirms them, by whomever they are stated.
HYPOTHESES = SUPPOSED | {SignalKind.SAVINGS_ACCUMULATING, SignalKind.FIRST_INCOME}

OPEN_STATES = frozenset({S.WATCH, S.ALARM, S.CONFIRMED, S.LAPSED, S.HYPOTHESISED})

# What somebody is to speak to the customer about (RET-11).
ALARMS = (S.ALARM, S.CONFIRMED, S.LAPSED)

# A supposition that nobody confirmed or refuted is given up after twelve months (requirement LEV-10).
_SUPPOSED_FOR_YEARS = 1

# Between the four degrees a detector may go both ways: late or corrected dealings can weaken what was seen.
DEGREES = frozenset({S.WATCH, S.ALARM, S.CONFIRMED, S.LAPSED})
_ENDS = frozenset({S.CLEARED, S.EXPIRED, S.REFUTED})
_NEXT: dict[SignalState | None, frozenset[SignalState]] = {
    None: DEGREES | {S.HYPOTHESISED},
    **{degree: (DEGREES - {degree}) | _ENDS for degree in DEGREES},
    S.HYPOTHESISED: frozenset({S.CONFIRMED, S.REFUTED, S.EXPIRED}),
    S.CLEARED: DEGREES | {S.EXPIRED},
    S.EXPIRED: DEGREES | {S.CLEARED, S.HYPOTHESISED},  # stated again before its twelve months are over
    S.REFUTED: DEGREES | {S.HYPOTHESISED},  # a judgement taken back, or its time is over
}


def may_follow(old: SignalState | None, new: SignalState) -> bool:
    """True when `new` may follow `old` (None: there was no signal yet)."""
    return new in _NEXT[old]


def is_open(state: SignalState) -> bool:
    """True while a signal says something about today."""
    return state in OPEN_STATES


def is_given_up(kind: str, state: SignalState, detected_on: dt.date, on: dt.date) -> bool:
    """True for what was once supposed and never confirmed in its twelve months: it is not supposed again."""
    return kind in HYPOTHESES and state == S.EXPIRED and detected_on <= last_day_given_up(on)


def is_settled_by_person(state: SignalState, judged_from: str) -> bool:
    """True for a supposition that a person confirmed: no detector changes or ends it."""
    return state == S.CONFIRMED and judged_from == S.HYPOTHESISED


def state_after(state: SignalState, judgement: Judgement) -> SignalState:
    """The state in which a judgement leaves a signal: TRUE confirms a supposition and changes no other, all others refute."""
    if judgement != Judgement.TRUE:
        return S.REFUTED
    return S.CONFIRMED if state == S.HYPOTHESISED else state


def is_silenced(judgement: Judgement | None, quiet_until: dt.date | None, on: dt.date) -> bool:
    """True while a person's explanation keeps detectors from raising the signal again.

    Without `quiet_until` the explanation covers the whole episode; with it, up to and including that day.
    """
    if judgement is None or judgement == Judgement.TRUE:
        return False
    return quiet_until is None or on <= quiet_until


def last_day_given_up(on: dt.date) -> dt.date:
    """The last day of detection whose suppositions are given up on the day `on`: twelve months have passed."""
    year = on.year - _SUPPOSED_FOR_YEARS
    is_leap_day = (on.month, on.day) == (2, 29)
    return dt.date(year, 2, 28) if is_leap_day else on.replace(year=year)


def given_up_on(detected_on: dt.date) -> dt.date:
    """The first day on which a supposition of that day of detection is given up, if nobody has confirmed it."""
    is_leap_day = (detected_on.month, detected_on.day) == (2, 29)
    year = detected_on.year + _SUPPOSED_FOR_YEARS
    return dt.date(year, 3, 1) if is_leap_day else detected_on.replace(year=year)
