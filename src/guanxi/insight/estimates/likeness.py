"""What the best customers have in common, and how working hours follow value (SEG-04, SEG-08)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

_Z = 1.959963984540054
LEAST_WITH = 30
MOST_FEATURES = 10
# Set by judgement: the best never take all hours, and nobody is left without any.
LARGEST_SHARE, LEAST_SHARE = 0.60, 0.05


@dataclass(frozen=True)
class Likeness:
    """A feature: which share of the best has it, which share of all, how many times as often, and the 95 % bounds of that."""

    feature: str
    share_best: float
    share_all: float
    lift: float
    low: float
    high: float


def over_represented(
    features: Sequence[str], with_best: ArrayLike, with_all: ArrayLike, *, best: int, everybody: int
) -> list[Likeness]:
    """The features that are surely more frequent among the best than among all others, the surest first, at most ten.

    `with_best`, `with_all`: how many of the best and of everybody have each. The interval is that of the logarithm of the
    ratio between the best and the others (Katz 1978); a feature of fewer than 30 is left out, for it may be chance.
    """
    some, total = np.asarray(with_best, dtype=np.float64), np.asarray(with_all, dtype=np.float64)
    others = everybody - best
    found = []
    for feature, a, n in zip(features, some, total, strict=True):
        rest = n - a
        if n < LEAST_WITH or not a or not best or not others:
            continue
        # half a customer more, where none of the others has it
        ratio = (a / best) / (max(rest, 0.5) / others)
        spread = _Z * np.sqrt(1 / a - 1 / best + 1 / max(rest, 0.5) - 1 / others)
        low, high = ratio * np.exp(-spread), ratio * np.exp(spread)
        if low > 1:
            found.append(Likeness(feature, a / best, n / everybody, float(ratio), float(low), float(high)))
    return sorted(found, key=lambda one: (-one.low, one.feature))[:MOST_FEATURES]


def propose_hours(hours: int, values: Mapping[str, float]) -> dict[str, int]:
    """Whole hours of a week by the value of each tier, no tier above 60 % or under 5 %; they sum to `hours`.

    What the bounds take or give is shared by the tiers between them, by their value.
    """
    total = sum(max(value, 0) for value in values.values())
    if not values or hours < 0:
        raise ValueError("tiers and hours of 0 or more are needed")
    shares = {tier: max(value, 0) / total if total > 0 else 1 / len(values) for tier, value in values.items()}
    bounded = _within_bounds(shares) if len(values) > 1 else dict.fromkeys(values, 1.0)
    exact = {tier: hours * share for tier, share in bounded.items()}
    whole = {tier: int(value + 1e-9) for tier, value in exact.items()}
    # by largest remainder, the better tier first where two are equal
    for tier in sorted(exact, key=lambda tier: (whole[tier] - exact[tier], tier))[: hours - sum(whole.values())]:
        whole[tier] += 1
    return whole


def _within_bounds(shares: dict[str, float]) -> dict[str, float]:
    fixed: dict[str, float] = {}
    free = dict(shares)
    while True:
        left, weight = 1 - sum(fixed.values()), sum(free.values())
        scaled = {tier: left * (share / weight if weight > 0 else 1 / len(free)) for tier, share in free.items()}
        beyond = {tier: min(max(share, LEAST_SHARE), LARGEST_SHARE) for tier, share in scaled.items()}
        broken = [tier for tier in scaled if abs(beyond[tier] - scaled[tier]) > 1e-12]
        if not broken or len(free) == 1:
            return {**fixed, **scaled}
        fixed |= {tier: beyond[tier] for tier in broken}
        free = {tier: share for tier, share in free.items() if tier not in fixed}
        if not free:
            scale = sum(fixed.values())
            return {tier: share / scale for tier, share in fixed.items()}
