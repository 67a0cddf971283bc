"""Features of customers as models read them: numbers or text, with gaps, by one reading learnt once and kept.

A number that is missing and a text that was not seen before are no error: each has a place of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Columns = Mapping[str, NDArray]

# A number becomes at most so many steps, each with as many customers; a text at most so many words of its own.
MOST_STEPS = 32
MOST_WORDS = 48
# A word that fewer customers share is put with the others: it would describe these few and nobody else.
LEAST_OF_A_WORD = 10
_NOTHING = ""


@dataclass(frozen=True)
class Reading:
    """How one feature is read. `words` of a text in their order, or `edges` between the steps of a number."""

    name: str
    is_text: bool
    words: tuple[str, ...] = ()
    edges: Floats = field(default_factory=lambda: np.array([]))
    mean: float = 0.0
    spread: float = 1.0
    least: float = 0.0
    most: float = 0.0
    has_gaps: bool = False

    @property
    def places(self) -> int:
        """How many codes there are: words or steps, one for all other words, one for nothing."""
        return (len(self.words) + 2) if self.is_text else (len(self.edges) + 2)

    def code(self, column: NDArray) -> Integers:
        """The place of each value; the last one is for nothing, in a text the one before for any other word."""
        if not self.is_text:
            steps = np.searchsorted(self.edges, column, side="right")
            return np.where(np.isnan(column), self.places - 1, steps).astype(np.int64)
        words = np.array(self.words, dtype=column.dtype if not self.words else None)
        place = np.minimum(np.searchsorted(words, column), max(len(words) - 1, 0))
        known = words[place] == column if len(words) else np.zeros(len(column), dtype=bool)
        other = np.where(column == _NOTHING, self.places - 1, self.places - 2)
        return np.where(known, place, other).astype(np.int64)

    def plain(self, column: NDArray) -> Floats:
        """A matrix for a linear model, every column 0 for the average customer: the number by its spread and whether it is
        missing, or a column a word. A number that is missing counts as the average.
        """
        if self.is_text:
            place = np.arange(len(self.words))
            return (self.code(column)[:, None] == place).astype(np.float64)
        gaps = np.isnan(column)
        # Beyond what was seen a straight line promises anything: there the farthest seen counts.
        number = (np.where(gaps, self.mean, np.clip(column, self.least, self.most)) - self.mean) / self.spread
        return np.column_stack([number, gaps]) if self.has_gaps else number[:, None]


def read_features(features: Mapping[str, ArrayLike]) -> dict[str, NDArray]:
    """Check columns of equal length: numbers become floats (missing: NaN), text stays text (missing: '').

    Raises ValueError for lengths that differ, no feature at all, infinite numbers, and what is neither number nor text.
    """
    columns = {name: _read_column(name, values) for name, values in features.items()}
    if not columns:
        raise ValueError("there must be at least one feature")
    if len({len(column) for column in columns.values()}) > 1:
        raise ValueError("all features must have one value a customer")
    return columns


def learn_readings(columns: Columns) -> tuple[Reading, ...]:
    """How the features are to be read, learnt from these customers; a feature with one value everywhere is left out."""
    readings = (_learn(name, column) for name, column in columns.items())
    return tuple(reading for reading in readings if reading is not None)


def read_labels(labels: ArrayLike, customers: int) -> NDArray[np.bool_]:
    """True for a customer to whom it happened. Raises ValueError for anything but one 0 or 1, or truth value, a customer."""
    column = np.asarray(labels)
    if column.ndim != 1 or len(column) != customers:
        raise ValueError("there must be one label a customer")
    if column.dtype.kind == "O":
        column = np.array([np.nan if value is None else value for value in column])
    if column.dtype.kind not in "biuf" or not np.isin(column, (0, 1)).all():
        raise ValueError("labels must be 0 or 1, or truth values, none missing")
    return column.astype(bool)


def _read_column(name: str, values: ArrayLike) -> NDArray:
    column = np.asarray(values)
    if column.ndim != 1:
        raise ValueError(f"{name} must be one column")
    if column.dtype.kind == "O":
        return _read_objects(name, column)
    if column.dtype.kind in "US":
        return column.astype(np.str_)
    if column.dtype.kind not in "biuf":
        raise ValueError(f"{name} must be numbers or text")
    return _finite_or_nan(name, column.astype(np.float64))


def _read_objects(name: str, column: NDArray) -> NDArray:
    """Values that came one by one: None and NaN are missing, and one text makes all of them text."""
    gaps = np.array([value is None or value != value for value in column], dtype=bool)  # noqa: PLR0124 - NaN is not itself
    if any(isinstance(value, str) for value in column[~gaps]):
        return np.array([_NOTHING if gap else str(value) for value, gap in zip(column, gaps, strict=True)])
    try:
        numbers = np.where(gaps, np.nan, column).astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be numbers or text") from error
    return _finite_or_nan(name, numbers)


def _finite_or_nan(name: str, numbers: Floats) -> Floats:
    if np.isinf(numbers).any():
        raise ValueError(f"{name} must be finite numbers, or missing")
    return numbers


def _learn(name: str, column: NDArray) -> Reading | None:
    if column.dtype.kind == "U":
        words, counts = np.unique(column, return_counts=True)
        if len(words) < 2:
            return None
        kept = (words != _NOTHING) & (counts >= min(LEAST_OF_A_WORD, counts[words != _NOTHING].max(initial=1)))
        commonest = np.lexsort((words, -counts * kept))[: min(MOST_WORDS, int(kept.sum()))]
        return Reading(name, is_text=True, words=tuple(sorted(str(word) for word in words[commonest])))
    gaps = np.isnan(column)
    known = column[~gaps]
    distinct = np.unique(known)
    if not len(distinct) or len(distinct) + gaps.any() < 2:
        return None
    if len(distinct) <= MOST_STEPS:
        edges = distinct[:-1] + (distinct[1:] - distinct[:-1]) / 2
    else:
        edges = np.unique(np.quantile(known, np.arange(1, MOST_STEPS) / MOST_STEPS))
    return Reading(
        name,
        is_text=False,
        edges=edges,
        mean=float(known.mean()),
        spread=float(known.std()) or 1.0,
        least=float(distinct[0]),
        most=float(distinct[-1]),
        has_gaps=bool(gaps.any()),
    )
