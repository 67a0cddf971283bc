"""Many pieces of work at once: what is handed over and put off, what is skipped and why, and back exactly as it was."""

import datetime as dt

import pytest

from guanxi.ground.clock import frozen
from guanxi.ground.refusals import Refused
from guanxi.ground.sheets import Selection, Skip
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.journal.queries import acts_about
from guanxi.record.actions.choices import ActionStatus, NotNow
from guanxi.record.actions.models import Action
from guanxi.record.actions.services import (
    answer_action,
    hand_over_action,
    hand_over_selected,
    propose_actions,
    put_off_selected,
    undo_answers,
)
from guanxi.record.actions.services.selecting import selected_actions
from guanxi.record.actions.sheet import ACTIONS
from guanxi.record.customers.models import Customer, Share
from guanxi.record.customers.services import delete_customers
from tests.record.actions.rows import JUNE, MONDAY, action_row
from tests.stories.scene import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
TODAY = dt.date(2026, 7, 6)


@pytest.fixture
def work(scene) -> dict[str, str]:
    """Codes of actions by customer: four of Lin, one of Mo, one of Wu in Elm; Lin's fourth is done."""
    owners = {"王一": "lin", "王二": "lin", "王三": "lin", "王四": "lin", "赵五": "mo", "李六": "wu"}
    people = [scene.customer(name, owner) for name, owner in owners.items()]
    propose_actions([action_row(one, value_at_stake=100 * one.pk) for one in people], by=SYSTEM, as_of=JUNE)
    codes = dict(Action.objects.values_list("customer__name", "code"))
    answer_action(codes["王四"], by=scene.person("lin"), answer="done")
    return codes


def rows() -> list[dict]:
    """Every action, but for the version, which only grows."""
    return [{**row, "version": None} for row in Action.objects.order_by("pk").values()]


def of(work: dict[str, str], *names: str) -> Selection:
    return Selection(tuple(work.get(name, name) for name in names))


def asked(*where: str) -> Selection:
    return Selection(question=ACTIONS.read_question({"where": list(where)}, {"name"}))


def states() -> dict[str, tuple[str, int]]:
    found = Action.objects.order_by("pk").values_list("customer__name", "owner__name", "status")
    return {name: (owner, status) for name, owner, status in found}


def test_a_selection_means_what_waits_and_is_ones_own(scene, work):
    lin = scene.person("lin")
    found = selected_actions(of(work, "王一", "王四", "赵五", "李六", "nobody222222", "x'; --", "王一"), lin, on=TODAY)
    assert [Action.objects.get(pk=key).code for key in found.ids] == [work["王一"]]
    assert found.skipped == {Skip.UNSEEN: 4, Skip.SETTLED: 1}
    assert len(selected_actions(asked(), lin, on=TODAY).ids) == 3
    assert selected_actions(asked("status.in.done"), lin, on=TODAY).skipped == {Skip.SETTLED: 1}
    assert len(selected_actions(asked(), scene.person("gao"), on=TODAY).ids) == 4


def test_work_is_handed_to_one_colleague_and_comes_back_as_it_was(scene, work):
    lin, mo = scene.person("lin"), scene.staff["mo"]
    hand_over_action(work["赵五"], by=scene.person("mo"), to_staff=scene.staff["lin"].code, note="他在等电话")
    before = rows()
    done = hand_over_selected(
        of(work, "王一", "王二", "王四", "赵五", "李六"), to_staff=mo.code, by=lin, note="请看一下"
    )
    assert (done.done, done.skipped) == (3, {Skip.UNSEEN: 1, Skip.SETTLED: 1})
    given = ("mo", ActionStatus.HANDED_OVER)
    assert states() == {
        "王一": given, "王二": given, "王三": ("lin", ActionStatus.OPEN), "王四": ("lin", ActionStatus.DONE),
        "赵五": given, "李六": ("wu", ActionStatus.OPEN),
    }  # fmt: skip
    one = Action.objects.get(code=work["王一"])
    assert (one.answer, one.handed_from_id, one.team_id) == ("请看一下", lin.staff_id, mo.team_id)
    assert (one.answered_by_id, one.answered_at, one.version) == (lin.staff_id, MONDAY, 2)
    shared = Share.objects.order_by("customer_id").values_list("customer__name", "staff__name")
    assert list(shared) == [("王一", "mo"), ("王二", "mo")]  # 赵五 is Mo's own
    (act,) = Act.objects.filter(kind="actions.handed_over")
    assert (act.noun_kind, act.noun_code, act.count, act.by_code) == ("actions", done.code, 3, lin.code)

    back = undo_answers(done.code, by=lin)
    assert (back.done, back.skipped) == (3, {})
    assert rows() == before
    assert Action.objects.get(code=work["赵五"]).answer == "他在等电话"
    assert set(Share.objects.values_list("customer__name", "staff__name")) == {("赵五", "lin")}
    with pytest.raises(Refused, match="undone no more"):
        undo_answers(done.code, by=lin)
    assert rows() == before


def test_all_that_fit_are_put_off_and_come_back_as_they_were(scene, work):
    gao, before = scene.person("gao"), rows()
    done = put_off_selected(asked("owner.in." + scene.staff["lin"].code), reason=NotNow.BUSY, by=gao)
    assert (done.done, done.skipped) == (3, {Skip.SETTLED: 1})
    put_off = Action.objects.filter(status=ActionStatus.NOT_NOW)
    assert set(put_off.values_list("customer__name", "not_now", "again_on", "answered_by__name")) == {
        (name, NotNow.BUSY, dt.date(2026, 7, 7), "gao") for name in ("王一", "王二", "王三")
    }
    # what is put off has its answer; once its day has come it waits again
    assert put_off_selected(of(work, "王一"), reason=NotNow.BUSY, by=gao).skipped == {Skip.SETTLED: 1}
    with frozen(MONDAY + dt.timedelta(days=1)):
        assert [*selected_actions(asked("status.in.not_now"), gao, on=dt.date(2026, 7, 7)).skipped] == []
    assert undo_answers(done.code, by=gao).done == 3
    assert rows() == before


