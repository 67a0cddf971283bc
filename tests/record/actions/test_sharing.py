"""Whoever takes work over sees its customer for as long as it is theirs, and by no other way than by name."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanxi.ground.clock import frozen
from guanxi.ground.refusals import Refused
from guanxi.journal.models import Act
from guanxi.record.actions.choices import NotNow
from guanxi.record.actions.models import Action
from guanxi.record.actions.services import (
    answer_action,
    hand_over_action,
    part_with_colleague,
    propose_actions,
    undo_answer,
)
from guanxi.record.conversations.services import log_conversation
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.models import Customer, Share
from guanxi.record.customers.permissions import visible_ids, visible_to
from guanxi.record.customers.queries import find
from guanxi.record.customers.queries.page import head_of_code
from guanxi.record.customers.services import assign_customers, delete_customers, merge_customers
from tests.record.actions.rows import JUNE, MONDAY, action_row
from tests.stories.scene import SYSTEM, Scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def wang(scene) -> Customer:
    return scene.customer("王海峰")


@pytest.fixture
def code(wang) -> str:
    propose_actions([action_row(wang)], by=SYSTEM, as_of=JUNE)
    return Action.objects.get().code


def sees(scene: Scene, name: str, customer: Customer) -> bool:
    return bool(visible_ids(scene.person(name), [customer.pk]))


def test_the_taker_opens_the_customer_and_notes_a_call(scene, wang, code):
    with pytest.raises(Refused):
        head_of_code(wang.code, scene.person("wu"))
    hand_over_action(code, by=scene.person("lin"), to_staff=scene.staff["wu"].code)
    assert head_of_code(wang.code, scene.person("wu")).name == "王海峰"
    log_conversation(wang.pk, by=scene.person("wu"), channel=Channel.CALL, summary="打过电话")
    assert not sees(scene, "mo", wang)
    acts = Act.objects.filter(noun_code=wang.code, kind__startswith="customer.").values_list("kind", flat=True)
    assert list(acts) == ["customer.shared"]


def test_it_is_not_found_by_searching(scene, wang, code):
    hand_over_action(code, by=scene.person("lin"), to_staff=scene.staff["wu"].code)
    assert find("王海峰", scene.person("wu")).rows == []


@pytest.mark.parametrize(
    "end", ["done", "undone by the giver", "withdrawn by a refresh", "expired", "customer deleted"]
)
def test_the_share_ends_with_the_work(scene, wang, code, end):
    lin, wu = scene.person("lin"), scene.person("wu")
    hand_over_action(code, by=lin, to_staff=wu.code)
    assert sees(scene, "wu", wang)
    if end == "done":
        answer_action(code, by=wu, answer="done")
    elif end == "undone by the giver":
        undo_answer(code, by=lin)
    elif end == "withdrawn by a refresh":
        propose_actions([], by=SYSTEM, as_of=JUNE + dt.timedelta(days=9))
    elif end == "customer deleted":
        Customer.objects.filter(pk=wang.pk).update(deleted_at=MONDAY)
    if end == "expired":
        with frozen(MONDAY + dt.timedelta(days=400)):
            assert not sees(scene, "wu", wang)
        return
    assert not sees(scene, "wu", wang)
    if end != "customer deleted":
        assert not Share.objects.exists()


def test_put_off_it_stays_and_taken_back_it_comes_back(scene, wang, code):
    lin, wu = scene.person("lin"), scene.person("wu")
    hand_over_action(code, by=lin, to_staff=wu.code)
    answer_action(code, by=wu, answer="not_now", reason=NotNow.CUSTOMER_AWAY)
    assert sees(scene, "wu", wang)
    undo_answer(code, by=wu)
    answer_action(code, by=wu, answer="done")
    assert not sees(scene, "wu", wang)
    undo_answer(code, by=wu)
    assert sees(scene, "wu", wang)


def test_handed_on_it_follows_the_work_and_back(scene, wang, code):
    wu, mo = scene.person("wu"), scene.person("mo")
    hand_over_action(code, by=scene.person("lin"), to_staff=wu.code)
    hand_over_action(code, by=wu, to_staff=mo.code)
    assert (sees(scene, "wu", wang), sees(scene, "mo", wang)) == (False, True)
    undo_answer(code, by=wu)
    assert (sees(scene, "wu", wang), sees(scene, "mo", wang)) == (True, False)


def test_a_share_ends_when_the_colleague_leaves(scene, wang, code):
    hand_over_action(code, by=scene.person("lin"), to_staff=scene.staff["wu"].code)
    part_with_colleague(scene.staff["wu"].code, by=SYSTEM)
    assert not Share.objects.exists()


def test_sharing_costs_no_query_of_its_own_and_both_ways_have_an_index(scene, wang, code):
    hand_over_action(code, by=scene.person("lin"), to_staff=scene.staff["wu"].code)
    wu = scene.person("wu")
    with CaptureQueriesContext(connection) as asked:
        assert visible_ids(wu, [wang.pk]) == {wang.pk}
    assert len(asked) == 1
    if connection.vendor == "sqlite":
        plan = Customer.objects.filter(visible_to(wu), code=wang.code).explain()
        assert "SCAN" not in plan, plan


def test_what_is_shared_is_neither_given_away_nor_deleted_nor_merged(scene, wang):
    xu, other = scene.person("xu"), scene.customer("李娜", owner="lin")
    for customer in (wang, other):
        Share.objects.create(
            customer=customer, staff_id=xu.staff_id, until=JUNE + dt.timedelta(days=60), cause=customer.code
        )
    assert sees(scene, "xu", wang)
    for act in (
        lambda: delete_customers([wang.pk], by=xu),
        lambda: assign_customers([wang.pk], owner_id=xu.staff_id, by=xu),
        lambda: merge_customers(wang.pk, other.pk, by=xu),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "customers.not_found"
    wang.refresh_from_db()
    assert (wang.deleted_at, wang.owner_id, wang.merged_into_id) == (None, scene.staff["lin"].pk, None)
