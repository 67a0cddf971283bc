"""A contact noted whole: what was said, the next step on Today, a fact for the card, work that is done with it."""

import datetime as dt

import pytest
from django.utils import translation

from guanxi.ground.clock import frozen
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.actions.choices import ActionClass, ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.actions.queries import answers, planned_promises, today, tomorrow
from guanxi.record.actions.services import (
    Contact,
    Plan,
    Told,
    answer_action,
    note_contact,
    plan_action,
    propose_actions,
)
from guanxi.record.conversations.choices import Outcome, Point
from guanxi.record.conversations.models import Conversation
from guanxi.record.customers.choices import Channel, PreferenceField
from guanxi.record.customers.models import Customer, Preference
from tests.record.actions.rows import MONDAY, action_row
from tests.stories.scene import SYSTEM, Scene

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 7, 6)


@pytest.fixture(autouse=True)
def monday():
    with frozen(MONDAY), translation.override("en"):
        yield


@pytest.fixture
def wang(scene) -> Customer:
    return scene.customer("王海峰", value=691_200)


def lines(scene: Scene, name: str, day: dt.date) -> list[str]:
    return [line.reason_words for line in today(scene.person(name), on=day).lines]


def test_a_promise_stands_first_on_today_from_its_day_on(scene, wang):
    propose_actions([action_row(wang, owner_id=scene.staff["lin"].pk)], by=SYSTEM, as_of=DAY)
    plan_action(wang.pk, Plan(due_on=dt.date(2026, 7, 9), what="把年费算清楚"), by=scene.person("lin"))
    assert [line.reason for line in tomorrow(scene.person("lin"), on=DAY)] == ["promise_due"]
    assert len(lines(scene, "lin", DAY)) == 1
    first = today(scene.person("lin"), on=dt.date(2026, 7, 9)).lines[0]
    assert (first.action_class, first.reason_words) == (
        ActionClass.OBLIGATION,
        "把年费算清楚 (promised on 6 July 2026)",
    )
    assert first.value_at_stake == 691_200


def test_the_next_step_of_a_contact_is_there_at_once_and_no_refresh_doubles_it_or_takes_it_off(scene, wang):
    noted = note_contact(
        wang.pk,
        Contact(channel=Channel.CALL, outcome=Outcome.PROMISED, summary="问年费", follow_up_on=dt.date(2026, 9, 1)),
        by=scene.person("lin"),
    )
    action = Action.objects.get(code=noted.action)
    assert (action.reason, action.due_on, action.owner_id) == (
        "promise_due", dt.date(2026, 9, 1), scene.staff["lin"].pk)  # fmt: skip
    stated = action_row(wang, key=action.key, origin="follow_up", reason="promise_due", action_class=1)
    assert propose_actions([], by=SYSTEM, as_of=DAY)["withdrawn"] == 0
    assert propose_actions([stated], by=SYSTEM, as_of=DAY) == {
        "new": 0, "changed": 0, "unchanged": 0, "answered": 1, "withdrawn": 0}  # fmt: skip
    assert Action.objects.get().status == ActionStatus.OPEN
    assert [(row["key"], row["is_settled"]) for row in answers(DAY)] == [(action.key, True)]


