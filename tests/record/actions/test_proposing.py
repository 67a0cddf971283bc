"""Proposing: idempotent by key; a refresh never overrules a person."""

import datetime as dt
import json

import pyarrow as pa
import pytest

from guanxi.ground.clock import frozen
from guanxi.ground.workdays import WEEK
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.actions.choices import ActionStatus, NotNow
from guanxi.record.actions.models import Action
from guanxi.record.actions.queries import answers
from guanxi.record.actions.rules import Act as Step
from guanxi.record.actions.rules import may_return, next_status
from guanxi.record.actions.services import answer_action, hand_over_action, propose_actions, proposing
from tests.record.actions.rows import action_row, promise_row
from tests.stories.scene import SYSTEM

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 30)


def counts(**given: int) -> dict[str, int]:
    return {"new": 0, "changed": 0, "unchanged": 0, "answered": 0, "withdrawn": 0} | given


def later(days: int) -> dt.date:
    return DAY + dt.timedelta(days=days)


def test_proposed_twice_is_proposed_once(scene):
    rows = [action_row(scene.customer(str(i))) for i in range(3)]
    assert propose_actions(pa.Table.from_pylist(rows), by=SYSTEM, as_of=DAY) == counts(new=3)
    before, acts = list(Action.objects.order_by("pk").values()), Act.objects.count()
    assert propose_actions(rows, by=SYSTEM, as_of=later(1)) == counts(unchanged=3)
    assert (list(Action.objects.order_by("pk").values()), Act.objects.count()) == (before, acts)
    action = Action.objects.first()
    assert (action.owner_id, action.team_id) == (scene.staff["lin"].pk, scene.staff["lin"].team_id)
    assert (action.due_on, action.proposed_on, action.value_at_stake) == (dt.date(2026, 7, 1), DAY, 57_600)
    assert action.reason_facts["drop"] == 0.9044


def test_new_figures_keep_the_day_and_the_version(scene):
    wang = scene.customer("王")
    propose_actions([action_row(wang)], by=SYSTEM, as_of=DAY)
    next_run = action_row(wang, rank=7, value_at_stake=60_000, due_on=later(9), proposed_on=later(1))
    assert propose_actions([next_run], by=SYSTEM, as_of=later(1)) == counts(changed=1)
    action = Action.objects.get()
    assert (action.rank, action.value_at_stake, action.version) == (7, 60_000, 1)
    assert (action.due_on, action.proposed_on) == (dt.date(2026, 7, 1), DAY)


def test_what_is_stated_anew_stands_as_if_it_had_been_stated_so_at_first(scene):
    """Every column, texts of JSON and empty ones too: what is written of a known action and of a new one must not part."""
    one, other = scene.customer("王"), scene.customer("李")
    along = {"reference": "fund", "name": {"zh": "基金", "en": "Fund"}}
    facts = json.dumps({"offer": {"reference": "card", "along": [along]}, "say": "“问”，\\ '{a,b}'", "also": []})
    stated = {
        "owner_id": None, "team_id": None, "action_class": 3, "signal_key": "k", "offer": "card", "channel": 7, "rank": -2,
        "score": 0.1 + 0.2, "reason": "offer", "reason_facts": facts, "evidence": json.dumps({"a": [1, None]}), "value_at_stake": -5,
    }  # fmt: skip
    propose_actions([action_row(one)], by=SYSTEM, as_of=DAY)
    propose_actions([action_row(one, **stated), action_row(other, **stated)], by=SYSTEM, as_of=later(1))
    changed, new = Action.objects.order_by("customer").values(*(set(proposing._RENEWED) - {"version"}))
    assert changed == new
    assert new["enclosed"] == ["fund"]
    propose_actions([action_row(one), action_row(other)], by=SYSTEM, as_of=later(2))
    assert Action.objects.filter(enclosed__isnull=True, team=one.team_id).count() == 2


def test_a_cause_that_is_gone_withdraws_and_one_that_returns_opens_again(scene):
    wang = scene.customer("王")
    propose_actions([action_row(wang)], by=SYSTEM, as_of=DAY)
    assert propose_actions([], by=SYSTEM, as_of=later(1)) == counts(withdrawn=1)
    assert Action.objects.get().status == ActionStatus.WITHDRAWN
    again = action_row(wang, due_on=later(6), proposed_on=later(5))
    assert propose_actions([again], by=SYSTEM, as_of=later(5)) == counts(changed=1)
    action = Action.objects.get()
    assert (action.status, action.due_on, action.proposed_on) == (ActionStatus.OPEN, later(6), later(5))


