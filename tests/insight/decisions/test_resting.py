"""What rests after an answer: NBA-02's loan and insurance, refusals, silence; and the same from the record's own rows."""

import datetime as dt
from dataclasses import replace
from functools import partial

import pyarrow as pa
import pytest

from guanxi.engage.offers.choices import Issue, OfferStatus, RegulatoryClass
from guanxi.engage.offers.models import Offer
from guanxi.engage.offers.resting import RestTerms
from guanxi.engage.policy.rules import DEFAULTS
from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight.decisions.offers.deciding import CLOSED, Asked
from guanxi.insight.decisions.offers.resting import SAID, _resting, resting, said_by
from guanxi.insight.warehouse.record_view import open_record
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.actions.models import Action, OfferAnswer
from guanxi.record.conversations.choices import Outcome
from tests.insight.decisions import test_proposing
from tests.insight.decisions.test_choosing import TUESDAY
from tests.insight.decisions.test_proposing import Firm, at_the_counter
from tests.insight.warehouse.scene import add_customers

DAY = dt.date(2026, 3, 6)
TERMS = [
    RestTerms("car_loan", "loan", is_sale=True, is_rested_after=True, rest_days=0),
    RestTerms("decoration_loan", "loan", is_sale=True, is_rested_after=True, rest_days=30),
    RestTerms("home_contents", "insurance", is_sale=True, is_rested_after=True, rest_days=0),
    RestTerms("keep_card", "card", is_sale=False, is_rested_after=False, rest_days=0),
    RestTerms("tea_box", "", is_sale=True, is_rested_after=False, rest_days=7),
]
YES, NO, SILENT, TALKED = Outcome.ACCEPTED, Outcome.REFUSED, Outcome.NO_ANSWER, Outcome.REACHED


@pytest.fixture(scope="module")
def bench():
    with Workbench() as opened:
        yield opened


def after(bench, *said: tuple, days: int, lines=DEFAULTS) -> dict[tuple[int, str], set[tuple[str, str]]]:
    """(customer, offer) → {(reason, cause)} so many days after DAY. said: (customer, offer, outcome, days after DAY), and True for
    what went by post.
    """
    rows = [
        {
            "customer_id": who,
            "offer": offer,
            "outcome": outcome,
            "day": DAY + dt.timedelta(day),
            "place": place,
            "is_paper": bool(post),
        }
        for place, (who, offer, outcome, day, *post) in enumerate(said)
    ]
    table = pa.Table.from_pylist(rows, schema=SAID)
    found: dict[tuple[int, str], set[tuple[str, str]]] = {}
    for row in _resting(bench, table, TERMS, lines, on=DAY + dt.timedelta(days)).to_pylist():
        found.setdefault((row["customer_id"], row["offer"]), set()).add((row["reason"], row["cause"]))
    return found


@pytest.mark.parametrize(
    "offer, day, resting",
    [
        ("decoration_loan", 1, True),  # NBA-02: loan accepted day 0, insurance pushed day 1
        ("decoration_loan", 29, True),  # its own thirty days are longer than the policy's twenty
        ("decoration_loan", 30, False),
        ("car_loan", 19, True),
        ("car_loan", 20, False),
        ("home_contents", 19, True),
        ("home_contents", 20, False),
        ("tea_box", 6, True),
        ("tea_box", 7, False),
        ("keep_card", 0, False),  # staying is no sale, and nothing rests after it
    ],
)
def test_after_an_acceptance_no_other_sale_and_both_offers_are_named(bench, offer, day, resting):
    found = after(bench, (1, offer, YES, 0), days=day)
    sales = {(1, one.reference): {("sibling_rest", offer)} for one in TERMS if one.is_sale}
    assert found == (sales if resting else {})


@pytest.mark.parametrize("offers", [("car_loan", "home_contents"), ("home_contents", "car_loan")])
def test_of_two_that_rest_it_as_long_the_first_by_name_is_told_in_whatever_order_they_were_answered(bench, offers):
    found = after(bench, *((1, offer, YES, 0) for offer in offers), days=1)
    assert {cause for causes in found.values() for _, cause in causes} == {"car_loan"}


