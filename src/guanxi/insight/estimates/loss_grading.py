"""Is the model of loss worth its place here? Held against one simple rule on customers of a later time.

The simple rule ranks by one number that everybody has: days since the last purchase in trade, or how short a time one has
been a customer under contract. The words are those of grading.py, for lost customers instead of purchases.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from guanxi.ground.refusals import gettext_noop

from .grading import LEAST_OF_EACH, SAME_RANKING, SAME_TOTAL, Grade, auc
from .loss_measures import calibrate_by_tenths, lift_top_tenth, log_loss
from .words import Sentence

BOTH_HOLD = gettext_noop(
    "It ranks who is lost at least as well as the simple rule ({model} against {simple}) and its total was within 10% of "
    "what came ({predicted} expected, {actual} came)."
)
ONLY_RANKING = gettext_noop(
    "It ranks who is lost at least as well as the simple rule ({model} against {simple}), but its total was off by {off}% "
    "({predicted} expected, {actual} came): use the order, not the sum."
)
ONLY_TOTAL = gettext_noop(
    "Its total was within 10% of what came ({predicted} expected, {actual} came), but the simple rule ranks who is lost "
    "better ({simple} against {model}): use the sum, not the order."
)
NEITHER = gettext_noop(
    "The simple rule ranks who is lost better ({simple} against {model}), and its total was off by {off}% ({predicted} "
    "expected, {actual} came): use the simple rule."
)
TOO_FEW = gettext_noop(
    "Of {customers} customers {lost} were lost in the time held out; at least {least} who were and {least} who were not "
    "are needed to compare."
)


@dataclass(frozen=True)
class LossHoldOut:
    """What was expected of customers of a later time and what came; a measure that is not defined on these data is None."""

    customers: int
    predicted: float
    actual: int
    log_loss: float | None
    lift_top_tenth: float | None
    auc_model: float | None
    auc_simple: float | None
    calibration: tuple[tuple[float, float, int], ...]


def compare_losses(chances: ArrayLike, simple: ArrayLike, lost: ArrayLike) -> LossHoldOut:
    """One row a customer at risk when the time held out began: the chance given, the number of the simple rule (more of it
    means sooner lost), and whether he was lost.
    """
    given, came = np.asarray(chances, dtype=np.float64), np.asarray(lost, dtype=bool)
    return LossHoldOut(
        customers=len(came),
        predicted=float(given.sum()),
        actual=int(came.sum()),
        log_loss=log_loss(given, came) if len(came) else None,
        lift_top_tenth=lift_top_tenth(given, came),
        auc_model=auc(given, came),
        auc_simple=auc(simple, came),
        calibration=calibrate_by_tenths(given, came) if len(came) else (),
    )


def grade_losses(held_out: LossHoldOut) -> Grade:
    """A: ranks at least as well as the simple rule and the total is within 10 %. B: one of the two. C: neither, or too few."""
    few = min(held_out.actual, held_out.customers - held_out.actual) < LEAST_OF_EACH
    if few or held_out.auc_model is None or held_out.auc_simple is None:
        counts = {"customers": held_out.customers, "lost": held_out.actual, "least": LEAST_OF_EACH}
        return Grade("C", Sentence(TOO_FEW, counts))
    ranks = held_out.auc_model >= held_out.auc_simple - SAME_RANKING
    off = abs(held_out.predicted / held_out.actual - 1)
    counts_well = abs(held_out.predicted - held_out.actual) <= SAME_TOTAL * held_out.actual
    told: dict[str, object] = {
        "model": f"{held_out.auc_model:.3f}",
        "simple": f"{held_out.auc_simple:.3f}",
        "predicted": f"{held_out.predicted:,.0f}",
        "actual": f"{held_out.actual:,.0f}",
        "off": f"{100 * off:.1f}",
    }
    words = ((BOTH_HOLD, ONLY_RANKING), (ONLY_TOTAL, NEITHER))[not ranks][not counts_well]
    return Grade("ABC"[2 - ranks - counts_well], Sentence(words, told))
