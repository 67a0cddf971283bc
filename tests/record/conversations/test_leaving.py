"""What contacts tell of why somebody may leave: noted, corrected, met, taken back; and enquiries that nobody answered in a day."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.catalogue.services import list_rival, unlist_rival
from guanxi.record.conversations.choices import Direction, Heard, Outcome
from guanxi.record.conversations.corrections import earlier_of
from guanxi.record.conversations.leaving import named_rivals, open_requests, told_in_contacts, unanswered_enquiries
from guanxi.record.conversations.models import Conversation
from guanxi.record.conversations.services import (
    Correction,
    Said,
    correct_conversation,
    meet_request,
    note_conversation,
    reopen_request,
    withdraw_conversation,
)
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.services import erase_customer, register_customers
from guanxi.record.customers.services.registering import NewCustomer
from tests.plans import plan_of
from tests.stories.scene import SYSTEM, build_scene

NOON = dt.datetime(2026, 7, 9, 4, tzinfo=dt.UTC)
TODAY = dt.date(2026, 7, 9)


@pytest.fixture
def scene(db):
    with clock.frozen(NOON):
        yield build_scene()


@pytest.fixture
def wang(scene) -> int:
    row = NewCustomer(name="王芳", reference="A1", phone="13800138000", owner="lin")
    return register_customers([row], by=SYSTEM, source="test")[0].id


def note(scene, wang, heard: Heard, *, rival: str = "", days: int = 0, words: str = "") -> str:
    at = NOON - dt.timedelta(days=days)
    said = Said(channel=Channel.CALL, direction=Direction.IN, heard=heard, rival=rival, summary=words, at=at)
    return note_conversation(wang, said, by=scene.person("lin"))


@pytest.mark.parametrize(
    ("heard", "kind"),
    [
        (Heard.PRICE_MATCH, "price_match"), (Heard.PRODUCT_GAP, "product_gap"), (Heard.MOVED_AWAY, "outside"),
        (Heard.CLOSED_BUSINESS, "life_ended"), (Heard.TOO_OLD, "life_ended"), (Heard.PRODUCT_ENDED, "product_over"),
        (Heard.ENDED_BY_US, "ended_by_us"),
    ],
)  # fmt: skip
def test_each_is_evidence_from_its_day_until_it_is_taken_back(scene, wang, heard, kind):
    code = note(scene, wang, heard, days=3)
    day = TODAY - dt.timedelta(3)
    assert told_in_contacts(TODAY) == [(wang, kind, day, None)]
    assert told_in_contacts(day - dt.timedelta(1)) == []
    withdraw_conversation(code, by=scene.person("lin"))
    assert told_in_contacts(TODAY) == []


def test_business_that_goes_elsewhere_counts_where_a_competitor_of_the_list_is_named(scene, wang):
    rival, lin = list_rival("东江银行", by=SYSTEM), scene.person("lin")
    code = note(scene, wang, Heard.TO_A_RIVAL)
    assert told_in_contacts(TODAY) == []
    now = Correction(
        channel=Channel.CALL, direction=Direction.IN, outcome=Outcome.NONE, heard=Heard.TO_A_RIVAL, rival=rival
    )
    correct_conversation(code, now, by=lin)
    assert told_in_contacts(TODAY) == [(wang, "transferred", TODAY, None)]
    assert named_rivals(TODAY) == [(wang, TODAY, "东江银行")]
    assert [(one.heard, one.rival) for one in earlier_of(code)] == [(Heard.TO_A_RIVAL, "")]
    unlist_rival(rival, by=SYSTEM)  # who was named stays named, and is still there to be corrected
    correct_conversation(code, now, by=lin)
    assert named_rivals(TODAY) == [(wang, TODAY, "东江银行")]
    with pytest.raises(Refused) as refused:
        note(scene, wang, Heard.PRICE_MATCH, rival=rival)
    assert refused.value.code == "catalogue.no_rival"
    other = list_rival("西江银行", by=SYSTEM)
    with pytest.raises(Refused) as refused:
        note(scene, wang, Heard.MOVED_AWAY, rival=other)
    assert refused.value.code == "conversations.no_rival"


def test_what_we_did_not_have_is_open_until_it_is_there_for_him(scene, wang):
    code = note(scene, wang, Heard.PRODUCT_GAP, rival=list_rival("东江银行", by=SYSTEM), days=9, words="大额存单")
    lin, day = scene.person("lin"), TODAY - dt.timedelta(9)
    told = [(one.customer_id, one.on, one.summary, one.rival) for one in open_requests(lin)]
    assert told == [(wang, day, "大额存单", "东江银行")]
    with pytest.raises((Denied, Refused)):  # who does not see the customer
        meet_request(code, by=scene.person("du"))
    meet_request(code, by=lin)
    assert open_requests(lin) == []
    assert told_in_contacts(TODAY) == [(wang, "product_gap", day, TODAY)]
    reopen_request(code, by=lin)
    assert told_in_contacts(TODAY) == [(wang, "product_gap", day, None)]
    with pytest.raises(Refused):
        meet_request(note(scene, wang, Heard.PRICE_MATCH), by=lin)
    kinds = Act.objects.filter(noun_code=code).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["conversation.logged", "conversation.met", "conversation.reopened"]
    erase_customer(wang, by=SYSTEM, basis="asked")
    row = Conversation.objects.get(code=code)
    assert (row.heard, row.rival, row.met_on) == (Heard.NOTHING, None, None)


@pytest.mark.parametrize(
    ("after", "direction", "outcome", "unanswered"),
    [
        (dt.timedelta(hours=24), Direction.OUT, Outcome.REACHED, False),
        (
            dt.timedelta(hours=24, minutes=1),
            Direction.OUT,
            Outcome.REACHED,
            True,
        ),  # the next calendar day, and too late
        (dt.timedelta(minutes=30), Direction.OUT, Outcome.NO_ANSWER, True),
        (dt.timedelta(minutes=30), Direction.IN, Outcome.REACHED, True),
        (-dt.timedelta(hours=2), Direction.OUT, Outcome.REACHED, True),  # the same day, before he asked
    ],
)
def test_an_enquiry_is_unanswered_by_hours_not_by_days(scene, wang, after, direction, outcome, unanswered):
    asked_at = NOON - dt.timedelta(days=5)
    for at, whence, result in ((asked_at, Direction.IN, Outcome.NO_ANSWER), (asked_at + after, direction, outcome)):
        said = Said(channel=Channel.CALL, direction=whence, outcome=result, at=at)
        note_conversation(wang, said, by=scene.person("lin"))
    day = TODAY - dt.timedelta(5)
    assert unanswered_enquiries(TODAY) == ([(wang, day)] if unanswered else [])
    assert unanswered_enquiries(day) == []  # its day is not over


@pytest.mark.both
def test_the_night_and_the_page_read_what_was_told_by_its_index_and_not_every_contact(scene, wang):
    """The index holds only contacts that told something: a question that does not say so reads all there are."""
    note(scene, wang, Heard.TO_A_RIVAL, rival=list_rival("东江银行", by=SYSTEM))
    for read in (
        lambda: named_rivals(TODAY),
        lambda: told_in_contacts(TODAY),
        lambda: open_requests(scene.person("lin")),
    ):
        with CaptureQueriesContext(connection) as caught:
            read()
        (asked,) = [one["sql"] for one in caught.captured_queries if 'FROM "conversations_conversation"' in one["sql"]]
        assert "conversation_heard" in plan_of(asked), asked
