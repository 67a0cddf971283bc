"""An edition of standing is switched whole, and what moved is kept."""

import datetime as dt

import pyarrow as pa
import pytest
from django.db import connection

from guanxi.identity.permissions import Denied
from guanxi.identity.principals import ANONYMOUS
from guanxi.identity.queries import system_principal
from guanxi.journal.models import Act
from guanxi.record.standing import queries, services
from guanxi.record.standing.models import Standing, StandingMove
from guanxi.record.standing.services import Published, table
from tests.insight.warehouse.scene import add_customers

pytestmark = pytest.mark.django_db(transaction=True)

SYSTEM = system_principal()
DAY = dt.date(2026, 6, 30)


def standing_rows(ids: list[int], **columns: object) -> pa.Table:
    """Rows of standing with the given values in some columns, plain ones elsewhere."""
    plain = {
        "tier": 2,
        "tier_strict": 2,
        "is_vip": False,
        "value": 100,
        "state": 1,
        "rfm": "333",
        "rfm_class": "regular",
    }
    plain |= {
        "runs_outside": 0,
        "outside_before": 0,
        "loyalty_class": "",
        "is_worth_keeping": False,
        "is_in_danger": False,
        "grade": "B",
        "first_on": DAY,
        "probability_alive": 0.25,
    } | columns
    filled = {name: plain.get(name) for name in table.schema().names} | {"customer_id": ids}
    made = {name: value if isinstance(value, list) else [value] * len(ids) for name, value in filled.items()}
    return pa.table({name: pa.array(made[name], type=table.schema().field(name).type) for name in made})


def no_moves() -> pa.Table:
    return pa.table({"customer_id": pa.array([], pa.int64()), "field": [], "old": [], "new": [], "cause": []})


def publish(name: str, rows: pa.Table, moves: pa.Table | None = None) -> None:
    services.begin_edition(name, by=SYSTEM, as_of=DAY)
    said = Published(customers=rows.num_rows, dealings=7, facts={"why_whole": "asked"})
    services.publish_edition(name, rows, by=SYSTEM, moves=no_moves() if moves is None else moves, said=said)


def tables() -> set[str]:
    return {name for name in connection.introspection.table_names() if name.startswith("standing_standing")}


def test_rows_are_replaced_whole():
    wang, li, zhang = add_customers(3)
    publish("e1", standing_rows([wang, li]))
    publish("e2", standing_rows([li, zhang], value=[7, 8], tier=[1, 3]))
    assert list(
        Standing.objects.order_by("pk").values_list("pk", "value", "tier", "first_on", "probability_alive")
    ) == [
        (li, 7, 1, DAY, 0.25),
        (zhang, 8, 3, DAY, 0.25),
    ]
    edition = queries.current_edition()
    assert (edition.name, edition.as_of, edition.customers, edition.dealings) == ("e2", DAY, 2, 7)
    assert edition.facts == {"why_whole": "asked", "headlines": False}
    assert tables() == {"standing_standing", "standing_standingmove"}
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"), connection.cursor() as cursor:
        cursor.execute("INSERT INTO standing_standing SELECT * FROM standing_standing")


def test_an_edition_of_nobody_empties_the_table():
    (wang,) = add_customers(1)
    publish("e1", standing_rows([wang]))
    publish("e2", standing_rows([]))
    assert Standing.objects.count() == 0


def test_moves_and_one_journal_row_an_edition():
    (wang,) = add_customers(1)
    publish("e1", standing_rows([wang]))
    moved = pa.table(
        {"customer_id": [wang, wang], "field": ["tier", "state"], "old": [2, 1], "new": [1, 3], "cause": [4, 0]}
    )
    publish("e2", standing_rows([wang], tier=1, state=3), moved)
    found = queries.moves_of(wang, SYSTEM)
    assert [(move.on, move.field, move.old, move.new) for move in found] == [(DAY, "state", 1, 3), (DAY, "tier", 2, 1)]
    assert dict(StandingMove.objects.values_list("field", "cause")) == {"tier": 4, "state": 0}
    assert list(Act.objects.values_list("kind", "noun_code").order_by("id")) == [
        ("standing.published", "e1"),
        ("standing.published", "e2"),
    ]


def test_a_run_broken_before_the_switch_leaves_the_old_edition_and_the_next_recovers():
    wang, li = add_customers(2)
    publish("e1", standing_rows([wang]))
    services.begin_edition("broken", by=SYSTEM, as_of=DAY)
    table.build_aside(standing_rows([li]))
    assert queries.current_edition().name == "e1"
    assert [row.pk for row in Standing.objects.all()] == [wang]
    publish("e2", standing_rows([wang, li]))
    assert Standing.objects.count() == 2
    assert tables() == {"standing_standing", "standing_standingmove"}


def test_a_run_broken_after_the_switch_leaves_the_old_rows_to_the_next():
    (wang,) = add_customers(1)
    publish("e1", standing_rows([wang]))
    table.build_aside(standing_rows([wang], value=9))
    table.switch()
    assert "standing_standing_old" in tables()
    publish("e2", standing_rows([wang], value=10))
    assert Standing.objects.get().value == 10
    assert tables() == {"standing_standing", "standing_standingmove"}


def test_only_who_may_refresh_publishes():
    with pytest.raises(Denied):
        services.begin_edition("e1", by=ANONYMOUS, as_of=DAY)
    assert queries.current_edition() is None
