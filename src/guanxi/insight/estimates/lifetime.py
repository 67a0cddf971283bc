"""What the two lifetime models share: fitting from fixed starts, and saying where the optimum lies at an edge."""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi.ground.refusals import gettext_noop

from .evidence import Histories, read_histories, require_repeaters, whole
from .grouping import group_histories, roughen_histories
from .nbd import CountTerms, fit_counts
from .optimum import Objective, Peak, climb, is_edge

Floats = NDArray[np.float64]

NOBODY_LEAVES = gettext_noop("nobody leaves: plain NBD")
ONE_RATE = gettext_noop("all customers buy at the same rate")

# An edge is preferred to an interior point that explains all customers together no better than this.
_ALLOWANCE = 1e-3


class Terms(Protocol):
    """A log-likelihood over grouped rows."""

    def evaluate(self, parameters: Floats) -> tuple[float, Floats]:
        """The sum over customers, and its derivatives by the four parameters, of which r and alpha come first."""


@dataclass(frozen=True)
class Recipe:
    """How one model is fitted. Times, and parameters that are times, are counted in mean ages, so that the fixed starts
    suit days, weeks and years alike; alpha in a start is a multiple of r times the mean gap between purchases.
    """

    terms: Callable[[Histories], Terms]
    names: tuple[str, str, str, str]
    times: tuple[str, ...]
    starts: tuple[tuple[float, float, float, float], ...]
    # Direction in the logarithms of the parameters, and what it means to lie at its end; the first that fits is said.
    edges_of_leaving: tuple[tuple[tuple[int, int, int, int], str], ...]


@dataclass(frozen=True, kw_only=True)
class Fit:
    """What every fitted lifetime model says about itself."""

    log_likelihood: float = math.nan
    customers: float = math.nan
    edges: tuple[str, ...] = ()

    @property
    def boundary(self) -> str | None:
        """Why there is no ordinary optimum, in words (`edges` one by one, for translation); None where there is one."""
        return "; ".join(self.edges) or None


def fit_lifetime(
    recipe: Recipe, columns: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike | None]
) -> tuple[dict[str, float], Fit]:
    """Maximum likelihood for (frequency, recency, age, weights); only r and alpha are given where nobody leaves."""
    histories, _ = group_histories(read_histories(*columns))
    require_repeaters(histories)
    customers = float(histories.weights.sum())
    scale = float(np.sum(histories.weights * histories.age)) / customers
    scaled = Histories(histories.frequency, histories.recency / scale, histories.age / scale, histories.weights)
    unit = -math.log(scale) * float(np.sum(histories.weights * histories.frequency))
    allowance = _ALLOWANCE / customers
    counts, peak = fit_counts(CountTerms(scaled), customers)
    objective, with_leaving = _fit_leaving(recipe, scaled, customers)
    if with_leaving.value > peak.value + allowance:
        peak, edges = with_leaving, _find_edges(recipe, objective, with_leaving, allowance)
    else:
        edges = (NOBODY_LEAVES, *((ONE_RATE,) if is_edge(counts, peak, (1, 1), allowance) else ()))
    values = dict(zip(recipe.names, (float(value) for value in np.exp(peak.logs)), strict=False))
    parameters = {name: value * scale if name in recipe.times else value for name, value in values.items()}
    return parameters, Fit(log_likelihood=peak.value * customers + unit, customers=whole(customers), edges=edges)


def _fit_leaving(recipe: Recipe, scaled: Histories, customers: float) -> tuple[Objective, Peak]:
    gap = customers / float(np.sum(scaled.weights * scaled.frequency))
    starts = [(r, r * gap * times, *rest) for r, times, *rest in recipe.starts]
    near = climb(_mean_likelihood(recipe.terms(roughen_histories(scaled)), customers), starts)
    objective = _mean_likelihood(recipe.terms(scaled), customers)
    return objective, climb(objective, [np.exp(near.logs).tolist()])


def _mean_likelihood(terms: Terms, customers: float) -> Objective:
    def objective(logs: Floats) -> tuple[float, Floats]:
        parameters = np.exp(logs)
        value, gradient = terms.evaluate(parameters)
        return value / customers, gradient * parameters / customers

    return objective


def _find_edges(recipe: Recipe, objective: Objective, peak: Peak, allowance: float) -> tuple[str, ...]:
    rate = [ONE_RATE] if is_edge(objective, peak, (1, 1, 0, 0), allowance) else []
    leaving = (words for way, words in recipe.edges_of_leaving if is_edge(objective, peak, way, allowance))
    return (*rate, *itertools.islice(leaving, 1))
