"""Is the model worth its place here? A comparison on the firm's own data with the simplest rule there is.

The history is cut at a day, the model is fitted before it, and what it expected after it is held against what came. The
simple rule ranks customers by the days since their last purchase: for ranking it often ties, so it is the bar.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi.ground.refusals import gettext_noop

from .words import Sentence

# Set by judgement: fewer buyers, or fewer who did not buy, cannot tell a good ranking from luck.
LEAST_OF_EACH = 20
# Two rankings this near are the same: well within the luck of the draw of any shop under 100,000 customers.
SAME_RANKING = 0.005
SAME_TOTAL = 0.10

BOTH_HOLD = gettext_noop(
    "It ranks customers at least as well as days since the last purchase ({model} against {simple}) "
    "and its total was within 10% of what came ({predicted} expected, {actual} came)."
)
ONLY_RANKING = gettext_noop(
    "It ranks customers at least as well as days since the last purchase ({model} against {simple}), "
    "but its total was off by {off}% ({predicted} expected, {actual} came): use the order, not the sum."
)
ONLY_TOTAL = gettext_noop(
    "Its total was within 10% of what came ({predicted} expected, {actual} came), but days since the last "
    "purchase rank customers better ({simple} against {model}): use the sum, not the order."
)
NEITHER = gettext_noop(
    "Days since the last purchase rank customers better ({simple} against {model}), and its total was off by "
    "{off}% ({predicted} expected, {actual} came): use the simple rule."
)
TOO_FEW = gettext_noop(
    "Of {customers} customers {again} bought again in the time held out; at least {least} who did and {least} "
    "who did not are needed to compare."
)
BASKETS_HOLD = gettext_noop(
    "It misses the next baskets by no more than the personal mean does ({model} against {simple}) "
    "and the average was within 10% ({predicted} expected, {actual} came)."
)
ONLY_EACH_BASKET = gettext_noop(
    "It misses the next baskets by no more than the personal mean does ({model} against {simple}), "
    "but the average was off by {off}% ({predicted} expected, {actual} came)."
)
ONLY_AVERAGE_BASKET = gettext_noop(
    "The average was within 10% ({predicted} expected, {actual} came), but the personal mean misses the next "
    "baskets by less ({simple} against {model})."
)
NO_BASKET = gettext_noop(
    "The personal mean misses the next baskets by less ({simple} against {model}), and the average was off by "
    "{off}% ({predicted} expected, {actual} came): use the personal mean."
)
TOO_FEW_BASKETS = gettext_noop(
    "Only {customers} customers bought before and after the cut; at least {least} are needed to compare."
)


@dataclass(frozen=True)
class HoldOut:
    """What was expected and what came in the time held out; a measure that is not defined on these data is None."""

    customers: int
    bought_again: int
    predicted: float
    actual: float
    correlation: float | None
    mae: float | None
    auc_expected: float | None
    auc_recency: float | None


@dataclass(frozen=True)
class BasketHoldOut:
    """Mean baskets expected and come, over customers who had bought again before the cut and bought after it; 0 if none."""

    customers: int
    predicted: float
    actual: float
    correlation: float | None
    mae: float
    mae_personal_mean: float


@dataclass(frozen=True)
class Grade:
    """A, B or C, and why in words."""

    letter: str
    reason: Sentence


def compare_hold_out(expected: ArrayLike, days_since_last: ArrayLike, actual: ArrayLike) -> HoldOut:
    """One row a customer known at the cut: expected purchases in the time held out, days from the last purchase to the
    cut, and the purchases that came. `auc_*` rank who bought at all: by the expectation, and by fewest days.
    """
    hoped, came = np.asarray(expected, dtype=np.float64), np.asarray(actual, dtype=np.float64)
    again = came > 0
    return HoldOut(
        customers=len(came),
        bought_again=int(again.sum()),
        predicted=float(hoped.sum()),
        actual=float(came.sum()),
        correlation=correlation(hoped, came),
        mae=float(np.abs(hoped - came).mean()) if len(came) else None,
        auc_expected=auc(hoped, again),
        auc_recency=auc(-np.asarray(days_since_last, dtype=np.float64), again),
    )


def grade(held_out: HoldOut) -> Grade:
    """A: ranks at least as well as the simple rule and the total is within 10 %. B: one of the two. C: neither, or too few."""
    few = min(held_out.bought_again, held_out.customers - held_out.bought_again) < LEAST_OF_EACH
    if few or held_out.auc_expected is None or held_out.auc_recency is None:
        values = {"customers": held_out.customers, "again": held_out.bought_again, "least": LEAST_OF_EACH}
        return Grade("C", Sentence(TOO_FEW, values))
    off = abs(held_out.predicted / held_out.actual - 1)
    ranks = held_out.auc_expected >= held_out.auc_recency - SAME_RANKING
    counts = abs(held_out.predicted - held_out.actual) <= SAME_TOTAL * held_out.actual
    params: dict[str, object] = {
        "model": f"{held_out.auc_expected:.3f}",
        "simple": f"{held_out.auc_recency:.3f}",
        "predicted": f"{held_out.predicted:,.0f}",
        "actual": f"{held_out.actual:,.0f}",
        "off": f"{100 * off:.1f}",
    }
    return _grade((ranks, counts), (BOTH_HOLD, ONLY_RANKING, ONLY_TOTAL, NEITHER), params)


def compare_baskets(expected: ArrayLike, personal_mean: ArrayLike, actual: ArrayLike) -> BasketHoldOut:
    """One row a customer with repeat purchases before the cut and purchases after it: the expected mean basket, the mean
    of the repeat purchases before, and the mean of the purchases after.
    """
    hoped, own, came = (np.asarray(column, dtype=np.float64) for column in (expected, personal_mean, actual))
    if not len(came):
        return BasketHoldOut(0, 0.0, 0.0, None, 0.0, 0.0)
    missed, missed_simply = float(np.abs(hoped - came).mean()), float(np.abs(own - came).mean())
    return BasketHoldOut(
        len(came), float(hoped.mean()), float(came.mean()), correlation(hoped, came), missed, missed_simply
    )


def grade_baskets(held_out: BasketHoldOut) -> Grade:
    """A: misses baskets by no more than the personal mean, and the average is within 10 %. B: one of the two. C: neither."""
    if held_out.customers < LEAST_OF_EACH or not held_out.actual:
        return Grade("C", Sentence(TOO_FEW_BASKETS, {"customers": held_out.customers, "least": LEAST_OF_EACH}))
    off = abs(held_out.predicted / held_out.actual - 1)
    params: dict[str, object] = {
        "model": f"{held_out.mae:.2f}",
        "simple": f"{held_out.mae_personal_mean:.2f}",
        "predicted": f"{held_out.predicted:.2f}",
        "actual": f"{held_out.actual:.2f}",
        "off": f"{100 * off:.1f}",
    }
    near = held_out.mae <= held_out.mae_personal_mean
    messages = (BASKETS_HOLD, ONLY_EACH_BASKET, ONLY_AVERAGE_BASKET, NO_BASKET)
    counts = abs(held_out.predicted - held_out.actual) <= SAME_TOTAL * held_out.actual
    return _grade((near, counts), messages, params)


def _grade(held: tuple[bool, bool], messages: tuple[str, str, str, str], params: dict[str, object]) -> Grade:
    letter = "ABC"[2 - sum(held)]
    return Grade(letter, Sentence(messages[2 * (not held[0]) + (not held[1])], params))


def auc(score: ArrayLike, label: ArrayLike) -> float | None:
    """The chance that one with the label scores above one without it, ties counted half; None unless there are both."""
    labels = np.asarray(label, dtype=bool)
    positives = int(labels.sum())
    negatives = len(labels) - positives
    if not positives or not negatives:
        return None
    ranks = _mean_ranks(np.asarray(score, dtype=np.float64))
    return float((ranks[labels].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def correlation(left: NDArray[np.float64], right: NDArray[np.float64]) -> float | None:
    """Pearson's correlation; None where one side does not vary."""
    if len(left) < 2 or not np.ptp(left) or not np.ptp(right):
        return None
    a, b = left - left.mean(), right - right.mean()
    return float(np.sum(a * b) / math.sqrt(np.sum(a * a) * np.sum(b * b)))


def _mean_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks 1 .. N, equal values sharing the mean of theirs (scipy.stats has it, and takes half a second to load)."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[place]
