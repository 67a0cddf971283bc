"""The highest point of a likelihood over positive parameters, from fixed starts, and whether it lies at an edge.

Parameters are walked as logarithms. The same data give the same numbers: starts are fixed, sums run in a fixed order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]
# Logarithms of the parameters -> value to be maximised (a mean per customer) and its gradient.
Objective = Callable[[Floats], tuple[float, Floats]]

# exp(16) is nine million: beyond it nothing differs from the limit in any digit that people read.
_REACH = 16.0
# An ordinary peak is reached in fewer than sixty steps. A climb that still goes on walks towards an edge, where two hundred
# more steps moved the likelihood of all customers together by less than the allowance that decides about edges.
_STEPS = 100
_HESSIAN_STEP = 1e-5
_POLISHING_STEPS = 8
_FLAT = 1e-12
_LIMIT = 20.0


@dataclass(frozen=True)
class Peak:
    """Where the climb ended: logarithms of the parameters and the value there."""

    logs: Floats
    value: float


def climb(objective: Objective, starts: Sequence[Sequence[float]]) -> Peak:
    """Climb from each start (parameters, not logarithms) and return the highest end, the first among equals."""
    peaks = [_climb_from(objective, np.log(np.asarray(start, dtype=np.float64))) for start in starts]
    return max(peaks, key=lambda peak: peak.value)


def is_edge(objective: Objective, peak: Peak, direction: Sequence[float], allowance: float) -> bool:
    """Whether the limit in a direction (of logarithms; 1, 0 or -1 each) is worse than the peak by less than the allowance."""
    way = np.asarray(direction, dtype=np.float64)
    steps = _LIMIT - float(np.max(peak.logs[way != 0] * way[way != 0]))
    value, _ = objective(peak.logs + steps * way)
    return bool(value > peak.value - allowance)


def _climb_from(objective: Objective, start: Floats) -> Peak:
    """Quasi-Newton on z, where logs = reach * tanh(z / reach): bounded, and nearly the logarithm itself in the middle.

    The bounded method of the same library is not used: its threads spin, at twice the processor time.
    """

    def descent(z: Floats) -> tuple[float, Floats]:
        squeezed = np.tanh(z / _REACH)
        value, gradient = objective(_REACH * squeezed)
        return -value, -gradient * (1 - squeezed**2)

    begin = _REACH * np.arctanh(np.clip(start / _REACH, -0.99, 0.99))
    found = minimize(descent, begin, jac=True, method="BFGS", options={"gtol": 1e-7, "maxiter": _STEPS})
    return _polish(objective, _REACH * np.tanh(found.x / _REACH))


def _polish(objective: Objective, logs: Floats) -> Peak:
    """Newton steps with one Hessian, kept only while they flatten the gradient and stay near."""
    value, gradient = objective(logs)
    columns = [objective(logs + _HESSIAN_STEP * unit)[1] - gradient for unit in np.eye(len(logs))]
    hessian = np.array(columns) / _HESSIAN_STEP
    hessian = (hessian + hessian.T) / 2
    if not np.isfinite(hessian).all() or np.linalg.eigvalsh(hessian).max() >= 0:
        return Peak(logs, value)
    for _ in range(_POLISHING_STEPS):
        if np.abs(gradient).max() < _FLAT:
            break
        step = np.linalg.solve(hessian, gradient)
        if not np.abs(step).max() < 0.5:
            break
        next_logs = logs - step
        next_value, next_gradient = objective(next_logs)
        if not np.abs(next_gradient).max() < np.abs(gradient).max():
            break
        logs, value, gradient = next_logs, next_value, next_gradient
    return Peak(logs, value)
