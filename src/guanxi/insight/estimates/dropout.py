"""Expected purchases of a customer who may leave after any purchase: the integral behind BG/NBD, without its 2F1.

Given alive, the purchase rate is Gamma(shape, scale) and the chance p of leaving after a purchase is Beta(a, b). With
u = t / scale the expected purchases of the next t are (Fader, Hardie and Lee 2005, before their hypergeometric form)

    E[g(p)],  g(p) = (1 - (1 + p u)^-shape) / p.

The closed form divides by a - 1, and its 2F1 overflows or loses digits at large counts or large b. Here g is split as
g(0)(1 - p) + g(1) p + rest. The first two are exact; the rest vanishes at both ends, and is integrated by the
trapezoid rule over log(p / (1 - p)), which converges exponentially. Every parameter above 0 works, a = 1 included.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_STEP = 0.3
_STEP_PER_SPREAD = 0.6
_NEGLIGIBLE = 36.0
_ROWS_AT_ONCE = 256


def expected_while_alive(shape: Floats, a: float, b: Floats, u: Floats) -> Floats:
    """Expected purchases for columns `shape`, `b` and `u`, all > 0 (u >= 0); a = 0 means that nobody leaves."""
    if a == 0:
        return shape * u
    result = np.empty(len(shape))
    # Rows of like shape need like numbers of points.
    order = np.argsort(b, kind="stable")
    for start in range(0, len(order), _ROWS_AT_ONCE):
        rows = order[start : start + _ROWS_AT_ONCE]
        result[rows] = _integrate(shape[rows], a, b[rows], u[rows])
    return result


def _integrate(shape: Floats, a: float, b: Floats, u: Floats) -> Floats:
    at_zero = shape * u
    at_one = -np.expm1(-shape * np.log1p(u))
    left, right = _reach(a, b, np.log1p(at_zero))
    step = np.minimum(_STEP, _STEP_PER_SPREAD / np.sqrt(_curvature(a, b)))
    points = int(np.ceil(((left + right) / step).max())) + 1
    width = (left + right) / (points - 1)
    logit = (np.log((a + 1) / (b + 1)) - left)[:, None] + width[:, None] * np.arange(points)
    # log p and log(1 - p), each exact where it is small.
    least = np.exp(-np.abs(logit))
    log_p = np.minimum(logit, 0) - np.log1p(least)
    log_not_p = -np.maximum(logit, 0) - np.log1p(least)
    p = np.where(logit < 0, least, 1) / (1 + least)
    not_p = np.where(logit < 0, 1, least) / (1 + least)
    height = (a + 1) * log_p + (b + 1)[:, None] * log_not_p
    weight = np.exp(height - height.max(axis=1, keepdims=True))
    g = -np.expm1(-shape[:, None] * np.log1p(p * u[:, None])) / p
    rest = (g - at_zero[:, None] * not_p - at_one[:, None] * p) / (p * not_p)
    mean_rest = np.sum(weight * rest, axis=1) / np.sum(weight, axis=1)
    leaving = a / (a + b)
    staying = b / (a + b)
    return at_zero * staying + at_one * leaving + leaving * (b / (a + b + 1)) * mean_rest


def _curvature(a: float, b: Floats) -> Floats:
    """Of the logarithm of p^(a+1) (1-p)^(b+1) over log(p / (1 - p)), at its mode."""
    return (a + 1) * ((b + 1) / (a + b + 2))


def _reach(a: float, b: Floats, growth: Floats) -> tuple[Floats, Floats]:
    """How far left and right of the mode the weight must be followed; to the left the integrand may grow."""
    return _fall(a + 1, b + 1, _NEGLIGIBLE + growth), _fall(b + 1, a + 1, np.full_like(b, _NEGLIGIBLE))


def _fall(near: float | Floats, far: float | Floats, depth: Floats) -> Floats:
    """The distance at which the log-weight has fallen by depth: Newton's method from beyond, where it cannot overshoot."""
    total = near + far
    ratio = depth / (near * (far / total))
    distance = (ratio + np.sqrt(ratio**2 + 8 * ratio)) / 2
    for _ in range(6):
        # Of two equal forms, the one that keeps its digits when one side is enormous.
        inward = np.expm1(-distance) * (near / total)
        outward = np.expm1(distance) * (far / total)
        small = near <= far
        fallen = np.where(small, near * distance + total * np.log1p(inward), total * np.log1p(outward) - far * distance)
        slope = np.where(
            small, near * (1 - np.exp(-distance) / (1 + inward)), far * (np.exp(distance) / (1 + outward) - 1)
        )
        distance = np.maximum(distance - (fallen - depth) / slope, 0)
    return distance
