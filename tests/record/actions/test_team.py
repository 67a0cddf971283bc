"""What a leader sees of the team's work: by person, late first; and one colleague's day."""

import datetime as dt

import pytest

from guanxi.ground.clock import frozen
from guanxi.record.actions.queries import PersonLoad, lines_of_colleague, team_load
from guanxi.record.actions.services import propose_actions
from tests.record.actions.rows import action_row, promise_row
from tests.stories.scene import SYSTEM, Scene, build_scene

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 7, 6)


@pytest.fixture
def scene() -> Scene:
    with frozen(dt.datetime(2026, 7, 6, 2, tzinfo=dt.UTC)):
        scene = build_scene()
        owners = ("lin", "lin", "lin", "mo", "wu", "gao", None)
        people = [scene.customer(f"c{place}", owner) for place, owner in enumerate(owners)]
        rows = [
            action_row(people[0], due_on=TODAY, proposed_on=dt.date(2026, 7, 1)),
            action_row(people[1], due_on=dt.date(2026, 7, 9), proposed_on=dt.date(2026, 7, 3)),
            promise_row(people[2], dt.date(2026, 7, 8)),  # a promise for later is not due
            promise_row(people[3], dt.date(2026, 7, 4), proposed_on=dt.date(2026, 7, 2)),
            action_row(people[4], due_on=dt.date(2026, 7, 1)),
            action_row(people[5], due_on=TODAY),
            action_row(people[6], due_on=TODAY),
        ]
        propose_actions(rows, by=SYSTEM, as_of=TODAY)
        yield scene


def test_by_person_with_the_late_one_first(scene):
    lin, mo = scene.staff["lin"], scene.staff["mo"]
    assert team_load(scene.person("gao"), on=TODAY) == [
        PersonLoad(mo.code, "mo", "oak", 1, 1, dt.date(2026, 7, 2)),
        PersonLoad(lin.code, "lin", "oak", 2, 0, dt.date(2026, 7, 1)),
    ]


def test_own_work_and_the_pool_are_not_the_teams(scene):
    assert {load.name for load in team_load(scene.person("gao"), on=TODAY)} == {"lin", "mo"}
    assert {load.name for load in team_load(scene.person("mei"), on=TODAY)} == {"lin", "mo", "wu", "gao"}


@pytest.mark.parametrize("who, seen", [("lin", 0), ("xu", 0), ("du", 3), ("fei", 4)])
def test_each_sees_as_far_as_the_role_does(scene, who, seen):
    assert len(team_load(scene.person(who), on=TODAY)) == seen


def test_a_promise_counts_from_its_day(scene):
    later = {load.name: load for load in team_load(scene.person("gao"), on=dt.date(2026, 7, 8))}
    assert (later["lin"].open, later["lin"].overdue) == (3, 1)


def test_one_query_and_a_bound(scene, django_assert_num_queries):
    leader = scene.person("gao")
    with django_assert_num_queries(1):
        assert [load.name for load in team_load(leader, on=TODAY, limit=1)] == ["mo"]


def test_a_colleagues_day_is_in_the_order_of_today(scene):
    lines = lines_of_colleague(scene.staff["lin"].code, scene.person("gao"), on=TODAY)
    assert [line.customer_name for line in lines] == ["c0", "c1"]
    assert lines_of_colleague(scene.staff["wu"].code, scene.person("gao"), on=TODAY) == []


def test_the_load_of_named_colleagues_is_read_however_busy_others_are(scene):
    """The board names its people: the busiest of the firm must not push them out."""
    director, lin = scene.person("mei"), scene.staff["lin"]
    of_all = {load.name: load for load in team_load(director, on=TODAY)}
    busiest = team_load(director, on=TODAY, limit=1)[0].name
    assert busiest != "lin"
    assert team_load(director, on=TODAY, limit=1, people=[lin.pk]) == [of_all["lin"]]
