"""An explained signal takes its work off the lists, and taking the explanation back puts it where it was."""

import datetime as dt

import pytest

from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.actions.choices import ActionStatus, NotNow
from guanxi.record.actions.models import Action
from guanxi.record.actions.queries import today
from guanxi.record.actions.services import (
    answer_action,
    hand_over_action,
    propose_actions,
    reopen_signal,
    settle_signal,
    undo_answer,
)
from guanxi.record.signals.choices import Judgement
from guanxi.record.signals.models import Signal
from guanxi.record.signals.queries import judged_lately
from guanxi.record.signals.services import raise_signals
from guanxi.record.signals.wording import note_in_words
from tests.record.actions.rows import JUNE, action_row
from tests.record.signals.rows import signal_row
from tests.stories.scene import SYSTEM, Scene, build_scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
TODAY = dt.date(2026, 7, 6)


@pytest.fixture
def scene() -> Scene:
    """Wang with an alarm, the action for it, and a promise that has nothing to do with it."""
    scene = build_scene()
    wang = scene.customer("王海峰")
    row = signal_row(wang.pk)
    raise_signals([row], by=SYSTEM, as_of=JUNE)
    other = action_row(wang, cause="renewal", origin="renewal", reason="renewal_due", reason_facts="{}")
    propose_actions([action_row(wang, signal_key=row["key"]), other], by=SYSTEM, as_of=JUNE)
    return scene


@pytest.fixture
def code(scene) -> str:
    return Signal.objects.get().code


def caused() -> Action:
    return Action.objects.exclude(signal_key="").get()


def lines(scene: Scene, who: str) -> list[str]:
    return [line.reason for line in today(scene.person(who), on=TODAY).lines]


@pytest.mark.parametrize("judgement", [one for one in Judgement if one != Judgement.TRUE])
def test_an_explanation_takes_its_work_off_the_list_and_nothing_else(scene, code, judgement):
    assert settle_signal(code, by=scene.person("lin"), judgement=judgement, note="他说的") == 1
    assert (Signal.objects.get().state, caused().status) == ("refuted", ActionStatus.WITHDRAWN)
    assert lines(scene, "lin") == ["renewal_due"]
    acts = Act.objects.filter(by_code=scene.staff["lin"].code).order_by("pk")
    assert [(act.kind, act.noun_code) for act in acts] == [
        ("signal.judged", code),
        ("action.explained_away", caused().code),
    ]


def test_right_keeps_everything(scene, code):
    before = Action.objects.values()
    assert settle_signal(code, by=scene.person("lin"), judgement=Judgement.TRUE) == 0
    assert (Signal.objects.get().state, Signal.objects.get().judgement) == ("alarm", Judgement.TRUE)
    assert list(Action.objects.values()) == list(before)
    assert reopen_signal(code, by=scene.person("lin")) == 0
    assert (Signal.objects.get().judgement, sorted(lines(scene, "lin"))) == (None, ["renewal_due", "spend_drop_alarm"])


def test_taken_back_it_stands_where_it_was(scene, code):
    settle_signal(code, by=scene.person("lin"), judgement=Judgement.CARD_LOST)
    assert reopen_signal(code, by=scene.person("lin")) == 1
    assert (caused().status, caused().answered_at, caused().version) == (ActionStatus.OPEN, None, 3)
    assert sorted(lines(scene, "lin")) == ["renewal_due", "spend_drop_alarm"]
    assert Act.objects.filter(kind="action.answer_undone", noun_code=caused().code).count() == 1


def test_what_was_handed_over_goes_back_to_the_colleague(scene, code):
    hand_over_action(caused().code, by=scene.person("lin"), to_staff=scene.staff["gao"].code)
    settle_signal(code, by=scene.person("lin"), judgement=Judgement.TRAVEL, quiet_until=dt.date(2026, 8, 1))
    assert lines(scene, "gao") == []
    reopen_signal(code, by=scene.person("lin"))
    assert (caused().status, lines(scene, "gao")) == (ActionStatus.HANDED_OVER, ["spend_drop_alarm"])


