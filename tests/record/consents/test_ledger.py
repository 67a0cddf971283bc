"""The ledger of consents: it only grows, the latest statement stands, absent means no."""

import datetime as dt
import random

import pytest
from django.db import IntegrityError, transaction

from guanxi.ground import clock
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.models import Consent
from guanxi.record.consents.queries import consent_now, has_consent, timeline_rows
from guanxi.record.consents.rules import Statement
from guanxi.record.consents.services import NewConsent, erase_consents, record_consents, retract_consents
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.models import Customer, DirtyCustomer
from guanxi.record.customers.services import merge_customers, unmerge_customers
from tests.stories.scene import SYSTEM

NOON = dt.datetime(2026, 6, 30, 4, 0, tzinfo=dt.UTC)
G, D, W = ConsentStatus.GRANTED, ConsentStatus.DENIED, ConsentStatus.WITHDRAWN


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


def said(customer: Customer, status: ConsentStatus, days_ago: float, **changes) -> NewConsent:
    fields = {
        "purpose": Purpose.MARKETING, "channel": Channel.SMS, "status": status,
        "at": NOON - dt.timedelta(days=days_ago), "evidence": "form 17", "source": "branch",
    }  # fmt: skip
    return NewConsent(customer.pk, Statement(**fields | changes))


def test_the_latest_statement_stands_and_what_is_absent_is_a_no(scene):
    wang, li = scene.customer("王芳"), scene.customer("李强")
    assert not has_consent(wang.pk, purpose=Purpose.MARKETING, channel=Channel.SMS)
    record_consents(
        [said(wang, G, 10), said(wang, W, 2), said(wang, G, 5), said(li, D, 9), said(li, G, 1)],
        by=SYSTEM,
    )
    assert not has_consent(wang.pk, purpose=Purpose.MARKETING, channel=Channel.SMS)  # withdrawn two days ago
    assert has_consent(li.pk, purpose=Purpose.MARKETING, channel=Channel.SMS)
    assert not has_consent(li.pk, purpose=Purpose.MARKETING, channel=Channel.EMAIL)
    assert not has_consent(li.pk, purpose=Purpose.SURVEY, channel=Channel.SMS)
    [now] = consent_now([wang.pk])[wang.pk]
    assert (now.status, now.at, now.is_granted) == (W, NOON - dt.timedelta(days=2), False)


def test_partners_are_asked_one_by_one_and_grants_expire(scene):
    wang = scene.customer("王芳")
    air = {"purpose": Purpose.PARTNER, "partner": "airline"}
    until = dt.date(2026, 7, 1)
    record_consents([said(wang, G, 3, **air, expires_on=until)], by=SYSTEM)
    ask = {"purpose": Purpose.PARTNER, "channel": Channel.SMS}
    assert has_consent(wang.pk, **ask, partner="airline")
    assert has_consent(wang.pk, **ask, partner="airline", on=until)
    assert not has_consent(wang.pk, **ask, partner="airline", on=until + dt.timedelta(days=1))
    assert not has_consent(wang.pk, **ask, partner="hotel")
    assert not has_consent(wang.pk, **ask)


def test_the_same_statement_stands_once(scene):
    wang = scene.customer("王芳")
    rows = [said(wang, G, 3), said(wang, G, 3), said(wang, W, 3)]
    first = record_consents(rows, by=SYSTEM)
    assert [row.is_new for row in first] == [True, False, True]
    assert first[0].id == first[1].id != first[2].id
    acts, dirty = Act.objects.count(), DirtyCustomer.objects.count()
    again = record_consents(rows, by=SYSTEM)
    assert [(row.id, row.is_new) for row in again] == [(row.id, False) for row in first]
    assert (Consent.objects.count(), Act.objects.count(), DirtyCustomer.objects.count()) == (2, acts, dirty)


def test_a_bad_statement_is_an_answer_and_the_others_are_taken(scene):
    wang, far = scene.customer("王芳"), scene.customer("远", owner="xu")
    answers = record_consents(
        [said(wang, G, 1, evidence=""), said(far, G, 1), said(wang, G, 1), said(wang, G, -1)], by=scene.person("lin")
    )
    codes = [row.refused.code if row.refused else "" for row in answers]
    assert codes == ["consents.incomplete", "consents.customer_not_found", "", "consents.in_future"]
    assert Consent.objects.count() == 1


def test_who_may_record(scene):
    wang = scene.customer("王芳")
    for name in ("du", "mei"):
        with pytest.raises(Denied):
            record_consents([said(wang, G, 1)], by=scene.person(name))
    assert Consent.objects.count() == 0
    for name in ("lin", "gao", "fei"):
        record_consents([said(wang, G, 1)], by=scene.person(name))
    assert Consent.objects.count() == 1


def test_statements_follow_a_merge_and_come_back(scene):
    wang, double = scene.customer("王芳"), scene.customer("王小芳")
    record_consents([said(wang, G, 5), said(double, W, 1)], by=SYSTEM)
    code = merge_customers(wang.pk, double.pk, by=SYSTEM)
    assert not has_consent(wang.pk, purpose=Purpose.MARKETING, channel=Channel.SMS)
    unmerge_customers(code, by=SYSTEM)
    assert has_consent(wang.pk, purpose=Purpose.MARKETING, channel=Channel.SMS)
    assert list(Consent.objects.order_by("pk").values_list("customer", flat=True)) == [wang.pk, double.pk]


