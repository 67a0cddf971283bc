"""NBA-01: one customer decided again while he is here: what today says counts, what we may not send closes nothing."""

import datetime as dt
from dataclasses import replace

import pyarrow as pa
import pytest

from guanxi.engage.offers.choices import Issue, Layer, RegulatoryClass, ValueModel, Way
from guanxi.engage.offers.grammar import parse_criteria, predicate_of
from guanxi.engage.offers.headlines import headlines
from guanxi.engage.offers.queries import PublishedOffer, PublishedRule, PublishedTreatment
from guanxi.engage.policy.queries import WeightRow
from guanxi.engage.policy.rules import DEFAULTS
from guanxi.insight.decisions.arbitration import Chance, Policy
from guanxi.insight.decisions.arbitration.single import Asking, Terms, weigh_one
from guanxi.insight.decisions.offers.asking import CLOSED, avenue, terms_of
from guanxi.insight.decisions.offers.contact_terms import contact_terms, terms_in_contact
from guanxi.insight.decisions.offers.contexts import contexts_of_one
from guanxi.insight.decisions.offers.facts_now import FactsNow
from guanxi.insight.decisions.offers.in_contact import InContact, facts_of, settled
from guanxi.record.consents.choices import Purpose
from guanxi.record.customers.choices import Channel

DAY = dt.date(2026, 3, 5)
CALLS = avenue(Purpose.MARKETING, Way.CALL)
MARKETING_CALL, MARKETING_SMS = 100 * Purpose.MARKETING + Channel.CALL, 100 * Purpose.MARKETING + Channel.SMS
MOVED = (("new_home", "hypothesised", 0), ("car_need", "hypothesised", 0))
TEXT = pa.list_(pa.string())
COLUMNS = pa.schema(
    [("customer_id", pa.int64()), ("code", pa.string()), ("cell", pa.int32()), ("opt_out", pa.float64())]
    + [("signals", TEXT), ("owned", TEXT), ("closed", TEXT), ("reserved", TEXT), ("allowed", pa.list_(pa.int32()))]
    + [("families", pa.int64()), ("at_stake_year", pa.float64()), ("margin_rate", pa.float64()), ("age", pa.float64())]
    + [(name, pa.bool_()) for name in ("has_open_complaint", "in_credit_review", "is_unprofiled", "is_held_out")]
    + [(name, pa.bool_()) for name in ("no_cross_sell", "is_deal_driven", "is_vulnerable")]
    + [("has_risk_test", pa.bool_()), ("units_30", pa.float64()), ("touches_7", pa.int64()), ("tier", pa.string())]
)


def offer(reference: str, value: int, rules: str = "", **fields) -> PublishedOffer:
    call = PublishedTreatment(Way.CALL, int(Channel.CALL), 1200, 400, 0, "中", "en")
    known = replace(headlines(), signals={"new_home": frozenset({"hypothesised"}), "car_need": frozenset()})
    compiled = tuple(
        PublishedRule(Layer.APPLICABILITY, place, code, text, predicate_of(parse_criteria(text), known, on=DAY))
        for place, (code, text) in enumerate(line.split(": ") for line in rules.splitlines())
    )
    usual = {
        "id": 1, "code": f"V-{reference}", "reference": reference, "version": 1, "issue": Issue.GROWTH, "family_id": None,
        "family": "", "product_id": None, "product": "", "regulatory_class": RegulatoryClass.NONE, "purpose": Purpose.MARKETING,
        "value_model": ValueModel.UNIT, "unit_value": value * 100, "incentive_cost": 0, "currency": "CNY", "horizon_months": 36,
        "words": {"name": {"en": reference}}, "list_rate": "", "campaign_rate": "", "valid_from": DAY, "valid_to": DAY,
        "stock": None, "sibling_rest_days": 0, "treatments": (call,), "rules": compiled,
    }  # fmt: skip
    return PublishedOffer(**{**usual, **fields})


LOAN = offer("decoration_loan", 2400, "no_new_home: has_signal(new_home)", regulatory_class=RegulatoryClass.CREDIT)
CAR = offer("car_loan", 1800, "no_car_need: has_signal(car_need)", regulatory_class=RegulatoryClass.CREDIT)
HOME = offer("home_contents", 300, "no_new_home: has_signal(new_home)", regulatory_class=RegulatoryClass.INSURANCE)
FUND = offer("fund", 900, "no_test: has_risk_test", regulatory_class=RegulatoryClass.INVESTMENT)
TAUS = {"decoration_loan": 0.06, "car_loan": 0.012, "home_contents": 0.03, "fund": 0.05, "card": 0.02, "app": 0.02}
OFFERS = [CAR, LOAN, FUND, HOME]


def weight(signal: str, hundredths: int, *, offer: str) -> WeightRow:
    return WeightRow("w", signal, "", None, offer, hundredths, "why", "who", DAY)


