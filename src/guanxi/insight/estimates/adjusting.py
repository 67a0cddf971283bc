"""The effect of a draw by lot on what customers bring, cleared of what they brought before."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

LEAST_OF_A_SIDE: Final = 100  # customers, before the mean of a side is held against the other's [j]
_Z: Final = 1.959963984540054


@dataclass(frozen=True)
class Adjusted:
    """Means of both sides as they are, and the effect with its 95 % interval; money as it came in."""

    treated: float
    control: float
    effect: float
    interval: tuple[float, float]
    explained: float  # share of the variance that the time before explains


def adjusted_effect(after: ArrayLike, before: ArrayLike, treated: ArrayLike) -> Adjusted | None:
    """What being drawn changed in `after`, money a customer, given what each brought `before` (equal lengths; treated: booleans).

    The difference of means of after − θ before, θ by least squares within the sides, with the normal interval for unequal variances
    (Deng, Xu, Kohavi, Walker 2013: CUPED; its sides differ in nothing but the lot, so that the time before takes noise away and no
    effect). None where a side has fewer than LEAST_OF_A_SIDE.
    """
    y, x, is_treated = np.asarray(after, np.float64), np.asarray(before, np.float64), np.asarray(treated, bool)
    sides = (is_treated, ~is_treated)
    if min(int(side.sum()) for side in sides) < LEAST_OF_A_SIDE:
        return None
    inner_x = np.where(is_treated, x - x[is_treated].mean(), x - x[~is_treated].mean())
    inner_y = np.where(is_treated, y - y[is_treated].mean(), y - y[~is_treated].mean())
    of_x, of_y = float(inner_x @ inner_x), float(inner_y @ inner_y)
    theta = float(inner_x @ inner_y) / of_x if of_x > 0 else 0.0
    clean = y - theta * x
    means, variances = (
        [float(statistic(clean[side])) for side in sides]
        for statistic in (np.mean, lambda some: some.var(ddof=1) / len(some))
    )
    effect, half = means[0] - means[1], _Z * float(np.sqrt(sum(variances)))
    explained = theta**2 * of_x / of_y if of_y > 0 else 0.0
    return Adjusted(
        float(y[is_treated].mean()), float(y[~is_treated].mean()), effect, (effect - half, effect + half), explained
    )
