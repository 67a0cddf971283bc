"""Acts on many customers: whom a selection means, what is done and skipped, and taking it back exactly."""

import datetime as dt

import pytest

from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.ground.sheets import Selection, Skip
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.customers.models import BulkAct, BulkMove, Customer, Group, GroupMember, OwnerChange
from guanxi.record.customers.queries import find
from guanxi.record.customers.services import NewCustomer, open_group, restore_customers
from guanxi.record.customers.services.bulk_acting import (
    assign_selected,
    delete_selected,
    group_selected,
    ungroup_selected,
)
from guanxi.record.customers.services.bulk_undoing import undo_bulk_act
from guanxi.record.customers.services.selecting import selected
from guanxi.record.customers.sheet import CUSTOMERS
from tests.record.customers.rows import NOON, picture, register
from tests.stories.scene import SYSTEM


@pytest.fixture
def people(scene):
    """Seven customers: three of Lin, one of Mo, one in Oak's pool, one of the whole firm's, one of Wu in Elm."""
    rows = [
        NewCustomer(
            name=name, phone=f"1380013800{place}", reference=f"R{place}", owner=scene.staff[owner].code if owner else ""
        )
        for place, (name, owner) in enumerate(
            (
                ("王一", "lin"),
                ("王二", "lin"),
                ("王三", "lin"),
                ("赵四", "mo"),
                ("钱五", "mo"),
                ("孙六", ""),
                ("李七", "wu"),
            )
        )
    ]
    done = register(*rows)
    scene.ids = {row.name: one.id for row, one in zip(rows, done, strict=True)}
    scene.codes = {row.name: one.code for row, one in zip(rows, done, strict=True)}
    Customer.objects.filter(pk=scene.ids["钱五"]).update(owner=None)
    with clock.frozen(NOON):
        yield scene


def ticked(scene, *names: str) -> Selection:
    return Selection(tuple(scene.codes.get(name, name) for name in names))


def asked(*where: str) -> Selection:
    return Selection(question=CUSTOMERS.read_question({"where": list(where)}, {"name"}))


def owners(scene) -> dict[str, str]:
    rows = Customer.objects.order_by("pk").values_list("name", "owner__name", "team__name")
    return {name: f"{owner or ''}/{team or ''}" for name, owner, team in rows}


def test_a_selection_means_whom_one_sees(people):
    gao = people.person("gao")
    found = selected(ticked(people, "王一", "李七", "nobody222222", "x'; --", "王一"), gao)
    assert (found.ids, found.unseen) == ([people.ids["王一"]], 3)
    assert selected(asked("owner.nobody"), gao).ids == [people.ids["钱五"], people.ids["孙六"]]
    assert len(selected(asked(), SYSTEM).ids) == 7
    assert selected(asked(), people.person("wu")).ids == [people.ids["李七"]]


@pytest.mark.parametrize("codes", [(), tuple(f"c{n:011}" for n in range(10_000))])
def test_nobody_or_ten_thousand_codes_are_refused(people, codes):
    before = picture()
    with pytest.raises(Refused):
        assign_selected(Selection(codes), owner_id=people.staff["mo"].pk, by=SYSTEM)
    assert picture() == before


def test_customers_are_given_to_a_colleague_and_back_to_whom_they_were(people):
    gao, mo = people.person("gao"), people.staff["mo"]
    before, was = owners(people), picture()
    done = assign_selected(ticked(people, "王一", "王二", "赵四", "钱五", "孙六", "李七"), owner_id=mo.pk, by=gao)
    assert (done.done, done.skipped) == (4, {Skip.UNSEEN: 1, Skip.SAME: 1})
    assert owners(people) == before | dict.fromkeys(("王一", "王二", "钱五", "孙六"), "mo/oak")
    act = Act.objects.get(kind="customers.assigned")
    assert (act.noun_kind, act.noun_code, act.count) == ("customers", done.code, 4)
    assert OwnerChange.objects.count() == 4
    assert {row.name for row in find("王", people.person("mo")).rows} == {"王一", "王二"}

    # somebody takes one of them further meanwhile: that one stays
    assign_selected(ticked(people, "王二"), owner_id=people.staff["gao"].pk, by=gao)
    back = undo_bulk_act(done.code, by=gao)
    assert (back.done, back.skipped) == (3, {Skip.CHANGED: 1})
    assert owners(people) == before | {"王二": "gao/oak"}
    with pytest.raises(Refused, match="undone no more"):
        undo_bulk_act(done.code, by=gao)
    assign_selected(ticked(people, "王二"), owner_id=people.staff["lin"].pk, by=gao)
    assert picture() == was


