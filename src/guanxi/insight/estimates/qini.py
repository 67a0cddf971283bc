"""The Qini curve: how many responses more are won by contacting the best k customers first than by drawing k by lot.

N. J. Radcliffe, "Using control groups to target on predicted lift" (2007): after the first k by score,
Q(k) = Y_t - Y_c N_t / N_c, with responses Y and customers N of the treated and of the controls among them. The area above
the line to the end, divided by that of the best order there could be, is the normalised Qini: 1 at best, 0 by lot.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def normalised_qini(scores: Floats, treated: Flags, outcome: Flags) -> float | None:
    """Of an order by `scores`, the highest first, ties taken together; None where no order is better than another."""
    best = _area(np.where(outcome, np.where(treated, 1.0, -1.0), 0.0), treated, outcome)
    return _area(scores, treated, outcome) / best if best > 0 else None


def qini_curve(scores: Floats, treated: Flags, outcome: Flags) -> tuple[Floats, Floats]:
    """Customers contacted and responses won, from (0, 0), a point for each distinct score."""
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    among, won = treated[order], outcome[order]
    of_treated, of_controls = (np.cumsum(arm).astype(np.float64)[ends] for arm in (among, ~among))
    by_treated, by_controls = (np.cumsum(won & arm).astype(np.float64)[ends] for arm in (among, ~among))
    scaled = np.divide(of_treated, of_controls, out=np.zeros(len(ends)), where=of_controls > 0)
    return np.append(0, ends + 1).astype(np.float64), np.append(0, by_treated - by_controls * scaled)


def _area(scores: Floats, treated: Flags, outcome: Flags) -> float:
    """Between the curve and the straight line to its end."""
    contacted, won = qini_curve(scores, treated, outcome)
    return float(np.trapezoid(won, contacted) - won[-1] * contacted[-1] / 2)
