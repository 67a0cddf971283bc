"""Done, not now because…, hand over, and taking it back: who may, what is kept, what is refused."""

import datetime as dt

import pytest

from guanxi.ground.clock import frozen
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.actions.choices import ActionStatus, NotNow
from guanxi.record.actions.models import Action
from guanxi.record.actions.queries import Taker, answers, takers_of
from guanxi.record.actions.services import answer_action, hand_over_action, propose_actions, undo_answer
from tests.record.actions.rows import JUNE, MONDAY, action_row
from tests.stories.scene import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def code(scene) -> str:
    propose_actions([action_row(scene.customer("王海峰"))], by=SYSTEM, as_of=JUNE)
    return Action.objects.get().code


def refused(call, *args, **kwargs) -> str:
    before = list(Action.objects.order_by("pk").values())
    with pytest.raises(Refused) as refusal:
        call(*args, **kwargs)
    assert list(Action.objects.order_by("pk").values()) == before
    return refusal.value.code


def test_done_is_kept_with_who_when_and_what(scene, code):
    answer_action(code, by=scene.person("lin"), answer="done", note="He was travelling.", version=1)
    action = Action.objects.get()
    assert (action.status, action.answer, action.version) == (ActionStatus.DONE, "He was travelling.", 2)
    assert (action.answered_by_id, action.answered_at) == (scene.staff["lin"].pk, MONDAY)
    assert Act.objects.filter(kind="action.done", noun_code=code, by_code=scene.staff["lin"].code).count() == 1


@pytest.mark.parametrize(
    "reason, again_on",
    [
        (NotNow.BUSY, dt.date(2026, 7, 7)),
        (NotNow.NOT_REACHED, dt.date(2026, 7, 8)),
        (NotNow.CUSTOMER_AWAY, dt.date(2026, 7, 24)),
        (NotNow.ALREADY_TALKING, dt.date(2026, 7, 24)),
        (NotNow.NOT_RELEVANT, None),
        (NotNow.WRONG, None),
    ],
)
def test_not_now_has_a_reason_and_a_day_by_default(scene, code, reason, again_on):
    answer_action(code, by=scene.person("lin"), answer="not_now", reason=reason)
    action = Action.objects.get()
    assert (action.status, action.not_now, action.again_on) == (ActionStatus.NOT_NOW, reason, again_on)


def test_a_no_of_the_customer_rests_the_matter_and_leaves_him_in_peace_as_any_contact_does(scene, code):
    """What he said no to comes again after 90 days; whatever else we notice of him does not wait so long."""
    answer_action(code, by=scene.person("lin"), answer="not_now", reason=NotNow.DECLINED)
    assert Action.objects.get().again_on == dt.date(2026, 10, 4)
    [row] = answers(dt.date(2026, 7, 8))
    assert (row["is_settled"], row["done_on"], row["again_on"]) == (True, dt.date(2026, 7, 6), None)


def test_a_day_that_people_name_stands_for_everything(scene, code):
    answer_action(code, by=scene.person("lin"), answer="not_now", reason=NotNow.CUSTOMER_AWAY)
    [row] = answers(dt.date(2026, 7, 8))
    assert (row["is_settled"], row["done_on"], row["again_on"]) == (True, None, dt.date(2026, 7, 24))


def test_busy_on_friday_comes_back_on_monday(scene, code):
    with frozen(dt.datetime(2026, 7, 10, 8, tzinfo=dt.UTC)):
        answer_action(code, by=scene.person("lin"), answer="not_now", reason=NotNow.BUSY)
    assert Action.objects.get().again_on == dt.date(2026, 7, 13)


def test_a_day_of_ones_own_is_kept(scene, code):
    day = dt.date(2026, 8, 1)
    answer_action(code, by=scene.person("lin"), answer="not_now", reason=NotNow.BUSY, again_on=day)
    assert Action.objects.get().again_on == day


def test_what_is_refused_changes_nothing(scene, code):
    lin = scene.person("lin")
    assert refused(answer_action, code, by=lin, answer="later") == "action.unknown_answer"
    assert refused(answer_action, code, by=lin, answer="not_now") == "action.reason_missing"
    today = dt.date(2026, 7, 6)
    assert refused(answer_action, code, by=lin, answer="not_now", reason=1, again_on=today) == "action.day_passed"
    assert refused(answer_action, code, by=lin, answer="done", version=7) == "action.changed"
    assert refused(answer_action, "nosuchaction", by=lin, answer="done") == "action.unknown"
    assert refused(undo_answer, code, by=lin) == "action.too_late_to_undo"
    assert refused(hand_over_action, code, by=lin, to_staff=lin.code) == "action.same_owner"
    assert refused(hand_over_action, code, by=lin, to_staff=scene.staff["xu"].code) == "action.unknown_colleague"


@pytest.mark.parametrize("name", ["du", "fei", "mei"])
def test_work_is_not_handed_to_whoever_may_not_do_it(scene, code, name):
    """Du only reads, Fei records calls, Mei plans campaigns: none of them answers work."""
    acts = Act.objects.count()
    for giver in ("lin", "gao"):
        taker = scene.staff[name].code
        assert refused(hand_over_action, code, by=scene.person(giver), to_staff=taker) == "action.taker_may_not"
    assert Act.objects.count() == acts
    assert scene.staff[name].code not in {taker.code for taker in takers_of(code, scene.person("lin"))}


