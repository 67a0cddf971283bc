"""The rules of signals: which state may follow which, and how their figures come out of the rows they name."""

from guanxi.record.signals.rules.lifecycle import (
    DETECTED,
    OPEN_STATES,
    is_open,
    is_silenced,
    last_day_given_up,
    may_follow,
)
from guanxi.record.signals.rules.recomputing import EvidenceRow, recompute

__all__ = [
    "DETECTED",
    "OPEN_STATES",
    "EvidenceRow",
    "is_open",
    "is_silenced",
    "last_day_given_up",
    "may_follow",
    "recompute",
]
