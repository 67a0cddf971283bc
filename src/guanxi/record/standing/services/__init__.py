"""Acts on standing: an edition begins, is published whole, and has passed its headlines on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from guanxi.ground import clock
from guanxi.ground.kill_points import kill_point
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.customers.bulk import day, insert
from guanxi.record.signals.queries import alarms_lately
from guanxi.record.standing.models import Edition, StandingMove
from guanxi.record.standing.services import summing, table

if TYPE_CHECKING:
    import pyarrow as pa

_MOVE = ("customer_id", "field", "old", "new", "cause")


@dataclass(frozen=True)
class Published:
    """What is said about an edition: how many customers and dealings it rests on, and free facts for people."""

    customers: int
    dealings: int
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Summary:
    """An edition counted: rows of Cell, and of Flow (without edition and day); growth told by team (None: the whole)."""

    cells: "pa.Table"
    flows: "pa.Table"
    growth: Mapping[int | None, dict[str, Any]] = field(default_factory=dict)


def begin_edition(name: str, *, by: Principal, as_of: date) -> None:
    """Note that an edition is being made. One that was begun and never published was interrupted."""
    require(by, Permission.RUN_REFRESH)
    Edition.objects.create(name=name, as_of=as_of, started_at=clock.now())


def publish_edition(
    name: str, rows: "pa.Table", *, by: Principal, moves: "pa.Table", said: Published, summary: Summary | None = None
) -> None:
    """Replace the standing of all customers by `rows` at once (columns of Standing; money in minor units).

    The rows are built aside in short steps, then switched by name in one short transaction together with `moves`
    (customer_id, field, old, new, cause: tier or state that changed), the `summary` of both, and the journal; the old
    rows are dropped apart. A reader sees the old edition or the new one. Interrupted before the switch, nothing is published.
    """
    require(by, Permission.RUN_REFRESH)
    edition = Edition.objects.get(name=name)
    table.build_aside(rows)
    kill_point("refresh.standing_built")
    with transaction.atomic():
        table.switch()
        _keep_moves(edition, moves)
        if summary is not None:
            summing.keep(edition, cells=summary.cells, flows=summary.flows)
            summing.keep_growth(summary.growth)
        edition.published_at = clock.now()
        edition.customers, edition.dealings = said.customers, said.dealings
        edition.facts = {**said.facts, "headlines": False}
        edition.save()
        facts = {"as_of": str(edition.as_of), "customers": said.customers, "moves": moves.num_rows}
        record_act("standing.published", by=by.actor, noun=Noun("edition", name), payload=facts)
    kill_point("refresh.standing_switched")
    table.drop_old()


def count_alarms(*, by: Principal) -> None:
    """Count the alarms as they stand now, and those that were open lately, with the first contact after each: what the page of the
    whole adds up.
    """
    require(by, Permission.RUN_REFRESH)
    with transaction.atomic():
        summing.keep_alarms(alarms_lately(firm_day()))


def finish_edition(name: str, *, by: Principal) -> None:
    """Note that the head rows of the customers show this edition, and so nothing is left to be done."""
    require(by, Permission.RUN_REFRESH)
    edition = Edition.objects.get(name=name)
    edition.facts = {**edition.facts, "headlines": True}
    edition.save(update_fields=["facts"])


def _keep_moves(edition: Edition, moves: "pa.Table") -> None:
    rows = zip(*(moves[name].to_pylist() for name in _MOVE), strict=True)
    insert(StandingMove, ("edition_id", "on", *_MOVE), [(edition.pk, day(edition.as_of), *row) for row in rows])