# of decisioning.md 3.3: 0.06 x 2,400 x 2.0, 0.012 x 1,800 x 1.2, 0.03 x 300 x 1.5
WEIGHTS = [
    weight("new_home", 100, offer="decoration_loan"),
    weight("car_need", 20, offer="car_loan"),
    weight("new_home", 50, offer="home_contents"),
]


def decided(offers, control: float = 0.0, prices=None) -> Terms:
    """What the last run decided by: one cell, and chances that it had learned."""
    terms = [terms_of(one, controls=control) for one in offers]
    chances = {
        (one.reference, avenue(one.purpose, way.way), 5): Chance(2 * TAUS[one.reference], TAUS[one.reference])
        for one in offers
        for way in one.treatments
    }
    return Terms(terms, chances, Policy(salt="offers|", channel_reasons=CLOSED), prices or {})


def row(**fields) -> pa.Table:
    """Somebody of last night, about whom nothing was known but that he may be called."""
    usual = {
        "customer_id": 7, "code": "AAAAAAAAAAA7", "cell": 5, "opt_out": 0.02, "signals": [], "owned": [], "closed": [], "reserved": [],
        "allowed": [MARKETING_CALL], "families": 0, "at_stake_year": None, "margin_rate": 0.1, "age": 40.0,
        "has_open_complaint": False, "in_credit_review": False, "is_unprofiled": False, "is_held_out": False,
        "no_cross_sell": False, "is_deal_driven": False, "is_vulnerable": False, "has_risk_test": False, "units_30": 30.0, "touches_7": 9, "tier": "C",
    }  # fmt: skip
    return pa.Table.from_pylist([usual | fields], schema=COLUMNS)


def now(**fields) -> FactsNow:
    usual = {"on": DAY, "alive": MOVED, "products": frozenset(), "families": frozenset(), "allowed": [MARKETING_CALL]}
    return FactsNow(**{**usual, **fields})


def decide(facts: FactsNow, offers=OFFERS, *, of=None, run=None, levers=None, weights=WEIGHTS) -> InContact:
    known = row() if of is None else of
    asking = Asking(contact_terms(run or decided(offers), offers, levers or {}, DEFAULTS), known)
    weighed = weigh_one(asking, facts.laid_over(known), contexts_of_one(offers, facts.alive, weights))
    return settled(InContact(DAY), offers, weighed)


def reasons(found: InContact) -> dict[str, str]:
    return {one.offer.reference: one.reason for one in found.lost}


def test_the_new_home_of_a_minute_ago_makes_the_decoration_loan_the_one_proposal():
    found = decide(now())
    assert [(one.offer.reference, one.weighed.score) for one in found.proposals] == [("decoration_loan", 288.0)]
    assert found.first.weighed.score_plain == pytest.approx(144)
    worth = {one.offer.reference: round(one.weighed.score, 2) for one in found.lost if one.weighed.passes}
    assert worth == {"car_loan": 25.92, "home_contents": 13.5}
    assert reasons(found) == {"car_loan": "another_first", "home_contents": "another_first", "fund": "no_test"}


@pytest.mark.parametrize(
    "facts, first, fund",
    [
        ({"alive": ()}, None, "no_test"),
        ({"alive": MOVED[1:]}, "car_loan", "no_test"),
        ({"allowed": [MARKETING_SMS]}, None, "no_test"),  # a yes to messages is none to being spoken to of offers
        ({"alive": (*MOVED, ("service_friction", "alarm", 0))}, "decoration_loan", "no_test"),
        ({"spared": frozenset({"complaint"})}, None, "no_test"),
        ({"spared": frozenset({"solved"})}, None, "no_test"),
        ({"spared": frozenset({"suspected"})}, None, "no_test"),
        ({"spared": frozenset({"vulnerable"})}, None, "no_test"),
        ({"is_profiled": False}, None, "not_profiled"),
    ],
)
def test_what_today_says_decides_whatever_last_night_knew(facts, first, fund):
    found = decide(now(**facts))
    assert found.first is None if first is None else found.first.offer.reference == first
    assert reasons(found)["fund"] == fund


def test_with_a_test_the_fund_stands_beside_the_loan_and_no_second_loan_does():
    found = decide(now(), of=row(has_risk_test=True))
    assert [(one.offer.reference, one.weighed.score) for one in found.proposals] == [
        ("decoration_loan", 288.0), ("fund", 45.0),
    ]  # fmt: skip


def test_at_most_three_are_proposed_the_best_first():
    many = [offer(f"card{n}", 100 * n) for n in range(1, 6)]
    TAUS.update({one.reference: 0.02 for one in many})
    found = decide(now(), many)
    assert [one.offer.reference for one in found.proposals] == ["card5", "card4", "card3"]
    assert reasons(found) == {"card1": "another_first", "card2": "another_first"}


def test_nobody_whom_more_products_make_lose_is_sold_one_more_here_either():
    keep = offer("app", 900, issue=Issue.RETENTION)
    found = decide(now(), [LOAN, keep], of=row(no_cross_sell=True), weights=[])
    assert [one.offer.reference for one in found.proposals] == ["app"]
    assert reasons(found) == {"decoration_loan": "no_cross_sell"}


