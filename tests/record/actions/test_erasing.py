"""Erasing a person takes the words and figures of his signals and actions; that work was done stays counted."""

import pytest
from django.utils import translation

from guanxi.record.actions.choices import ActionStatus, NotNow
from guanxi.record.actions.models import Action
from guanxi.record.actions.queries import actions_of, export_rows
from guanxi.record.actions.services import answer_action, erase_actions, propose_actions
from guanxi.record.signals.models import Signal
from guanxi.record.signals.services import erase_signals, raise_signals
from tests.record.actions.rows import JUNE, action_row, promise_row
from tests.record.signals.rows import signal_row
from tests.stories.scene import SYSTEM, build_scene

pytestmark = pytest.mark.django_db


def test_nothing_of_the_person_is_left_and_others_keep_theirs():
    scene = build_scene()
    gone, other, lin = scene.customer("走"), scene.customer("留"), scene.person("lin")
    raise_signals([signal_row(gone.pk), signal_row(other.pk)], by=SYSTEM, as_of=JUNE)
    propose_actions([action_row(gone), action_row(other)], by=SYSTEM, as_of=JUNE)
    answer_action(Action.objects.get(customer=gone).code, by=lin, answer="done", note="told me his plans")
    propose_actions([promise_row(gone, JUNE), action_row(other)], by=SYSTEM, as_of=JUNE)
    erase_signals([gone.pk])
    erase_actions([gone.pk])
    assert list(Signal.objects.values_list("customer_id", flat=True)) == [other.pk]
    his = Action.objects.filter(customer=gone).order_by("pk")
    assert [action.status for action in his] == [ActionStatus.DONE, ActionStatus.WITHDRAWN]
    assert {(str(action.reason_facts), str(action.evidence), action.answer) for action in his} == {("{}", "{}", "")}
    assert Action.objects.get(customer=other).reason_facts["drop"] == 0.9044


def test_emptied_actions_are_still_shown_and_exported():
    scene = build_scene()
    gone = scene.customer("走")
    propose_actions([action_row(gone)], by=SYSTEM, as_of=JUNE)
    code = Action.objects.get().code
    answer_action(code, by=scene.person("lin"), answer="not_now", reason=NotNow.NOT_RELEVANT)
    erase_actions([gone.pk])
    with translation.override("en"):
        (line,) = actions_of(gone.pk, principal=SYSTEM, on=JUNE)
        (row,) = export_rows(SYSTEM)
    assert (line.reason_words, line.say, line.status) == ("", "", ActionStatus.WITHDRAWN)
    assert (row["reason"], row["status"], row["value_at_stake"]) == ("", "withdrawn", 0)
