"""What is acquired after what, and how long people wait: the way a relationship grows (decisioning.md 4.10, XUP-02).

Only the first acquisition of each item counts. What is acquired on one day is one step, without an order in it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .affinity import places_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# The time in which a next step counts, and which everybody counted must have had (decisioning.md 4.10: 12 months).
WITHIN_DAYS = 365


def next_steps(acquisitions: pa.Table, as_of: date, within_days: int = WITHIN_DAYS) -> pa.Table:
    """From each item to those that came next, within so many days after it.

    `acquisitions` has `customer`, `item` and `day` (dates), a row an acquisition. Counted are customers who got the item
    at least `within_days` before `as_of`, so that all had the same time for a next step. Gives `item next followed
    customers share median_days lower_days upper_days`: of `followed` customers who got the item, so many took this step,
    and the middle half of these waited between the quartiles. The most customers first.
    """
    known = acquisitions.filter(pc.less_equal(acquisitions["day"], pa.scalar(as_of)))
    known = known.filter(pc.and_(pc.is_valid(known["customer"]), pc.is_valid(known["item"])))
    customer, _ = places_of(known["customer"])
    item, names = places_of(known["item"])
    firsts = _first_acquisitions(customer, item, known["day"].cast(pa.int32()).to_numpy().astype(np.int64))
    until = (as_of - timedelta(within_days) - date(1970, 1, 1)).days
    begun = firsts.day <= until
    followed = np.bincount(firsts.item[begun], minlength=len(names))
    before, after = _moves(firsts)
    waited = firsts.day[after] - firsts.day[before]
    kept = begun[before] & (waited <= within_days)
    pair = firsts.item[before[kept]] * len(names) + firsts.item[after[kept]]
    return _told(pair, waited[kept], followed, names)


@dataclass(frozen=True)
class _Firsts:
    """A row a customer and item, in the order of customers and days: the first day."""

    customer: Integers
    item: Integers
    day: Integers


def _first_acquisitions(customer: Integers, item: Integers, day: Integers) -> _Firsts:
    order = np.lexsort((day, item, customer))
    sorted_customer, sorted_item = customer[order], item[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (sorted_customer[1:] != sorted_customer[:-1]) | (sorted_item[1:] != sorted_item[:-1])
    kept = order[first]
    kept = kept[np.lexsort((item[kept], day[kept], customer[kept]))]
    return _Firsts(customer[kept], item[kept], day[kept])


def _moves(firsts: _Firsts) -> tuple[Integers, Integers]:
    """Rows of one step and rows of the same customer's next step, every one with every one."""
    rows = len(firsts.day)
    new = np.ones(rows, dtype=bool)
    new[1:] = (firsts.customer[1:] != firsts.customer[:-1]) | (firsts.day[1:] != firsts.day[:-1])
    begins = np.append(np.flatnonzero(new), rows)
    step = np.cumsum(new) - 1
    next_begin = begins[step + 1]
    goes_on = next_begin < rows
    goes_on[goes_on] = firsts.customer[next_begin[goes_on]] == firsts.customer[goes_on]
    before = np.flatnonzero(goes_on)
    sizes = begins[step[before] + 2] - next_begin[before]
    ends = np.cumsum(sizes)
    within = np.arange(int(sizes.sum())) - np.repeat(ends - sizes, sizes)
    return np.repeat(before, sizes), np.repeat(next_begin[before], sizes) + within


def _told(pair: Integers, waited: Integers, followed: Integers, names: pa.Array) -> pa.Table:
    order = np.lexsort((waited, pair))
    pairs, begins, counts = np.unique(pair[order], return_index=True, return_counts=True)
    waits = waited[order].astype(np.float64)
    first, second = np.divmod(pairs, max(len(names), 1))
    ranked = np.lexsort((pairs, -counts))
    columns = {
        "followed": followed[first],
        "customers": counts,
        "share": counts / followed[first],
        "median_days": _quantile(waits, begins, counts, 0.5),
        "lower_days": _quantile(waits, begins, counts, 0.25),
        "upper_days": _quantile(waits, begins, counts, 0.75),
    }
    words = {"item": first, "next": second}
    return pa.table(
        {name: names.take(pa.array(codes[ranked])) for name, codes in words.items()}
        | {name: column[ranked] for name, column in columns.items()}
    )


def _quantile(waits: Floats, begins: Integers, counts: Integers, share: float) -> Floats:
    """Of each run of ascending values, linear between neighbours as np.quantile does."""
    position = share * (counts - 1)
    below = np.floor(position).astype(np.int64)
    lower, upper = waits[begins + below], waits[begins + np.minimum(below + 1, counts - 1)]
    return lower + (position - below) * (upper - lower)
