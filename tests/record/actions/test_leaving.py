"""A colleague leaves: every customer and every piece of pending work has somebody else, at once or at the second call."""

import datetime as dt

import pytest

from guanxi.ground.refusals import Refused
from guanxi.identity.models import Staff
from guanxi.identity.permissions import Denied
from guanxi.identity.services import NewStaff, take_on_staff
from guanxi.journal.models import Act
from guanxi.record.actions.choices import ActionStatus, NotNow
from guanxi.record.actions.models import Action
from guanxi.record.actions.services import (
    PassedOn,
    answer_action,
    hand_over_action,
    leaving,
    part_with_colleague,
    propose_actions,
)
from guanxi.record.customers import queries as customers
from guanxi.record.customers import search
from guanxi.record.customers.models import Customer
from guanxi.record.customers.services import assigning, delete_customers
from tests.record.actions.rows import JUNE, action_row
from tests.stories.scene import SYSTEM, Scene, build_scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def scene() -> Scene:
    """Lin has four customers: one with open work, one put off, one done, one deleted. Xu's work was given to nobody."""
    scene = build_scene()
    search.rebuild_search()
    people = {name: scene.customer(name) for name in ("open", "later", "done", "gone")}
    propose_actions([action_row(person) for person in people.values()], by=SYSTEM, as_of=JUNE)
    lin = scene.person("lin")
    answer_action(code_of("later"), by=lin, answer="not_now", reason=NotNow.CUSTOMER_AWAY)
    answer_action(code_of("done"), by=lin, answer="done")
    delete_customers([people["gone"].pk], by=SYSTEM)
    search.reindex_customers(Customer.objects.values_list("pk", flat=True))
    return scene


def code_of(name: str) -> str:
    return Action.objects.get(customer__name=name).code


def everything() -> list:
    models = (Staff, Customer, Action, Act)
    return [list(model.objects.order_by("pk").values()) for model in models]


def work() -> dict[str, tuple]:
    rows = Action.objects.values_list("customer__name", "owner__name", "team__name", "status")
    return {name: (owner, team, ActionStatus(status)) for name, owner, team, status in rows}


def test_everything_goes_to_the_successor(scene):
    told = part_with_colleague(scene.staff["lin"].code, by=SYSTEM, successor=scene.staff["wu"].code)
    assert told == PassedOn(customers=4, actions=3)
    assert set(Customer.objects.values_list("owner__name", "team__name")) == {("wu", "elm")}
    assert work() == {
        "open": ("wu", "elm", ActionStatus.OPEN),
        "later": ("wu", "elm", ActionStatus.NOT_NOW),
        "done": ("lin", "oak", ActionStatus.DONE),  # what was done stays said of whom did it
        "gone": ("wu", "elm", ActionStatus.OPEN),
    }
    assert Action.objects.get(customer__name="later").again_on == dt.date(2026, 7, 24)
    lin = Staff.objects.get(pk=scene.staff["lin"].pk)
    assert lin.left_on == dt.date(2026, 7, 6)
    assert [row.name for row in customers.find("open", scene.person("wu")).rows] == ["open"]
    kinds = Act.objects.filter(kind__in=("staff.left", "customer.assigned", "actions.passed_on")).order_by("pk")
    assert [act.kind for act in kinds] == ["staff.left", *["customer.assigned"] * 4, "actions.passed_on"]


def test_without_a_successor_everything_stands_in_the_pool_of_the_team(scene):
    assert part_with_colleague(scene.staff["lin"].code, by=SYSTEM) == PassedOn(4, 3)
    assert set(Customer.objects.values_list("owner__name", "team__name")) == {(None, "oak")}
    assert work()["open"] == (None, "oak", ActionStatus.OPEN)


def test_work_that_was_handed_to_the_leaver_returns_to_whom_the_customer_has(scene):
    hand_over_action(code_of("open"), by=scene.person("lin"), to_staff=scene.staff["gao"].code)
    assert part_with_colleague(scene.staff["gao"].code, by=SYSTEM, successor=scene.staff["wu"].code) == PassedOn(0, 1)
    action = Action.objects.get(customer__name="open")
    assert (work()["open"], action.handed_from) == (("lin", "oak", ActionStatus.OPEN), None)


def test_broken_off_it_goes_on_where_it_was(scene, monkeypatch):
    monkeypatch.setattr(assigning, "_STEP", 1)
    monkeypatch.setattr(leaving, "_STEP", 1)
    steps = iter(range(2))
    original = assigning._journal

    def stumble(*given) -> None:
        if next(steps, None) is None:
            raise OSError("cut off")
        original(*given)

    monkeypatch.setattr(assigning, "_journal", stumble)
    code = scene.staff["lin"].code
    with pytest.raises(OSError, match="cut off"):
        part_with_colleague(code, by=SYSTEM, successor=scene.staff["wu"].code)
    assert Staff.objects.get(code=code).left_on is not None
    assert Customer.objects.filter(owner=scene.staff["wu"]).count() == 2
    monkeypatch.setattr(assigning, "_journal", original)
    assert part_with_colleague(code, by=SYSTEM, successor=scene.staff["wu"].code) == PassedOn(2, 3)
    assert not Customer.objects.filter(owner=scene.staff["lin"]).exists()
    before = everything()
    assert part_with_colleague(code, by=SYSTEM, successor=scene.staff["wu"].code) == PassedOn(0, 0)
    assert everything() == before


@pytest.mark.parametrize(
    ("leaver", "successor", "code"),
    [
        ("lin", "lin", "staff.own_successor"),
        ("lin", "du", "staff.may_not_succeed"),
        ("lin", "fei", "staff.may_not_succeed"),
        ("lin", "nobody", "staff.unknown"),
        ("nobody", "wu", "staff.unknown"),
    ],
)
def test_what_cannot_be_changes_nothing(scene, leaver, successor, code):
    codes = {name: staff.code for name, staff in scene.staff.items()}
    before = everything()
    with pytest.raises(Refused) as refused:
        part_with_colleague(
            codes.get(leaver, "nosuchperson"), by=SYSTEM, successor=codes.get(successor, "nosuchperson")
        )
    assert (refused.value.code, everything()) == (code, before)


def test_the_last_administrator_does_not_leave(scene):
    person = NewStaff(
        name="li", role="admin", team=scene.teams["oak"], email="li@example.com", password="correct-Horse-7"
    )
    last = take_on_staff(by=SYSTEM, person=person)
    before = everything()
    with pytest.raises(Refused) as refused:
        part_with_colleague(last.code, by=SYSTEM)
    assert (refused.value.code, everything()) == ("staff.last_admin", before)


@pytest.mark.parametrize("name", ["lin", "gao", "du", "mei"])
def test_who_may_not_edit_staff_parts_with_nobody(scene, name):
    before = everything()
    with pytest.raises(Denied):
        part_with_colleague(scene.staff["wu"].code, by=scene.person(name))
    assert everything() == before
