"""What is bought together, and by whom against the habit (decisioning.md 4.10, ACQ-05).

A basket is whatever is asked about: one visit, one invoice, or all that one customer has. Tables are Arrow: in and out.

lift = P(consequent | antecedent) / P(consequent). Its 95 % lower bound is on the scale of the logarithm, by the delta
method for four cells: variance = 1/n_ab - 1/n_a - 1/n_b + (2 lift - 1)/N.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import ndtri

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# When a pair may be shown to people (XUP-01): often enough, on enough baskets, and surely more than by chance.
SHOWN_SUPPORT = 0.005
SHOWN_JOINT = 100
SHOWN_LIFT = 1.2
# From when on two things usually go together, and what share without makes a segment of its own (set by judgement).
USUAL_CONFIDENCE = 0.5
LEAST_SHARE_WITHOUT = 0.10
_LEVEL = 0.95


def pair_rules(baskets: pa.Table, min_support: float) -> pa.Table:
    """Every pair of items in at least this share of all baskets, both ways round; exact.

    `baskets` has the columns `basket` and `item`, a row a line; the same item twice in a basket counts once, a row without
    basket or item not at all. Gives `antecedent consequent support confidence lift`, then `joint` (baskets with both) and
    `lift_lower`, highest lift first. Raises ValueError for a support outside (0, 1].
    """
    if not 0 < min_support <= 1:
        raise ValueError("min_support must be a share above 0 and at most 1")
    return _rules(_read_baskets(baskets, min_support))


def worth_showing(rules: pa.Table) -> pa.Table:
    """Of the rules of pair_rules those that may be shown to people: a lift of 1.9 on 4 baskets may not."""
    kept = pc.and_(
        pc.and_(pc.greater_equal(rules["support"], SHOWN_SUPPORT), pc.greater_equal(rules["joint"], SHOWN_JOINT)),
        pc.greater_equal(rules["lift_lower"], SHOWN_LIFT),
    )
    return rules.filter(kept)


def new_segments(baskets: pa.Table, values: pa.Table) -> pa.Table:
    """Who buys one thing without what usually goes with it: people who may use it for something else (ACQ-05).

    `baskets` (`basket`, `item`) holds all that each customer bought in the time looked at, `values` (`basket`, `value`)
    what each is worth, whole minor units; who is not in it is worth 0. Of pairs worth showing where at least half of the
    buyers of `item` also buy the `companion`: those who do not, where they are a tenth or more and at least 100. Gives
    `item companion buyers customers share value`, the most valuable first.
    """
    read = _read_baskets(baskets, SHOWN_SUPPORT)
    rules = _rules(read)
    usual = worth_showing(rules.filter(pc.greater_equal(rules["confidence"], USUAL_CONFIDENCE)))
    first, second = (_codes_of(usual[name], read.items) for name in ("antecedent", "consequent"))
    buyers = read.alone[first]
    without = buyers - usual["joint"].to_numpy()
    worth = _worth(read, values, first, second)
    kept = (without >= SHOWN_JOINT) & (without >= LEAST_SHARE_WITHOUT * buyers)
    order = np.flatnonzero(kept)[np.lexsort((second[kept], first[kept], -worth[kept]))]
    return pa.table(
        {
            "item": read.items.take(pa.array(first[order])),
            "companion": read.items.take(pa.array(second[order])),
            "buyers": buyers[order],
            "customers": without[order],
            "share": without[order] / buyers[order],
            "value": worth[order],
        }
    )


def places_of(column: pa.ChunkedArray) -> tuple[Integers, pa.Array]:
    """The place of each value among the distinct ones, which come in ascending order."""
    plain = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    coded = pc.dictionary_encode(column.cast(plain).combine_chunks())
    order = pc.array_sort_indices(coded.dictionary).to_numpy()
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place[coded.indices.to_numpy()], coded.dictionary.take(pa.array(order))


@dataclass(frozen=True)
class _Baskets:
    """Who holds which of the frequent items: a row a basket that holds one, a column an item, in the order of items."""

    count: int
    least: float
    items: pa.Array
    alone: Integers
    names: pa.Array
    rows: csr_matrix


def _read_baskets(table: pa.Table, min_support: float) -> _Baskets:
    """Rare items go first, before anything is sorted: most lines of a large shop are of them."""
    known = table.filter(pc.and_(pc.is_valid(table["basket"]), pc.is_valid(table["item"])))
    place_of_basket, names = places_of(known["basket"])
    place_of_item, items = places_of(known["item"])
    least = min_support * len(names) * (1 - 1e-12)
    frequent = np.bincount(place_of_item, minlength=len(items)) >= least
    kept = frequent[place_of_item]
    shape = (len(names), int(frequent.sum()))
    columns = (np.cumsum(frequent) - 1)[place_of_item[kept]]
    rows = csr_matrix((np.ones(len(columns), dtype=np.int32), (place_of_basket[kept], columns)), shape=shape)
    rows.data[:] = 1  # the same item twice in a basket was added up
    alone = np.bincount(rows.indices, minlength=shape[1]).astype(np.int64)
    return _Baskets(len(names), least, items.filter(pa.array(frequent)), alone, names, rows)


def _rules(read: _Baskets) -> pa.Table:
    together = (read.rows.T @ read.rows).tocoo()
    kept = (together.row != together.col) & (together.data >= read.least)
    first, second = together.row[kept], together.col[kept]
    joint = together.data[kept].astype(np.int64)
    with_first, with_second = read.alone[first], read.alone[second]
    confidence = joint / with_first
    lift = joint * read.count / (with_first * with_second.astype(np.float64))
    variance = 1 / joint - 1 / with_first - 1 / with_second + (2 * lift - 1) / read.count
    lower = lift * np.exp(-ndtri(0.5 + _LEVEL / 2) * np.sqrt(np.maximum(variance, 0)))
    order = np.lexsort((second, first, -joint, -lift))
    columns = {
        "support": joint / read.count,
        "confidence": confidence,
        "lift": lift,
        "joint": joint,
        "lift_lower": lower,
    }
    names = {"antecedent": first, "consequent": second}
    return pa.table(
        {name: read.items.take(pa.array(codes[order])) for name, codes in names.items()}
        | {name: column[order] for name, column in columns.items()}
    )


def _codes_of(column: pa.ChunkedArray, items: pa.Array) -> Integers:
    found: Integers = pc.index_in(column, items).to_numpy().astype(np.int64)
    return found


def _worth(read: _Baskets, values: pa.Table, first: Integers, second: Integers) -> Integers:
    """The value of those with the first item and without the second, in whole numbers."""
    if not len(first):
        return np.zeros(0, dtype=np.int64)
    place = pc.index_in(read.names, values["basket"].combine_chunks())
    worth = (
        pc.fill_null(values["value"].combine_chunks().take(place), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    )
    held = read.rows
    weights = np.repeat(worth, np.diff(held.indptr))
    weighted = csr_matrix((weights, held.indices, held.indptr), shape=held.shape)
    alone = np.zeros(len(read.items), dtype=np.int64)
    np.add.at(alone, held.indices, weights)
    both = (weighted.T @ held).tocsr()[first, second]
    return alone[first] - np.asarray(both).ravel().astype(np.int64)
