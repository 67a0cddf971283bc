"""The counts beside an edition: parts of customers and of movements that a page can add up for anybody."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from guanxi.record.customers.bulk import day, insert
from guanxi.record.standing.models import AlarmCell, Cell, Edition, Flow, Growth

if TYPE_CHECKING:
    import pyarrow as pa

KEPT = timedelta(days=400)  # of movements: a year and the quarter before it
_CELL = ("owner_id", "team_id", "tier", "state", "customers", "newcomers", "value")
_FLOW = ("owner_id", "team_id", "old", "new", "cause", "customers", "value")
_ALARM = ("owner_id", "team_id", "tier", "kind", "is_open", "alarmed_on", "contacted_on", "signals", "at_stake")


def keep(edition: Edition, *, cells: "pa.Table", flows: "pa.Table") -> None:
    """Replace the counted customers, and add the counted movements of this edition, in the caller's transaction."""
    Cell.objects.all().delete()
    insert(Cell, _CELL, _rows(cells, _CELL))
    Flow.objects.filter(on__lt=edition.as_of - KEPT).delete()
    moved = [(edition.pk, day(edition.as_of), *row) for row in _rows(flows, _FLOW)]
    insert(Flow, ("edition_id", "on", *_FLOW), moved)


def keep_growth(facts: Mapping[int | None, dict[str, Any]]) -> None:
    """Replace what is told of growth, by team (None: the whole), in the caller's transaction."""
    Growth.objects.all().delete()
    Growth.objects.bulk_create([Growth(team_id=team, facts=told) for team, told in facts.items()], batch_size=100)


def keep_alarms(rows: Iterable[Sequence[Any]]) -> None:
    """Replace the counted alarms (the columns of AlarmCell), in the caller's transaction."""
    AlarmCell.objects.all().delete()
    insert(AlarmCell, _ALARM, [tuple(row) for row in rows])


def _rows(table: "pa.Table", names: Sequence[str]) -> list[tuple[Any, ...]]:
    return list(zip(*(table[name].to_pylist() for name in names), strict=True))
