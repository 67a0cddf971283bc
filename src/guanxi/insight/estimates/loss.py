"""Who will be lost: a logistic regression and boosted trees, the better by hold-out, calibrated, with reasons that add up.

`features` is a dict of name to array, numbers or text, with gaps allowed; `labels` says who was lost. Five stratified
folds: every customer is judged by a model that did not see him.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from guanxi.ground.refusals import gettext_noop

from .evidence import NotEnoughData
from .features import Columns, Reading, learn_readings, read_features, read_labels
from .logistic import fit_logistic
from .loss_measures import Measures, measure_folds
from .loss_scores import Score, fit_boosted_score, fit_logistic_score
from .threads import one_thread
from .words import Sentence

Floats = NDArray[np.float64]
Labels = NDArray[np.bool_]

FOLDS = 5
# Set by judgement: with fewer in a fold, an AUC is the luck of one customer.
LEAST_OF_EACH = 20
LOGISTIC, BOOSTED = "logistic", "boosted"

FEW_LOST = gettext_noop(
    "Of {customers} customers {lost} were lost; at least {least} who were and {least} who were not are needed."
)
ALL_ALIKE = gettext_noop(
    "All customers are alike in everything that is known of them, so nothing tells who will be lost."
)
BOOSTED_IS_BETTER = gettext_noop(
    "Boosted trees foretell better than the logistic regression on customers they did not see "
    "(log-loss {boosted} against {logistic})."
)
LOGISTIC_IS_AS_GOOD = gettext_noop(
    "Boosted trees foretell no better than the logistic regression on customers they did not see "
    "(log-loss {boosted} against {logistic}): the plainer one is used."
)


@dataclass(frozen=True)
class LossValidation:
    """Both models judged on the same five folds. The figures without a name are those of the `chosen` one; each is a mean
    over folds, `*_sd` the standard deviation between them.
    """

    customers: int
    lost: int
    logistic: Measures
    boosted: Measures
    chosen: str
    why: Sentence

    @property
    def best(self) -> Measures:
        """The measures of the model that is used."""
        return self.boosted if self.chosen == BOOSTED else self.logistic

    @property
    def auc(self) -> float:
        """The chance that one who was lost scores above one who was not."""
        return self.best.auc

    @property
    def auc_sd(self) -> float:
        """Its standard deviation between folds."""
        return self.best.auc_sd

    @property
    def log_loss(self) -> float:
        """Mean of -log of the chance given to what came; 0.693 is a coin."""
        return self.best.log_loss

    @property
    def log_loss_sd(self) -> float:
        """Its standard deviation between folds."""
        return self.best.log_loss_sd

    @property
    def lift_top_tenth(self) -> float:
        """How many times as many are lost in the tenth with the highest scores as on average."""
        return self.best.lift_top_tenth

    @property
    def lift_top_tenth_sd(self) -> float:
        """Its standard deviation between folds."""
        return self.best.lift_top_tenth_sd

    @property
    def calibration(self) -> tuple[tuple[float, float, int], ...]:
        """By tenths of the chance: the mean chance, the share that was lost, the customers."""
        return self.best.calibration


@dataclass(frozen=True)
class Reasons:
    """Why each customer has his chance: `base` + the sum of a row of `contributions` = his log-odds.

    `contributions` is (customers, names) on the scale of log-odds, against the average of the customers learnt from.
    """

    names: tuple[str, ...]
    base: float
    contributions: Floats

    @property
    def log_odds(self) -> Floats:
        """log(p / (1 - p)) of each customer."""
        return self.base + self.contributions.sum(axis=1)


@dataclass(frozen=True)
class LossModel:
    """The chosen model, fitted to all customers; its log-odds are straightened by `slope` and `shift` (Platt 1999)."""

    validation: LossValidation
    score: Score
    slope: float
    shift: float

    def probabilities(self, features: Mapping[str, ArrayLike]) -> Floats:
        """The chance to be lost, for each customer. Needs the features it was fitted to; raises ValueError without."""
        return expit(self.reasons(features).log_odds)

    def reasons(self, features: Mapping[str, ArrayLike]) -> Reasons:
        """What each feature adds to the log-odds of each customer: coefficients times the distance from the average, or
        exact Shapley values of trees that see two features at most (boosting.py).
        """
        readings = self.score.readings
        if lacking := [reading.name for reading in readings if reading.name not in features]:
            raise ValueError(f"the model needs {', '.join(lacking)} too")
        columns = read_features({reading.name: features[reading.name] for reading in readings})
        parts = self.slope * self.score.contributions(columns)
        return Reasons(tuple(reading.name for reading in readings), self.slope * self.score.base + self.shift, parts)


def cross_validate_loss(features: Mapping[str, ArrayLike], labels: ArrayLike, seed: int = 0) -> LossValidation:
    """Judge both models on five stratified folds drawn by `seed`, and choose.

    Boosted trees are chosen where their log-loss is lower by more than one standard error of the difference between folds.
    Raises NotEnoughData with fewer than LEAST_OF_EACH lost or kept or with customers all alike, ValueError on malformed columns.
    """
    with one_thread(with_trees=True):
        return _validate(*_read(features, labels), seed)[0]


def fit_loss(features: Mapping[str, ArrayLike], labels: ArrayLike, seed: int = 0) -> LossModel:
    """The model that cross_validate_loss chooses, fitted to all customers. Raises as that does."""
    columns, lost = _read(features, labels)
    with one_thread(with_trees=True):
        validation, unseen = _validate(columns, lost, seed)
        slope, shift = _straighten(unseen[validation.chosen], lost)
        score = _FITS[validation.chosen](learn_readings(columns), columns, lost, seed)
    return LossModel(validation, score, slope, shift)


_Fit = Callable[[tuple[Reading, ...], Columns, Labels, int], Score]
_FITS: dict[str, _Fit] = {
    LOGISTIC: fit_logistic_score,
    BOOSTED: fit_boosted_score,
}


def _read(features: Mapping[str, ArrayLike], labels: ArrayLike) -> tuple[Columns, Labels]:
    columns = read_features(features)
    lost = read_labels(labels, len(next(iter(columns.values()))))
    rarer = min(int(lost.sum()), int((~lost).sum()))
    if rarer < LEAST_OF_EACH:
        counts = {"customers": len(lost), "lost": int(lost.sum()), "least": LEAST_OF_EACH}
        raise NotEnoughData("estimate.few_lost", FEW_LOST, **counts)
    if not learn_readings(columns):
        raise NotEnoughData("estimate.all_alike", ALL_ALIKE)
    return columns, lost


def _validate(columns: Columns, lost: Labels, seed: int) -> tuple[LossValidation, dict[str, Floats]]:
    """The judgement, and the log-odds that each model gave to customers it had not seen."""
    folds = list(_folds(lost, seed))
    common = float(np.log(lost.mean() / (1 - lost.mean())))
    unseen = {name: np.full(len(lost), common) for name in _FITS}
    for learnt, judged in folds:
        known = {name: column[learnt] for name, column in columns.items()}
        new = {name: column[judged] for name, column in columns.items()}
        readings = learn_readings(known)
        if not readings:  # what sets customers apart is all in the fold that is judged: nothing was learnt
            continue
        for name, fit in _FITS.items():
            score = fit(readings, known, lost[learnt], seed)
            unseen[name][judged] = score.base + score.contributions(new).sum(axis=1)
    measured = {name: _measure(odds, lost, folds) for name, odds in unseen.items()}
    chosen, why = _choose(measured[LOGISTIC], measured[BOOSTED])
    counts = len(lost), int(lost.sum())
    return LossValidation(*counts, measured[LOGISTIC], measured[BOOSTED], chosen, why), unseen


def _folds(lost: Labels, seed: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    from sklearn.model_selection import StratifiedKFold

    return StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(lost, lost)


def _measure(odds: Floats, lost: Labels, folds: list[tuple[NDArray[np.int64], NDArray[np.int64]]]) -> Measures:
    """Each fold is straightened by what the other four say, so that its calibration is a promise kept on strangers."""
    chances = np.empty(len(odds))
    for others, judged in folds:
        slope, shift = _straighten(odds[others], lost[others])
        chances[judged] = expit(slope * odds[judged] + shift)
    return measure_folds(odds, chances, lost, [judged for _, judged in folds])


def _straighten(odds: Floats, lost: Labels) -> tuple[float, float]:
    """Slope and shift that make log-odds into calibrated ones, with Platt's prior of one more customer on each side.

    A slope below 0 would turn a ranking by chance upside down: then all get the common rate.
    """
    happened, stayed = float(lost.sum()), float((~lost).sum())
    answers = np.where(lost, (happened + 1) / (happened + 2), 1 / (stayed + 2))
    shift, slopes = fit_logistic(odds[:, None], answers, penalty=1e-6)
    if slopes[0] > 0:
        return float(slopes[0]), shift
    return 0.0, float(np.log(happened / stayed))


def _choose(logistic: Measures, boosted: Measures) -> tuple[str, Sentence]:
    """The plain one unless the other is better by more than the luck of five folds."""
    gains = np.array(logistic.log_losses) - np.array(boosted.log_losses)
    better = gains.mean() > gains.std(ddof=1) / np.sqrt(len(gains))
    told = {"boosted": f"{boosted.log_loss:.4f}", "logistic": f"{logistic.log_loss:.4f}"}
    if better:
        return BOOSTED, Sentence(BOOSTED_IS_BETTER, told)
    return LOGISTIC, Sentence(LOGISTIC_IS_AS_GOOD, told)
