"""Cox's proportional hazards: what shortens or lengthens the time a customer stays, ties after Efron.

D. R. Cox, "Regression models and life-tables", JRSS B 34 (1972); B. Efron, JASA 72 (1977). A coefficient is the change of
the log-hazard by one unit of a feature: exp(coefficient) times as likely to leave at any moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi.ground.refusals import gettext_noop

from .evidence import NotEnoughData
from .survival import read_durations
from .threads import one_thread
from .words import Sentence

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LEAST_ENDED = 20
FEW_ENDED = gettext_noop("Only {ended} of {customers} customers were lost; at least {least} are needed.")
ALL_ALIKE = gettext_noop(
    "All customers are alike in everything that is known of them, so nothing tells who stays longer."
)
NO_LIMIT = gettext_noop("{name} tells without exception who is lost, so its effect has no limit.")

_STEPS = 60
_STILL = 1e-10
_NO_LIMIT = 15.0


@dataclass(frozen=True)
class Cox:
    """Coefficients by feature (log-hazard a unit) with their standard errors; `dropped` had the same value everywhere.

    `boundary` names, in words, a feature that parts the lost from the kept without exception; None is ordinary.
    """

    coefficients: Mapping[str, float]
    standard_errors: Mapping[str, float]
    log_likelihood: float
    log_likelihood_without: float
    concordance: float
    customers: int
    ended: int
    dropped: tuple[str, ...] = ()
    boundary: Sentence | None = None

    def log_hazards(self, features: Mapping[str, ArrayLike]) -> Floats:
        """Each customer's log-hazard against one whose features are all 0; higher leaves sooner."""
        parts = [np.asarray(features[name], dtype=np.float64) * weight for name, weight in self.coefficients.items()]
        return np.sum(parts, axis=0)


def fit_cox(durations: ArrayLike, observed: ArrayLike, features: Mapping[str, ArrayLike]) -> Cox:
    """Maximise the partial likelihood. `features` is a dict of name to numbers, none missing.

    Raises NotEnoughData with fewer than LEAST_ENDED ends or customers all alike, ValueError on malformed columns.
    """
    times, ended = read_durations(durations, observed)
    columns = {name: np.asarray(column, dtype=np.float64) for name, column in features.items()}
    if any(column.shape != times.shape or not np.isfinite(column).all() for column in columns.values()):
        raise ValueError("features must be columns of finite numbers, one a customer")
    if ended.sum() < LEAST_ENDED:
        counts = {"ended": int(ended.sum()), "customers": len(times), "least": LEAST_ENDED}
        raise NotEnoughData("estimate.few_ended", FEW_ENDED, **counts)
    kept = [name for name, column in columns.items() if np.ptp(column) > 0]
    if not kept:
        raise NotEnoughData("estimate.all_alike", ALL_ALIKE)
    rows = np.column_stack([columns[name] for name in kept])
    spread = rows.std(axis=0)
    scaled = (rows - rows.mean(axis=0)) / spread
    with one_thread():
        likelihood = _Partial(times, ended, scaled)
        without, _, _ = likelihood.evaluate(np.zeros(len(kept)))
        at, value, hessian = _climb(likelihood, len(kept))
    errors = np.sqrt(np.diag(np.linalg.pinv(-hessian))) / spread
    return Cox(
        coefficients=dict(zip(kept, (at / spread).tolist(), strict=True)),
        standard_errors=dict(zip(kept, errors.tolist(), strict=True)),
        log_likelihood=value,
        log_likelihood_without=without,
        concordance=concordance(times, ended, scaled @ at),
        customers=len(times),
        ended=int(ended.sum()),
        dropped=tuple(name for name in columns if name not in kept),
        boundary=_boundary(kept, at),
    )


