"""Why did he leave? Evidence weighed into five types, and what in our house was the cause (decisioning 4.8, WIN-02, WIN-06).

Below 0.6 the type is unknown and somebody asks: a guess would be worked on as if it were true.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LEAST_CONFIDENCE = 0.6
START_PRIORS = (0.05, 0.30, 0.25, 0.25, 0.15)
_START_WEIGHT = 50  # declared reasons that the start priors are worth


class Reason(IntEnum):
    """The five types; UNKNOWN plans an exit question."""

    UNKNOWN = 0
    LET_GO = 1  # by us
    NEED_UNMET = 2
    BETTER_VALUE = 3
    LOWER_PRICE = 4
    CONDITIONS = 5


# By kind of evidence, the weights on types 1 … 5 (decisioning 4.8, set by judgement).
EVIDENCE: dict[str, tuple[int, int, int, int, int]] = {
    "ended_by_us": (5, -2, -2, -2, -2),
    "save_refused": (-2, 3, 1, 1, 0),
    "product_gap": (-1, 2, 1, 0, 0),
    "unsolved": (0, 3, 1, -1, -1),
    "transferred": (-1, 0, 3, 1, -1),
    "price_increase": (-1, 0, 0, 3, -1),
    "price_match": (-1, 0, -1, 3, -1),
    "outside": (-1, -1, -1, -1, 4),
}
_DECLARED = 6.0

QUALITY_PRICE, INNOVATION, SERVICE, COMPETITOR, EXOGENOUS = (
    "quality_price",
    "innovation",
    "service",
    "competitor",
    "exogenous",
)


@dataclass(frozen=True)
class Reasons:
    """One entry a lost customer: the type (0: unknown, to be asked), how sure, and the probability of each of the five."""

    types: Integers
    confidence: Floats
    probabilities: Floats


def classify_reasons(
    evidence: ArrayLike, declared: ArrayLike, priors: tuple[float, ...] | Floats = START_PRIORS
) -> Reasons:
    """Softmax of ln prior and the weights of what is known.

    `evidence`: a row a customer, a column of true and false for each of EVIDENCE; `declared`: the type he named himself,
    0 for none: what he said himself stands, whatever else is known (evidence order: declared, documented, inferred), and the softmax tells
    how sure that is, .6 at least. Raises ValueError for another number of columns, or for priors that are not five shares above 0.
    """
    seen, said = np.asarray(evidence, dtype=np.float64), np.asarray(declared, dtype=np.int64)
    shares = np.asarray(priors, dtype=np.float64)
    if seen.ndim != 2 or seen.shape[1] != len(EVIDENCE):
        raise ValueError("a column for each kind of evidence is needed")
    if shares.shape != (5,) or not (shares > 0).all():
        raise ValueError("five priors above 0 are needed")
    score = np.log(shares / shares.sum()) + seen @ np.array(list(EVIDENCE.values()), dtype=np.float64)
    score += _DECLARED * (said[:, None] == np.arange(1, 6))
    odds = np.exp(score - score.max(axis=1, keepdims=True)) if len(score) else score
    probabilities = odds / odds.sum(axis=1, keepdims=True)
    confidence = probabilities.max(axis=1) if len(score) else np.zeros(0)
    best = probabilities.argmax(axis=1) + 1 if len(score) else np.zeros(0, dtype=np.int64)
    is_said = (said >= 1) & (said <= len(START_PRIORS))
    if is_said.any():
        own = probabilities[np.flatnonzero(is_said), said[is_said] - 1]
        best[is_said], confidence[is_said] = said[is_said], np.maximum(own, LEAST_CONFIDENCE)
    return Reasons(np.where(confidence >= LEAST_CONFIDENCE, best, Reason.UNKNOWN), confidence, probabilities)


def learnt_priors(declared: ArrayLike) -> Floats:
    """The firm's own shares of declared reasons (types 1 … 5), drawn to the start priors by the weight of fifty answers."""
    said = np.asarray(declared, dtype=np.int64)
    counts = np.bincount(said[(said >= 1) & (said <= 5)], minlength=6)[1:6]
    return (counts + _START_WEIGHT * np.array(START_PRIORS)) / (counts.sum() + _START_WEIGHT)


def internal_causes(
    types: ArrayLike,
    service_sign: ArrayLike,
    product_gap: ArrayLike,
    *,
    rival_named: ArrayLike = False,
    price_sign: ArrayLike = False,
) -> NDArray[np.str_]:
    """The cause in our own house (WIN-06), "" while the type is unknown and nothing points to one.

    Whom we let go ourselves went for no weakness of ours, unless service failed him as well. `service_sign`: an enquiry unanswered for
    a day, or an unsolved complaint in the 90 days before; it outweighs all but changed conditions. `product_gap`: something he asked
    for that we do not have. `rival_named`: he named a competitor; `price_sign`: a price rose, or he asked us to match one; both count
    where the type says nothing else.
    """
    kind, served = np.asarray(types), np.asarray(service_sign, dtype=bool)
    gap, named = np.asarray(product_gap, dtype=bool), np.asarray(rival_named, dtype=bool)
    priced = np.asarray(price_sign, dtype=bool)
    conditions = [
        kind == Reason.CONDITIONS,
        served,
        kind == Reason.LET_GO,
        gap | (kind == Reason.NEED_UNMET),
        kind == Reason.BETTER_VALUE,
        (kind == Reason.LOWER_PRICE) | (priced & ~named),
        named,
    ]
    names = [EXOGENOUS, SERVICE, EXOGENOUS, INNOVATION, COMPETITOR, QUALITY_PRICE, COMPETITOR]
    return np.select([np.broadcast_to(one, kind.shape) for one in conditions], names, default="")


def agreement(found: ArrayLike, declared: ArrayLike) -> float | None:
    """The share of exit interviews that name the type which was found without them; None without any (target 0.7)."""
    types, said = np.asarray(found), np.asarray(declared)
    asked = (said > 0) & (types > 0)
    return float((types[asked] == said[asked]).mean()) if asked.any() else None
