"""How far two medians lie apart, as a ratio with its interval."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr, ndtri

LEAST_OF_A_SIDE: Final = 10  # of fewer the order statistics of the interval are the extremes themselves
_Z: Final = 1.959963984540054


@dataclass(frozen=True)
class Ratio:
    """A ratio of medians and its 95 % limits."""

    ratio: float
    low: float
    high: float


def ratio_of_medians(one: ArrayLike, other: ArrayLike) -> Ratio | None:
    """The median of `one` by that of `other` (money; any distribution) with its 95 % interval: Price and Bonett 2002, from the order
    statistics of the logarithms. None where a side has fewer than LEAST_OF_A_SIDE, or so many at or below zero that these have none.
    """
    sides = [_log_median(np.asarray(values, dtype=np.float64)) for values in (one, other)]
    if sides[0] is None or sides[1] is None:
        return None
    gap, half = sides[0][0] - sides[1][0], _Z * math.sqrt(sides[0][1] + sides[1][1])
    return Ratio(math.exp(gap), math.exp(gap - half), math.exp(gap + half))


def _log_median(values: np.ndarray) -> tuple[float, float] | None:
    """The logarithm of the median, and its sampling variance."""
    n = len(values)
    if n < LEAST_OF_A_SIDE:
        return None
    place = max(1, round((n + 1) / 2 - math.sqrt(n)))
    ordered = np.sort(values)
    low, median, high = float(ordered[place - 1]), float(np.median(values)), float(ordered[n - place])
    if low <= 0:
        return None
    z = -float(ndtri(bdtr(place - 1, n, 0.5)))
    return math.log(median), ((math.log(high) - math.log(low)) / (2 * z)) ** 2