def test_what_was_put_off_stays_put_off(scene, code):
    answer_action(caused().code, by=scene.person("lin"), answer="not_now", reason=NotNow.CUSTOMER_AWAY)
    again = caused().again_on
    settle_signal(code, by=scene.person("lin"), judgement=Judgement.OTHER)
    assert caused().status == ActionStatus.WITHDRAWN
    reopen_signal(code, by=scene.person("lin"))
    assert (caused().status, caused().again_on) == (ActionStatus.NOT_NOW, again)


def test_what_was_done_stays_done(scene, code):
    answer_action(caused().code, by=scene.person("lin"), answer="done")
    assert settle_signal(code, by=scene.person("lin"), judgement=Judgement.WRONG) == 0
    assert caused().status == ActionStatus.DONE
    assert reopen_signal(code, by=scene.person("lin")) == 0
    assert caused().status == ActionStatus.DONE


def test_what_a_refresh_had_withdrawn_before_is_not_brought_back(scene, code):
    Action.objects.exclude(signal_key="").update(status=ActionStatus.WITHDRAWN)
    settle_signal(code, by=scene.person("lin"), judgement=Judgement.CLOSING)
    assert reopen_signal(code, by=scene.person("lin")) == 0
    assert caused().status == ActionStatus.WITHDRAWN


@pytest.mark.parametrize(
    "who, refusal",
    [("wu", Refused), ("xu", Refused), ("du", Denied), ("mei", Denied), ("fei", Denied)],
)
def test_who_may_not_changes_nothing(scene, code, who, refusal):
    before = (list(Action.objects.values()), list(Signal.objects.values()), Act.objects.count())
    for act in (settle_signal, reopen_signal):
        with pytest.raises(refusal):
            act(code, by=scene.person(who), **({"judgement": Judgement.CARD_LOST} if act is settle_signal else {}))
    assert (list(Action.objects.values()), list(Signal.objects.values()), Act.objects.count()) == before


def test_twice_is_refused_and_keeps_the_first(scene, code):
    settle_signal(code, by=scene.person("lin"), judgement=Judgement.CARD_LOST)
    with pytest.raises(Refused) as refusal:
        settle_signal(code, by=scene.person("lin"), judgement=Judgement.TRAVEL)
    assert (refusal.value.code, Signal.objects.get().judgement) == ("signal.over", Judgement.CARD_LOST)


def test_an_answer_that_the_reason_is_wrong_judges_the_signal_and_teaches(scene, code):
    """3.6, 1.5: of the alarms that people judged so many were right; taken back with the answer."""
    lin, on = scene.person("lin"), TODAY
    answer_action(caused().code, by=lin, answer="not_now", reason=NotNow.WRONG, note="数据漏了")
    signal = Signal.objects.get()
    assert (signal.state, signal.judgement, signal.judged_from) == ("refuted", Judgement.WRONG, "alarm")
    assert note_in_words(signal.note) == "数据漏了"
    assert judged_lately(on) == [("spend_drop", "alarm", 0, 1)]
    assert judged_lately(on - dt.timedelta(1)) == judged_lately(on + dt.timedelta(365)) == []
    undo_answer(caused().code, by=lin)
    signal.refresh_from_db()
    assert (signal.state, signal.judgement, signal.note, judged_lately(on)) == ("alarm", None, "", [])
    settle_signal(code, by=lin, judgement=Judgement.TRUE)
    assert judged_lately(on) == [("spend_drop", "alarm", 1, 1)]
    answer_action(
        caused().code, by=lin, answer="not_now", reason=NotNow.WRONG
    )  # a judgement that stands is nobody's to overwrite
    assert Signal.objects.get().judgement == Judgement.TRUE
