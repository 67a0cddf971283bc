"""A noted contact is corrected or taken back by whoever wrote it; what stood there before stays readable."""

import datetime as dt

import pytest

from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.conversations.choices import Direction, Outcome, Point
from guanxi.record.conversations.corrections import earlier_of
from guanxi.record.conversations.models import Conversation
from guanxi.record.conversations.queries import get_conversation, ways_since
from guanxi.record.conversations.services import (
    Correction,
    correct_conversation,
    log_conversation,
    return_conversation,
    withdraw_conversation,
)
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.models import NEVER, Customer
from guanxi.record.customers.services import erase_customer, register_customers
from guanxi.record.customers.services.registering import NewCustomer
from tests.stories.scene import SYSTEM, build_scene

NOON = dt.datetime(2026, 7, 9, 4, tzinfo=dt.UTC)


@pytest.fixture
def scene(db):
    with clock.frozen(NOON):
        yield build_scene()


@pytest.fixture
def wang(scene) -> int:
    row = NewCustomer(name="王芳", reference="A1", phone="13800138000", owner="lin")
    return register_customers([row], by=SYSTEM, source="test")[0].id


def note(scene, wang, *, days: int = 0, who: str = "lin", summary: str = "喜欢普洱") -> str:
    at = NOON - dt.timedelta(days=days)
    return log_conversation(wang, by=scene.person(who), channel=Channel.CALL, summary=summary, at=at)


def words(summary: str, **more) -> Correction:
    said = {"channel": Channel.VISIT, "direction": Direction.IN, "outcome": Outcome.REACHED}
    return Correction(summary=summary, **(said | more))


def test_what_stood_there_before_each_correction_is_read_the_latest_first(scene, wang):
    lin = scene.person("lin")
    code = note(scene, wang, summary="喜欢普洱")
    correct_conversation(code, words("喜欢铁观音", points={Point.NEEDS: "教育金"}), by=lin)
    correct_conversation(code, words("喜欢红茶"), by=lin)
    row = get_conversation(code, principal=lin)
    assert row is not None
    assert (row.summary, row.channel, row.direction, row.points) == ("喜欢红茶", Channel.VISIT, Direction.IN, {})
    before = earlier_of(code)
    assert [(one.summary, one.channel, one.points) for one in before] == [
        ("喜欢铁观音", Channel.VISIT, {"needs": "教育金"}),
        ("喜欢普洱", Channel.CALL, {}),
    ]
    assert {one.by for one in before} == {lin.name}
    correct_conversation(code, words("喜欢红茶"), by=lin)  # the same words again change nothing
    assert len(earlier_of(code)) == 2


def test_taken_back_it_stands_nowhere_and_the_contact_before_is_the_last_one(scene, wang):
    lin, today = scene.person("lin"), NOON.date()
    note(scene, wang, days=9, summary="第一次")
    code = note(scene, wang, days=2, summary="记错了人")

    def last() -> dt.date:
        return Customer.objects.values_list("last_contact_on", flat=True).get(pk=wang)

    assert last() == today - dt.timedelta(days=2)
    withdraw_conversation(code, by=lin)
    assert (get_conversation(code, principal=lin), last()) == (None, today - dt.timedelta(days=9))
    assert ways_since(wang, principal=lin, since=NEVER) == {Channel.CALL: 1}
    return_conversation(code, by=lin)
    assert (last(), ways_since(wang, principal=lin, since=NEVER)) == (today - dt.timedelta(days=2), {Channel.CALL: 2})
    kinds = Act.objects.filter(kind__startswith="conversation.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds)[-2:] == ["conversation.withdrawn", "conversation.returned"]


def test_without_another_contact_there_was_none(scene, wang):
    withdraw_conversation(note(scene, wang), by=scene.person("lin"))
    assert Customer.objects.values_list("last_contact_on", flat=True).get(pk=wang) == NEVER


@pytest.mark.parametrize(
    ("who", "refused"),
    [("gao", "conversations.not_yours"), ("fei", "conversations.not_yours"), ("xu", "conversations.not_found")],
)
def test_nobody_else_corrects_it_or_takes_it_back(scene, wang, who, refused):
    code, by = note(scene, wang), scene.person(who)
    before, acts = list(Conversation.objects.values()), Act.objects.count()
    for act in (lambda: correct_conversation(code, words("x"), by=by), lambda: withdraw_conversation(code, by=by)):
        with pytest.raises(Refused) as answer:
            act()
        assert answer.value.code == refused
    assert (list(Conversation.objects.values()), Act.objects.count()) == (before, acts)


def test_who_may_not_note_may_not_correct(scene, wang):
    code = note(scene, wang)
    with pytest.raises(Denied):
        correct_conversation(code, words("x"), by=scene.person("du"))


def test_a_note_too_long_is_refused_and_what_stood_there_stays(scene, wang):
    code, lin = note(scene, wang), scene.person("lin")
    with pytest.raises(Refused) as refused:
        correct_conversation(code, words("长" * 20_001), by=lin)
    assert refused.value.code == "conversations.too_long"
    assert get_conversation(code, principal=lin).summary == "喜欢普洱"


def test_what_stood_there_before_goes_with_the_person(scene, wang):
    code = note(scene, wang)
    correct_conversation(code, words("喜欢红茶"), by=scene.person("lin"))
    erase_customer(wang, basis="request", by=SYSTEM)
    assert earlier_of(code) == []