def test_the_latest_is_found_among_many(scene):
    """Against the slow way: all rows, the greatest (moment, key) of each kind."""
    draw = random.Random(5)
    people = [scene.customer(f"人{n}") for n in range(4)]
    rows = [
        said(draw.choice(people), draw.choice([G, D, W]), draw.choice([1, 2, 2, 3, 40]), channel=draw.choice([Channel.SMS, Channel.EMAIL]))
        for _ in range(60)
    ]  # fmt: skip
    record_consents(rows, by=SYSTEM)
    latest: dict = {}
    for row in sorted(Consent.objects.all(), key=lambda row: (row.at, row.pk)):
        latest[row.customer_id, row.purpose, row.channel, row.partner] = row.status
    found = consent_now([person.pk for person in people])
    assert {
        (c.customer_id, c.purpose, c.channel, c.partner): c.status for consents in found.values() for c in consents
    } == latest


def taken_back(rows):
    ids = [answer.id for answer in record_consents(rows, by=SYSTEM)]
    return retract_consents(ids, by=SYSTEM, cause="import x undone")


def test_a_retraction_says_again_what_stood_before_and_the_ledger_only_grows(scene):
    nobody, agreed, refused = (scene.customer(name) for name in ("甲", "乙", "丙"))
    record_consents([said(agreed, G, 9, evidence="form 9"), said(refused, D, 9)], by=SYSTEM)
    assert taken_back([said(nobody, G, 5), said(agreed, W, 5), said(refused, G, 5)]) == 3
    assert Consent.objects.count() == 8
    sms = {"purpose": Purpose.MARKETING, "channel": Channel.SMS}
    assert [has_consent(person.pk, **sms) for person in (nobody, agreed, refused)] == [False, True, False]
    last = Consent.objects.filter(customer=agreed).order_by("pk").last()
    assert (last.status, last.evidence, last.source) == (G, "form 9", "retracted: import x undone")
    assert Act.objects.get(kind="consent.retracted").count == 3


def test_what_was_said_since_stands_when_an_earlier_word_is_taken_back(scene):
    wang = scene.customer("王芳")
    [first] = record_consents([said(wang, W, 5)], by=SYSTEM)
    record_consents([said(wang, G, 2)], by=SYSTEM)
    retract_consents([first.id], by=SYSTEM, cause="import x undone")
    assert has_consent(wang.pk, purpose=Purpose.MARKETING, channel=Channel.SMS)


def test_several_words_of_one_customer_are_taken_back_together(scene):
    wang = scene.customer("王芳")
    assert taken_back([said(wang, G, 5), said(wang, W, 4), said(wang, G, 3)]) == 3
    assert not has_consent(wang.pk, purpose=Purpose.MARKETING, channel=Channel.SMS)
    [now] = consent_now([wang.pk])[wang.pk]
    assert now.status == W


def test_what_was_taken_back_can_be_said_again(scene):
    wang = scene.customer("王芳")
    for _ in range(2):
        assert taken_back([said(wang, G, 5)]) == 1
    [answer] = record_consents([said(wang, G, 5)], by=SYSTEM)
    assert answer.is_new
    assert has_consent(wang.pk, purpose=Purpose.MARKETING, channel=Channel.SMS)
    assert not record_consents([said(wang, G, 5)], by=SYSTEM)[0].is_new


def test_erasing_takes_the_words_and_keeps_the_counts(scene):
    wang = scene.customer("王芳")
    record_consents([said(wang, G, 1, evidence="金丝雀")], by=SYSTEM)
    erase_consents([wang.pk])
    row = Consent.objects.get()
    assert (row.evidence, row.source, row.status) == ("", "", G)


def test_the_database_refuses_what_is_no_consent(scene):
    wang = scene.customer("王芳")
    for field, value in (("purpose", 8), ("purpose", 0), ("status", 4)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Consent.objects.create(
                **{"customer": wang, "purpose": 1, "channel": 1, "status": 1, "at": NOON, field: value}
            )
    assert Consent.objects.count() == 0


def test_statements_stand_on_the_timeline(scene):
    wang = scene.customer("王芳")
    record_consents([said(wang, G, 3), said(wang, W, 1), said(wang, G, 1.1, channel=Channel.CALL)], by=SYSTEM)
    rows = timeline_rows(wang.pk, SYSTEM, None, 10)
    assert [(row.on, row.facts["status"]) for row in rows] == [
        (dt.date(2026, 6, 29), G),
        (dt.date(2026, 6, 29), W),
        (dt.date(2026, 6, 27), G),
    ]
    assert timeline_rows(wang.pk, SYSTEM, (rows[0].on, rows[0].id), 10) == rows[1:]
    assert timeline_rows(wang.pk, SYSTEM, None, 1) == rows[:1]
