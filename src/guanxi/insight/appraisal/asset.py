"""Everybody who ever bought, read once from an edition, and the parts of it that teams lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from guanxi.insight.appraisal.acquisition import read_arrivals
from guanxi.insight.appraisal.leaving import read_lost
from guanxi.insight.appraisal.offering_more import Draws, fill_families, read_offered
from guanxi.insight.appraisal.purchases import words_of
from guanxi.insight.appraisal.worth import USUAL, Worth, know_earned
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.standing.rules import quarter_of

_SQL = Path(__file__).parent / "sql"
_NOWHERE = -1  # of no team: in the whole only


@dataclass(frozen=True)
class Past:
    """The tiers of an earlier day: `moved` holds, of each customer whose tier has changed since, the `old` one of then."""

    since: date
    moved: pa.Table


@dataclass(frozen=True)
class Known:
    """What was read already: losses and arrivals, as read_lost and read_arrivals give them."""

    lost: pa.Table
    arrivals: pa.Table


@dataclass(frozen=True)
class _Placed:
    """Rows in the order of the tree of teams, so that a team with all below it is a stretch of them."""

    rows: pa.Table
    places: NDArray[np.int64]

    def stretch(self, low: int, high: int) -> "_Placed":
        first, end = (int(place) for place in np.searchsorted(self.places, (low, high + 1)))
        return _Placed(self.rows.slice(first, end - first), self.places[first:end])


@dataclass(frozen=True)
class Asset:
    """What growth is told from: customers, arrivals of the last year, losses; and counts by team: of features, of who was offered
    more, of what keeps the best.
    """

    customers: _Placed
    arrivals: _Placed
    lost: _Placed
    features: _Placed
    offered: _Placed
    kept: _Placed

    def __len__(self) -> int:
        return self.customers.rows.num_rows

    def part(self, low: int, high: int) -> Self:
        """The part of the teams numbered from `low` to `high` in preorder."""
        return type(self)(
            *(
                one.stretch(low, high)
                for one in (self.customers, self.arrivals, self.lost, self.features, self.offered, self.kept)
            )
        )

    def columns(self) -> dict[str, NDArray[Any]]:
        """The columns of the customers, as floats but for the class of loyalty."""
        rows = self.customers.rows
        return {
            name: words_of(rows[name])
            if name == "loyalty_class"
            else rows[name].cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
            for name in rows.column_names
        }

    def likeness(self) -> dict[str, tuple[int, int]]:
        """Of each feature, how many of tier A and how many of all have it; "all:" is everybody."""
        return _counted(self.features)

    def keeping(self) -> dict[str, tuple[int, int]]:
        """The same of who was in tier A, each feature as it was then: how many of those who still are, and how many of all."""
        return _counted(self.kept)


def read_asset(
    bench: Workbench,
    *,
    as_of: date,
    before: date,
    places: Mapping[int, int],
    known: Known | None = None,
    draws: Draws | None = None,
    past: Past | None = None,
    rule: Worth = USUAL,
) -> Asset:
    """Read the asset of `as_of`, beside that of `before`; `places` are the numbers of teams in preorder, by id. rule: by what the house
    earns.
    """
    know_earned(bench, rule)
    fill_families(bench)
    bench.run(_SQL / "best_now.sql")
    features = bench.arrow(_SQL / "likeness.sql", as_of=as_of)
    return Asset(
        _placed(_read_years(bench, as_of=as_of, before=before), places),
        _placed(known.arrivals if known else read_arrivals(bench, as_of=as_of, rule=rule), places),
        _placed(known.lost if known else read_lost(bench, as_of=as_of, rule=rule), places),
        _placed(features, places),
        _placed(read_offered(bench, draws, as_of=as_of), places),
        _placed(_read_kept(bench, past, features.schema), places),
    )


def _read_years(bench: Workbench, *, as_of: date, before: date) -> pa.Table:
    return bench.arrow(
        _SQL / "growth.sql",
        as_of=as_of,
        before=before,
        quarter=quarter_of(as_of),
    )


def _read_kept(bench: Workbench, past: Past | None, schema: pa.Schema) -> pa.Table:
    if past is None:
        return schema.empty_table()
    bench.register("moved", past.moved)
    bench.run(_SQL / "best_then.sql", since=past.since)
    bench.unregister("moved")
    return bench.arrow(_SQL / "likeness.sql", as_of=past.since)


def _counted(features: _Placed) -> dict[str, tuple[int, int]]:
    counted = features.rows.group_by("feature").aggregate([("with_best", "sum"), ("with_all", "sum")])
    rows = counted.sort_by("feature").to_pylist()
    return {row["feature"]: (row["with_best_sum"], row["with_all_sum"]) for row in rows}


def _placed(rows: pa.Table, places: Mapping[int, int]) -> _Placed:
    known = pc.index_in(rows["team_id"].cast(pa.int64()), pa.array(list(places), pa.int64()))
    numbers = np.array([*places.values(), _NOWHERE], dtype=np.int64)
    place = numbers[known.fill_null(len(places)).to_numpy(zero_copy_only=False).astype(np.int64)]
    order = np.argsort(place, kind="stable")
    return _Placed(rows.take(pa.array(order)), place[order])
