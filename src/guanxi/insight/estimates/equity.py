"""Customers as an asset: what came in, what grew, what was lost; and growth as more, longer and deeper (SEG-10, XUP-04, XUP-05).

Every decomposition sums to what it explains: the bridge line by line, the growth by logarithmic means (Ang 2004, LMDI).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

MORE, LONGER, CROSS, UP = "more", "longer", "cross_sell", "up_sell"


@dataclass(frozen=True)
class Bridge:
    """From the opening value to the closing one, in the unit of the values; `lost` and `shrunk` are at most 0 for customers
    who were worth something.
    """

    opening: float
    new: float
    regained: float
    grown: float
    shrunk: float
    lost: float
    closing: float
    customers: Mapping[str, int]


def bridge_equity(before: ArrayLike, now: ArrayLike, bought_earlier: ArrayLike) -> Bridge:
    """One entry a customer: the value at the beginning and at the end, NaN where he was no customer then; whether he had
    bought before the beginning, so that who comes back is regained and not new (ACQ-04).
    """
    was, is_, earlier = (np.asarray(column) for column in (before, now, bought_earlier))
    was, is_, earlier = was.astype(np.float64), is_.astype(np.float64), earlier.astype(bool)
    had, has = np.isfinite(was), np.isfinite(is_)
    stays = had & has
    moved = np.where(stays, np.nan_to_num(is_) - np.nan_to_num(was), 0)
    parts = {
        "new": ~had & has & ~earlier,
        "regained": ~had & has & earlier,
        "grown": stays & (moved > 0),
        "shrunk": stays & (moved < 0),
        "lost": had & ~has,
    }
    counts = {name: int(chosen.sum()) for name, chosen in parts.items()}
    return Bridge(
        opening=float(was[had].sum()),
        new=float(is_[parts["new"]].sum()),
        regained=float(is_[parts["regained"]].sum()),
        grown=float(moved[parts["grown"]].sum()),
        shrunk=float(moved[parts["shrunk"]].sum()),
        lost=-float(was[parts["lost"]].sum()),
        closing=float(is_[has].sum()),
        customers={"opening": int(had.sum()), **counts, "closing": int(has.sum())},
    )


@dataclass(frozen=True)
class Volume:
    """The cylinder: how many, how long (median months as a customer), how deep: families held by a customer on average,
    and contribution by family and month.
    """

    customers: float
    months: float
    families: float
    contribution: float

    @property
    def total(self) -> float:
        """Their product: what the customers of today have been worth over such a lifetime."""
        return self.customers * self.months * self.families * self.contribution


def explain_growth(before: Volume, now: Volume) -> dict[str, float]:
    """How much of the change of the volume each of the four factors brought; the parts sum to the change.

    Each is the logarithmic mean of both volumes times the logarithm of the factor's growth. Raises ValueError unless all
    factors are above 0: what is not there has no growth rate.
    """
    factors = [(MORE, "customers"), (LONGER, "months"), (CROSS, "families"), (UP, "contribution")]
    values = [(getattr(before, name), getattr(now, name)) for _, name in factors]
    if not all(a > 0 and b > 0 for a, b in values):
        raise ValueError("all factors must be above 0")
    mean = logarithmic_mean(now.total, before.total)
    return {part: mean * math.log(b / a) for (part, _), (a, b) in zip(factors, values, strict=True)}


def split_more(part: float, sources: Mapping[str, float], before: float, now: float) -> dict[str, float]:
    """What of `part` (the growth by numbers) each source of customers brought: `sources` are how many came (+) or went
    (-) and sum to now - before.
    """
    if not math.isclose(sum(sources.values()), now - before, abs_tol=1e-6):
        raise ValueError("the sources must sum to the change of the number")
    change = now - before
    each = part / change if change else 0.0
    return {name: each * count for name, count in sources.items()}


def weigh_plan(*, more: float = 0.0, longer: float = 0.0, deeper: float = 0.0) -> float:
    """The change of the volume when numbers, lifetime and depth change by these shares: +0.10 and -0.12 lose 0.032."""
    return (1 + more) * (1 + longer) * (1 + deeper) - 1


def logarithmic_mean(a: float, b: float) -> float:
    """(a - b) / ln(a / b), and a where both are equal; both above 0."""
    if math.isclose(a, b, rel_tol=1e-12):
        return a
    return (a - b) / math.log(a / b)
