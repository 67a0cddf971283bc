"""What a customer says to an offer: each answer with its outcome, kept when the action opens again, taken back with it."""

import datetime as dt
import json

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from guanxi.engage.policy.services import set_line
from guanxi.ground.clock import frozen
from guanxi.ground.refusals import Refused
from guanxi.ground.sheets import Selection
from guanxi.journal.models import Act
from guanxi.record.actions.choices import ActionStatus, NotNow
from guanxi.record.actions.models import Action, OfferAnswer
from guanxi.record.actions.queries import answers
from guanxi.record.actions.queries.said import acceptances_of, given_up
from guanxi.record.actions.services import (
    Contact,
    answer_action,
    erase_actions,
    hand_over_action,
    note_contact,
    propose_actions,
    put_off_selected,
    undo_answer,
    undo_answers,
)
from guanxi.record.actions.wording import reason_in_words, what_to_say
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.customers.choices import Channel
from tests.record.actions.rows import JUNE, MONDAY, action_row
from tests.stories.scene import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
TODAY = dt.date(2026, 7, 6)


def offered(customer, **fields: object) -> dict:
    told = {"reason": "offer_chosen"} | fields
    return action_row(customer, action_class=3, offer="home_loan", channel=Channel.CALL, **told)


@pytest.fixture
def code(scene) -> str:
    propose_actions([offered(scene.customer("王海峰"))], by=SYSTEM, as_of=JUNE)
    return Action.objects.get().code


def kept() -> list[tuple]:
    return list(OfferAnswer.objects.order_by("pk").values_list("offer", "channel", "outcome", "answered_on"))


@pytest.mark.parametrize(
    "answer, reason, status, outcome",
    [
        ("accepted", None, ActionStatus.DONE, Outcome.ACCEPTED),
        ("done", None, ActionStatus.DONE, Outcome.REACHED),
        ("not_now", NotNow.DECLINED, ActionStatus.NOT_NOW, Outcome.REFUSED),
        ("not_now", NotNow.NOT_REACHED, ActionStatus.NOT_NOW, Outcome.NO_ANSWER),
        ("not_now", NotNow.BUSY, ActionStatus.NOT_NOW, Outcome.NONE),
        ("not_now", NotNow.CUSTOMER_AWAY, ActionStatus.NOT_NOW, Outcome.NONE),
        ("not_now", NotNow.ALREADY_TALKING, ActionStatus.NOT_NOW, Outcome.NONE),
        ("not_now", NotNow.NOT_RELEVANT, ActionStatus.NOT_NOW, Outcome.NONE),
        ("not_now", NotNow.WRONG, ActionStatus.NOT_NOW, Outcome.NONE),
    ],
)
def test_each_answer_has_its_outcome_and_is_taken_back_with_it(scene, code, answer, reason, status, outcome):
    lin = scene.person("lin")
    answer_action(code, by=lin, answer=answer, reason=reason, version=1)
    action = Action.objects.get()
    assert (action.status, action.outcome, action.not_now) == (status, outcome, reason)
    assert kept() == ([("home_loan", Channel.CALL, outcome, TODAY)] if outcome else [])
    assert Act.objects.filter(kind=f"action.{answer}", noun_code=code).count() == 1
    undo_answer(code, by=lin, version=2)
    action.refresh_from_db()
    assert (action.status, action.outcome, action.not_now) == (ActionStatus.OPEN, Outcome.NONE, None)
    assert kept() == []


def test_an_alarm_that_is_done_says_nothing_of_the_offer_beside_it(scene, code):
    Action.objects.update(action_class=2, reason="spend_drop_alarm")
    answer_action(code, by=scene.person("lin"), answer="done")
    assert (Action.objects.get().outcome, kept()) == (Outcome.NONE, [])
    undo_answer(code, by=scene.person("lin"))
    answer_action(code, by=scene.person("lin"), answer="accepted")
    assert [row[2] for row in kept()] == [Outcome.ACCEPTED]


