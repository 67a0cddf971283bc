"""The rules of signals: which state may follow which, and how their figures come out of the rows they name."""

from guanxi.record.signals.rules.deposits import Level, deposits_by_month, recompute_deposits
from guanxi.record.signals.rules.lifecycle import (
    ALARMS,
    DEGREES,
    DETECTED,
    HYPOTHESES,
    OPEN_STATES,
    SUPPOSED,
    given_up_on,
    is_given_up,
    is_open,
    is_settled_by_person,
    is_silenced,
    last_day_given_up,
    may_follow,
    state_after,
)
from guanxi.record.signals.rules.recomputing import EvidenceRow, recompute
from guanxi.record.signals.rules.windows import WINDOW, seasons_of_windows, sums_of_windows

__all__ = [
    "ALARMS",
    "DEGREES",
    "DETECTED",
    "HYPOTHESES",
    "OPEN_STATES",
    "SUPPOSED",
    "WINDOW",
    "EvidenceRow",
    "Level",
    "deposits_by_month",
    "given_up_on",
    "is_given_up",
    "is_open",
    "is_settled_by_person",
    "is_silenced",
    "last_day_given_up",
    "may_follow",
    "recompute",
    "recompute_deposits",
    "seasons_of_windows",
    "state_after",
    "sums_of_windows",
]