def test_one_contact_carries_everything(scene, wang):
    propose_actions([action_row(wang, owner_id=scene.staff["lin"].pk)], by=SYSTEM, as_of=DAY)
    open_one = Action.objects.get().code
    contact = Contact(
        channel=Channel.VISIT, on=dt.date(2026, 7, 3), outcome=Outcome.REACHED, summary="喝茶",
        points={Point.NEEDS: "想给孩子攒教育金", Point.GREETINGS: "女儿九月上学"},
        follow_up_on=dt.date(2026, 7, 20), what="带教育金方案",
        told=Told(PreferenceField.TOPICS, "羽毛球", "拜访时说的"), settles=[open_one],
    )  # fmt: skip
    note_contact(wang.pk, contact, by=scene.person("lin"))
    talk = Conversation.objects.get()
    assert (talk.on, talk.needs, talk.greetings, talk.usage, talk.follow_up_on) == (
        dt.date(2026, 7, 3), "想给孩子攒教育金", "女儿九月上学", "", dt.date(2026, 7, 20))  # fmt: skip
    card = Preference.objects.get()
    assert (card.text, card.source, card.told_on) == ("羽毛球", "拜访时说的", dt.date(2026, 7, 3))
    assert Action.objects.get(code=open_one).status == ActionStatus.DONE
    assert lines(scene, "lin", dt.date(2026, 7, 20)) == ["带教育金方案 (agreed on 6 July 2026)"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"told": Told(PreferenceField.TOPICS, "他有糖尿病", "电话")}, "customers.not_kept"),
        ({"settles": ["nosuchaction"]}, "action.unknown"),
        ({"follow_up_on": dt.date(2036, 1, 1)}, "actions.plan_too_far"),
        ({"follow_up_on": dt.date(2026, 7, 8), "what": "很" * 201}, "actions.plan_too_long"),
        ({"points": {Point.USAGE: "x" * 2_001}}, "conversations.too_long"),
        ({"on": dt.date(2026, 7, 7)}, "conversations.future"),
    ],
)
def test_all_or_nothing(scene, wang, change, why):
    acts = Act.objects.count()
    with pytest.raises(Refused) as refused:
        note_contact(wang.pk, Contact(channel=Channel.CALL, summary="一句话", **change), by=scene.person("lin"))
    assert refused.value.code == why
    assert (Conversation.objects.count(), Action.objects.count(), Preference.objects.count()) == (0, 0, 0)
    assert Act.objects.count() == acts


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        (Plan(due_on=DAY), "actions.nothing_planned"),
        (Plan(due_on=DAY, what="  "), "actions.nothing_planned"),
        (Plan(due_on=dt.date(2026, 7, 5), what="x"), "actions.plan_past"),
        (Plan(due_on=DAY, what="a\0b"), "text.not_storable"),
    ],
)
def test_a_promise_needs_words_and_a_day(scene, wang, plan, why):
    with pytest.raises(Refused) as refused:
        plan_action(wang.pk, plan, by=scene.person("lin"))
    assert refused.value.code == why
    assert not Action.objects.exists()


def test_the_same_promise_twice_is_one_and_after_it_is_kept_another(scene, wang):
    lin, plan = scene.person("lin"), Plan(due_on=dt.date(2026, 7, 8), what="回电")
    first = plan_action(wang.pk, plan, by=lin)
    assert plan_action(wang.pk, plan, by=lin) == first
    answer_action(first, by=lin, answer="done")
    again = plan_action(wang.pk, plan, by=lin)
    assert again != first
    assert Action.objects.get(code=first).status == ActionStatus.DONE


@pytest.mark.parametrize(
    ("who", "owner", "has_it"),
    [("lin", "lin", "lin"), ("gao", "lin", "lin"), ("fei", "lin", "lin"), ("gao", None, "gao")],
)
def test_a_promise_is_kept_by_whose_customer_it_is(scene, who, owner, has_it):
    """Service promises, the manager keeps; of the pool it is whoever promised."""
    customer = scene.customer("李思敏", owner=owner, team="oak")
    plan_action(customer.pk, Plan(due_on=DAY, what="回电"), by=scene.person(who))
    assert Action.objects.get().owner_id == scene.staff[has_it].pk


@pytest.mark.parametrize("who", ["mei", "du"])
def test_who_may_not_record_does_not_promise(scene, wang, who):
    with pytest.raises(Denied):
        plan_action(wang.pk, Plan(due_on=DAY, what="回电"), by=scene.person(who))


@pytest.mark.parametrize("who", ["mo", "wu", "xu"])
def test_customers_of_others_are_not_found(scene, wang, who):
    with pytest.raises(Refused) as refused:
        plan_action(wang.pk, Plan(due_on=DAY, what="回电"), by=scene.person(who))
    assert refused.value.code == "customers.not_found"
    assert not Action.objects.exists()


def test_a_promise_not_done_by_its_day_is_told_and_one_done_in_time_is_not(scene):
    lin = scene.person("lin")
    due = DAY + dt.timedelta(days=2)
    with frozen(MONDAY):
        kept, late, open_ = (scene.customer(name) for name in ("按时", "晚了", "忘了"))
        codes = [plan_action(one.pk, Plan(due_on=due, what="回电"), by=lin) for one in (kept, late, open_)]
        plan_action(kept.pk, Plan(due_on=due, what="只是打算", is_promise=False), by=lin)
        answer_action(codes[0], by=lin, answer="done")
    with frozen(MONDAY + dt.timedelta(days=3)):
        answer_action(codes[1], by=lin, answer="done")
    told = [{"customer_id": one.pk, "day": DAY, "due_on": due} for one in (late, open_)]
    assert planned_promises(due) == told
    assert planned_promises(due - dt.timedelta(days=1)) == []  # its day has not come
