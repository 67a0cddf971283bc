"""The integral over the unknown day of departure, behind Pareto/NBD, without its 2F1.

A customer who bought x times, and left at y > t, contributes (alpha + y)^-(r + x) (beta + y)^-(s + 1). The closed form
is a difference of two hypergeometric functions that overflow at large counts. Here the integral from t to a horizon is
taken by Gauss-Legendre points over the logarithm of whichever of alpha + y and beta + y grows faster, where the
integrand is smooth; it is given relative to E(t) = (alpha + t)^-(r + x) (beta + t)^-s, so that nothing overflows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_POINTS = 24
_NEGLIGIBLE = 30.0
_ROWS_AT_ONCE = 512


@dataclass(frozen=True)
class ParetoParameters:
    """Shape and scale of the purchase rates (r, alpha) and of the departure rates (s, beta), all above 0."""

    r: float
    alpha: float
    s: float
    beta: float


def integrate_departure(at: ParetoParameters, x: Floats, t: Floats, horizon: float) -> Floats:
    """Five columns for each (x, t): the integral over E(t), and the same with the integrand times
    log((alpha + y) / (alpha + t)), log((beta + y) / (beta + t)), (alpha + t) / (alpha + y) and (beta + t) / (beta + y).
    """
    result = np.empty((5, len(x)))
    for start in range(0, len(x), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        result[:, rows] = _integrate(at, x[rows], t[rows], horizon)
    return result


def _integrate(at: ParetoParameters, x: Floats, t: Floats, horizon: float) -> Floats:
    buying, leaving = at.r + x, np.full_like(x, at.s)
    by_leaving = at.alpha >= at.beta
    fast, slow = (at.beta, at.alpha) if by_leaving else (at.alpha, at.beta)
    of_fast, of_slow = (leaving, buying) if by_leaving else (buying, leaving)
    ratio = (fast + t) / (slow + t)
    with np.errstate(over="ignore"):
        slow_reach = np.log1p(np.expm1(_NEGLIGIBLE / of_slow) / ratio)
    reach = np.minimum(np.minimum(np.log((fast + horizon) / (fast + t)), slow_reach), _NEGLIGIBLE / of_fast)
    growth = reach[:, None] * _NODES
    slow_growth = np.log1p(ratio[:, None] * np.expm1(growth))
    # dy / (beta + y) is d(growth) where beta + y is the fast one.
    jacobian = 0 if by_leaving else np.log(ratio)[:, None] + growth - slow_growth
    mass = np.exp(jacobian - of_fast[:, None] * growth - of_slow[:, None] * slow_growth) * _WEIGHTS * reach[:, None]
    of_alpha, of_beta = (slow_growth, growth) if by_leaving else (growth, slow_growth)
    factors = (of_alpha, of_beta, np.exp(-of_alpha), np.exp(-of_beta))
    return np.stack([mass.sum(axis=1), *((mass * factor).sum(axis=1) for factor in factors)])


def _gauss_legendre(points: int) -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(points)
    return (nodes + 1) / 2, weights / 2


_NODES, _WEIGHTS = _gauss_legendre(_POINTS)