@pytest.mark.parametrize("day, reasons", [(89, {"refused"}), (90, set()), (29, {"refused", "refused_family"})])
def test_a_refused_offer_rests_ninety_days_and_its_family_thirty(bench, day, reasons):
    found = after(bench, (1, "car_loan", NO, 0), days=day)
    assert {reason for reason, _ in found.get((1, "car_loan"), ())} == reasons
    family = {("refused_family", "car_loan")} if day < 30 else None
    assert found.get((1, "decoration_loan")) == family
    assert (1, "home_contents") not in found


def test_a_second_refusal_of_the_same_offer_rests_a_year(bench):
    said = ((1, "car_loan", NO, 0), (1, "car_loan", NO, 95), (2, "car_loan", NO, 0), (2, "decoration_loan", NO, 95))
    found = after(bench, *said, days=95 + 364)
    assert found == {(1, "car_loan"): {("refused_twice", "car_loan")}}
    assert after(bench, *said, days=95 + 365) == {}
    assert ("refused", "decoration_loan") in after(bench, *said, days=95)[2, "decoration_loan"]


def test_letters_that_nobody_answers_in_their_time_rest_the_family_as_silence_does(bench):
    """3.4: ignored three times. Each letter has fourteen days; who answers one of them has ignored none."""
    letters = [
        (1, "car_loan", TALKED, 0, True),
        (1, "decoration_loan", TALKED, 20, True),
        (1, "car_loan", TALKED, 40, True),
    ]
    expected = {(1, one): {("unanswered_family", "car_loan")} for one in ("car_loan", "decoration_loan")}
    assert after(bench, *letters, days=53) == {}  # the last may be answered yet
    assert after(bench, *letters, days=54) == expected
    assert after(bench, *letters, days=99) == expected
    assert after(bench, *letters, days=100) == {}
    silent = [(1, "decoration_loan", SILENT, 41), (1, "decoration_loan", SILENT, 43)]
    assert after(bench, letters[0], *silent, days=45).keys() == expected.keys()  # neither a letter nor the telephone
    assert after(bench, letters[1], *silent, days=45) == {}  # the calls about it are one matter with their letter
    assert after(bench, *letters, (1, "decoration_loan", TALKED, 50), days=60) == {}  # somebody spoke with him
    talks = [(1, offer, TALKED, day) for _who, offer, _said, day, _post in letters]
    assert after(bench, *talks, days=60) == {}  # talks are no letters


def test_three_times_no_answer_rests_the_family_sixty_days_unless_somebody_answered_between(bench):
    silent = [(1, "car_loan", SILENT, 0), (1, "decoration_loan", SILENT, 3), (1, "car_loan", SILENT, 6)]
    assert after(bench, *silent[:2], days=6) == {}
    expected = {(1, one): {("unanswered_family", "car_loan")} for one in ("car_loan", "decoration_loan")}
    assert after(bench, *silent, days=65) == expected
    assert after(bench, *silent, days=66) == {}
    assert after(bench, *silent[:2], (1, "car_loan", TALKED, 4), silent[2], days=10) == {}
    assert after(bench, *silent[:2], (2, "car_loan", SILENT, 6), days=10) == {}


def test_an_offer_without_a_family_is_its_own(bench):
    found = after(bench, *((1, "tea_box", SILENT, day) for day in (0, 1, 2)), days=10)
    assert found == {(1, "tea_box"): {("unanswered_family", "tea_box")}}


def test_the_policy_sets_the_days_and_nothing_is_no_rule(bench):
    set_so = dict(DEFAULTS)
    for name, amount in {"rest_accepted": None, "rest_refused": 10, "rest_refused_twice": None}.items():
        set_so[name] = replace(DEFAULTS[name], amount=amount)
    assert after(bench, (1, "car_loan", YES, 0), days=0, lines=set_so) == {}
    assert (1, "home_contents") in after(bench, (1, "decoration_loan", YES, 0), days=29, lines=set_so)
    twice = ((1, "home_contents", NO, 0), (1, "home_contents", NO, 20))
    assert ("refused", "home_contents") in after(bench, *twice, days=29, lines=set_so)[1, "home_contents"]
    assert ("refused", "home_contents") not in after(bench, *twice, days=30, lines=set_so)[1, "home_contents"]


