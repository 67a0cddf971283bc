"""Acts on signals: detectors raise them, people judge them, time gives them up."""

from guanxi.record.signals.services.erasing import erase_signals, erase_suppositions
from guanxi.record.signals.services.expiring import expire_hypotheses
from guanxi.record.signals.services.forgetting import forget_moves, forget_signals
from guanxi.record.signals.services.judging import (
    Proved,
    call_wrong,
    forget_answer,
    judge_signal,
    prove_suppositions,
    withdraw_judgement,
)
from guanxi.record.signals.services.raising import raise_signals
from guanxi.record.signals.services.supposing import Supposed, suppose_missed, suppose_moves

__all__ = [
    "Proved",
    "Supposed",
    "call_wrong",
    "erase_signals",
    "erase_suppositions",
    "expire_hypotheses",
    "forget_answer",
    "forget_moves",
    "forget_signals",
    "judge_signal",
    "prove_suppositions",
    "raise_signals",
    "suppose_missed",
    "suppose_moves",
    "withdraw_judgement",
]
