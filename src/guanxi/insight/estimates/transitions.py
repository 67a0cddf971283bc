"""What is taken next by who owns what: a table of transitions between sets of families, and the order in which they come
(decisioning.md 4.10; Li, Sun, Wilcox 2005: products are acquired in a natural order; Knott, Hayes, Neslin 2002: what is owned
tells most of what comes next).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from guanxi.ground.shares import wilson

from .affinity import places_of
from .response import PRIOR

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

WITHIN_DAYS: Final = 365
MOST_FAMILIES: Final = 60  # a set is the bits of one number; of more the rarest are left out
ORDERED_SHARE: Final = 0.6  # of those who took both, who took one of them first, before that is an order [j]
ORDERED_JOINT: Final = 100


@dataclass(frozen=True)
class Transitions:
    """P(next family | owned set, cell) within `WITHIN_DAYS`. families: names, their places are the bits of sets; sets, cells: of each
    row; entered: how often it was entered (rows); followed: how often each family came next (rows × families); chances: smoothed,
    0 where the set holds the family; cell_names: of the cells; of_cells: the same whatever is owned (cells × families).
    """

    families: tuple[str, ...]
    cell_names: tuple[str, ...]
    sets: Integers
    cells: Integers
    entered: Floats
    followed: Floats
    chances: Floats
    of_cells: Floats

    def owned(self, row: int) -> list[str]:
        """The families of the set of a row."""
        return _names(int(self.sets[row]), self.families)

    def chances_of(self, owned: Collection[str], cell: str = "") -> dict[str, float]:
        """P(next) of each family that is not owned; of a set that nobody entered what its cell does, of a cell likewise all."""
        place = {name: number for number, name in enumerate(self.families)}
        bits = sum(1 << place[name] for name in set(owned) if name in place)
        number = self.cell_names.index(cell) if cell in self.cell_names else -1
        row = np.flatnonzero((self.sets == bits) & (self.cells == number))
        found = self.chances[row[0]] if len(row) else self.of_cells[number]
        return {name: float(found[at]) for name, at in place.items() if not bits >> at & 1}


def fit_transitions(acquisitions: pa.Table, as_of: date, *, prior: float = PRIOR) -> Transitions:
    """Count who took what next, and smooth it.

    `acquisitions` has `customer`, `family`, `cell` (texts but for customer) and `day`, a row an acquisition; only the first of each
    family counts, and what comes on one day is one step. Every set that was entered at least WITHIN_DAYS before `as_of` counts, so
    that all had the same time for the next step. P(f | set, cell) = (followed + k P(f | cell)) / (entered + k), that of the cell
    the same against all; k = `prior`. Of cells and of all only sets without f count.
    """
    steps = _steps_of(acquisitions, as_of)
    size, cells = len(steps.families), len(steps.cell_names)
    until = (as_of - timedelta(WITHIN_DAYS) - date(1970, 1, 1)).days
    counted = steps.day <= until
    keys, where = np.unique(np.stack([steps.owned[counted], steps.cell[counted]]), axis=1, return_inverse=True)
    where = where.reshape(-1)
    entered = np.bincount(where, minlength=keys.shape[1]).astype(np.float64)
    followed = np.zeros((keys.shape[1], size))
    came = steps.came[counted]
    for family in range(size):
        followed[:, family] = np.bincount(where, (came >> family) & 1, minlength=keys.shape[1])
    has = ((keys[0][:, None] >> np.arange(size)) & 1).astype(bool)
    may = np.where(has, 0.0, entered[:, None])
    in_cell = np.zeros((cells, size)), np.zeros((cells, size))
    for total, of in zip(in_cell, (followed, may), strict=True):
        np.add.at(total, keys[1], of)
    everywhere = np.divide(in_cell[0].sum(0), in_cell[1].sum(0), out=np.zeros(size), where=in_cell[1].sum(0) > 0)
    of_cells = (in_cell[0] + prior * everywhere) / (in_cell[1] + prior)
    chances = (followed + prior * of_cells[keys[1]]) / (entered[:, None] + prior)
    chances[has] = 0.0
    return Transitions(
        steps.families, steps.cell_names, keys[0], keys[1], entered, followed, chances,
        np.vstack([of_cells, everywhere]),
    )  # fmt: skip


@dataclass(frozen=True)
class Told:
    """Of `taken` customers who took a further family, of how many the table, and what is taken most, named one that they took."""

    taken: int
    table: int
    simple: int


def judge_transitions(acquisitions: pa.Table, cut: date) -> Told:
    """What the table of a day would have told of who owned something then and took a further family after it, against the family that
    most had by then and he had not. Columns as of fit_transitions.
    """
    is_before = pc.less_equal(acquisitions["day"], pa.scalar(cut))
    learned = fit_transitions(acquisitions.filter(is_before), cut)
    first = _first_of_each(acquisitions)
    at = np.array(
        [learned.families.index(name) if name in learned.families else -1 for name in first.families], dtype=np.int64
    )
    until = (cut - date(1970, 1, 1)).days
    bits = (
        np.where(at[first.family] >= 0, np.left_shift(np.int64(1), np.maximum(at[first.family], 0)), 0)
        if len(at)
        else at
    )
    customers = int(first.customer.max()) + 1 if len(first.customer) else 0
    owned, took = np.zeros(customers, np.int64), np.zeros(customers, np.int64)
    for sums, when in ((owned, first.day <= until), (took, first.day > until)):
        np.add.at(
            sums, first.customer[when], bits[when]
        )  # each family of a customer once: a sum of bits is their union
    cell = np.zeros(customers, np.int64)
    cell[first.customer] = first.cell
    who = np.flatnonzero((owned > 0) & (took > 0))
    keys, where = np.unique(np.stack([owned[who], cell[who]]), axis=1, return_inverse=True)
    known = at[first.family[first.day <= until]] if len(at) else at
    had = np.bincount(known[known >= 0], minlength=len(learned.families))
    table, simple = (np.zeros(keys.shape[1], np.int64) for _ in range(2))
    for number, (held, segment) in enumerate(keys.T.tolist()):  # sets, not customers; the first of equals by its name
        chances = learned.chances_of(_names(held, learned.families), first.cell_names[segment])
        table[number] = np.argmax([chances.get(name, -1.0) for name in learned.families])
        simple[number] = np.argmax(
            [had[place] if name in chances else -1 for place, name in enumerate(learned.families)]
        )
    right = [int((took[who] >> guess[where.reshape(-1)] & 1).sum()) for guess in (table, simple)]
    return Told(len(who), *right)


def _names(bits: int, families: tuple[str, ...]) -> list[str]:
    return [name for place, name in enumerate(families) if bits >> place & 1]


def family_order(acquisitions: pa.Table) -> pa.Table:
    """Which family comes after which: `first then both share low`, of `both` who took the two on different days `share` took `first`
    first, with the lower 95 % limit (Wilson). Kept are ORDERED_JOINT cases or more, a share of ORDERED_SHARE or more, and a limit above
    one half. Columns of `acquisitions` as of fit_transitions.
    """
    first = _first_of_each(acquisitions)
    size = len(first.families)
    before = np.zeros((size, size))
    order = np.argsort(first.customer, kind="stable")
    who, what, day = first.customer[order], first.family[order], first.day[order]
    begins = np.append(np.flatnonzero(np.append(True, who[1:] != who[:-1])), len(who)) if len(who) else np.array([0])
    most = int(np.diff(begins).max()) if len(begins) > 1 else 0
    for shift in range(1, most):  # a customer's families are few: each with the one so many places behind it
        one, other = np.arange(len(who) - shift), np.arange(shift, len(who))
        same = who[one] == who[other]
        one, other = one[same], other[same]
        sooner = day[one] < day[other]
        np.add.at(before, (what[one][sooner], what[other][sooner]), 1)
        later = day[one] > day[other]
        np.add.at(before, (what[other][later], what[one][later]), 1)
    both = before + before.T
    share = np.divide(before, both, out=np.zeros_like(before), where=both > 0)
    at = np.argwhere((both >= ORDERED_JOINT) & (share >= ORDERED_SHARE))
    low = np.array([wilson(int(before[one, other]), int(both[one, other]))[0] for one, other in at])
    order = np.argsort(-low, kind="stable")[: int((low > 0.5).sum())]
    at, low = at[order], low[order]
    names = np.array(first.families, dtype=object)
    return pa.table(
        {
            "first": pa.array(names[at[:, 0]], pa.string()),
            "then": pa.array(names[at[:, 1]], pa.string()),
            "both": pa.array(both[at[:, 0], at[:, 1]].astype(np.int64)),
            "share": pa.array(share[at[:, 0], at[:, 1]]),
            "low": pa.array(low, pa.float64()),
        }
    )


@dataclass(frozen=True)
class _Firsts:
    families: tuple[str, ...]
    cell_names: tuple[str, ...]
    customer: Integers
    family: Integers
    cell: Integers
    day: Integers


@dataclass(frozen=True)
class _Steps:
    """A row a customer and day on which a family was new to him: what he owned then (bits), and what came next within the time (bits)."""

    families: tuple[str, ...]
    cell_names: tuple[str, ...]
    owned: Integers
    cell: Integers
    day: Integers
    came: Integers


def _first_of_each(acquisitions: pa.Table) -> _Firsts:
    known = acquisitions.filter(pc.and_(pc.is_valid(acquisitions["customer"]), pc.is_valid(acquisitions["family"])))
    often = known.group_by("family").aggregate([("customer", "count_distinct")])
    kept = often.sort_by([("customer_count_distinct", "descending"), ("family", "ascending")])["family"][:MOST_FAMILIES]
    known = known.filter(pc.is_in(known["family"], kept.combine_chunks()))
    first = known.group_by(["customer", "family"]).aggregate([("day", "min"), ("cell", "min")])
    first = first.sort_by([("customer", "ascending"), ("day_min", "ascending"), ("family", "ascending")])
    customer, _ = places_of(first["customer"])
    family, families = places_of(first["family"])
    cell, cells = places_of(first["cell_min"])
    day = first["day_min"].cast(pa.int32()).to_numpy().astype(np.int64)
    return _Firsts(tuple(families.to_pylist()), tuple(cells.to_pylist()), customer, family, cell, day)


def _steps_of(acquisitions: pa.Table, as_of: date) -> _Steps:
    known = acquisitions.filter(pc.less_equal(acquisitions["day"], pa.scalar(as_of)))
    first = _first_of_each(known)
    bits = np.left_shift(np.int64(1), first.family)
    new = np.ones(len(bits), dtype=bool)
    new[1:] = (first.customer[1:] != first.customer[:-1]) | (first.day[1:] != first.day[:-1])
    begins = np.flatnonzero(new)
    taken = np.add.reduceat(bits, begins) if len(begins) else bits
    customer, cell, day = first.customer[begins], first.cell[begins], first.day[begins]
    starts = np.ones(len(begins), dtype=bool)
    starts[1:] = customer[1:] != customer[:-1]
    total = np.cumsum(taken)  # each family of a customer once: a sum of bits is their union
    earlier = np.maximum.accumulate(np.where(starts, np.arange(len(begins)), 0)) if len(begins) else begins
    owned = total - np.where(earlier > 0, total[earlier - 1], 0) if len(begins) else taken
    came = np.zeros(len(begins), dtype=np.int64)
    follows = np.flatnonzero(~starts)
    soon = follows[day[follows] - day[follows - 1] <= WITHIN_DAYS]
    came[soon - 1] = taken[soon]
    return _Steps(first.families, first.cell_names, owned, cell, day, came)
