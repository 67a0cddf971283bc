"""What tells which prospect becomes a customer, and what he is then worth: shrunk shares of cells, held against people that the
cells have not seen (ACQ-03).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
SHRINK = 50.0  # of decisioning.md 3.3: p of a cell is (s + 50 p of its parent) / (n + 50)
SHRINK_VALUE = 10.0  # customers by whom the value of a parent counts [j]
FOLDS = 5
LEAST, LEAST_WON = 100, 20  # entered, and won of them, before anything is told [j]
TOP = 0.10
RECOMMENDED, EMPLOYED, UNKNOWN = "recommended", "employed", ""


@dataclass(frozen=True)
class Patterns:
    """Of each cell of the deepest level (in the order of `cells`): the chance of becoming a customer and what one is worth."""

    cells: list[tuple[str, ...]]
    entered: NDArray[np.int64]
    won: NDArray[np.int64]
    chance: Floats
    value: Floats


@dataclass(frozen=True)
class Lift:
    """Of people whom the patterns have not seen: how much more often the first tenth of the ranking became customers than all, and
    how much more of them it brought.
    """

    people: int
    share_top: float
    share_all: float
    worth: float

    @property
    def won(self) -> float:
        """How many times as often."""
        return self.share_top / self.share_all


def learn_patterns(traits: Sequence[Sequence[str]], won: ArrayLike, value: ArrayLike) -> Patterns:
    """traits: of each person from the coarsest to the finest; won: whether he became a customer; value: what he is worth then.

    Each level is shrunk to the one above it; the first, to everybody.
    """
    names = np.array([tuple(one) for one in traits], dtype=object).reshape(len(traits), -1)
    became = np.asarray(won, dtype=np.float64)
    worth = np.asarray(value, dtype=np.float64) * became
    above = np.full(len(became), became.mean())
    above_value = np.full(len(became), worth.sum() / max(became.sum(), 1.0))
    place, first = np.zeros(len(became), dtype=np.int64), np.zeros(1, dtype=np.int64)
    for level in range(names.shape[1]):
        own = np.unique(names[:, level].astype(str), return_inverse=True)[1]
        _, first, place = np.unique(place * (own.max() + 1) + own, return_index=True, return_inverse=True)
        entered, customers = np.bincount(place), np.bincount(place, weights=became)
        chance = (customers + SHRINK * above[first]) / (entered + SHRINK)
        brought = (np.bincount(place, weights=worth) + SHRINK_VALUE * above_value[first]) / (customers + SHRINK_VALUE)
        above, above_value = chance[place], brought[place]
    return Patterns(
        [tuple(names[at]) for at in first],
        np.bincount(place),
        np.bincount(place, weights=became).astype(np.int64),
        above[first],
        above_value[first],
    )


def hold_out_lift(traits: Sequence[Sequence[str]], won: ArrayLike, value: ArrayLike, fold: ArrayLike) -> Lift | None:
    """Everybody ranked by patterns of the other folds (`fold`: 0 to FOLDS - 1); None where too few entered or were won."""
    became, worth, part = np.asarray(won, bool), np.asarray(value, np.float64), np.asarray(fold)
    if not is_enough(became):
        return None
    firsts = []
    chancy = np.random.default_rng(0).permutation(len(became))  # equal ones in no order that knows who was won
    for one in range(FOLDS):
        here = np.flatnonzero(part == one)
        rest = np.flatnonzero(part != one)
        if not len(here) or not became[rest].any():
            continue
        learned = learn_patterns([traits[at] for at in rest.tolist()], became[rest], worth[rest])
        chance, brings = foretell([traits[at] for at in here.tolist()], learned)
        # each fold by itself: of two folds, that with more customers was judged by others who had fewer
        order = here[np.lexsort((chancy[here], -chance * brings))]
        firsts.append(order[: max(1, round(TOP * len(order)))])
    if not firsts:
        return None
    top = np.concatenate(firsts)
    brought = np.where(became, worth, 0.0)
    whole = brought.mean()
    return Lift(
        len(became), float(became[top].mean()), float(became.mean()), float(brought[top].mean() / whole) if whole > 0 else 1.0
    )  # fmt: skip


def is_enough(won: NDArray[np.bool_]) -> bool:
    """Whether so many entered, and of them so many were won, that something can be told."""
    return len(won) >= LEAST and int(won.sum()) >= LEAST_WON


def foretell(traits: Sequence[Sequence[str]], learned: Patterns) -> tuple[Floats, Floats]:
    """Chance and value of each person; of a cell that was never seen those of the nearest cell above, weighed by who entered."""
    known: dict[tuple[str, ...], tuple[float, float]] = {}
    for depth in range(len(learned.cells[0]) + 1):
        parts: dict[tuple[str, ...], list[int]] = {}
        for at, cell in enumerate(learned.cells):
            parts.setdefault(cell[:depth], []).append(at)
        for part, ids in parts.items():
            chance = float(np.average(learned.chance[ids], weights=learned.entered[ids]))
            value = float(np.average(learned.value[ids], weights=learned.entered[ids] * learned.chance[ids]))
            known[part] = chance, value
    distinct = {
        one: next(known[one[:d]] for d in range(len(one), -1, -1) if one[:d] in known)
        for one in set(map(tuple, traits))
    }
    found = np.array([distinct[tuple(one)] for one in traits], dtype=np.float64).reshape(len(traits), 2)
    return found[:, 0], found[:, 1]


def traits_of(kind: str, source: str, *, is_recommended: bool, is_employed: bool) -> tuple[str, ...]:
    """The traits of a prospect, from the coarsest to the finest. kind: person or organisation."""
    return kind, RECOMMENDED if is_recommended else EMPLOYED if is_employed else UNKNOWN, source
