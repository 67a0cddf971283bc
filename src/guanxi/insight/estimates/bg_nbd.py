"""BG/NBD: how often a customer buys while alive, and whether he has left, where nobody says goodbye.

While alive a customer buys at an own steady rate (rates differ like a Gamma with shape r and scale alpha); after each
purchase he leaves with an own chance (chances differ like a Beta with a and b).
Source: Fader, Hardie and Lee, "Counting your customers the easy way", Marketing Science 24 (2005).

Times are in any one unit (days, or weeks as days / 7), counted from the first purchase of each customer:
`frequency` is the number of purchase days after the first, `recency` the time of the last, `age` the time of today.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from guanxi.ground.refusals import gettext_noop

from .dropout import expected_while_alive
from .evidence import Histories, read_histories
from .grouping import group_rows
from .lifetime import Fit, Recipe, fit_lifetime
from .nbd import CountTerms

Floats = NDArray[np.float64]

ONE_CHANCE = gettext_noop("all customers leave with the same chance after a purchase")
STAY_OR_LEAVE = gettext_noop("customers leave after the second purchase or never")
LEAVE_AT_ONCE = gettext_noop("everybody leaves after the second purchase")

# Rows computed together: their intermediate columns stay in the processor's cache.
_BLOCK = 8192


@dataclass(frozen=True)
class BgNbd(Fit):
    """A fitted model. `a` = 0 and `b` = infinity where nobody leaves; `boundary` then says so."""

    r: float
    alpha: float
    a: float
    b: float

    @property
    def parameters(self) -> dict[str, float | None]:
        """The parameters by name; None stands for infinity."""
        values = {"r": self.r, "alpha": self.alpha, "a": self.a, "b": self.b}
        return {name: value if math.isfinite(value) else None for name, value in values.items()}

    def expected_purchases(self, t: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """Purchase days expected in the next `t` units of each customer's time (equation 10 of the source)."""
        rows = read_histories(frequency, recency, age)
        ahead = np.broadcast_to(np.asarray(t, dtype=np.float64), rows.frequency.shape)
        # Given alive, the last purchase no longer matters: far fewer distinct rows.
        groups = group_rows((rows.frequency, rows.age, ahead))
        x, now, t_ahead = groups.columns
        if_alive = expected_while_alive(self.r + x, self.a, self.b + x, t_ahead / (self.alpha + now))
        return if_alive[groups.inverse] * self._alive(rows)

    def expected_purchases_until(
        self, times: Sequence[float], frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
    ) -> list[Floats]:
        """The same for several times, each for everybody, at about half of what they cost one by one."""
        rows = read_histories(frequency, recency, age)
        groups = group_rows((rows.frequency, rows.age))
        x, now = groups.columns
        u = np.asarray(times, dtype=np.float64) / (self.alpha + now)[:, None]
        if_alive, alive = expected_while_alive(self.r + x, self.a, self.b + x, u), self._alive(rows)
        return [column[groups.inverse] * alive for column in if_alive.T]

    def probability_alive(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """The chance that a customer has not left. Without a repeat purchase it is 1: the model lets nobody leave before."""
        return self._alive(read_histories(frequency, recency, age))

    def expected_cumulative(self, t: ArrayLike) -> Floats:
        """E[X(t)]: repeat purchase days of a new customer within `t` units of the first purchase; same shape as t."""
        times = np.asarray(t, dtype=np.float64)
        distinct, inverse = np.unique(times, return_inverse=True)
        shape, b = np.full(distinct.shape, self.r), np.full(distinct.shape, self.b)
        return expected_while_alive(shape, self.a, b, distinct / self.alpha)[inverse].reshape(times.shape)

    def _alive(self, rows: Histories) -> Floats:
        if self.a == 0:
            return np.ones_like(rows.frequency)
        since = np.log1p((rows.age - rows.recency) / (self.alpha + rows.recency))
        # Before a repeat purchase nobody can have left; max() only keeps the unused logarithm defined.
        log_odds = np.log(self.a / (self.b + np.maximum(rows.frequency, 1) - 1)) + (self.r + rows.frequency) * since
        return np.where(rows.frequency > 0, expit(-log_odds), 1.0)


def fit_bg_nbd(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, weights: ArrayLike | None = None) -> BgNbd:
    """Fit by maximum likelihood. `weights` says how many customers a row stands for (default 1).

    `log_likelihood` is the sum over customers in the unit of the input, without the constant of the unordered form,
    as in the source. Raises NotEnoughData with too few customers or repeat buyers, ValueError on malformed columns.
    """
    values, fit = fit_lifetime(_RECIPE, (frequency, recency, age, weights))
    a, b = values.get("a", 0.0), values.get("b", math.inf)
    return BgNbd(values["r"], values["alpha"], a, b, **vars(fit))


class _Terms:
    """The log-likelihood over grouped rows.

    counts(r, alpha) + sum over w [ -sum_{i<x} log(1 + a / (b + i)) + log(1 + e^h) for x > 0 ],
    h = log(a / (b + x - 1)) + (r + x) log((alpha + T) / (alpha + t_x)).
    """

    def __init__(self, histories: Histories) -> None:
        self.counts = CountTerms(histories)
        again = histories.frequency > 0
        x = histories.frequency[again]
        place = np.searchsorted(self.counts.counts, x.astype(np.int64))
        columns = (x, histories.recency[again], histories.age[again], histories.weights[again], place)
        self.blocks = [tuple(c[start : start + _BLOCK] for c in columns) for start in range(0, len(x), _BLOCK)]

    def evaluate(self, parameters: Floats) -> tuple[float, Floats]:
        """Value and derivatives by r, alpha, a and b."""
        r, alpha, a, b = (float(value) for value in parameters)
        value, by_r, by_alpha = self.counts.evaluate(r, alpha)
        steps, counts = self.counts.steps, self.counts.counts
        value -= self.counts.sum_by_count(np.log1p(a / (b + steps)))
        by_a = -self.counts.sum_by_count(1 / (a + b + steps))
        by_b = self.counts.sum_by_count(a / ((b + steps) * (a + b + steps)))
        # log(a / (b + x - 1)) for each distinct count; a count of 0 is in no block.
        base = np.log(a / (b + np.maximum(counts, 1) - 1))
        sums = np.sum([_sum_block(block, base, (r, alpha, b)) for block in self.blocks], axis=0)
        gradient = np.array([by_r, by_alpha, by_a, by_b]) + sums[1:] / (1, 1, a, 1)
        return value + float(sums[0]), gradient


def _sum_block(block: tuple[NDArray, ...], base: Floats, at: tuple[float, float, float]) -> Floats:
    """Sums over rows of log(1 + e^h), and of the chance to have left times dh/dr, dh/dalpha, a dh/da and dh/db."""
    x, recency, age, weights, place = block
    r, alpha, b = at
    since = np.log1p((age - recency) / (alpha + recency))
    h = base[place] + (r + x) * since
    small = np.exp(-np.abs(h))
    left = weights * np.where(h > 0, 1, small) / (1 + small)
    drift = (recency - age) / ((alpha + age) * (alpha + recency))
    value = np.sum(weights * (np.maximum(h, 0) + np.log1p(small)))
    return np.array(
        [value, np.sum(left * since), np.sum(left * (r + x) * drift), np.sum(left), -np.sum(left / (b + x - 1))]
    )


_RECIPE = Recipe(
    terms=_Terms,
    names=("r", "alpha", "a", "b"),
    times=("alpha",),
    # The surface can have two hills: from these four starts the higher one was found on each of 256 simulated shops of
    # 60 to 5,000 customers. Starts near the plain NBD often failed.
    starts=((0.3, 1.0, 0.5, 2.0), (0.3, 1.0, 0.01, 0.5), (1.0, 0.2, 3.0, 1.0), (0.3, 1.0, 1.0, 20.0)),
    edges_of_leaving=(((0, 0, 1, -1), LEAVE_AT_ONCE), ((0, 0, 1, 1), ONE_CHANCE), ((0, 0, -1, -1), STAY_OR_LEAVE)),
)
