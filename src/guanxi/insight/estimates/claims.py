"""Claims of insurance: how often, how dear, and what they cost of the premium (decisioning 4.14)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .rates import LEAST_EVENTS, Rates, poisson_rates

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Claims:
    """One entry a cell. `frequency`: claims a year in force; `severity`: paid by claim; `loss_ratio`: incurred by premium
    earned, its bounds those of the number of claims. NaN where nothing can be said; `is_thin`: fewer than ten claims, to be
    merged or hidden.
    """

    frequency: Rates
    severity: Floats
    loss_ratio: Rates
    is_thin: NDArray[np.bool_]


def measure_claims(
    claims: ArrayLike, years: ArrayLike, paid: ArrayLike, incurred: ArrayLike, premium: ArrayLike
) -> Claims:
    """From cells of claims, earned exposure in years, money paid and incurred, and premium earned, in one unit of money."""
    count, cost = np.asarray(claims, dtype=np.float64), np.asarray(incurred, dtype=np.float64)
    spent, earned = np.asarray(paid, dtype=np.float64), np.asarray(premium, dtype=np.float64)
    frequency = poisson_rates(count, years)
    known, basis = np.where(count > 0, count, np.nan), np.where(earned > 0, earned, np.nan)
    ratio = cost / basis
    swing = poisson_rates(count, np.ones_like(count))
    spread = Rates(ratio, ratio * swing.low / known, ratio * swing.high / known)
    return Claims(frequency, spent / known, spread, count < LEAST_EVENTS)


def earned_years(days_in_force: ArrayLike) -> Floats:
    """Exposure: days in force by 365.25."""
    return np.asarray(days_in_force, dtype=np.float64) / 365.25