def test_back_to_the_pool_they_stay_in_their_team(people):
    done = assign_selected(asked("owner.in." + people.staff["lin"].code), owner_id=None, by=SYSTEM)
    assert done.done == 3
    assert {owners(people)[name] for name in ("王一", "王二", "王三")} == {"/oak"}
    undo_bulk_act(done.code, by=SYSTEM)
    assert {owners(people)[name] for name in ("王一", "王二", "王三")} == {"lin/oak"}


def test_a_group_is_joined_and_left_and_each_taken_back(people):
    lin = people.person("lin")
    group = open_group("tea", by=lin)
    GroupMember.objects.create(group_id=group, customer_id=people.ids["王三"])
    joined = group_selected(ticked(people, "王一", "王二", "王三", "赵四"), group, by=lin)
    assert (joined.done, joined.skipped) == (2, {Skip.UNSEEN: 1, Skip.SAME: 1})
    left = ungroup_selected(ticked(people, "王一", "王三"), group, by=lin)
    assert (left.done, left.skipped) == (2, {})
    assert members(group) == {"王二"}
    assert undo_bulk_act(left.code, by=lin).done == 2
    assert undo_bulk_act(joined.code, by=lin).done == 2
    assert members(group) == {"王三"}
    Group.objects.filter(pk=group).delete()
    with pytest.raises(Refused):
        group_selected(ticked(people, "王一"), group, by=lin)


def members(group: int) -> set[str]:
    return set(GroupMember.objects.filter(group=group).values_list("customer__name", flat=True))


def test_the_deleted_come_back_with_all_they_had(people):
    gao = people.person("gao")
    group = open_group("tea", by=gao)
    group_selected(ticked(people, "王一", "王二"), group, by=gao)
    before = picture()
    done = delete_selected(ticked(people, "王一", "王二", "李七"), by=gao)
    assert (done.done, done.skipped) == (2, {Skip.UNSEEN: 1})
    assert [row.name for row in find("王", SYSTEM).rows] == ["王三"]
    assert Act.objects.get(kind="customers.deleted").count == 2
    # meanwhile somebody else gets the reference of one of them
    register(NewCustomer(name="新人", reference="R0"))
    back = undo_bulk_act(done.code, by=gao)
    assert (back.done, back.skipped) == (1, {Skip.TAKEN: 1})
    Customer.objects.get(name="新人").identifiers.update(is_live=False)
    restore_customers([people.ids["王一"]], by=gao)
    after = picture()
    ids = set(people.ids.values())
    assert [row for row in after["customers"] if row["id"] in ids] == before["customers"]
    assert after["groups"] == before["groups"]


def test_only_whoever_did_it_undoes_it_and_only_the_same_day(people):
    gao = people.person("gao")
    done = assign_selected(ticked(people, "王一"), owner_id=people.staff["mo"].pk, by=gao)
    before = picture()
    for who in ("lin", "mo", "wu", "mei"):
        with pytest.raises(Refused):
            undo_bulk_act(done.code, by=people.person(who))
    with clock.frozen(NOON + dt.timedelta(days=1)), pytest.raises(Refused):
        undo_bulk_act(done.code, by=gao)
    with pytest.raises(Refused):
        undo_bulk_act("nobody222222", by=gao)
    assert picture() == before


@pytest.mark.parametrize("who", ["lin", "du", "fei", "mei"])
def test_without_the_right_nothing_is_written(people, who):
    by, every = people.person(who), ticked(people, *people.codes)
    before = picture()
    with pytest.raises(Denied):
        assign_selected(every, owner_id=people.staff["mo"].pk, by=by)
    with pytest.raises(Denied):
        delete_selected(every, by=by)
    assert (picture(), BulkAct.objects.count(), BulkMove.objects.count()) == (before, 0, 0)


def test_nobody_is_given_to_a_stranger(people):
    gao = people.person("gao")
    for stranger in (people.staff["xu"].pk, 10**9):
        with pytest.raises(Refused):
            assign_selected(ticked(people, "王一"), owner_id=stranger, by=gao)
    assert BulkAct.objects.count() == 0


def test_two_hundred_cost_as_many_statements_as_two(people, django_assert_max_num_queries):
    rows = [NewCustomer(name=f"众{n}", reference=f"M{n}", owner=people.staff["lin"].code) for n in range(200)]
    register(*rows)
    with django_assert_max_num_queries(40):
        done = assign_selected(asked("owner.in." + people.staff["lin"].code), owner_id=people.staff["mo"].pk, by=SYSTEM)
    assert done.done == 203
    assert Act.objects.filter(kind="customers.assigned").count() == 1
