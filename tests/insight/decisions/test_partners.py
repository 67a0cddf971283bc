"""A partner's offer reaches whom? Who agreed to offers of this very partner by this way; nobody else is even looked at (PTN-02, LEV-07)."""

import datetime as dt

import pyarrow as pa
import pytest

from guanxi.engage.offers.choices import Issue, Layer, Way
from guanxi.engage.offers.grammar import parse_criteria, predicate_of
from guanxi.engage.offers.queries import PublishedRule, PublishedTreatment
from guanxi.engage.offers.vocabulary import vocabulary
from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight.decisions.offers.contact_terms import terms_in_contact
from guanxi.insight.decisions.offers.deciding import decide, fill_deciding, stakes_of
from guanxi.insight.decisions.offers.facts_now import facts_now
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.models import Consent
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.models import Customer
from tests.insight.appraisal import books
from tests.insight.decisions.people import AGREED, DAY, asked, codes, offer

pytestmark = pytest.mark.django_db

MARKET = "O'Brien | cars"
SAID = [
    (1, Purpose.PARTNER, Channel.CALL, MARKET),
    (2, Purpose.PARTNER, Channel.CALL, "airline"),  # another partner
    (3, Purpose.PARTNER, Channel.SMS, MARKET),  # another way
    (3, Purpose.PARTNER, Channel.CALL, "airline"),
    (4, Purpose.MARKETING, Channel.CALL, ""),  # our offers alone
    (5, Purpose.PARTNER, Channel.CALL, MARKET),
    (6, Purpose.PARTNER, Channel.SMS, MARKET),
]


@pytest.fixture(autouse=True)
def house() -> None:
    found_firm(by=system_principal(), name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")


def test_only_who_agreed_to_this_partner_by_this_way_is_reached():
    bench = books.print_days([(pk, DAY - dt.timedelta(30), 100_00) for pk in range(1, 8)])
    for pk, code in enumerate(codes(7, "coupon"), 1):
        bench.run("UPDATE customers SET code = $code WHERE customer_id = $pk", code=code, pk=pk)
    known = vocabulary()
    rule = PublishedRule(
        Layer.APPLICABILITY, 1, "rarely_there", "purchases_365 >= 9",
        predicate_of(parse_criteria("purchases_365 >= 9"), known, on=DAY), ("purchases_365",),
    )  # fmt: skip
    text = PublishedTreatment(Way.SMS, int(Channel.SMS), 5, 100, "", "", "")
    call = offer("coupon", 50_000).treatments[0]
    terms = {"issue": Issue.PARTNER, "purpose": Purpose.PARTNER}
    offers = [
        offer("coupon", 50_000, partner=MARKET, treatments=(call, text), **terms),
        offer("picky", 50_000, partner=MARKET, rules=(rule,), **terms),
        offer("unnamed", 50_000, **terms),
    ]
    agreed = pa.Table.from_pylist([dict(zip(AGREED.names, row, strict=True)) for row in SAID], schema=AGREED)
    fill_deciding(bench, DAY, offers, asked(agreed))
    found = decide(bench, stakes_of(bench, DAY, offers))
    chosen = {
        (row["customer_id"], row["offer"]) for row in found.decisions.select(["customer_id", "offer"]).to_pylist()
    }
    assert chosen == {(pk, "coupon") for pk in (1, 3, 5, 6)}
    said = {(row["offer"], row["reason"]): row["customers"] for row in found.rejects if row["channel"] is None}
    assert (said["coupon", "no_partner_consent"], said["picky", "no_partner_consent"]) == (3, 5)
    assert said["picky", "rarely_there"] == 2  # of nobody else is it counted how often he came
    assert said["unnamed", "no_partner_consent"] == 7


def test_in_contact_a_yes_by_another_way_is_none_by_this_one():
    call = offer("coupon", 50_000).treatments[0]
    text = PublishedTreatment(Way.SMS, int(Channel.SMS), 5, 100, "", "", "")
    theirs = offer(
        "coupon", 50_000, partner=MARKET, treatments=(call, text), issue=Issue.PARTNER, purpose=Purpose.PARTNER
    )
    (spoken,) = terms_in_contact(theirs, controls=0.1, lever=0.0).treatments
    (agreed,) = spoken.opens
    assert agreed.reason == "no_partner_consent"
    assert f"{int(Channel.CALL)}|" in agreed.sql
    assert f"{int(Channel.SMS)}|" not in agreed.sql


def test_what_stands_of_a_partner_is_known_in_contact():
    at = dt.datetime(2026, 6, 1, 4, tzinfo=dt.UTC)
    seen = {"kind": 1, "created_on": DAY, "created_at": at, "updated_at": at}
    one = Customer.objects.create(name="甲", **seen)
    given = [
        (MARKET, ConsentStatus.GRANTED, 0),
        ("airline", ConsentStatus.GRANTED, 0),
        ("airline", ConsentStatus.WITHDRAWN, 1),
    ]
    for partner, status, day in given:
        Consent.objects.create(
            customer=one, purpose=Purpose.PARTNER, channel=Channel.POST, partner=partner, status=status, evidence="form",
            source="desk", at=at + dt.timedelta(day),
        )  # fmt: skip
    facts = facts_now(one.pk, DAY)
    assert (facts.partners, facts.allowed) == ([f"6|{MARKET}"], [306])