def test_what_somebody_changed_since_keeps_the_later_state(scene, work):
    lin, mo, gao = scene.person("lin"), scene.staff["mo"], scene.person("gao")
    done = hand_over_selected(of(work, "王一", "王二", "王三"), to_staff=mo.code, by=lin)
    answer_action(work["王一"], by=scene.person("mo"), answer="done", note="谈好了")
    delete_customers([Customer.objects.get(name="王二").pk], by=gao)
    back = undo_answers(done.code, by=lin)
    assert (back.done, back.skipped) == (1, {Skip.CHANGED: 2})
    assert states()["王一"] == ("mo", ActionStatus.DONE)
    assert states()["王二"] == ("mo", ActionStatus.HANDED_OVER)
    assert states()["王三"] == ("lin", ActionStatus.OPEN)


def test_who_has_it_already_is_skipped(scene, work):
    gao = scene.person("gao")
    done = hand_over_selected(of(work, "王一", "赵五"), to_staff=scene.staff["mo"].code, by=gao)
    assert (done.done, done.skipped) == (1, {Skip.SAME: 1})
    again = hand_over_selected(of(work, "王一", "赵五"), to_staff=scene.staff["mo"].code, by=gao)
    assert (again.code, again.done, again.skipped) == ("", 0, {Skip.SAME: 2})


def test_what_is_refused_changes_nothing(scene, work):
    lin, before, acts = scene.person("lin"), rows(), Act.objects.count()
    every = of(work, *work)

    def refused(act, *args, **kwargs) -> str:
        with pytest.raises(Refused) as refusal:
            act(*args, **kwargs)
        return refusal.value.code

    assert refused(hand_over_selected, every, to_staff=scene.staff["xu"].code, by=lin) == "action.unknown_colleague"
    for name in ("du", "fei", "mei"):
        assert refused(hand_over_selected, every, to_staff=scene.staff[name].code, by=lin) == "action.taker_may_not"
    assert refused(put_off_selected, every, reason=NotNow.BUSY, by=lin, again_on=TODAY) == "action.day_passed"
    assert refused(put_off_selected, Selection(), reason=NotNow.BUSY, by=lin) == "actions.nothing_selected"
    many = Selection(tuple(f"c{n:011}" for n in range(1_001)))
    assert refused(put_off_selected, many, reason=NotNow.BUSY, by=lin) == "actions.too_many_selected"
    for who in ("du", "fei", "mei"):
        with pytest.raises(Denied):
            hand_over_selected(every, to_staff=scene.staff["mo"].code, by=scene.person(who))
        with pytest.raises(Denied):
            put_off_selected(every, reason=NotNow.BUSY, by=scene.person(who))
    assert (rows(), Act.objects.count()) == (before, acts)


def test_an_act_is_taken_back_by_whoever_did_it_on_its_day(scene, work):
    lin = scene.person("lin")
    done, before = put_off_selected(of(work, "王一"), reason=NotNow.CUSTOMER_AWAY, by=lin), rows()
    for who in ("gao", "mo", "du"):
        with pytest.raises(Refused, match="undone no more"):
            undo_answers(done.code, by=scene.person(who))
    with frozen(MONDAY + dt.timedelta(days=1)), pytest.raises(Refused, match="undone no more"):
        undo_answers(done.code, by=lin)
    with pytest.raises(Refused, match="undone no more"):
        undo_answers("nosuchaction", by=lin)
    assert rows() == before


def test_more_than_a_thousand_are_too_many_and_many_cost_few_queries(scene, work, django_assert_max_num_queries):
    lin = scene.person("lin")
    like = Action.objects.get(code=work["王一"])
    fresh = [Action(key=f"k{n}", customer_id=like.customer_id, owner_id=like.owner_id, team_id=like.team_id,
                    action_class=2, origin="planned", reason="promise_due", due_on=TODAY, proposed_on=TODAY)
             for n in range(997)]  # fmt: skip
    Action.objects.bulk_create(fresh)
    with django_assert_max_num_queries(60):
        done = put_off_selected(asked("status.in.open"), reason=NotNow.BUSY, by=lin)
    assert done.done == 1_000
    assert sorted(Act.objects.filter(kind="actions.not_now").values_list("count", flat=True)) == [500, 500]
    undo_answers(done.code, by=lin)
    assert Action.objects.filter(status=ActionStatus.OPEN, owner=lin.staff_id).count() == 1_000
    fresh[0].pk, fresh[0].key, fresh[0].code = None, "one more", "onemore22222"
    fresh[0].save()
    with pytest.raises(Refused, match="1,000"):
        put_off_selected(asked("status.in.open"), reason=NotNow.BUSY, by=lin)


def test_the_journal_of_each_customer_tells_of_it(scene, work):
    hand_over_selected(of(work, "王一"), to_staff=scene.staff["mo"].code, by=scene.person("lin"), note="请看一下")
    told = {act.kind: act.payload for act in acts_about(Customer.objects.get(name="王一").code)}
    assert told["action.handed_over"]["note"] == "请看一下"
    (whole,) = Act.objects.filter(kind="actions.handed_over")
    assert whole.subject == ""
