"""The negative binomial (NBD) model of counts: each customer buys at an own steady rate, rates differ like a Gamma.

It is the purchase half of both lifetime models, and what remains of them where nobody leaves.
Source: Ehrenberg 1959; in the notation of Fader, Hardie and Lee 2005 (shape r, scale alpha).
"""

import numpy as np
from numpy.typing import NDArray

from .evidence import Histories
from .optimum import Objective, Peak, climb

Floats = NDArray[np.float64]


class CountTerms:
    """Log-likelihood of the counts, summed over customers: only distinct counts and distinct ages are computed.

    sum over w [ sum_{i<x} log(r + i) - x log(alpha + T) - r log(1 + T / alpha) ]
    """

    def __init__(self, histories: Histories) -> None:
        self.counts, place = np.unique(histories.frequency.astype(np.int64), return_inverse=True)
        self.weight_of_count = np.bincount(place, histories.weights)
        self.ages, place = np.unique(histories.age, return_inverse=True)
        self.weight_of_age = np.bincount(place, histories.weights)
        self.purchases_of_age = np.bincount(place, histories.weights * histories.frequency)
        self.steps = np.arange(self.counts[-1], dtype=np.float64)

    def evaluate(self, r: float, alpha: float) -> tuple[float, float, float]:
        """Value, and its derivatives by r and by alpha."""
        rising = self.sum_by_count(np.log(r + self.steps))
        spread = np.log1p(self.ages / alpha)
        spread_of_all = np.sum(self.weight_of_age * spread)
        value = rising - np.sum(self.purchases_of_age * np.log(alpha + self.ages)) - r * spread_of_all
        by_r = self.sum_by_count(1 / (r + self.steps)) - spread_of_all
        by_alpha = np.sum((r * self.ages / alpha * self.weight_of_age - self.purchases_of_age) / (alpha + self.ages))
        return float(value), float(by_r), float(by_alpha)

    def sum_by_count(self, terms: Floats) -> float:
        """The sum over customers of the first x of the terms, one term for each step 0 .. x - 1."""
        return float(np.sum(self.weight_of_count * sums_of_first(terms)[self.counts]))


def sums_of_first(terms: Floats) -> Floats:
    """Element k is the sum of the first k terms: never a difference of two log-gammas, which loses all digits."""
    return np.concatenate(([0.0], np.cumsum(terms)))


def fit_counts(terms: CountTerms, customers: float) -> tuple[Objective, Peak]:
    """The mean log-likelihood as a function of (log r, log alpha), and its peak."""

    def objective(logs: Floats) -> tuple[float, Floats]:
        r, alpha = np.exp(logs)
        value, by_r, by_alpha = terms.evaluate(r, alpha)
        return value / customers, np.array([by_r * r, by_alpha * alpha]) / customers

    gap = float(np.sum(terms.weight_of_age * terms.ages) / np.sum(terms.purchases_of_age))
    return objective, climb(objective, [(1.0, gap)])
