"""How well chances foretell: order, log-loss, lift and calibration over folds that the model had not seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .grading import auc

Floats = NDArray[np.float64]

_SMALLEST = 1e-15


@dataclass(frozen=True)
class Measures:
    """Of one model. `*_sd` is the standard deviation between folds, `log_losses` the figure of each fold."""

    auc: float
    auc_sd: float
    log_loss: float
    log_loss_sd: float
    lift_top_tenth: float
    lift_top_tenth_sd: float
    calibration: tuple[tuple[float, float, int], ...]
    log_losses: tuple[float, ...]

    @property
    def calibration_error(self) -> float:
        """Mean over customers of |mean chance - share lost| of their tenth, as a share of the rate of all."""
        chance, share, customers = np.array(self.calibration).T
        rate = np.sum(share * customers) / np.sum(customers)
        return float(np.sum(np.abs(chance - share) * customers) / np.sum(customers) / rate)


def measure_folds(
    scores: Floats, chances: Floats, labels: NDArray[np.bool_], folds: Sequence[NDArray[np.int64]]
) -> Measures:
    """Scores rank, chances count; `folds` are the rows judged together. There must be both labels in every fold."""

    def over_folds(figure: Callable[[Floats, NDArray[np.bool_]], float | None], column: Floats) -> Floats:
        return np.array([figure(column[rows], labels[rows]) for rows in folds], dtype=np.float64)

    order, losses, lifts = over_folds(auc, scores), over_folds(log_loss, chances), over_folds(lift_top_tenth, scores)
    return Measures(
        *_mean_and_sd(order),
        *_mean_and_sd(losses),
        *_mean_and_sd(lifts),
        calibration=calibrate_by_tenths(chances, labels),
        log_losses=tuple(float(loss) for loss in losses),
    )


def log_loss(chances: ArrayLike, labels: ArrayLike) -> float:
    """Mean of -log of the chance given to what came."""
    given = np.clip(np.asarray(chances, dtype=np.float64), _SMALLEST, 1 - _SMALLEST)
    return float(-np.mean(np.log(np.where(np.asarray(labels, dtype=bool), given, 1 - given))))


def lift_top_tenth(scores: ArrayLike, labels: ArrayLike) -> float | None:
    """The rate among the tenth (rounded up) with the highest scores over the rate of all; None where nobody has the label.

    Those with the score at the edge count with their common rate, so that the order of the rows does not matter.
    """
    score, label = np.asarray(scores, dtype=np.float64), np.asarray(labels, dtype=bool)
    if not label.any():
        return None
    room = -(-len(score) // 10)
    edge = np.sort(score)[-room]
    above, at_edge = score > edge, score == edge
    found = label[above].sum() + label[at_edge].mean() * (room - above.sum())
    return float(found / room / label.mean())


def calibrate_by_tenths(chances: Floats, labels: NDArray[np.bool_]) -> tuple[tuple[float, float, int], ...]:
    """Customers in the order of their chance in ten parts: mean chance, share with the label, customers of each part."""
    parts = np.array_split(np.argsort(chances, kind="stable"), min(10, len(chances)))
    return tuple((float(chances[part].mean()), float(labels[part].mean()), len(part)) for part in parts)


def _mean_and_sd(figures: Floats) -> tuple[float, float]:
    return float(figures.mean()), float(figures.std(ddof=1))
