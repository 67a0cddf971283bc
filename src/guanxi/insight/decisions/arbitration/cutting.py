"""The lowest point of a convex function known only where it was asked: Kelley's cutting planes (1960). Plain arrays."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_ROUNDS = 40


def minimise_by_cuts(ask: Callable[[Floats], tuple[float, Floats]], highest: Floats, *, gap: float = 1e-4) -> Floats:
    """Return a point of [0, highest] where `ask`, a convex function giving its value and a slope, is lowest.

    Stops when no point can be lower by more than `gap` of the value, or after 40 questions. The same answers, the same point.
    """
    from scipy.optimize import linprog

    size = len(highest)
    point, best, least = np.zeros(size), np.zeros(size), np.inf
    rows: list[Floats] = []
    limits: list[float] = []
    for _ in range(_ROUNDS):
        value, slope = ask(point)
        if value < least:
            least, best = value, point
        # the function lies above each of its tangents: value + slope · (x − point) ≤ height
        rows.append(np.append(slope, -1.0))
        limits.append(float(slope @ point) - value)
        found = linprog(
            np.append(np.zeros(size), 1.0),
            A_ub=np.array(rows),
            b_ub=np.array(limits),
            bounds=[*((0.0, float(top)) for top in highest), (None, None)],
        )
        if found.status or least - found.fun <= gap * max(1.0, abs(least)):
            break
        # half way to the lowest point of the model: the corners alone make it jump
        point = (best + found.x[:size]) / 2
    return best