def test_the_letter_beside_an_alarm_has_gone_once_a_letter_is_noted_and_not_with_the_talk(scene):
    """Statement: an alarm done by telephone says nothing of the letter that was to go beside it; a letter that is noted does."""
    customer, lin = scene.customer("王海峰"), scene.person("lin")
    facts = json.dumps({"usual": 1, "offer": {"code": "VERSION00001", "paper": True}, "also": []})
    propose_actions([offered(customer, reason="spend_drop_alarm", reason_facts=facts)], by=SYSTEM, as_of=JUNE)
    code = Action.objects.get().code
    note_contact(customer.pk, Contact(channel=Channel.CALL, outcome=Outcome.REACHED, settles=[code]), by=lin)
    assert (Action.objects.get().status, kept()) == (ActionStatus.DONE, [])
    undo_answer(code, by=lin)
    theirs = Contact(channel=Channel.POST, direction=Direction.IN, outcome=Outcome.REACHED, settles=[code])
    note_contact(customer.pk, theirs, by=lin)  # what the customer wrote is no letter of ours
    assert (Action.objects.get().status, kept()) == (ActionStatus.DONE, [])
    undo_answer(code, by=lin)
    note_contact(customer.pk, Contact(channel=Channel.POST, outcome=Outcome.REACHED, settles=[code]), by=lin)
    assert kept() == [("home_loan", Channel.POST, Outcome.REACHED, TODAY)]


def test_a_letter_that_came_back_asks_for_the_address_and_is_taken_back_with_the_answer(scene):
    """RET-06: letter returned, no call, address check; beside an alarm nobody was reached by telephone, which says nothing of it."""
    customer, lin = scene.customer("王海峰"), scene.person("lin")
    name = {"zh": "养护卡", "en": "Engine-care card"}
    facts = {
        "usual": 1,
        "offer": {"code": "VERSION00001", "paper": True, "name": name, "need": name, "because": []},
        "also": [],
    }
    rows = [
        offered(customer, cause=reason, reason=reason, reason_facts=json.dumps(facts))
        for reason in ("offer_chosen", "inactivity_alarm")
    ]
    propose_actions(rows, by=SYSTEM, as_of=JUNE)
    letter, alarm = (Action.objects.get(key=row["key"]) for row in rows)
    answer_action(alarm.code, by=lin, answer="not_now", reason=NotNow.NOT_REACHED)
    assert Action.objects.count() == 2
    answer_action(letter.code, by=lin, answer="not_now", reason=NotNow.NOT_REACHED)
    check = Action.objects.get(reason="letter_returned")
    assert (check.customer_id, check.owner_id, check.status) == (customer.pk, letter.owner_id, ActionStatus.OPEN)
    assert (check.action_class, check.offer, check.due_on) == (2, "", dt.date(2026, 7, 7))
    with translation.override("en"):
        words = reason_in_words(check.reason, check.reason_facts, currency="CNY")
        assert (
            words
            == "The letter about “Engine-care card” came back on 6 July 2026: check the address. No call follows it."
        )
        assert "address" in what_to_say(check.reason, check.reason_facts)
    undo_answer(letter.code, by=lin)
    check.refresh_from_db()
    assert check.status == ActionStatus.WITHDRAWN
    answer_action(letter.code, by=lin, answer="not_now", reason=NotNow.NOT_REACHED)
    check.refresh_from_db()
    assert (check.status, Action.objects.count()) == (ActionStatus.OPEN, 3)
    answer_action(check.code, by=lin, answer="done")
    assert Action.objects.get(pk=check.pk).status == ActionStatus.DONE


def test_decisions_are_told_which_version_was_accepted_whatever_the_action_is_about(scene):
    facts = json.dumps({"usual": 1, "offer": {"code": "VERSION00001"}, "also": []})
    rows = [action_row(scene.customer(name), offer="waiver", reason_facts=facts) for name in ("王海峰", "马建国")]
    propose_actions(rows, by=SYSTEM, as_of=JUNE)
    answer_action(Action.objects.get(key=rows[0]["key"]).code, by=scene.person("lin"), answer="accepted")
    told = {row["key"]: row["accepted"] for row in answers(TODAY)}
    assert told == {rows[0]["key"]: "VERSION00001"}


