"""The purchase history of every customer as columns: what all estimates start from."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from guanxi.insight.warehouse.workbench import Workbench

_SQL = Path(__file__).parent / "sql"
_EPOCH = date(1970, 1, 1)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Purchases:
    """One entry a customer who dealt by `as_of` (or is there `along_with` them), in the order of ids. Days count from 1970-01-01;
    money in minor units.

    purchases: days with a purchase; first_day, last_day: of those days (0 where there is none).
    total, first_total: money of all days and of the first purchase day; net of refunds, or gross.
    year_*: of the 365 days that end with `as_of`; year_net and year_margin count refunds in any case.
    """

    as_of: date
    customer_id: Integers
    purchases: Integers
    first_day: Integers
    last_day: Integers
    total: Floats
    first_total: Floats
    year_purchases: Integers
    year_net: Floats
    year_margin: Floats

    def __len__(self) -> int:
        return len(self.customer_id)

    @property
    def buyers(self) -> Self:
        """Those who bought at least once."""
        kept = self.purchases > 0
        columns = {name: column for name, column in vars(self).items() if name != "as_of"}
        return type(self)(as_of=self.as_of, **{name: column[kept] for name, column in columns.items()})

    def along_with(self, customers: Integers) -> Self:
        """With some customers (ascending ids) who have not dealt; those who have are there once."""
        ids = np.union1d(self.customer_id, customers)
        place = np.searchsorted(ids, self.customer_id)
        columns: dict[str, Any] = {}
        for name, column in vars(self).items():
            if name != "as_of":
                columns[name] = np.zeros(len(ids), dtype=column.dtype)
                columns[name][place] = column
        return type(self)(**{"as_of": self.as_of, **columns, "customer_id": ids.astype(np.int64)})

    @property
    def frequency(self) -> Integers:
        """Purchase days after the first."""
        return np.maximum(self.purchases - 1, 0)

    @property
    def recency_days(self) -> Integers:
        """Days from the last purchase to `as_of`."""
        return day_number(self.as_of) - self.last_day

    @property
    def age_days(self) -> Integers:
        """Days from the first purchase to `as_of`."""
        return day_number(self.as_of) - self.first_day

    @property
    def monetary(self) -> Floats:
        """Mean money of a purchase day after the first; 0 where there is none. Refunds on other days are spread over them."""
        return np.where(self.frequency > 0, (self.total - self.first_total) / np.maximum(self.frequency, 1), 0.0)

    def histories(self, unit_days: int) -> tuple[Integers, Floats, Floats]:
        """Frequency, age at the last purchase and age now, in units of `unit_days` days, as the lifetime models take them."""
        return self.frequency, (self.last_day - self.first_day) / unit_days, self.age_days / unit_days


@dataclass(frozen=True)
class HeldOut:
    """What each customer of a `Purchases` bought afterwards: days with a purchase, and their money."""

    purchases: Integers
    total: Floats


def read_purchases(bench: Workbench, *, as_of: date, gross: bool = False) -> Purchases:
    """Read the histories by `as_of` from the edition's day rows. `gross` leaves refunds out of the money."""
    return _purchases(bench.arrow(_SQL / "purchases.sql", as_of=as_of, cut=as_of), as_of, "gross_" if gross else "")


def read_split(bench: Workbench, *, as_of: date, cut: date) -> tuple[Purchases, Purchases, HeldOut]:
    """Read the histories by `as_of`, and in the same pass what was known of the buyers at `cut` (no money) and how often
    they bought afterwards (no money either).
    """
    rows = bench.arrow(_SQL / "purchases.sql", as_of=as_of, cut=cut)
    whole = _purchases(rows, as_of)
    purchases = _integers(rows["sooner_purchases"])
    kept = purchases > 0
    nothing = np.zeros(int(kept.sum()))
    sooner = Purchases(
        as_of=cut,
        customer_id=whole.customer_id[kept],
        purchases=purchases[kept],
        first_day=whole.first_day[kept],
        last_day=_days(rows["sooner_last_day"])[kept],
        total=nothing,
        first_total=nothing,
        year_purchases=nothing.astype(np.int64),
        year_net=nothing,
        year_margin=nothing,
    )
    return whole, sooner, HeldOut((whole.purchases - purchases)[kept], nothing)


def _purchases(rows: pa.Table, as_of: date, prefix: str = "") -> Purchases:
    return Purchases(
        as_of=as_of,
        customer_id=_integers(rows["customer_id"]),
        purchases=_integers(rows["purchases"]),
        first_day=_days(rows["first_day"]),
        last_day=_days(rows["last_day"]),
        total=_floats(rows[f"{prefix}net"]),
        first_total=_floats(rows[f"{prefix}first_net"]),
        year_purchases=_integers(rows["year_purchases"]),
        year_net=_floats(rows["year_net"]),
        year_margin=_floats(rows["year_margin"]),
    )


def read_held_out(bench: Workbench, known: Purchases, *, to: date, gross: bool = False) -> HeldOut:
    """Read what the customers in `known` bought after its day and by `to`."""
    rows = bench.arrow(_SQL / "held_out.sql", cut=known.as_of, to=to)
    ids = _integers(rows["customer_id"])
    found = np.searchsorted(known.customer_id, ids)
    found = np.minimum(found, max(len(known) - 1, 0))
    same = known.customer_id[found] == ids if len(known) else np.zeros(len(ids), dtype=bool)
    purchases, total = np.zeros(len(known), dtype=np.int64), np.zeros(len(known))
    purchases[found[same]] = _integers(rows["purchases"])[same]
    total[found[same]] = _floats(rows["gross_net" if gross else "net"])[same]
    return HeldOut(purchases, total)


def last_day(bench: Workbench) -> date | None:
    """The last day with a counted line; None when there is none."""
    found: date | None = bench.scalar("SELECT max(day) FROM feed")
    return found


def first_day(bench: Workbench) -> date | None:
    """The first day with a counted line; None when there is none."""
    found: date | None = bench.scalar("SELECT min(day) FROM feed")
    return found


def day_number(day: date) -> int:
    """Days from 1970-01-01 to a day."""
    return (day - _EPOCH).days


def words_of(column: pa.ChunkedArray) -> NDArray[np.str_]:
    """A column of few different words as an array; no Python object a row."""
    coded = column.combine_chunks().dictionary_encode()
    words = np.asarray([*coded.dictionary.to_pylist(), ""], dtype=np.str_)
    return words[coded.indices.fill_null(len(words) - 1).to_numpy()]


def _integers(column: pa.ChunkedArray) -> Integers:
    return column.fill_null(0).to_numpy().astype(np.int64, copy=False)


def _floats(column: pa.ChunkedArray) -> Floats:
    return column.fill_null(0).to_numpy().astype(np.float64, copy=False)


def _days(column: pa.ChunkedArray) -> Integers:
    return column.cast(pa.int32()).fill_null(0).to_numpy().astype(np.int64)