@pytest.mark.parametrize("day, resting", [(29, True), (30, False)])
def test_insurance_waits_for_the_next_statement_after_the_loan(bench, day, resting):  # LEV-05, LEV-06
    set_so = {**DEFAULTS, "statement_day": replace(DEFAULTS["statement_day"], amount=(DAY + dt.timedelta(30)).day)}
    found = after(bench, (1, "car_loan", YES, 0), days=day, lines=set_so)
    assert ((1, "home_contents") in found) == resting


def test_nobody_answered_nothing_rests(bench):
    assert after(bench, days=1) == {}


@pytest.mark.django_db(transaction=True)
def test_the_record_of_all_teams_is_asked_and_a_withdrawn_offer_still_rests(bench):
    first, second = add_customers(2)
    for customer, day, outcome in ((first, DAY, YES), (second, DAY, NO), (first, DAY + dt.timedelta(40), SILENT)):
        key = f"{customer}{day}"
        action = Action.objects.create(
            key=key, customer_id=customer, action_class=3, origin="offer", offer="home_loan", reason="offer_chosen",
            due_on=day, proposed_on=day,
        )  # fmt: skip
        at = dt.datetime.combine(day, dt.time(4), dt.UTC)
        said = {"offer": "home_loan", "channel": 2, "outcome": outcome, "answered_at": at, "answered_on": day}
        OfferAnswer.objects.create(action=action, **said)
    terms = {"issue": Issue.GROWTH, "currency": "CNY", "changed_at": dt.datetime.combine(DAY, dt.time(4), dt.UTC)}
    loan = terms | {"reference": "home_loan", "regulatory_class": RegulatoryClass.CREDIT}
    Offer.objects.create(version=1, status=OfferStatus.REPLACED, sibling_rest_days=90, **loan)
    Offer.objects.create(version=2, status=OfferStatus.WITHDRAWN, sibling_rest_days=25, **loan)
    Offer.objects.create(version=3, status=OfferStatus.DRAFT, sibling_rest_days=300, **loan)
    Offer.objects.create(reference="cover", status=OfferStatus.WITHDRAWN, **terms)
    Offer.objects.create(reference="never_made", **terms)

    def rests(day: int, customers: tuple[int, ...] = ()) -> list[tuple]:
        on = DAY + dt.timedelta(day)
        with open_record() as record:
            found = resting(bench, said_by(record, on, customers), DEFAULTS, on=on)
        return [tuple(row.values()) for row in found.to_pylist()]

    accepted = [
        (first, one, "sibling_rest", "home_loan", DAY, DAY + dt.timedelta(25)) for one in ("cover", "home_loan")
    ]
    refused = [
        (second, "home_loan", "refused", "home_loan", DAY, DAY + dt.timedelta(90)),
        (second, "home_loan", "refused_family", "home_loan", DAY, DAY + dt.timedelta(30)),
    ]
    assert rests(0) == accepted + refused
    assert rests(24, (first,)) == accepted
    assert rests(25, (first,)) == []
    assert rests(31) == refused[:1]
    assert rests(-1) == []


@pytest.mark.django_db
def test_in_a_run_it_is_the_reason_why_not_and_nobody_else_waits(bench, monkeypatch):
    found_firm(by=system_principal(), name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    firm = Firm(
        at_the_counter("decoration_loan", 2400),
        at_the_counter("home_contents", 3000),
        decoration_loan=0.01,
        home_contents=0.02,
    )
    buyer, other = firm.lives(), firm.lives()
    row = {"customer_id": buyer, "offer": "decoration_loan", "outcome": YES, "day": TUESDAY, "place": 1}
    said = pa.Table.from_pylist([row], schema=SAID)
    rests = _resting(bench, said, TERMS, DEFAULTS, on=TUESDAY + dt.timedelta(1))
    closed = rests.select(CLOSED.names).cast(CLOSED)
    monkeypatch.setattr(test_proposing, "Asked", partial(Asked, closed=closed))
    assert [(row["customer_id"], row["offer"]) for row in firm.propose().to_pylist()] == [(other, "home_contents")]
    assert firm.reasons("home_contents") == {"sibling_rest": 1, "chosen": 1}
    assert firm.reasons("decoration_loan") == {"sibling_rest": 1, "another_first": 1}
