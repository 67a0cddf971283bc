"""Events by exposure with honest intervals: losses by customer-months, claims by car-years (decisioning 4.13, 4.14)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtri

Floats = NDArray[np.float64]

LEAST_EVENTS = 10
_SMOOTH = 12


@dataclass(frozen=True)
class Rates:
    """One entry a cell: events by exposure and the 95 % interval of Poisson; NaN where there was no exposure."""

    rate: Floats
    low: Floats
    high: Floats


def poisson_rates(events: ArrayLike, exposure: ArrayLike) -> Rates:
    """Events / exposure, between chi²(.025, 2n) / 2E and chi²(.975, 2n + 2) / 2E."""
    count, under = np.asarray(events, dtype=np.float64), np.asarray(exposure, dtype=np.float64)
    if (count < 0).any() or (under < 0).any():
        raise ValueError("events and exposure must not be negative")
    known = np.where(under > 0, under, np.nan)
    # chdtri is the inverse of the upper tail: .975 above is .025 below; no events have no lower bound but 0
    low = np.where(count > 0, chdtri(2 * np.maximum(count, 1), 0.975) / 2, 0)
    return Rates(count / known, low / known, chdtri(2 * count + 2, 0.025) / 2 / known)


def smooth_rates(events: ArrayLike, exposure: ArrayLike, parent: ArrayLike) -> Floats:
    """Rates of small cells drawn to that of their parents by the weight of twelve of exposure: (n + 12 r) / (E + 12)."""
    count, under = np.asarray(events, dtype=np.float64), np.asarray(exposure, dtype=np.float64)
    return (count + _SMOOTH * np.asarray(parent, dtype=np.float64)) / (under + _SMOOTH)