def test_what_was_accepted_is_told_with_what_it_was_offered_for(scene):
    facts = json.dumps({"offer": {"because": ["balance_runoff", "new_home"]}})
    rows = [
        action_row(scene.customer("王海峰"), offer="waiver"),
        action_row(scene.customer("马建国"), offer="waiver", origin="offer", action_class=3, reason_facts=facts),
        action_row(scene.customer("王海峰"), offer="other", cause="2026-05"),
    ]
    propose_actions(rows, by=SYSTEM, as_of=JUNE)
    for row in rows:
        answer_action(Action.objects.get(key=row["key"]).code, by=scene.person("lin"), answer="accepted")
    causes = [frozenset({"spend_drop"}), frozenset({"offer", "balance_runoff", "new_home"})]
    told = [(row["customer_id"], cause) for row, cause in zip(rows, causes, strict=False)]
    assert acceptances_of("waiver", since=TODAY, until=TODAY) == told
    later = TODAY + dt.timedelta(1)
    assert acceptances_of("waiver", since=later, until=later) == []


def test_what_was_not_offered_cannot_be_accepted(scene):
    propose_actions([action_row(scene.customer("王海峰"))], by=SYSTEM, as_of=JUNE)
    before = Action.objects.values().get()
    with pytest.raises(Refused) as refusal:
        answer_action(before["code"], by=scene.person("lin"), answer="accepted")
    assert refusal.value.code == "action.nothing_offered"
    assert Action.objects.values().get() == before
    answer_action(before["code"], by=scene.person("lin"), answer="not_now", reason=NotNow.DECLINED)
    assert (Action.objects.get().outcome, kept()) == (Outcome.NONE, [])
    with pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.update(outcome=Outcome.ACCEPTED)


def test_accepted_stays_accepted(scene, code):
    lin = scene.person("lin")
    answer_action(code, by=lin, answer="accepted")
    for answer, reason in (("done", None), ("accepted", None), ("not_now", NotNow.DECLINED)):
        with pytest.raises(Refused) as refusal:
            answer_action(code, by=lin, answer=answer, reason=reason)
        assert refusal.value.code == "action.over"
    assert [row[2] for row in kept()] == [Outcome.ACCEPTED]


def test_a_refusal_is_remembered_when_the_offer_comes_back_and_a_second_one_counts(scene, code):
    lin, row = scene.person("lin"), offered(Action.objects.get().customer)
    answer_action(code, by=lin, answer="not_now", reason=NotNow.DECLINED)
    assert Action.objects.get().again_on == dt.date(2026, 10, 4)
    later = dt.date(2026, 10, 5)
    with frozen(dt.datetime(2026, 10, 6, 2, tzinfo=dt.UTC)):
        propose_actions([row | {"due_on": later, "proposed_on": later}], by=SYSTEM, as_of=later)
        action = Action.objects.get()
        assert (action.status, action.outcome) == (ActionStatus.OPEN, Outcome.NONE)
        answer_action(code, by=lin, answer="not_now", reason=NotNow.DECLINED)
    assert [row[2:] for row in kept()] == [(Outcome.REFUSED, TODAY), (Outcome.REFUSED, dt.date(2026, 10, 6))]


def test_who_does_not_answer_is_counted_each_time_and_may_accept_in_the_end(scene, code):
    lin = scene.person("lin")
    for day in (6, 8, 10):
        with frozen(MONDAY.replace(day=day)):
            answer_action(code, by=lin, answer="not_now", reason=NotNow.NOT_REACHED)
    with frozen(MONDAY.replace(day=14)):
        answer_action(code, by=lin, answer="accepted")
        undo_answer(code, by=lin)
    said = [(row[2], row[3].day) for row in kept()]
    assert said == [(Outcome.NO_ANSWER, 6), (Outcome.NO_ANSWER, 8), (Outcome.NO_ANSWER, 10)]