class _Partial:
    """Efron's log partial likelihood over customers in the order of their times, last first."""

    def __init__(self, times: Floats, ended: NDArray[np.bool_], rows: Floats) -> None:
        order = np.lexsort((~ended, -times))
        self.rows = rows[order]
        self.ended = ended[order]
        times = times[order]
        # The last place that is at risk at each time: all with the same time or a later one.
        last = np.searchsorted(-times, -times, side="right") - 1
        self.moments = np.unique(last[self.ended])
        self.moment_of = np.searchsorted(self.moments, last[self.ended])
        tied = np.bincount(self.moment_of, minlength=len(self.moments))
        # A row for each end: of which moment it is, and what share of the tied have gone by then.
        self.of_end = np.repeat(np.arange(len(self.moments)), tied)
        begins = np.concatenate(([0], np.cumsum(tied)[:-1]))
        self.gone = (np.arange(len(self.of_end)) - begins[self.of_end]) / tied[self.of_end]

    def evaluate(self, at: Floats) -> tuple[float, Floats, Floats]:
        """Value, gradient and Hessian."""
        odds = self.rows @ at
        top = odds.max()
        weight = np.exp(odds - top)
        wide = self.rows * weight[:, None]
        risk, tied = self._at_risk(weight), self._tied(weight)
        risk_rows, tied_rows = self._at_risk(wide), self._tied(wide)
        share = self.gone[:, None]
        sums = risk[self.of_end] - self.gone * tied[self.of_end]
        means = (risk_rows[self.of_end] - share * tied_rows[self.of_end]) / sums[:, None]
        value = float(odds[self.ended].sum() - np.sum(np.log(sums) + top))
        gradient = self.rows[self.ended].sum(axis=0) - means.sum(axis=0)
        # sum over ends of sum over those at risk of w x x' / sum, turned round: each customer once, with his total share
        per_end = 1 / sums
        of_moment = np.bincount(self.of_end, weights=per_end, minlength=len(self.moments))
        of_tied = np.bincount(self.of_end, weights=per_end * self.gone, minlength=len(self.moments))
        reach = np.zeros(len(weight))
        np.add.at(reach, self.moments, of_moment)
        total = np.cumsum(reach[::-1])[::-1]
        total[self.ended] -= of_tied[self.moment_of]
        second = (wide * total[:, None]).T @ self.rows
        return value, gradient, means.T @ means - second

    def _at_risk(self, columns: Floats) -> Floats:
        found: Floats = np.cumsum(columns, axis=0)[self.moments]
        return found

    def _tied(self, columns: Floats) -> Floats:
        ends = columns[self.ended]
        sums = np.zeros((len(self.moments), *columns.shape[1:]))
        np.add.at(sums, self.moment_of, ends)
        return sums


def _climb(likelihood: _Partial, features: int) -> tuple[Floats, float, Floats]:
    """Newton's method from 0, a step halved until it goes up."""
    at = np.zeros(features)
    value, gradient, hessian = likelihood.evaluate(at)
    for _ in range(_STEPS):
        step = np.linalg.lstsq(-hessian, gradient, rcond=None)[0]
        for _ in range(30):
            higher = likelihood.evaluate(at + step)
            if higher[0] >= value - 1e-12 * abs(value):
                break
            step = step / 2
        else:
            break
        at = at + step
        value, gradient, hessian = higher
        if np.abs(step).max() < _STILL or np.abs(at).max() > _NO_LIMIT:
            break
    return at, value, hessian


def _boundary(names: list[str], at: Floats) -> Sentence | None:
    far = int(np.argmax(np.abs(at)))
    return Sentence(NO_LIMIT, {"name": names[far]}) if abs(at[far]) > _NO_LIMIT else None


def concordance(durations: Floats, observed: NDArray[np.bool_], hazard: Floats) -> float:
    """Harrell's C: of two customers of whom one is known to leave first, the chance that his hazard is the higher, ties
    counted half. Two who leave at the same time are not compared; who was last seen then stayed longer.
    """
    order = np.lexsort((observed, -durations))
    hazards = np.unique(hazard, return_inverse=True)[1][order]
    tree = _Counts(int(hazards.max()) + 1)
    times, ended = durations[order], observed[order]
    right = tied = compared = 0.0
    begin = 0
    while begin < len(times):
        end = begin
        while end < len(times) and times[end] == times[begin]:
            end += 1
        middle = begin + int((~ended[begin:end]).sum())
        tree.add(hazards[begin:middle])
        for hazard_rank in hazards[middle:end]:
            right += tree.below(int(hazard_rank))
            tied += tree.at(int(hazard_rank))
            compared += tree.size
        tree.add(hazards[middle:end])
        begin = end
    return (right + tied / 2) / compared if compared else 0.5


class _Counts:
    """How many of the ranks added lie below one, in the time of a logarithm (Fenwick's tree)."""

    def __init__(self, ranks: int) -> None:
        self.size = 0
        self._sums = [0] * (ranks + 1)
        self._own = [0] * ranks

    def add(self, ranks: Integers) -> None:
        for rank in ranks.tolist():
            self.size += 1
            self._own[rank] += 1
            place = rank + 1
            while place < len(self._sums):
                self._sums[place] += 1
                place += place & -place

    def at(self, rank: int) -> int:
        return self._own[rank]

    def below(self, rank: int) -> int:
        total = 0
        while rank:
            total += self._sums[rank]
            rank -= rank & -rank
        return total