def test_done_stays_done(scene):
    wang = scene.customer("王")
    propose_actions([action_row(wang)], by=SYSTEM, as_of=DAY)
    answer_action(Action.objects.get().code, by=scene.person("lin"), answer="done")
    assert propose_actions([action_row(wang, rank=2)], by=SYSTEM, as_of=later(300)) == counts(answered=1)
    assert propose_actions([], by=SYSTEM, as_of=later(301)) == counts()
    assert Action.objects.get().status == ActionStatus.DONE
    assert propose_actions([action_row(wang, cause="2027-01")], by=SYSTEM, as_of=later(302)) == counts(new=1)


def test_not_now_comes_back_on_its_day_and_not_before(scene):
    wang = scene.customer("王")
    propose_actions([action_row(wang)], by=SYSTEM, as_of=DAY)
    with frozen(dt.datetime(2026, 6, 30, 3, tzinfo=dt.UTC)):
        answer_action(
            Action.objects.get().code, by=scene.person("lin"), answer="not_now", reason=NotNow.BUSY, again_on=later(10)
        )
    for day in (1, 9):
        assert propose_actions([action_row(wang, rank=day)], by=SYSTEM, as_of=later(day)) == counts(answered=1)
        assert propose_actions([], by=SYSTEM, as_of=later(day)) == counts()
        assert Action.objects.get().status == ActionStatus.NOT_NOW
    assert propose_actions([action_row(wang)], by=SYSTEM, as_of=later(10)) == counts(changed=1)
    action = Action.objects.get()
    assert (action.status, action.not_now, action.again_on) == (ActionStatus.OPEN, None, None)


def test_not_now_whose_cause_is_gone_on_its_day_is_withdrawn(scene):
    wang = scene.customer("王")
    propose_actions([action_row(wang)], by=SYSTEM, as_of=DAY)
    with frozen(dt.datetime(2026, 6, 30, 3, tzinfo=dt.UTC)):
        answer_action(Action.objects.get().code, by=scene.person("lin"), answer="not_now", reason=NotNow.BUSY)
    assert propose_actions([], by=SYSTEM, as_of=later(1)) == counts(withdrawn=1)


def test_not_relevant_never_comes_back_for_this_cause(scene):
    wang = scene.customer("王")
    propose_actions([action_row(wang)], by=SYSTEM, as_of=DAY)
    answer_action(Action.objects.get().code, by=scene.person("lin"), answer="not_now", reason=NotNow.NOT_RELEVANT)
    assert propose_actions([action_row(wang)], by=SYSTEM, as_of=later(3_000)) == counts(answered=1)


def test_a_handed_over_action_keeps_the_owner_people_gave_it(scene):
    wang = scene.customer("王")
    propose_actions([action_row(wang)], by=SYSTEM, as_of=DAY)
    hand_over_action(Action.objects.get().code, by=scene.person("lin"), to_staff=scene.staff["gao"].code)
    assert propose_actions([action_row(wang, rank=9)], by=SYSTEM, as_of=later(1)) == counts(changed=1)
    action = Action.objects.get()
    assert (action.owner_id, action.team_id) == (scene.staff["gao"].pk, scene.teams["oak"].pk)
    assert (action.rank, action.status) == (9, ActionStatus.HANDED_OVER)
    assert propose_actions([], by=SYSTEM, as_of=later(2)) == counts(withdrawn=1)


def test_a_customer_who_changes_hands_takes_the_open_action_along(scene):
    wang = scene.customer("王")
    propose_actions([action_row(wang)], by=SYSTEM, as_of=DAY)
    moved = action_row(wang, owner_id=scene.staff["mo"].pk)
    assert propose_actions([moved], by=SYSTEM, as_of=later(1)) == counts(changed=1)
    assert (Action.objects.get().owner_id, Action.objects.get().version) == (scene.staff["mo"].pk, 2)


def test_work_planned_by_hand_is_not_withdrawn(scene):
    wang = scene.customer("王")
    planned = action_row(wang, origin="planned")
    Action.objects.create(
        **{**planned, "reason_facts": {}, "evidence": {}},
    )
    assert propose_actions([], by=SYSTEM, as_of=DAY) == counts()
    assert Action.objects.get().status == ActionStatus.OPEN


