"""Logistic regression with a small ridge, by Newton's method: the same data give the same numbers.

Minimises sum of log-losses + (penalty / 2) |coefficients|^2, the intercept free; Hastie, Tibshirani and Friedman, "The
Elements of Statistical Learning", 4.4. With few columns it is quick, and every coefficient can be told to people.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Floats = NDArray[np.float64]

_STEPS = 50
_STILL = 1e-10


def fit_logistic(design: Floats, answers: Floats, penalty: float = 1.0) -> tuple[float, Floats]:
    """Intercept and one coefficient a column of `design` (N, k), on the scale of log-odds. `answers` are 1 and 0, or
    chances between them; both must occur. Without a penalty they must not be told apart without a doubt.
    """
    rows = np.column_stack([np.ones(len(design)), design])
    ridge = np.full(rows.shape[1], penalty)
    ridge[0] = 0.0
    rate = answers.mean()
    at = np.zeros(rows.shape[1])
    at[0] = np.log(rate / (1 - rate))
    value = _loss(rows, answers, ridge, at)
    for _ in range(_STEPS):
        chance = expit(rows @ at)
        gradient = rows.T @ (chance - answers) + ridge * at
        hessian = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(ridge + 1e-12)
        step = np.linalg.solve(hessian, gradient)
        at, value, moved = _descend(rows, answers, ridge, (at, step, value))
        if moved < _STILL:
            break
    return float(at[0]), at[1:]


def _descend(
    rows: Floats, answers: Floats, ridge: Floats, move: tuple[Floats, Floats, float]
) -> tuple[Floats, float, float]:
    """One step, halved until it goes down: where it ends, the value there and how far it was."""
    at, step, value = move
    for _ in range(30):
        there = at - step
        lower = _loss(rows, answers, ridge, there)
        if lower <= value + 1e-12 * abs(value):
            return there, lower, float(np.abs(step).max())
        step = step / 2
    return at, value, 0.0


def _loss(rows: Floats, answers: Floats, ridge: Floats, at: Floats) -> float:
    odds = rows @ at
    return float(np.sum(np.logaddexp(0, odds) - answers * odds) + np.sum(ridge * at * at) / 2)
