"""Cards, ties, households and groups in bulk: the same rules as one by one, a constant number of queries, all or nothing."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.customers.choices import PreferenceField, RelationKind
from guanxi.record.customers.models import Customer, Group, GroupMember, Household, Preference, Relation
from guanxi.record.customers.services import NewCustomer
from guanxi.record.customers.services.filling import (
    NewCircle,
    NewPreference,
    NewTie,
    fill_cards,
    fill_groups,
    fill_households,
    fill_ties,
)
from tests.record.customers.rows import TODAY, picture, register
from tests.stories.scene import SYSTEM

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def people(scene):
    """Five customers of Lin and one of Xu in another branch."""
    own = register(*[NewCustomer(name=f"客户{n}", reference=f"R{n}", owner=scene.staff["lin"].code) for n in range(5)])
    (far,) = register(NewCustomer(name="远", owner=scene.staff["xu"].code))
    return [answer.id for answer in own], far.id


def likes(ids, day=TODAY, text="羽毛球"):
    return [NewPreference(customer, PreferenceField.TOPICS, text, "客户本人", day) for customer in ids]


def test_cards_ties_households_and_groups_are_written_as_given(people, scene):
    ids, _ = people
    lin = scene.person("lin")
    assert fill_cards(likes(ids), by=lin) == 5
    assert set(Preference.objects.values_list("customer_id", "text", "source", "told_on")) == {
        (customer, "羽毛球", "客户本人", TODAY) for customer in ids
    }
    assert fill_ties([NewTie(ids[0], ids[1], RelationKind.SPOUSE, "电话", TODAY, "同住")], by=lin) == 1
    tie = Relation.objects.get()
    assert (tie.customer_id, tie.other_id, tie.kind, tie.note) == (ids[0], ids[1], RelationKind.SPOUSE, "同住")
    assert (
        fill_households([NewCircle("王家", (ids[0], ids[1])), NewCircle("李家", (ids[2],))], by=lin, is_demo=True) == 2
    )
    assert dict(Customer.objects.filter(household__isnull=False).values_list("pk", "household__name")) == {
        ids[0]: "王家", ids[1]: "王家", ids[2]: "李家",
    }  # fmt: skip
    assert set(Household.objects.values_list("is_demo", flat=True)) == {True}
    assert fill_groups([NewCircle("重要", (ids[0],)), NewCircle("企业主", (ids[1], ids[2]), "重要")], by=lin) == 2
    top, below = Group.objects.order_by("lo")
    assert (below.parent_id, top.lo < below.lo <= below.hi <= top.hi) == (top.pk, True)
    assert set(GroupMember.objects.values_list("group__name", "customer_id")) == {
        ("重要", ids[0]), ("企业主", ids[1]), ("企业主", ids[2]),
    }  # fmt: skip
    kinds = ["preference.recorded", "customer.related", "customer.household_changed", "group.joined"]
    assert [act.kind for act in Act.objects.order_by("pk")][-4:] == kinds


@pytest.mark.parametrize("fill, rows", [
    (fill_cards, lambda ids, far: likes([*ids, far])),
    (fill_ties, lambda ids, far: [NewTie(ids[0], ids[1], RelationKind.FRIEND, "", TODAY), NewTie(ids[0], far, RelationKind.FRIEND, "", TODAY)]),
    (fill_households, lambda ids, far: [NewCircle("王家", (ids[0], far))]),
    (fill_groups, lambda ids, far: [NewCircle("重要", (ids[0], far))]),
])  # fmt: skip
def test_who_is_out_of_sight_or_has_no_right_writes_nothing(people, scene, fill, rows):
    ids, far = people
    before = picture()
    with pytest.raises(Refused, match="not found"):
        fill(rows(ids, far), by=scene.person("lin"))
    with pytest.raises(Denied):
        fill(rows(ids, far), by=scene.person("du"))
    assert picture() == before
    assert Group.objects.count() == 0


@pytest.mark.parametrize("bad", [
    likes([0], day=TODAY + dt.timedelta(days=1)), likes([0], text="信佛"), likes([0], text=" "),
])  # fmt: skip
def test_one_bad_line_of_a_card_refuses_them_all(people, bad):
    ids, _ = people
    rows = [*likes(ids), NewPreference(ids[0], bad[0].field, bad[0].text, bad[0].source, bad[0].told_on)]
    with pytest.raises(Refused):
        fill_cards(rows, by=SYSTEM)
    assert Preference.objects.count() == 0


def test_many_cost_as_few_queries_as_one(people):
    ids, _ = people
    with CaptureQueriesContext(connection) as one:
        fill_cards(likes(ids[:1]), by=SYSTEM)
    with CaptureQueriesContext(connection) as many:
        fill_cards([row for n in range(12) for row in likes(ids, text=f"话题{n}")], by=SYSTEM)
    assert len(many) == len(one)
