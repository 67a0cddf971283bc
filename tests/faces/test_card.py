"""The card of a customer says what the long read says, in four queries."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanxi.ground.refusals import Refused
from guanxi.record.customers.choices import RelationKind, Stage
from guanxi.record.customers.queries import customer_page
from guanxi.record.customers.queries.card import customer_card
from guanxi.record.customers.services import change_stage, merge_customers, relate_customers
from guanxi.record.customers.services.relating import NewRelation
from tests.faces.scene import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def tied(scene):
    """Wang with ties of every sort: both ways, beyond the branch, to somebody merged away, from somebody merged into him."""
    ids, wang = scene.ids, scene.ids["王海峰"]
    relate_customers(
        ids["张立新"], NewRelation(wang, RelationKind.FRIEND, note="球友", told_on=dt.date(2026, 5, 1)), by=SYSTEM
    )
    relate_customers(wang, NewRelation(ids["何嘉怡"], RelationKind.SIBLING), by=SYSTEM)
    scene.add("何佳怡", phone="13600000099")
    relate_customers(wang, NewRelation(ids["何佳怡"], RelationKind.SIBLING), by=SYSTEM)
    merge_customers(ids["何嘉怡"], ids["何佳怡"], by=SYSTEM)
    scene.add("王海锋", phone="13600000098")
    relate_customers(ids["王海锋"], NewRelation(ids["黄振华"], RelationKind.EMPLOYER), by=SYSTEM)
    merge_customers(wang, ids["王海锋"], by=SYSTEM)
    change_stage([wang], to=Stage.LOST, by=SYSTEM, cause="test")
    return scene


@pytest.mark.parametrize("who", ["lin", "chen", "zhao", "li", "he"])
def test_the_card_agrees_with_the_long_read(tied, who):
    principal = tied.person(who)
    page = customer_page(tied.codes["王海峰"], principal)
    with CaptureQueriesContext(connection) as caught:
        card = customer_card(tied.codes["王海峰"], principal)
    assert len(caught) == 4
    assert card.head == page.head
    assert card.identifiers == [row for row in page.identifiers if row.is_live]
    assert card.preferences == page.preferences
    assert [replace(row, cause="") for row in card.stages] == [replace(row, cause="") for row in page.stages]
    assert sorted(card.relations, key=repr) == sorted(page.relations, key=repr)
    assert len(card.relations) >= 4
    assert (card.address.text, card.address.city) == (page.addresses[0].text, page.addresses[0].city)


def test_a_merged_customer_is_read_as_the_winner(tied):
    card = customer_card(tied.codes["王海锋"], tied.person("lin"))
    assert (card.head.name, card.head.asked_code) == ("王海峰", tied.codes["王海锋"])


@pytest.mark.parametrize("who", ["huang", "zhou"])
def test_a_customer_out_of_sight_is_not_there(tied, who):
    with pytest.raises(Refused) as caught:
        customer_card(tied.codes["王海峰"], tied.person(who))
    assert caught.value.code == "customers.not_found"
