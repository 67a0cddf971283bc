"""An offer taken up in a contact is work of whoever has the customer, once, with the need in the customer's own words (NBA-03)."""

import datetime as dt
import json
from hashlib import sha256

import pytest
from django.utils import translation

from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.actions.choices import ActionClass, ActionStatus, NotNow
from guanxi.record.actions.models import Action
from guanxi.record.actions.queries import answers, today
from guanxi.record.actions.services import Taking, answer_action, propose_actions, take_up_offer
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel
from tests.record.actions.rows import action_row
from tests.stories.scene import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
TODAY = dt.date(2026, 7, 6)
FACTS = {
    "code": "VERSION00001", "reference": "decoration_loan", "way": 2, "name": {"zh": "装修贷款", "en": "Decoration loan"},
    "need": {"zh": "一般", "en": "in general"}, "because": ["new_home"], "say": {"zh": "说", "en": "Say"}, "score": 288.0,
}  # fmt: skip


def taking(need: str = "厨房要重做") -> Taking:
    return Taking(facts=FACTS, need=need, channel=Channel.CALL, value_at_stake=240_000)


@pytest.fixture
def wang(scene):
    return scene.customer("王海峰")


def test_it_stands_on_the_owners_list_today_and_says_what_the_customer_said(scene, wang):
    code = take_up_offer(wang.pk, taking(), by=scene.person("lin"))
    with translation.override("en"):
        line = today(scene.person("lin"), on=TODAY).lines[0]
    assert (line.code, line.action_class, line.offer, line.due_on) == (
        code,
        ActionClass.VALUE,
        "decoration_loan",
        TODAY,
    )
    assert line.reason_words == "Decoration loan: 厨房要重做 (May have moved into a new home)."
    assert line.value_at_stake == 240_000
    act = Act.objects.get(noun_code=code)
    assert act.kind == "action.planned"


def test_taken_up_twice_or_proposed_by_the_night_as_well_it_is_one_and_stays(scene, wang):
    key = sha256(f"offer|{wang.code}|VERSION00001".encode()).hexdigest()[:32]  # sql/proposed.sql
    row = action_row(wang, key=key, origin="offer", offer="decoration_loan", reason="offer_chosen", action_class=3)
    row |= {"reason_facts": json.dumps({"offer": FACTS, "also": []}), "due_on": dt.date(2026, 7, 20)}
    propose_actions([row], by=SYSTEM, as_of=TODAY)
    first = take_up_offer(wang.pk, taking(), by=scene.person("lin"))
    assert take_up_offer(wang.pk, taking(), by=scene.person("lin")) == first == Action.objects.get().code
    propose_actions([], by=SYSTEM, as_of=TODAY)  # the next night would offer something else
    action = Action.objects.get()
    assert (action.status, action.due_on, action.reason_facts["offer"]["need"]["zh"]) == (
        ActionStatus.OPEN, TODAY, "厨房要重做",
    )  # fmt: skip


def test_what_was_put_off_opens_again_and_what_was_answered_is_not_asked_again(scene, wang):
    code = take_up_offer(wang.pk, taking(), by=scene.person("lin"))
    answer_action(code, by=scene.person("lin"), answer="not_now", reason=NotNow.BUSY)
    take_up_offer(wang.pk, taking(), by=scene.person("lin"))
    action = Action.objects.get()
    assert (action.status, action.not_now, action.outcome) == (ActionStatus.OPEN, None, Outcome.NONE)
    answer_action(code, by=scene.person("lin"), answer="accepted")
    before = Action.objects.values().get()
    with pytest.raises(Refused) as refusal:
        take_up_offer(wang.pk, taking(), by=scene.person("lin"))
    assert refusal.value.code == "actions.offer_answered"
    assert Action.objects.values().get() == before


def test_after_its_letter_went_out_it_is_the_call_of_the_second_step(scene, wang):
    key, step = (
        sha256(f"offer|{wang.code}|VERSION00001{way}".encode()).hexdigest()[:32] for way in ("", "|2")
    )  # sql/proposed.sql
    row = action_row(wang, key=key, origin="offer", offer="decoration_loan", reason="offer_chosen", action_class=3)
    row |= {"reason_facts": json.dumps({"offer": FACTS | {"way": 4, "paper": True}, "also": []})}
    propose_actions([row], by=SYSTEM, as_of=TODAY)
    answer_action(Action.objects.get().code, by=scene.person("lin"), answer="done")
    code = take_up_offer(wang.pk, taking(), by=scene.person("lin"))
    assert take_up_offer(wang.pk, taking(), by=scene.person("lin")) == code
    assert list(Action.objects.order_by("pk").values_list("key", "status")) == [
        (key, ActionStatus.DONE), (step, ActionStatus.OPEN),
    ]  # fmt: skip
    answer_action(code, by=scene.person("lin"), answer="not_now", reason=NotNow.NOT_REACHED)
    answer_action(take_up_offer(wang.pk, taking(), by=scene.person("lin")), by=scene.person("lin"), answer="done")
    with pytest.raises(Refused):
        take_up_offer(wang.pk, taking(), by=scene.person("lin"))


def test_what_was_withdrawn_opens_again_with_whoever_has_the_customer_by_now(scene, wang):
    code = take_up_offer(wang.pk, taking(), by=scene.person("lin"))
    Action.objects.update(status=ActionStatus.WITHDRAWN, owner=scene.person("wu").staff_id, team=None)
    assert take_up_offer(wang.pk, taking(), by=scene.person("lin")) == code
    action = Action.objects.get()
    assert (action.status, action.owner_id, action.team_id) == (ActionStatus.OPEN, wang.owner_id, wang.team_id)


@pytest.mark.parametrize(
    "need, code", [("", "actions.no_need"), ("  ", "actions.no_need"), ("家" * 201, "actions.need_too_long")]
)
def test_without_the_need_in_the_customers_words_nothing_is_taken_up(scene, wang, need, code):
    with pytest.raises(Refused) as refusal:
        take_up_offer(wang.pk, taking(need), by=scene.person("lin"))
    assert (refusal.value.code, Action.objects.count()) == (code, 0)


def test_nobody_takes_up_what_he_may_not(scene, wang):
    with pytest.raises(Denied):
        take_up_offer(wang.pk, taking(), by=scene.person("du"))  # a reader
    with pytest.raises(Refused) as refusal:
        take_up_offer(wang.pk, taking(), by=scene.person("wu"))  # another team's manager
    assert refusal.value.code == "customers.not_found"
    assert Action.objects.count() == 0


def test_care_that_the_night_proposes_for_a_cause_is_taken_up_as_it_stands_and_keeps_its_cause(scene, wang):
    lin, facts = scene.person("lin"), FACTS | {"causes": ["signal-1"]}
    row = action_row(
        wang, key="of its cause", origin="offer", offer="decoration_loan", reason="offer_chosen", action_class=2
    )
    row |= {"reason_facts": json.dumps({"offer": facts, "also": []})}
    propose_actions([row], by=SYSTEM, as_of=TODAY)
    proposed = Action.objects.get()
    care = Taking(facts=FACTS, need="厨房", channel=Channel.CALL, action_class=ActionClass.CARE)
    assert take_up_offer(wang.pk, care, by=lin) == proposed.code
    answer_action(proposed.code, answer="done", by=lin)
    [told] = answers(TODAY)
    assert (told["is_settled"], told["about"], told["causes"]) == (True, "VERSION00001", ["signal-1"])
    another = take_up_offer(
        wang.pk, care, by=lin
    )  # he asks again: that is work of its own, and nobody noted for which cause
    assert another != proposed.code
