"""Gamma-Gamma: what a purchase of this customer is worth on average, shrunk towards all customers.

Basket values of one customer scatter like a Gamma with shape p; customers' own scales differ like a Gamma with shape q
and scale gamma. One or two baskets are little evidence, so the estimate leans on the others.
Source: Fader and Hardie, "The Gamma-Gamma model of monetary value", note 025 (2013).

Convention: `frequency` is the number of repeat purchase days (the first purchase is left out, as in the source) and
`monetary_value` the mean amount of those days.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln, digamma

from guanxi.ground.refusals import gettext_noop

from .evidence import FEW_REPEATERS, LEAST_REPEATERS, NotEnoughData, whole
from .grouping import group_rows
from .optimum import climb, is_edge

Floats = NDArray[np.float64]

INFINITE_MEAN = gettext_noop(
    "the mean basket of a new customer is infinite (q is at most 1): the observed mean is used instead"
)
SAME_BASKETS = gettext_noop("the baskets of one customer hardly differ")
SAME_CUSTOMERS = gettext_noop("customers hardly differ in their mean basket")
NO_SPREAD = gettext_noop("All purchases have the same value, so there is nothing to estimate: the value is {value}.")

_ALLOWANCE = 1e-3
_STARTS = ((2.0, 3.0, 1.0), (10.0, 10.0, 1.0), (1.0, 1.5, 1.0))
_EDGES = (((1, 0, -1), SAME_BASKETS), ((0, 1, 1), SAME_CUSTOMERS))


@dataclass(frozen=True)
class GammaGamma:
    """A fitted model; `customers` of the fit are those with a repeat purchase of value, `observed_mean` their mean basket."""

    p: float
    q: float
    gamma: float
    log_likelihood: float = math.nan
    customers: float = math.nan
    observed_mean: float = math.nan
    edges: tuple[str, ...] = ()

    @property
    def boundary(self) -> str | None:
        """Why there is no ordinary optimum or no finite mean, in words; None where all is well."""
        return "; ".join(self.edges) or None

    @property
    def parameters(self) -> dict[str, float]:
        """The parameters by name."""
        return {"p": self.p, "q": self.q, "gamma": self.gamma}

    @property
    def mean(self) -> float:
        """The expected basket of a customer of whom nothing is known."""
        return self.p * self.gamma / (self.q - 1) if self.q > 1 else self.observed_mean

    def expected_average(self, frequency: ArrayLike, monetary_value: ArrayLike) -> Floats:
        """The expected basket value of each customer; `monetary_value` does not matter where frequency is 0.

        Customers without repeat purchases, or whose repeat purchases had no value, get the mean of all.
        """
        x = np.asarray(frequency, dtype=np.float64)
        value = np.asarray(monetary_value, dtype=np.float64)
        weight = self.p * x + self.q - 1
        known = (x > 0) & (value > 0) & (weight > 0)
        own = self.p * (self.gamma + x * np.where(known, value, 0)) / np.where(known, weight, 1)
        return np.where(known, own, self.mean)


def fit_gamma_gamma(frequency: ArrayLike, monetary_value: ArrayLike, weights: ArrayLike | None = None) -> GammaGamma:
    """Fit by maximum likelihood to the customers with repeat purchases of positive mean value; the others are left out.

    Raises NotEnoughData with fewer than LEAST_REPEATERS such customers or where all values are equal.
    """
    terms = _read_terms(frequency, monetary_value, weights)
    customers = float(np.sum(terms.weights))
    mean = float(np.sum(terms.weights * terms.x * terms.value) / np.sum(terms.weights * terms.x))
    # In units of the mean basket the fixed starts suit cents and thousands alike.
    scaled = _MeanBaskets(terms.x, terms.value / mean, terms.weights)

    def objective(logs: Floats) -> tuple[float, Floats]:
        parameters = np.exp(logs)
        value, gradient = scaled.evaluate(*(float(each) for each in parameters))
        return value / customers, gradient * parameters / customers

    peak = climb(objective, _STARTS)
    p, q, gamma = (float(each) for each in np.exp(peak.logs))
    edges = [words for way, words in _EDGES if is_edge(objective, peak, way, _ALLOWANCE / customers)]
    if q <= 1:
        edges.append(INFINITE_MEAN)
    likelihood = peak.value * customers - math.log(mean) * customers
    return GammaGamma(p, q, gamma * mean, likelihood, whole(customers), mean, tuple(edges))


class _MeanBaskets:
    """The log-likelihood of mean values z of x baskets: only log(gamma + x z) is computed for every row.

    log G(p x + q) - log G(p x) - log G(q) + q log gamma + (p x - 1) log z + p x log x - (p x + q) log(gamma + x z)
    """

    def __init__(self, x: Floats, value: Floats, weights: Floats) -> None:
        self.x, self.value, self.weights = x, value, weights
        self.total = x * value
        self.counts, place = np.unique(x, return_inverse=True)
        self.weight_of_count = np.bincount(place, weights)
        self.sum_of_logs = float(np.sum(weights * np.log(value)))
        self.count_logs = float(np.sum(weights * x * np.log(self.total)))

    def evaluate(self, p: float, q: float, gamma: float) -> tuple[float, Floats]:
        """Value and derivatives by p, q and gamma."""
        weight, count = self.weight_of_count, self.counts
        shape = p * count
        customers = np.sum(weight)
        logs = self.weights * np.log1p(self.total / gamma)
        per_customer, per_basket = np.sum(logs), np.sum(logs * self.x)
        held = self.weights / (gamma + self.total)
        # betaln keeps the digits that three log-gammas of large shapes would lose.
        value = -np.sum(weight * betaln(shape, q))
        by_shape = self.count_logs - np.sum(weight * count) * math.log(gamma) - per_basket
        value += p * by_shape - self.sum_of_logs - q * per_customer
        both = digamma(shape + q)
        by_p = np.sum(weight * count * (both - digamma(shape))) + by_shape
        by_q = np.sum(weight * both) - customers * digamma(q) - per_customer
        by_gamma = np.sum(held * (q * self.total / gamma - p * self.x))
        return float(value), np.array([by_p, by_q, by_gamma])


def _read_terms(frequency: ArrayLike, monetary_value: ArrayLike, weights: ArrayLike | None) -> _MeanBaskets:
    x = np.asarray(frequency, dtype=np.float64)
    value = np.asarray(monetary_value, dtype=np.float64)
    weight = np.ones_like(x) if weights is None else np.asarray(weights, dtype=np.float64)
    if x.ndim != 1 or x.shape != value.shape or x.shape != weight.shape:
        raise ValueError("frequency, monetary_value and weights must be columns of equal length")
    used = (x > 0) & (value > 0) & (weight > 0)
    if not all(np.isfinite(column[x > 0]).all() for column in (x, value, weight)):
        raise ValueError("frequency, monetary_value and weights must be finite numbers")
    x, value, weight = x[used], value[used], weight[used]
    customers = float(np.sum(weight))
    if customers < LEAST_REPEATERS:
        raise NotEnoughData("estimate.few_repeaters", FEW_REPEATERS, customers=round(customers), least=LEAST_REPEATERS)
    if value.max() - value.min() <= 1e-9 * value.max():
        raise NotEnoughData("estimate.no_spread", NO_SPREAD, value=round(float(value[0]), 2))
    groups = group_rows((x, value), weight)
    return _MeanBaskets(groups.columns[0], groups.columns[1], groups.weights)