def test_loyalty_that_buys_on_promotion_alone_and_earns_nothing_is_not_paid_for():  # SEG-05, whatever the offer's own rules say
    keep = offer("app", 900, issue=Issue.RETENTION)
    found = decide(now(), [LOAN, keep], of=row(is_deal_driven=True), weights=[])
    assert [one.offer.reference for one in found.proposals] == ["decoration_loan"]
    assert reasons(found) == {"app": "deal_driven"}


def test_what_is_owed_to_care_is_said_before_anything_is_sold_and_is_not_weighed():
    test = offer(
        "risk_test", 0, "has_test: not has_risk_test", issue=Issue.CARE, purpose=Purpose.SERVICE, unit_value=None
    )
    found = decide(now(allowed=[]), [LOAN, test], run=decided([LOAN]))
    assert [one.offer.reference for one in found.proposals] == ["risk_test"]
    assert reasons(found) == {"decoration_loan": "no_consent"}
    assert (facts_of(found)["value"], "score" in facts_of(found)) == (None, False)
    agreed = decide(now(closed=frozenset({"out_of_stock|risk_test"})), [LOAN, test], run=decided([LOAN]))
    assert agreed.first.offer is test  # as in the night no stock of it is counted
    assert reasons(agreed) == {"decoration_loan": "care_first"}


def test_the_place_of_who_is_a_control_of_the_best_stays_empty():
    found = decide(now(), run=decided(OFFERS, control=1.0))
    assert (found.first, found.is_control, reasons(found)["decoration_loan"]) == (None, True, "control")


@pytest.mark.parametrize("on", [DAY, dt.date(2027, 1, 1)])
def test_who_is_held_out_is_sold_nothing_as_the_night_drew_it_on_new_years_day_too(on):
    found = decide(now(on=on), of=row(is_held_out=True))
    assert (found.first, set(reasons(found).values())) == (None, {"held_out"})
    assert decide(now(on=on), of=row()).first.offer is LOAN


def test_a_lever_counts_and_a_price_of_stock_is_charged():
    scarce = replace(LOAN, stock=3)
    run = decided([scarce], prices={"stock:decoration_loan": 100.0, "way:call": 900.0})
    found = decide(now(), [scarce], run=run, levers={"decoration_loan": 25})
    assert found.first.weighed.score == 144 * 2.0 * 1.25 - 100
    dear = decided([scarce], prices={"stock:decoration_loan": 288.0})
    assert reasons(decide(now(), [scarce], run=dear)) == {"decoration_loan": "no_capacity"}


def test_an_offer_published_since_the_run_is_weighed_by_its_first_guess_and_one_without_spoken_words_is_not():
    card = offer("card", 1000)
    letter = PublishedTreatment(Way.LETTER, int(Channel.POST), 300, 150, 0, "", "")
    found = decide(now(), [card, replace(LOAN, treatments=(letter,))], run=decided([LOAN]), weights=[])
    assert [(one.offer.reference, one.weighed.score) for one in found.proposals] == [
        ("card", 10.0)
    ]  # 0.5 x 2 % x 1,000


def test_the_row_of_last_night_keeps_what_today_does_not_say():
    facts = now(products=frozenset({"P-2"}), families=frozenset({"loan"}), alive=(("spend_drop", "alarm", 400_000),))
    laid = facts.laid_over(row(margin_rate=0.012)).to_pylist()[0]
    assert laid["owned"] == ["P-2", "loan"]
    assert laid["signals"] == ["spend_drop", "spend_drop:alarm"]
    assert laid["at_stake_year"] == pytest.approx(576)
    assert (laid["age"], laid["families"], laid["opt_out"], laid["units_30"]) == (40.0, 1, 0.0, 30.0)


@pytest.mark.parametrize(
    "closed, reason",
    [
        (["sibling_rest|home_contents"], "sibling_rest"),  # the loan was taken: insurance waits for the next statement
        (["refused|home_contents"], "refused"),
        (["another_first|issue:5"], "another_first"),
        (["sibling_rest|car_loan", "at_peace|"], None),  # that we called lately closes nothing, nor does another's rest
    ],
)
def test_what_rests_is_not_spoken_of_and_what_we_may_not_send_may_be(closed, reason):
    found = decide(now(closed=frozenset(closed)), [HOME])
    assert (found.first is None) == (reason is not None)
    assert reasons(found) == ({} if reason is None else {"home_contents": reason})


def test_of_what_the_night_closed_only_that_counts_which_today_has_no_other_word_for():
    laid = now().laid_over(row(closed=["answered|fund", "at_peace|", "refused|card", "another_first|"])).to_pylist()[0]
    assert laid["closed"] == ["answered|fund"]


def test_whoever_is_here_is_not_lost():
    told = {one.reason for one in terms_in_contact(LOAN, controls=0.1, lever=0.0).conditions}
    assert ("lost" in told, "held_out" in told) == (False, True)
    assert "lost" in {one.reason for one in terms_of(LOAN, controls=0.1).conditions}
