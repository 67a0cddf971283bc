"""Equal rows are computed once: whole days or weeks leave a tenth of the rows of a large shop."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .evidence import Histories

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Times arrive in whole days or in weeks, which are whole sevenths.
_SCALES = (1.0, 7.0)
_ROUNDING = 1e-9
_LARGEST_KEY = 2**62
# Counting into a table beats sorting while the table is not much longer than the data.
_TABLE_PER_ROW = 4
# Below this many groups a rough copy saves nothing; its grid divides the mean age.
_FEW_GROUPS = 20_000
_GRID = 32


@dataclass(frozen=True)
class Groups:
    """Distinct rows in ascending order. `columns[k][inverse]` gives the original column k back."""

    columns: tuple[Floats, ...]
    weights: Floats
    inverse: Integers


def group_rows(columns: Sequence[Floats], weights: Floats | None = None) -> Groups:
    """Group equal rows of columns of equal length, adding their weights (default 1 a row).

    The order of the groups depends on the values only, so that sums over groups are the same bit for bit whatever the
    order of the rows. Values within 1e-9 of a whole day or a whole seventh count as exactly that.
    """
    coded = [_encode(column) for column in columns]
    spans = [int(codes.max(initial=0)) + 1 for codes, _, _ in coded]
    if _product(spans) > _LARGEST_KEY:
        coded = [_encode_by_sorting(column) for column in columns]
        spans = [int(codes.max(initial=0)) + 1 for codes, _, _ in coded]
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for (codes, _, _), span in zip(coded, spans, strict=True):
        key = key * span + codes
    distinct, inverse = _distinct(key, _product(spans))
    added = np.bincount(inverse, weights=weights, minlength=len(distinct)).astype(np.float64)
    decoded: list[Floats] = []
    for (_, values, (low, scale)), span in reversed(list(zip(coded, spans, strict=True))):
        codes = distinct % span
        distinct = distinct // span
        decoded.append((codes + low) / scale if values is None else values[codes])
    return Groups(tuple(reversed(decoded)), added, inverse)


def group_histories(rows: Histories) -> tuple[Histories, Integers]:
    """Equal purchase histories added together, in ascending order, and the place of each row among them."""
    groups = group_rows((rows.frequency, rows.recency, rows.age), rows.weights)
    frequency, recency, age = groups.columns
    return Histories(frequency, recency, age, groups.weights), groups.inverse


def roughen_histories(grouped: Histories) -> Histories:
    """Many groups thrown onto a coarse grid of times, to find the neighbourhood of an optimum cheaply; few stay as they are."""
    if len(grouped.age) <= _FEW_GROUPS:
        return grouped
    cell = float(np.sum(grouped.weights * grouped.age) / np.sum(grouped.weights)) / _GRID
    again = grouped.frequency > 0
    recency = np.where(again, np.floor(grouped.recency / cell) + 0.5, 0)
    groups = group_rows((grouped.frequency, recency * 2, np.floor(grouped.age / cell) * 2 + 1), grouped.weights)
    frequency, half_recency, half_age = groups.columns
    return Histories(frequency, half_recency * cell / 2, half_age * cell / 2, groups.weights)


_Coded = tuple[Integers, Floats | None, tuple[int, float]]


def _encode(column: Floats) -> _Coded:
    if not len(column) or np.abs(column).max() > _LARGEST_KEY / _SCALES[-1]:
        return _encode_by_sorting(column)
    for scale in _SCALES:
        scaled = column * scale
        whole = np.rint(scaled)
        if np.abs(scaled - whole).max() <= _ROUNDING:
            low = int(whole.min())
            return whole.astype(np.int64) - low, None, (low, scale)
    return _encode_by_sorting(column)


def _encode_by_sorting(column: Floats) -> _Coded:
    values, codes = np.unique(column, return_inverse=True)
    return codes, values, (0, 1.0)


def _distinct(key: Integers, span: int) -> tuple[Integers, Integers]:
    if span > _TABLE_PER_ROW * len(key) + 1024:
        return np.unique(key, return_inverse=True)
    present = np.zeros(span, dtype=bool)
    present[key] = True
    distinct = np.flatnonzero(present)
    place = np.zeros(span, dtype=np.int64)
    place[distinct] = np.arange(len(distinct))
    return distinct, place[key]


def _product(spans: Sequence[int]) -> int:
    product = 1
    for span in spans:
        product *= span
    return product
