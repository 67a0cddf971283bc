"""Where answers part customers: a shallow tree grown from counted trials (decisioning.md 3.6).

A group is divided at the cut of one trait that parts the answers most beyond chance: by the uplift of ways whose arms can tell,
by the response of the others, as decisions reckon with them, each a chi-square of one degree, summed over the ways. It is not
divided where the best of all its cuts could be chance (Bonferroni, as in CHAID: Kass 1980). Best first, the same for the same
counts in any order.
"""

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from .response import FEW_CONTROLS

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BANDS: Final = 8
LEAST_ASKED: Final = 500  # contacted customers on either side of a cut [j]
DEEPEST: Final = 6
_CHANCE: Final = math.log(0.01)  # how probable a division may be by chance alone, over all the cuts that were tried
_EXPECTED: Final = 5.0  # answers to be expected on either side, for a chi-square to hold


@dataclass(frozen=True)
class Counted:
    """Counted trials, a row for each way and customers of equal bands. ways: numbers from 0 on; bands: rows × traits, each below
    BANDS; counts: rows × (contacted, of these yes, controls, of these yes).
    """

    ways: Integers
    bands: Integers
    counts: Floats

    def of(self, rows: NDArray[np.bool_]) -> "Counted":
        """Some of the rows."""
        return Counted(self.ways[rows], self.bands[rows], self.counts[rows])


@dataclass(frozen=True)
class Division:
    """A group of a parent: whose band of a trait lies between `low` and `high`, both included; the first, of all, has parent −1."""

    parent: int
    trait: int = -1
    low: int = 0
    high: int = BANDS - 1


def grow_tree(counted: Counted, *, most: int = 64, least: float = LEAST_ASKED) -> list[Division]:
    """Groups, each behind its parent, at most `most` of them without groups of their own; only the first where nothing parts them."""
    ways = int(counted.ways.max()) + 1 if len(counted.ways) else 0
    controls = np.bincount(counted.ways, counted.counts[:, 2], ways)
    is_measured = controls >= FEW_CONTROLS
    groups, depths, whose = [Division(-1)], [0], {0: counted}
    line = list(_best(0, counted, is_measured, least))
    while line and len(groups) - len(groups) // 2 < most:  # each division makes two groups of one
        _chance, place, trait, cut = heapq.heappop(line)
        low, high = _range(groups, place, trait)
        rows = whose.pop(place)
        below = rows.bands[:, trait] <= cut
        for first, last, side in ((low, cut, below), (cut + 1, high, ~below)):
            groups.append(Division(place, trait, first, last))
            depths.append(depths[place] + 1)
            new = len(groups) - 1
            whose[new] = rows.of(side)
            if depths[new] < DEEPEST:
                for found in _best(new, whose[new], is_measured, least):
                    heapq.heappush(line, found)
    return groups


def _range(groups: list[Division], place: int, trait: int) -> tuple[int, int]:
    """What bands of a trait there are in a group."""
    while place:
        if groups[place].trait == trait:
            return groups[place].low, groups[place].high
        place = groups[place].parent
    return 0, BANDS - 1


def _best(
    place: int, counted: Counted, is_measured: NDArray[np.bool_], least: float
) -> Iterator[tuple[float, int, int, int]]:
    """The best division of a group, if one is beyond chance: log of its chance, place, trait, last band below the cut."""
    chances = {}
    whole = _by_way(counted, len(is_measured))
    for trait in range(counted.bands.shape[1]):
        below = np.cumsum(_by_band(counted, trait, len(is_measured)), axis=1)[:, :-1]
        above = whole[:, None] - below
        enough = (below[..., 0].sum(axis=0) >= least) & (above[..., 0].sum(axis=0) >= least)
        for cut in np.flatnonzero(enough).tolist():
            square, degrees = _parting(below[:, cut], above[:, cut], is_measured)
            if degrees:
                chances[trait, cut] = _log_chance(square, degrees)
    if chances:
        (trait, cut), chance = min(chances.items(), key=lambda one: (one[1], one[0]))
        if chance + math.log(len(chances)) < _CHANCE:
            yield chance, place, trait, cut


def _log_chance(square: float, degrees: int) -> float:
    """How probable so large a chi-square is by chance, as a logarithm (scipy.stats has it, and takes half a second to load)."""
    with np.errstate(divide="ignore"):
        return float(np.log(chdtrc(degrees, square)))


def _by_way(counted: Counted, ways: int) -> Floats:
    return np.stack([np.bincount(counted.ways, column, ways) for column in counted.counts.T], axis=1)


def _by_band(counted: Counted, trait: int, ways: int) -> Floats:
    """ways × bands × counts."""
    at = counted.ways * BANDS + counted.bands[:, trait]
    sums = [np.bincount(at, column, ways * BANDS).reshape(ways, BANDS) for column in counted.counts.T]
    return np.stack(sums, axis=2)


def _parting(below: Floats, above: Floats, is_measured: NDArray[np.bool_]) -> tuple[float, int]:
    """By how much two sides differ, ways × counts each: the sum of squares over the ways that can tell, and how many do."""
    gap, variance, can_tell = _rates(below[:, :2], above[:, :2])
    gap0, variance0, can_tell0 = _rates(below[:, 2:], above[:, 2:])
    gap = np.where(is_measured, gap - gap0, gap)
    variance = np.where(is_measured, variance + variance0, variance)
    counts = can_tell & (can_tell0 | ~is_measured)
    return float(np.sum(gap[counts] ** 2 / variance[counts])), int(counts.sum())


def _rates(below: Floats, above: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Of each way (asked, yes on two sides): the difference of the rates, its variance if there were none, whether that holds."""
    both = below + above
    rate = both[:, 1] / np.maximum(both[:, 0], 1)
    fewer = np.minimum(below[:, 0], above[:, 0])
    can_tell = (fewer * rate >= _EXPECTED) & (fewer * (1 - rate) >= _EXPECTED)
    asked, other = (np.where(can_tell, side[:, 0], 1.0) for side in (below, above))
    gap = below[:, 1] / asked - above[:, 1] / other
    return gap, rate * (1 - rate) * (1 / asked + 1 / other), can_tell
