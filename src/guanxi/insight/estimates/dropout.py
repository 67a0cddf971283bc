"""Expected purchases of a customer who may leave after any purchase: the integral behind BG/NBD, without its 2F1.

Given alive, the purchase rate is Gamma(shape, scale) and the chance p of leaving after a purchase is Beta(a, b). With
u = t / scale the expected purchases of the next t are (Fader, Hardie and Lee 2005, before their hypergeometric form)

    E[g(p)],  g(p) = (1 - (1 + p u)^-shape) / p.

The closed form divides by a - 1, and its 2F1 overflows or loses digits at large counts or large b. Here the ends are
split off, so that the rest may be integrated by the trapezoid rule over log(p / (1 - p)), which converges
exponentially where the integrand falls at both ends:

    a >= 1:  g(p) = g(1) + rest (1 - p)                            all terms positive, nothing cancels
    a < 1:   g(p) = g(0)(1 - p) + g(1) p + rest p (1 - p)          loses at most the digits of (shape u)^a

Every parameter above 0 works, a = 1 included.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_STEP = 0.3
_STEP_PER_SPREAD = 0.6
_NEGLIGIBLE = 36.0
_ROWS_AT_ONCE = 256


def expected_while_alive(shape: Floats, a: float, b: Floats, u: Floats) -> Floats:
    """Expected purchases for columns `shape`, `b` and `u`, all > 0 (u >= 0); a = 0 means that nobody leaves. Of two dimensions, `u`
    has a column for each of several times, and so has the result: what they share is computed once.
    """
    if a == 0:
        return shape * u if u.ndim == 1 else shape[:, None] * u
    result = np.empty(u.shape)
    # Rows of like shape need like numbers of points.
    order = np.argsort(b, kind="stable")
    for start in range(0, len(order), _ROWS_AT_ONCE):
        rows = order[start : start + _ROWS_AT_ONCE]
        times = u[rows].reshape(len(rows), -1)
        result[rows] = _integrate(shape[rows], a, b[rows], times).reshape(result[rows].shape)
    return result


def _integrate(shape: Floats, a: float, b: Floats, u: Floats) -> Floats:
    """The same for a block of rows; `u` has a column a time."""
    # The rest is weighed by p and 1 - p to these powers, over log(p / (1 - p)).
    low, high = (a if a >= 1 else a + 1), b + 1
    logit = _points(np.full_like(high, low), high, np.log1p(shape * u.max(axis=1)))
    # log p and log(1 - p), each exact where it is small.
    least = np.exp(-np.abs(logit))
    log_p = np.minimum(logit, 0) - np.log1p(least)
    log_not_p = -np.maximum(logit, 0) - np.log1p(least)
    p = np.where(logit < 0, least, 1) / (1 + least)
    not_p = np.where(logit < 0, 1, least) / (1 + least)
    height = low * log_p + high[:, None] * log_not_p
    weight = np.exp(height - height.max(axis=1, keepdims=True))
    total = np.sum(weight, axis=1)
    inner = not_p if a >= 1 else p * not_p

    def expected(u: Floats) -> Floats:
        at_zero, at_one = shape * u, -np.expm1(-shape * np.log1p(u))
        g = -np.expm1(-shape[:, None] * np.log1p(p * u[:, None])) / p
        ends = at_one[:, None] if a >= 1 else at_zero[:, None] * not_p + at_one[:, None] * p
        mean_rest = np.sum(weight * ((g - ends) / inner), axis=1) / total
        staying, leaving = b / (a + b), a / (a + b)
        if a >= 1:
            return at_one + staying * mean_rest
        return at_zero * staying + at_one * leaving + leaving * (b / (a + b + 1)) * mean_rest

    return np.stack([expected(column) for column in u.T], axis=1)


def _points(low: Floats, high: Floats, growth: Floats) -> Floats:
    """Evenly spaced points for each row, from where to where the weight matters; to the left the integrand may grow."""
    left = _fall(low, high, _NEGLIGIBLE + growth)
    right = _fall(high, low, np.full_like(high, _NEGLIGIBLE))
    curvature = low * (high / (low + high))
    step = np.minimum(_STEP, _STEP_PER_SPREAD / np.sqrt(curvature))
    points = int(np.ceil(((left + right) / step).max())) + 1
    width = (left + right) / (points - 1)
    return (np.log(low / high) - left)[:, None] + width[:, None] * np.arange(points)


def _fall(near: Floats, far: Floats, depth: Floats) -> Floats:
    """The distance at which the log-weight has fallen by depth: Newton's method from beyond, where it cannot overshoot."""
    total = near + far
    ratio = depth / (near * (far / total))
    distance = (ratio + np.sqrt(ratio**2 + 8 * ratio)) / 2
    for _ in range(6):
        # Of two equal forms, the one that keeps its digits when one side is enormous; the other may divide by 0.
        with np.errstate(divide="ignore"):
            fallen, slope = np.where(near <= far, _by_near(near, total, distance), _by_far(far, total, distance))
        distance = np.maximum(distance - (fallen - depth) / slope, 0)
    return distance


def _by_near(near: Floats, total: Floats, distance: Floats) -> tuple[Floats, Floats]:
    """How far the log-weight has fallen at a distance from the mode, and how fast it falls there."""
    inward = np.expm1(-distance) * (near / total)
    return near * distance + total * np.log1p(inward), near * (1 - np.exp(-distance) / (1 + inward))


def _by_far(far: Floats, total: Floats, distance: Floats) -> tuple[Floats, Floats]:
    """The same, from the other side."""
    outward = np.expm1(distance) * (far / total)
    return total * np.log1p(outward) - far * distance, far * (np.exp(distance) / (1 + outward) - 1)