def test_steps_and_their_journal_rows(scene, monkeypatch):
    monkeypatch.setattr(proposing, "_STEP", 2)
    rows = [action_row(scene.customer(str(i))) for i in range(5)]
    assert propose_actions(rows, by=SYSTEM, as_of=DAY) == counts(new=5)
    assert propose_actions(rows[:2], by=SYSTEM, as_of=later(1)) == counts(unchanged=2, withdrawn=3)
    assert Act.objects.filter(kind="actions.proposed").count() == 3 + 2


def test_an_answer_given_while_the_run_writes_wins(scene, monkeypatch):
    wang = scene.customer("王")
    propose_actions([action_row(wang)], by=SYSTEM, as_of=DAY)
    code, original = Action.objects.get().code, proposing._known

    def known_and_then_answered(stated):
        found = original(stated)
        answer_action(code, by=scene.person("lin"), answer="done")
        return found

    monkeypatch.setattr(proposing, "_known", known_and_then_answered)
    propose_actions([], by=SYSTEM, as_of=later(1))
    assert Action.objects.get().status == ActionStatus.DONE


def test_only_the_installation_proposes(scene):
    row = action_row(scene.customer("王"))
    with pytest.raises(Denied):
        propose_actions([row], by=scene.person("gao"), as_of=DAY)
    assert not Action.objects.exists()


def test_what_decisions_must_respect(scene):
    people = {name: scene.customer(name) for name in "abcde"}
    rows = {name: action_row(person) for name, person in people.items()}
    rows["e"] = promise_row(people["e"], DAY)
    propose_actions(rows.values(), by=SYSTEM, as_of=DAY)
    codes = {action.key: action.code for action in Action.objects.all()}
    lin = scene.person("lin")
    with frozen(dt.datetime(2026, 6, 30, 17, tzinfo=dt.UTC)):  # 1 July in Shanghai
        answer_action(codes[rows["a"]["key"]], by=lin, answer="done")
        answer_action(codes[rows["b"]["key"]], by=lin, answer="not_now", reason=NotNow.BUSY, again_on=later(5))
        hand_over_action(codes[rows["c"]["key"]], by=lin, to_staff=scene.staff["gao"].code)
        answer_action(codes[rows["e"]["key"]], by=lin, answer="done")
    settled = {row["key"]: row for row in answers(later(4))}
    assert {key: row["is_settled"] for key, row in settled.items()} == {
        rows["a"]["key"]: True,
        rows["b"]["key"]: True,
        rows["c"]["key"]: False,
        rows["e"]["key"]: True,
    }
    assert settled[rows["a"]["key"]]["done_on"] == dt.date(2026, 7, 1)
    assert settled[rows["e"]["key"]]["done_on"] is None  # a kept promise is no contact to rest after
    met = {key: row["met_on"] for key, row in settled.items() if row["met_on"]}
    assert met == {rows["a"]["key"]: dt.date(2026, 7, 1), rows["e"]["key"]: dt.date(2026, 7, 1)}  # and yet a contact
    assert settled[rows["c"]["key"]]["owner_id"] == scene.staff["gao"].pk
    assert {row["key"]: row["is_settled"] for row in answers(later(5))}[rows["b"]["key"]] is False


def test_work_at_the_desk_is_no_contact(scene):
    row = action_row(scene.customer("ma"), origin="credit_downshift", action_class=1)
    propose_actions([row], by=SYSTEM, as_of=DAY)
    answer_action(Action.objects.get().code, by=scene.person("lin"), answer="done")
    assert [one["met_on"] for one in answers(later(4))] == [None]


@pytest.mark.parametrize(
    "day, count, expected",
    [
        ("2026-07-06", 1, "2026-07-07"),
        ("2026-07-10", 1, "2026-07-13"),
        ("2026-07-11", 1, "2026-07-13"),
        ("2026-07-09", 5, "2026-07-16"),
        ("2026-07-12", 5, "2026-07-17"),
    ],
)
def test_business_days_skip_weekends(day, count, expected):
    assert WEEK.after(dt.date.fromisoformat(day), count).isoformat() == expected


def test_every_status_is_reached_and_done_is_final_but_for_undo():
    reached = {next_status(old, step) for old in [None, *ActionStatus] for step in Step}
    assert reached == {None, *ActionStatus}
    assert {step for step in Step if next_status(ActionStatus.DONE, step)} == {Step.UNDO}
    assert not may_return(ActionStatus.DONE, DAY, DAY)
    assert not may_return(ActionStatus.NOT_NOW, None, DAY)
    assert may_return(ActionStatus.NOT_NOW, DAY, DAY)
    assert not may_return(ActionStatus.NOT_NOW, later(1), DAY)