def test_handing_an_offer_over_says_nothing_of_the_customer(scene, code):
    answer_action(code, by=scene.person("lin"), answer="not_now", reason=NotNow.NOT_REACHED)
    hand_over_action(code, by=scene.person("lin"), to_staff=scene.staff["mo"].code)
    assert Action.objects.get().outcome == Outcome.NONE
    assert [row[2] for row in kept()] == [Outcome.NO_ANSWER]


def test_many_are_put_off_with_what_each_said_and_brought_back_without(scene):
    lin = scene.person("lin")
    rows = [offered(scene.customer("王一")), action_row(scene.customer("王二"))]
    propose_actions(rows, by=SYSTEM, as_of=JUNE)
    codes = list(Action.objects.order_by("customer_id").values_list("code", flat=True))
    done = put_off_selected(Selection(codes=tuple(codes)), reason=NotNow.DECLINED, by=lin)
    assert list(Action.objects.order_by("customer_id").values_list("outcome", flat=True)) == [Outcome.REFUSED, 0]
    assert kept() == [("home_loan", Channel.CALL, Outcome.REFUSED, TODAY)]
    assert undo_answers(done.code, by=lin).done == 2
    assert set(Action.objects.values_list("outcome", "status")) == {(Outcome.NONE, ActionStatus.OPEN)}
    assert kept() == []


@pytest.mark.parametrize(
    "outcome, status, said",
    [
        (Outcome.ACCEPTED, ActionStatus.DONE, Outcome.ACCEPTED),
        (Outcome.REFUSED, ActionStatus.NOT_NOW, Outcome.REFUSED),
        (Outcome.NO_ANSWER, ActionStatus.NOT_NOW, Outcome.NO_ANSWER),
        (Outcome.REACHED, ActionStatus.DONE, Outcome.REACHED),
    ],
)
def test_a_noted_contact_answers_the_offer_as_the_customer_did(scene, code, outcome, status, said):
    wang = Action.objects.get().customer
    propose_actions([offered(wang), action_row(wang, cause="other")], by=SYSTEM, as_of=JUNE)
    codes = tuple(Action.objects.values_list("code", flat=True))
    note_contact(wang.pk, Contact(channel=Channel.CALL, outcome=outcome, settles=codes), by=scene.person("lin"))
    assert dict(Action.objects.values_list("offer", "status")) == {"home_loan": status, "": ActionStatus.DONE}
    assert [row[2] for row in kept()] == [said]


def test_what_an_erased_person_said_goes(scene, code):
    answer_action(code, by=scene.person("lin"), answer="accepted")
    erase_actions([Action.objects.get().customer_id])
    assert (Action.objects.get().outcome, kept()) == (Outcome.NONE, [])


@pytest.mark.parametrize("most, days", [("3", [True, True, False]), ("2", [True, False]), ("", [True] * 4)])
def test_who_is_not_reached_as_often_as_the_policy_lets_us_try_is_not_dialled_again(scene, code, most, days):
    set_line("dials", most, by=scene.person("mei"))
    lin = scene.person("lin")
    for attempt, comes_back in enumerate(days):
        with frozen(MONDAY + dt.timedelta(days=attempt)):
            answer_action(code, by=lin, answer="not_now", reason=NotNow.NOT_REACHED)
        assert (Action.objects.get().again_on is not None) == comes_back
    assert given_up(len(days), since=TODAY) == [(Action.objects.get().key, Action.objects.get().customer_id)]
    assert given_up(len(days) + 1, since=TODAY) == []
    with frozen(MONDAY + dt.timedelta(days=9)):
        answer_action(
            code, by=lin, answer="not_now", reason=NotNow.DECLINED
        )  # reached at last: it counts from there anew
    assert given_up(1, since=TODAY) == []