def test_whom_it_can_be_handed_to(scene, code, django_assert_num_queries):
    """All colleagues of the branch who may take work, whatever customers they see; not one of another branch."""
    with django_assert_num_queries(3):
        assert [taker.name for taker in takers_of(code, scene.person("lin"))] == ["gao", "mo", "wu"]
    assert takers_of(code, scene.person("gao"))[0] == Taker(scene.staff["gao"].code, "gao", "oak")
    assert takers_of(code, scene.person("wu")) == []
    assert takers_of("nosuchaction", scene.person("lin")) == []


def test_two_people_answer_and_the_second_learns_of_the_first(scene, code):
    answer_action(code, by=scene.person("lin"), answer="done", version=1)
    gao = scene.person("gao")
    assert refused(answer_action, code, by=gao, answer="not_now", reason=1, version=1) == "action.changed"
    assert refused(answer_action, code, by=gao, answer="done", version=2) == "action.over"


@pytest.mark.parametrize("name", ["du", "fei", "mei"])
def test_without_the_right_nothing_changes(scene, code, name):
    before = Action.objects.values().get()
    person = scene.person(name)
    for call in (
        lambda: answer_action(code, by=person, answer="done"),
        lambda: answer_action(code, by=person, answer="not_now", reason=NotNow.BUSY),
        lambda: hand_over_action(code, by=person, to_staff=scene.staff["mo"].code),
        lambda: undo_answer(code, by=person),
    ):
        with pytest.raises(Denied):
            call()
        assert Action.objects.values().get() == before


@pytest.mark.parametrize("name", ["mo", "wu", "xu"])
def test_others_cannot_answer_what_is_not_theirs(scene, code, name):
    person = scene.person(name)
    assert refused(answer_action, code, by=person, answer="done") == "action.unknown"
    assert refused(hand_over_action, code, by=person, to_staff=scene.staff["lin"].code) == "action.unknown"
    assert refused(undo_answer, code, by=person) == "action.unknown"


def test_the_leader_answers_for_the_team(scene, code):
    answer_action(code, by=scene.person("gao"), answer="done")
    assert Action.objects.get().answered_by_id == scene.staff["gao"].pk


@pytest.mark.parametrize("team", ["oak", None])
def test_the_pool_is_answered_by_leaders_only(scene, team):
    propose_actions([action_row(scene.customer("无主", owner=None, team=team))], by=SYSTEM, as_of=JUNE)
    code = Action.objects.get().code
    assert refused(answer_action, code, by=scene.person("lin"), answer="done") == "action.unknown"
    if team:
        assert refused(answer_action, code, by=scene.person("xu"), answer="done") == "action.unknown"
    answer_action(code, by=scene.person("gao"), answer="done")
    assert Action.objects.get().status == ActionStatus.DONE


def test_hand_over_moves_it_and_back(scene, code):
    lin, gao = scene.person("lin"), scene.person("gao")
    hand_over_action(code, by=lin, to_staff=gao.code, note="I am away")
    action = Action.objects.get()
    assert (action.status, action.owner_id, action.handed_from_id) == (
        ActionStatus.HANDED_OVER,
        scene.staff["gao"].pk,
        scene.staff["lin"].pk,
    )
    assert refused(answer_action, code, by=lin, answer="done") == "action.unknown"
    undo_answer(code, by=lin)
    action = Action.objects.get()
    assert (action.status, action.owner_id, action.handed_from_id) == (ActionStatus.OPEN, scene.staff["lin"].pk, None)


def test_whom_it_was_handed_to_answers_it_and_takes_it_back(scene, code):
    lin, gao = scene.person("lin"), scene.person("gao")
    hand_over_action(code, by=lin, to_staff=gao.code)
    answer_action(code, by=gao, answer="done")
    assert refused(undo_answer, code, by=lin) == "action.unknown"
    undo_answer(code, by=gao)
    action = Action.objects.get()
    assert (action.status, action.owner_id) == (ActionStatus.HANDED_OVER, scene.staff["gao"].pk)


def test_work_of_the_pool_is_taken_on_by_the_leader_and_given_back(scene):
    propose_actions([action_row(scene.customer("无主", owner=None, team="oak"))], by=SYSTEM, as_of=JUNE)
    code, gao = Action.objects.get().code, scene.person("gao")
    hand_over_action(code, by=gao, to_staff=gao.code)
    assert Action.objects.get().owner_id == scene.staff["gao"].pk
    undo_answer(code, by=gao)
    action = Action.objects.get()
    assert (action.owner_id, action.team_id, action.status) == (None, scene.teams["oak"].pk, ActionStatus.OPEN)


def test_only_today_can_be_taken_back(scene, code):
    lin = scene.person("lin")
    answer_action(code, by=lin, answer="not_now", reason=NotNow.WRONG, note="x")
    with frozen(MONDAY + dt.timedelta(hours=13, minutes=59)):  # 23:59 of the same local day
        undo_answer(code, by=lin)
    action = Action.objects.get()
    assert (action.status, action.not_now, action.again_on, action.answer) == (ActionStatus.OPEN, None, None, "")
    answer_action(code, by=lin, answer="done")
    with frozen(MONDAY + dt.timedelta(hours=14)):  # local midnight
        assert refused(undo_answer, code, by=lin) == "action.too_late_to_undo"


def test_each_answer_leaves_one_act(scene, code):
    lin = scene.person("lin")
    answer_action(code, by=lin, answer="not_now", reason=NotNow.BUSY)
    undo_answer(code, by=lin)
    hand_over_action(code, by=lin, to_staff=scene.staff["gao"].code)
    kinds = Act.objects.filter(noun_kind="action", noun_code=code).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["action.not_now", "action.answer_undone", "action.handed_over"]
