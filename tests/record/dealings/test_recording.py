"""Acts and reads of dealings: what counts as a purchase, who sees which lines, what evidence holds."""

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest
from django.db import IntegrityError, transaction

from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.customers.choices import Channel, Stage
from guanxi.record.customers.models import Customer, DirtyCustomer, StageChange
from guanxi.record.dealings.models import Dealing
from guanxi.record.dealings.queries import dealings_page, evidence_rows, export_rows, timeline_rows
from guanxi.record.dealings.rules import is_purchase
from guanxi.record.dealings.services import (
    CustomerGone,
    has_index,
    record_dealings,
    repair_index,
    schema,
    store_dealings,
)
from guanxi.record.dealings.services.indexes import drop_index
from tests.stories.scene import SYSTEM

UTC = dt.UTC


def lines(*rows, **columns):
    """A table of lines from (customer, day, minor units)."""
    days = [dt.date.fromisoformat(day) for _, day, _ in rows]
    table = {
        "customer_id": pa.array([customer.pk for customer, _, _ in rows]),
        "occurred_at": pa.array([dt.datetime.combine(day, dt.time(9), UTC) for day in days], pa.timestamp("us", "UTC")),
        "occurred_on": pa.array(days),
        "amount": pa.array([amount for _, _, amount in rows], pa.int64()),
        "currency": pa.array(["CNY"] * len(rows)),
    }
    return pa.table(table | {name: pa.array(values, schema().field(name).type) for name, values in columns.items()})


@pytest.mark.parametrize(
    ("amount", "quantity", "cancelled", "wanted"),
    [
        (0, None, False, True),
        (5, 1, False, True),
        (5, 0, False, False),
        (5, -1, False, False),
        (-1, None, False, False),
        (5, 1, True, False),
    ],
)
def test_a_purchase_is_what_decision_ten_says(amount, quantity, cancelled, wanted):
    assert is_purchase(amount=amount, quantity_milli=quantity, cancelled=cancelled) is wanted


def test_lines_are_recorded_as_one_act(scene):
    wang, li = scene.customer("Wang", stage=Stage.PROSPECT), scene.customer("Li", stage=Stage.PROSPECT)
    stored = record_dealings(
        lines((wang, "2024-01-05", 100), (li, "2024-01-06", -5), (wang, "2024-01-07", 7)), by=SYSTEM, cause="test"
    )
    assert stored.outcomes.tolist() == [1, 1, 1]
    assert list(Dealing.objects.order_by("pk").values_list("pk", flat=True)) == stored.ids.tolist()
    assert Act.objects.filter(kind="dealings.recorded").count() == 1
    assert set(DirtyCustomer.objects.values_list("customer_id", flat=True)) == {wang.pk, li.pk}
    wang.refresh_from_db()
    li.refresh_from_db()
    assert (wang.stage, li.stage) == (Stage.CUSTOMER, Stage.PROSPECT)  # a refund makes nobody a customer
    assert StageChange.objects.get().customer_id == wang.pk


def test_what_is_stored_is_what_django_reads_back(scene):
    wang = scene.customer("Wang")
    moment = dt.datetime(2024, 1, 5, 9, 30, 15, 123456, tzinfo=UTC)
    table = lines(
        (wang, "2024-01-05", 100),
        (wang, "2024-01-06", 200),
        quantity_milli=[1500, None],
        unit_price_micro=[66_666_667, None],
        category=['a"b,c\n', ""],
        order_reference=["O'1", "\\N"],
        reference=["T1", ""],
        channel=[int(Channel.CARD), 0],
        price_tier=[None, 3],
        cancelled=[False, True],
    ).set_column(1, "occurred_at", pa.array([moment, dt.datetime(2024, 1, 6, tzinfo=UTC)], pa.timestamp("us", "UTC")))
    store_dealings(table)
    one, two = Dealing.objects.order_by("pk")
    assert (one.occurred_at, one.quantity_milli, one.unit_price_micro, one.category, one.order_reference, one.reference) == (
        moment, 1500, 66_666_667, 'a"b,c\n', "O'1", "T1")  # fmt: skip
    assert (one.channel, one.price_tier, one.cancelled) == (10, None, False)
    assert (two.quantity_milli, two.category, two.order_reference, two.price_tier, two.cancelled) == (
        None,
        "",
        "\\N",
        3,
        True,
    )
    assert two.occurred_at == dt.datetime(2024, 1, 6, tzinfo=UTC)
    # written by the bulk path, found by Django's own filters
    assert Dealing.objects.get(occurred_at=moment) == one
    assert Dealing.objects.get(occurred_at__gt=moment, occurred_on=dt.date(2024, 1, 6)) == two


def test_many_lines_at_once_keep_their_order(scene):
    wang = scene.customer("Wang")
    rows = [(wang, f"2024-01-{n % 28 + 1:02}", n) for n in range(47)]
    ids = store_dealings(lines(*rows)).ids.tolist()
    assert ids == list(range(ids[0], ids[0] + 47))
    assert list(Dealing.objects.order_by("pk").values_list("amount", flat=True)) == list(range(47))
    assert store_dealings(lines(*rows[:20])).ids.tolist()[0] == ids[-1] + 1


