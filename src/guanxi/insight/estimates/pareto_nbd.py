"""Pareto/NBD: how often a customer buys while alive, and whether he has left at some unseen moment.

While alive a customer buys at an own steady rate (rates differ like a Gamma with shape r and scale alpha); the moment
of leaving comes at an own rate too (Gamma with shape s and scale beta), so that also one who bought once may have left.
Sources: Schmittlein, Morrison and Colombo, Management Science 33 (1987); Fader and Hardie, "A note on deriving the
Pareto/NBD model" (2005), whose hypergeometric functions are here one positive integral (departure.py).

Times and columns are those of bg_nbd.py.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import exprel

from guanxi.ground.refusals import gettext_noop

from .departure import ParetoParameters, integrate_departure
from .evidence import Histories, read_histories
from .grouping import group_histories, group_rows
from .lifetime import Fit, Recipe, fit_lifetime
from .nbd import CountTerms

Floats = NDArray[np.float64]

ONE_DEPARTURE_RATE = gettext_noop("all customers leave at the same rate")
AT_ONCE_OR_NEVER = gettext_noop("customers leave at once or never")

_BLOCK = 8192


@dataclass(frozen=True)
class ParetoNbd(Fit):
    """A fitted model. `s` = 0 and `beta` = infinity where nobody leaves; `boundary` then says so."""

    r: float
    alpha: float
    s: float
    beta: float

    @property
    def parameters(self) -> dict[str, float | None]:
        """The parameters by name; None stands for infinity."""
        values = {"r": self.r, "alpha": self.alpha, "s": self.s, "beta": self.beta}
        return {name: value if math.isfinite(value) else None for name, value in values.items()}

    def expected_purchases(self, t: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """Purchase days expected in the next `t` units of each customer's time."""
        rows = read_histories(frequency, recency, age)
        ahead = np.broadcast_to(np.asarray(t, dtype=np.float64), rows.frequency.shape)
        rate = (self.r + rows.frequency) / (self.alpha + rows.age)
        return rate * self._expected_stay(ahead, rows.age) * self._alive(rows)

    def probability_alive(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """The chance that a customer has not left."""
        return self._alive(read_histories(frequency, recency, age))

    def expected_cumulative(self, t: ArrayLike) -> Floats:
        """E[X(t)]: repeat purchase days of a new customer within `t` units of the first purchase; same shape as t."""
        times = np.asarray(t, dtype=np.float64)
        return self.r / self.alpha * self._expected_stay(times, np.zeros_like(times))

    def _expected_stay(self, t: Floats, age: Floats) -> Floats:
        """Expected time until departure within the next t, for one alive at `age`: defined at s = 1 too."""
        if self.s == 0:
            return t
        span = np.log1p(t / (self.beta + age))
        return (self.beta + age) * span * exprel((1 - self.s) * span)

    def _alive(self, rows: Histories) -> Floats:
        if self.s == 0:
            return np.ones_like(rows.frequency)
        grouped, inverse = group_histories(rows)
        terms = _Terms(grouped)
        log_odds = terms.log_odds(ParetoParameters(self.r, self.alpha, self.s, self.beta))
        return np.exp(-np.maximum(log_odds, 0))[inverse]


def fit_pareto_nbd(
    frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, weights: ArrayLike | None = None
) -> ParetoNbd:
    """Fit by maximum likelihood; arguments, log-likelihood and errors as in fit_bg_nbd."""
    values, fit = fit_lifetime(_RECIPE, (frequency, recency, age, weights))
    s, beta = values.get("s", 0.0), values.get("beta", math.inf)
    return ParetoNbd(values["r"], values["alpha"], s, beta, **vars(fit))


class _Terms:
    """The log-likelihood over grouped rows.

    counts(r, alpha) + sum over w [ -s log(1 + T / beta) + log(1 + R) ], where R, the odds of having left, is
    s times the integral of (alpha + y)^-(r + x) (beta + y)^-(s + 1) from t_x to T, over E(T) of departure.py.
    The integral is a difference of two with an early end, so that only distinct (x, t) are integrated, not every row.
    """

    def __init__(self, histories: Histories) -> None:
        self.counts = CountTerms(histories)
        rows = len(histories.age)
        both = np.concatenate((histories.recency, histories.age))
        ends = group_rows((np.tile(histories.frequency, 2), both))
        self.end_x, self.end_t = ends.columns
        self.horizon = float(histories.age.max())
        columns = (
            histories.frequency,
            histories.recency,
            histories.age,
            histories.weights,
            ends.inverse[:rows],
            ends.inverse[rows:],
        )
        self.blocks = [tuple(c[start : start + _BLOCK] for c in columns) for start in range(0, rows, _BLOCK)]

    def evaluate(self, parameters: Floats) -> tuple[float, Floats]:
        """Value and derivatives by r, alpha, s and beta."""
        at = ParetoParameters(*(float(value) for value in parameters))
        weight, ages = self.counts.weight_of_age, self.counts.ages
        value, by_r, by_alpha = self.counts.evaluate(at.r, at.alpha)
        by_s = -float(np.sum(weight * np.log1p(ages / at.beta)))
        by_beta = at.s / at.beta * float(np.sum(weight * ages / (at.beta + ages)))
        integrals = integrate_departure(at, self.end_x, self.end_t, self.horizon)
        sums = np.sum([_sum_block(block, integrals, at) for block in self.blocks], axis=0)
        gradient = np.array([by_r, by_alpha, by_s, by_beta]) + sums[1:]
        return value + at.s * by_s + float(sums[0]), gradient

    def log_odds(self, at: ParetoParameters) -> Floats:
        """log(1 + R) for each row: minus the logarithm of the chance to be alive."""
        integrals = integrate_departure(at, self.end_x, self.end_t, self.horizon)
        return np.concatenate([_Odds(block, integrals, at).log for block in self.blocks])


class _Odds:
    """log(1 + R) of a block of rows, and what its derivatives share. 1 + R = e^D (P + (1 - Q) e^-D), with P and Q
    s times the integrals from t_x and from T, and D = log(E(t_x) / E(T)), which may be far too large for e^D."""

    def __init__(self, block: tuple[NDArray, ...], integrals: Floats, at: ParetoParameters) -> None:
        self.x, self.recency, self.age, self.weights, first, last = block
        self.first, self.last = integrals[:, first], integrals[:, last]
        self.alpha_growth = np.log1p((self.age - self.recency) / (at.alpha + self.recency))
        self.beta_growth = np.log1p((self.age - self.recency) / (at.beta + self.recency))
        exponent = (at.r + self.x) * self.alpha_growth + at.s * self.beta_growth
        self.shrink = np.exp(-exponent)
        self.total = at.s * self.first[0] + (1 - at.s * self.last[0]) * self.shrink
        self.log = exponent + np.log(self.total)


def _sum_block(block: tuple[NDArray, ...], integrals: Floats, at: ParetoParameters) -> Floats:
    """Sums over rows of log(1 + R) and of its derivatives by r, alpha, s and beta."""
    odds = _Odds(block, integrals, at)
    first, last, shrink = odds.first, odds.last, odds.shrink
    share = odds.weights / odds.total
    from_alpha, to_alpha = at.alpha + odds.recency, at.alpha + odds.age
    from_beta, to_beta = at.beta + odds.recency, at.beta + odds.age
    by_r = odds.alpha_growth * first[0] - first[1] + last[1] * shrink
    by_alpha = (at.r + odds.x) * (first[0] / to_alpha - first[3] / from_alpha - shrink * (last[0] - last[3]) / to_alpha)
    by_s = odds.beta_growth * first[0] - first[2] + last[2] * shrink + (first[0] - last[0] * shrink) / at.s
    by_beta = at.s * (first[0] - last[0] * shrink) / to_beta
    by_beta -= (at.s + 1) * (first[4] / from_beta - last[4] * shrink / to_beta)
    value = np.sum(odds.weights * odds.log)
    return np.array([value, *(at.s * np.sum(share * term) for term in (by_r, by_alpha, by_s, by_beta))])


_RECIPE = Recipe(
    terms=_Terms,
    names=("r", "alpha", "s", "beta"),
    times=("alpha", "beta"),
    starts=((0.5, 1.0, 0.5, 0.5), (1.0, 0.3, 1.0, 0.1), (1.0, 1.0, 0.2, 2.0)),
    edges_of_leaving=(((0, 0, 1, 1), ONE_DEPARTURE_RATE), ((0, 0, 0, -1), AT_ONCE_OR_NEVER)),
)
