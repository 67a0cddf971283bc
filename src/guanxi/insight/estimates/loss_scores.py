"""The two scores of loss: log-odds as a base and one contribution a feature."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .boosting import Integers, PairScore, fit_boosted
from .features import Columns, Reading
from .logistic import fit_logistic

Floats = NDArray[np.float64]


class Score(Protocol):
    """Log-odds = base + the sum of the contributions."""

    @property
    def readings(self) -> tuple[Reading, ...]:
        """How its features are read, in the order of the contributions."""

    @property
    def base(self) -> float:
        """The log-odds of the average customer."""

    def contributions(self, columns: Columns) -> Floats:
        """(customers, features); how far each feature moves a customer from the average one."""


@dataclass(frozen=True)
class LogisticScore:
    """A linear score: what a feature contributes is its coefficients times the distance from the average customer."""

    readings: tuple[Reading, ...]
    base: float
    averages: tuple[Floats, ...]
    coefficients: tuple[Floats, ...]

    def contributions(self, columns: Columns) -> Floats:
        """(customers, features)."""
        of_each = zip(self.readings, self.averages, self.coefficients, strict=True)
        return np.column_stack([(r.plain(columns[r.name]) - average) @ weights for r, average, weights in of_each])


@dataclass(frozen=True)
class BoostedScore:
    """A score of look-ups, off boosted trees."""

    readings: tuple[Reading, ...]
    pairs: PairScore

    @property
    def base(self) -> float:
        """The log-odds of the average customer."""
        return self.pairs.base

    def contributions(self, columns: Columns) -> Floats:
        """(customers, features)."""
        return self.pairs.contributions(_codes(self.readings, columns))


def fit_logistic_score(
    readings: tuple[Reading, ...], columns: Columns, answers: NDArray[np.bool_], seed: int
) -> LogisticScore:
    """Fit a logistic regression to the customers; it draws nothing, so the seed changes nothing."""
    parts = [reading.plain(columns[reading.name]) for reading in readings]
    averages = tuple(part.mean(axis=0) for part in parts)
    intercept, weights = fit_logistic(np.column_stack(parts), answers.astype(np.float64))
    ends = np.cumsum([part.shape[1] for part in parts])
    coefficients = tuple(np.split(weights, ends[:-1]))
    base = intercept + sum(float(a @ w) for a, w in zip(averages, coefficients, strict=True))
    return LogisticScore(readings, base, averages, coefficients)


def fit_boosted_score(
    readings: tuple[Reading, ...], columns: Columns, answers: NDArray[np.bool_], seed: int
) -> BoostedScore:
    """Fit boosted trees to the customers."""
    places = [reading.places for reading in readings]
    texts = [reading.is_text for reading in readings]
    return BoostedScore(
        readings, fit_boosted(_codes(readings, columns), answers, places=places, texts=texts, seed=seed)
    )


def _codes(readings: tuple[Reading, ...], columns: Columns) -> Integers:
    return np.column_stack([reading.code(columns[reading.name]) for reading in readings])
