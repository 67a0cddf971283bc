"""Noting a contact: who may, what it moves, who reads it."""

import datetime as dt

import pytest

from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.conversations.models import Conversation
from guanxi.record.conversations.queries import conversations_of, get_conversation, timeline_rows
from guanxi.record.conversations.services import log_conversation
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.models import DirtyCustomer

NOON = dt.datetime(2024, 1, 5, 18, tzinfo=dt.UTC)  # the 6th in Shanghai


def test_a_contact_is_noted_with_its_next_step(scene):
    wang = scene.customer("Wang")
    with clock.frozen(NOON):
        code = log_conversation(
            wang.pk,
            by=scene.person("lin"),
            channel=Channel.CALL,
            summary="  贷款  ",
            outcome=Outcome.PROMISED,
            follow_up_on=dt.date(2024, 1, 8),
        )
    row = get_conversation(code, principal=scene.person("lin"))
    assert (row.on, row.at, row.by, row.summary, row.outcome, row.follow_up_on, row.direction) == (
        dt.date(2024, 1, 6), NOON, "lin", "贷款", Outcome.PROMISED, dt.date(2024, 1, 8), Direction.OUT)  # fmt: skip
    wang.refresh_from_db()
    assert wang.last_contact_on == dt.date(2024, 1, 6)
    assert list(DirtyCustomer.objects.values_list("customer_id", flat=True)) == [wang.pk]
    act = Act.objects.get(kind="conversation.logged")
    assert (act.noun_kind, act.noun_code, act.by_code) == ("conversation", code, scene.staff["lin"].code)


def test_an_earlier_contact_does_not_move_the_last_one_back(scene):
    wang = scene.customer("Wang", last_contact_on=dt.date(2024, 1, 4))
    with clock.frozen(NOON):
        log_conversation(
            wang.pk, by=scene.person("lin"), channel=Channel.VISIT, at=dt.datetime(2023, 12, 1, tzinfo=dt.UTC)
        )
    wang.refresh_from_db()
    assert wang.last_contact_on == dt.date(2024, 1, 4)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"summary": "x" * 20_001}, "conversations.too_long"),
        ({"summary": "a\0b"}, "text.not_storable"),
        ({"at": dt.datetime(2024, 1, 6, 17, tzinfo=dt.UTC)}, "conversations.future"),
        ({"follow_up_on": dt.date(2024, 1, 5)}, "conversations.follow_up_past"),
    ],
)
def test_what_cannot_be_is_refused_and_not_stored(scene, options, code):
    wang = scene.customer("Wang")
    with clock.frozen(NOON), pytest.raises(Refused) as refused:
        log_conversation(wang.pk, by=scene.person("lin"), channel=Channel.CALL, **options)
    assert refused.value.code == code
    assert not Conversation.objects.exists()
    assert not DirtyCustomer.objects.exists()


def test_customers_of_others_are_not_found(scene):
    foreign = scene.customer("foreign", "wu")
    with pytest.raises(Refused) as refused:
        log_conversation(foreign.pk, by=scene.person("lin"), channel=Channel.CALL)
    assert refused.value.code == "customers.not_found"
    for name in ("du", "mei"):
        with pytest.raises(Denied):
            log_conversation(foreign.pk, by=scene.person(name), channel=Channel.CALL)
    assert not Conversation.objects.exists()


def test_conversations_are_read_by_who_sees_the_customer(scene, django_assert_num_queries):
    wang = scene.customer("Wang")
    with clock.frozen(NOON):
        codes = [
            log_conversation(wang.pk, by=scene.person("lin"), channel=Channel.CALL, at=NOON - dt.timedelta(days=n % 3))
            for n in range(7)
        ]
    with django_assert_num_queries(1):
        first = conversations_of(wang.pk, principal=scene.person("gao"), limit=3)
    rest = conversations_of(wang.pk, principal=scene.person("gao"), before=(first[-1].on, first[-1].id))
    assert [row.id for row in first + rest] == list(
        Conversation.objects.order_by("-on", "-pk").values_list("pk", flat=True)
    )
    assert timeline_rows(wang.pk, principal=scene.person("wu")) == []
    assert get_conversation(codes[0], principal=scene.person("wu")) is None
