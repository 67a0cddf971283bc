"""Holdings: opened and completed by their number, within what one sees; balances by day."""

import datetime as dt

import pytest

from guanxi.identity.permissions import Denied
from guanxi.record.catalogue.services import products_by_reference
from guanxi.record.customers.models import DirtyCustomer
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.models import Holding
from guanxi.record.holdings.queries import (
    balances_of,
    customers_by_reference,
    holdings_of,
    ids_by_reference,
    timeline_rows,
)
from guanxi.record.holdings.rules import NewBalance, NewHolding
from guanxi.record.holdings.services import record_holdings, store_balances
from tests.stories.scene import SYSTEM


def test_holdings_are_opened_completed_and_read(scene):
    wang = scene.customer("Wang")
    product = products_by_reference({"card"}).ids["card"]
    rows = [
        NewHolding(
            reference="H1",
            customer_id=wang.pk,
            product_id=product,
            opened_on="2020-01-01",
            attributes={"colour": "red", "empty": " "},
        ),
        NewHolding(reference="H2", customer_id=wang.pk, opened_on="2021-01-01", closed_on="2022-01-01"),
        NewHolding(reference="H1", renewal_on="2026-01-01", attributes={"size": "big"}),
    ]
    assert [answer.fate for answer in record_holdings(rows, by=SYSTEM)] == ["created", "created", "updated"]
    one, two = holdings_of(wang.pk, principal=SYSTEM)
    assert (one.reference, one.product, one.status, one.renewal_on, one.attributes) == (
        "H1", "card", HoldingStatus.OPEN, dt.date(2026, 1, 1), {"colour": "red", "size": "big"})  # fmt: skip
    assert (two.reference, two.status) == ("H2", HoldingStatus.CLOSED)
    assert [row.reference for row in holdings_of(wang.pk, principal=scene.person("lin"))] == [
        "****",
        "****",
    ]  # like accounts
    assert [(day, row.reference) for day, _, row in timeline_rows(wang.pk, principal=SYSTEM)] == [
        (dt.date(2021, 1, 1), "H2"),
        (dt.date(2020, 1, 1), "H1"),
    ]
    assert [
        row.reference for _, _, row in timeline_rows(wang.pk, principal=SYSTEM, before=(dt.date(2021, 1, 1), two.id))
    ] == ["H1"]


def test_a_holding_that_moves_marks_both_customers(scene):
    wang, li = scene.customer("Wang"), scene.customer("Li")
    record_holdings([NewHolding(reference="H1", customer_id=wang.pk)], by=SYSTEM)
    DirtyCustomer.objects.all().delete()
    record_holdings([NewHolding(reference="H1", customer_id=li.pk)], by=SYSTEM)
    assert set(DirtyCustomer.objects.values_list("customer_id", flat=True)) == {wang.pk, li.pk}


def test_what_one_does_not_see_is_not_there(scene):
    own, foreign = scene.customer("own"), scene.customer("foreign", "wu")
    record_holdings(
        [NewHolding(reference="O", customer_id=own.pk), NewHolding(reference="F", customer_id=foreign.pk)], by=SYSTEM
    )
    lin = scene.person("lin")
    assert set(ids_by_reference(["O", "F", "?"], principal=lin)) == {"O"}
    assert customers_by_reference(["O", " Ｆ"], principal=SYSTEM) == {
        "O": (Holding.objects.get(reference="O").pk, own.pk), " Ｆ": (Holding.objects.get(reference="F").pk, foreign.pk)}  # fmt: skip
    assert holdings_of(foreign.pk, principal=lin) == []
    from dataclasses import replace

    may = replace(scene.person("gao"), permissions=scene.person("gao").permissions | {"holdings.edit"})
    rows = [
        NewHolding(reference="F", closed_on="2024-01-01"),
        NewHolding(reference="N", customer_id=foreign.pk),
        NewHolding(reference="O", customer_id=foreign.pk),
    ]
    answers = record_holdings(rows, by=may)
    assert [answer.refused.code for answer in answers] == [
        "holdings.known_elsewhere",
        "customers.not_found",
        "customers.not_found",
    ]
    assert not Holding.objects.exclude(closed_on=None).exists()
    with pytest.raises(Denied):
        record_holdings(rows, by=scene.person("du"))


def test_balances_are_read_by_day(scene):
    wang = scene.customer("Wang")
    record_holdings([NewHolding(reference="H1", customer_id=wang.pk)], by=SYSTEM)
    holding = Holding.objects.get().pk
    rows = [NewBalance(holding_id=holding, day=f"2024-01-0{n}", amount=f"{n}.5", currency="CNY") for n in (3, 1, 2)]
    assert [answer.fate for answer in store_balances(rows, customers={holding: wang.pk})] == ["created"] * 3
    found = balances_of(holding, principal=scene.person("lin"), first=dt.date(2024, 1, 2), last=dt.date(2024, 1, 9))
    assert found == [(dt.date(2024, 1, 2), 250, "CNY"), (dt.date(2024, 1, 3), 350, "CNY")]
    assert balances_of(holding, principal=scene.person("wu"), first=dt.date(2024, 1, 1), last=dt.date(2024, 1, 9)) == []