def test_lines_of_nobody_are_refused(scene):
    gone = scene.customer("gone", deleted_at=dt.datetime.now(UTC))
    with pytest.raises(CustomerGone), transaction.atomic():
        store_dealings(lines((gone, "2024-01-05", 1)))
    assert not Dealing.objects.exists()


def test_columns_that_are_none_are_refused(scene):
    wang = scene.customer("Wang")
    with pytest.raises(ValueError, match="not columns"):
        store_dealings(lines((wang, "2024-01-05", 1)).append_column("colour", pa.array(["red"])))
    with pytest.raises(ValueError, match="needs"):
        store_dealings(lines((wang, "2024-01-05", 1)).drop_columns(["amount"]))


def test_only_who_may_records(scene):
    wang = scene.customer("Wang")
    for name in ("lin", "gao", "du", "mei"):
        with pytest.raises(Denied):
            record_dealings(lines((wang, "2024-01-05", 1)), by=scene.person(name), cause="x")
    assert not Dealing.objects.exists()


def test_a_reference_stands_once_whoever_writes(scene):
    wang = scene.customer("Wang")
    store_dealings(lines((wang, "2024-01-05", 1), reference=["T1"]))
    assert store_dealings(lines((wang, "2024-01-05", 1), reference=["T1"])).outcomes.tolist() == [3]
    with pytest.raises(IntegrityError), transaction.atomic():
        Dealing.objects.create(
            customer=wang,
            occurred_at=dt.datetime.now(UTC),
            occurred_on=dt.date(2024, 1, 5),
            amount=1,
            currency="CNY",
            reference="T1",
        )


def test_evidence_is_exactly_the_lines_of_the_period(scene):
    wang, li = scene.customer("Wang"), scene.customer("Li", "mo")
    store_dealings(
        lines(
            (wang, "2024-01-04", 1), (wang, "2024-01-05", 2), (wang, "2024-01-31", 4), (wang, "2024-02-01", 8), (li, "2024-01-10", 16),
            (wang, "2024-01-20", -3),
        ).set_column(4, "currency", pa.array(["CNY"] * 5 + ["GBP"]))
    )  # fmt: skip
    first, last = dt.date(2024, 1, 5), dt.date(2024, 1, 31)
    lin = scene.person("lin")
    rows = evidence_rows(wang.pk, principal=lin, first=first, last=last)
    assert [(row.occurred_on.day, row.amount, row.currency) for row in rows] == [
        (5, 2, "CNY"),
        (20, -3, "GBP"),
        (31, 4, "CNY"),
    ]
    assert [row.amount for row in evidence_rows(wang.pk, principal=lin, first=first, last=last, currency="CNY")] == [
        2,
        4,
    ]
    assert (
        sum(
            row.amount
            for row in evidence_rows(wang.pk, principal=lin, first=first, last=last, currency="CNY")
            if row.is_purchase
        )
        == 6
    )
    assert evidence_rows(li.pk, principal=lin, first=first, last=last) == []
    assert evidence_rows(wang.pk, principal=scene.person("wu"), first=first, last=last) == []


def test_pages_follow_the_key_and_end(scene, django_assert_num_queries):
    wang = scene.customer("Wang")
    store_dealings(lines(*[(wang, f"2024-01-{n % 5 + 1:02}", n) for n in range(23)]))
    found, before = [], None
    while page := dealings_page(wang.pk, principal=SYSTEM, before=before, limit=7):
        found += page
        before = (page[-1].occurred_on, page[-1].id)
    assert [row.id for row in found] == list(
        Dealing.objects.order_by("-occurred_on", "-pk").values_list("pk", flat=True)
    )
    with django_assert_num_queries(1):
        timeline_rows(wang.pk, principal=SYSTEM, limit=1)
    with django_assert_num_queries(1):
        rows = timeline_rows(wang.pk, principal=SYSTEM, limit=20)
    assert [row[:2] for row in rows] == [(row.occurred_on, row.id) for row in found[:20]]


def test_exports_name_customers_and_whole_units(scene):
    wang = scene.customer("Wang", reference="W1")
    bare = scene.customer("Bare")
    store_dealings(
        lines((wang, "2024-01-05", 12345), (bare, "2024-01-06", -1), quantity_milli=[1500, None], channel=[10, 0])
    )
    one, two = export_rows(SYSTEM)
    assert (one["customer"], one["amount"], one["quantity"], one["channel"]) == (
        "W1",
        Decimal("123.45"),
        Decimal("1.5"),
        "card",
    )
    assert (two["customer"], two["amount"], two["channel"]) == (bare.code, Decimal("-0.01"), "")
    assert len(list(export_rows(SYSTEM, as_of=dt.date(2024, 1, 5)))) == 1
    assert list(export_rows(scene.person("wu"))) == []


def test_a_missing_index_is_repaired(scene):
    assert has_index()
    assert repair_index() is False
    drop_index()
    assert not has_index()
    assert repair_index() is True
    assert has_index()


def test_lines_stay_with_their_customer_when_he_is_deleted(scene):
    wang = scene.customer("Wang")
    store_dealings(lines((wang, "2024-01-05", 1)))
    Customer.objects.filter(pk=wang.pk).update(deleted_at=dt.datetime.now(UTC))
    assert timeline_rows(wang.pk, principal=SYSTEM) == []
    assert Dealing.objects.count() == 1
