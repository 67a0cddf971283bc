"""What keeping more customers would be worth, from the firm's own figures (RET-10).

The quotations of the trade (five points more retention, 60 % more profit) are not used: two disagree, one is wrong.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .value import YEARS, sum_of_years

_Z = 1.959963984540054


@dataclass(frozen=True)
class Simulation:
    """Three years of contribution of today's customers at the retention of now and at another; `low` and `high` bound
    the change by how much customers differ (95 %). Money in the unit given; `share` is the change by the value of now.
    """

    now: float
    then: float
    change: float
    low: float
    high: float
    share: float | None


@dataclass(frozen=True)
class Portfolio:
    """How many customers, what they brought in 12 months together, and the standard deviation of one."""

    customers: int
    contribution: float
    spread: float


def simulate_retention(contribution: ArrayLike, retention: float, other: float) -> Simulation:
    """Contribution of 12 months of each customer, the yearly retention of now and the one to be reached (0 … 1)."""
    column = np.asarray(contribution, dtype=np.float64)
    spread = float(column.std(ddof=1)) if len(column) > 1 else 0.0
    return simulate_from(Portfolio(len(column), float(column.sum()), spread), retention, other)


def simulate_from(portfolio: Portfolio, retention: float, other: float) -> Simulation:
    """The same from the sums of a portfolio. Raises ValueError for a retention outside 0 … 1."""
    if not (0 <= retention <= 1 and 0 <= other <= 1):
        raise ValueError("retention lies between 0 and 1")
    total = portfolio.contribution
    factor, reached = float(sum_of_years(retention)), float(sum_of_years(other))
    # The customers are a sample of those one might have had: their sum varies by √n standard deviations.
    swing = _Z * float(np.sqrt(portfolio.customers)) * portfolio.spread
    gained = reached - factor
    bounds = sorted((gained * (total - swing), gained * (total + swing)))
    return Simulation(
        now=total * factor,
        then=total * reached,
        change=gained * total,
        low=bounds[0],
        high=bounds[1],
        share=gained * total / (total * factor) if total * factor else None,
    )


def left_after(retention: float, years: int = YEARS) -> float:
    """The share that is still there after so many years: two thirds leave 13.2 % after five."""
    return float(retention**years)


def needed_to_stand_still(customers: float, retention: float) -> float:
    """New customers needed in a year so that the number stays: those who leave."""
    return customers * (1 - retention)


def parity_ratio(loyal_benefit: float, loyal: int, alarmed_benefit: float, alarmed: int) -> float | None:
    """Benefit of a loyal peer by that of an alarmed customer of a retention offer; below 1 the loyal are worse off (RET-04).
    None where nobody of either had any chance to get it.
    """
    if not loyal or not alarmed or alarmed_benefit <= 0:
        return None
    return (loyal_benefit / loyal) / (alarmed_benefit / alarmed)
