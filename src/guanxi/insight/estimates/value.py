"""What a customer is worth over the next three years, and what he could be worth (decisioning 4.2).

Amounts are in the unit they are given in. A year is 365.25 days; what is earned in year k is discounted k times.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

YEARS = 3
DISCOUNT = 0.10
DAYS_OF_YEAR = 365.25
REFERRAL_SHARE, MOST_REFERRALS = 0.25, 5


class Lifetime(Protocol):
    """What a fitted BgNbd offers here."""

    def expected_purchases_until(
        self, times: Sequence[float], frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
    ) -> list[Floats]:
        """Purchase days expected by each of these times from now."""


def sum_of_years(retention: ArrayLike, discount: float = DISCOUNT, *, years: float = YEARS) -> Floats:
    """The factor on a yearly contribution: sum over k = 1 .. years of (retention / (1 + discount))^k; 1.831 for 0.85 and three years.
    Of a year that is not whole its part counts.
    """
    kept = np.asarray(retention, dtype=np.float64) / (1 + discount)
    whole = int(years)
    return sum((kept**k for k in range(1, whole + 1)), (years - whole) * kept ** (whole + 1))


def value_of_contract(contribution: ArrayLike, retention: ArrayLike, discount: float = DISCOUNT) -> Floats:
    """Lifetime value where leaving is seen: contribution of 12 months, winsorised, times the factor of its retention."""
    return winsorise(contribution) * sum_of_years(retention, discount)


def value_of_trade(
    lifetime: Lifetime,
    histories: tuple[ArrayLike, ArrayLike, ArrayLike],
    margin: ArrayLike,
    *,
    unit_days: float = 7.0,
    discount: float = DISCOUNT,
) -> Floats:
    """Lifetime value where nobody says goodbye: expected purchase days of each year times the margin of one, discounted.

    `histories` are (frequency, recency, age) in units of `unit_days` days; `margin` is the expected average basket
    (Gamma-Gamma, or the personal mean) times the margin rate.
    """
    until = lifetime.expected_purchases_until(ends_of_years(unit_days), *histories)
    return value_of_purchases(until, margin, discount=discount)


def ends_of_years(unit_days: float = 7.0) -> list[float]:
    """The times, in units of `unit_days` days, until which purchases are counted for the lifetime value."""
    return [k * DAYS_OF_YEAR / unit_days for k in range(1, YEARS + 1)]


def value_of_purchases(until: Sequence[Floats], margin: ArrayLike, *, discount: float = DISCOUNT) -> Floats:
    """The same from the purchase days expected by the end of each year."""
    yearly = [until[0], *(later - sooner for sooner, later in pairwise(until))]
    purchases = sum((bought / (1 + discount) ** k for k, bought in enumerate(yearly, start=1)), np.zeros_like(until[0]))
    return purchases * np.asarray(margin, dtype=np.float64)


def value_of_referrals(referrer: ArrayLike, value: ArrayLike, customers: int) -> Floats:
    """What each customer's word was worth: a quarter of the lifetime value of those he brought, at most five, the most
    valuable ones. A memo: added to no total, for the brought ones stand in it themselves.

    A row a verified referral of 24 months: the number of who recommended, from 0, and the value of who came.
    """
    who, worth = np.asarray(referrer, dtype=np.int64), np.asarray(value, dtype=np.float64)
    order = np.lexsort((-worth, who))
    ordered = who[order]
    begins = np.searchsorted(ordered, ordered)
    counted = order[np.arange(len(order)) - begins < MOST_REFERRALS]
    brought: Floats = np.bincount(who[counted], weights=worth[counted], minlength=customers).astype(np.float64)
    return REFERRAL_SHARE * brought


def winsorise(values: ArrayLike, share: float = 0.01) -> Floats:
    """Values beyond the 1st and the 99th percentile drawn in to them, so that one odd year does not rule a portfolio."""
    column = np.asarray(values, dtype=np.float64)
    if not len(column):
        return column
    low, high = np.quantile(column, (share, 1 - share))
    return np.clip(column, low, high)


def potential(contribution: ArrayLike, cells: ArrayLike) -> Floats:
    """What is missing to the 75th percentile of the peers in the same cell, at least 0."""
    column = np.asarray(contribution, dtype=np.float64)
    if not len(column):
        return column
    cell = np.unique(np.asarray(cells), return_inverse=True)[1]
    order = np.lexsort((column, cell))
    ordered, sizes = column[order], np.bincount(cell)
    begins = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.int64)
    # Linear between neighbours, as np.quantile does, for all cells at once.
    position = 0.75 * (sizes - 1)
    below = np.floor(position).astype(np.int64)
    lower, upper = ordered[begins + below], ordered[begins + np.minimum(below + 1, sizes - 1)]
    upper_quarter = lower + (position - below) * (upper - lower)
    return np.maximum(upper_quarter[cell] - column, 0)
