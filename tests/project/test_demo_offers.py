"""The offers of the demo: all of them go the way that every offer goes, and say what the requirements say."""

import datetime as dt

import duckdb
import pyarrow as pa
import pytest

from guanxi.engage.offers.choices import Layer, OfferStatus, RegulatoryClass
from guanxi.engage.offers.headlines import headlines
from guanxi.engage.offers.models import Offer
from guanxi.engage.offers.queries import published_offers
from guanxi.ground import clock
from guanxi.identity.models import Team
from guanxi.identity.services import NewStaff, take_on_staff
from guanxi.project.demonstration import assortment
from guanxi.project.demonstration.offering import APPROVER, WRITER, make_offers
from guanxi.record.catalogue.services import create_products
from tests.stories.scene import SYSTEM, build_scene

TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def offers(db):
    build_scene()
    top = Team.objects.get(parent=None)
    staff = {
        reference: take_on_staff(by=SYSTEM, person=NewStaff(name=reference, role=role, team=top))
        for reference, role in ((WRITER, "marketer"), (APPROVER, "leader"))
    }
    with clock.frozen(clock.start_of_day(TODAY, "Asia/Shanghai")):
        create_products(assortment.new_products(), by=SYSTEM)
        assert make_offers(staff, TODAY) == 14
        yield {offer.reference: offer for offer in published_offers(TODAY)}


def test_they_are_published_but_for_one_that_waits(offers):
    assert len(offers) == 13
    assert list(Offer.objects.exclude(status=OfferStatus.PUBLISHED).values_list("reference", "status")) == [
        ("tea_box", OfferStatus.SUBMITTED)
    ]
    assert set(Offer.objects.values_list("is_demo", flat=True)) == {True}
    assert {rule.problem for offer in offers.values() for rule in offer.rules} == {""}


def test_they_say_what_the_requirements_say(offers):
    loan, keep, funds = offers["decoration_loan"], offers["keep_card"], (offers["steady_fund"], offers["index_fund"])
    assert (loan.list_rate, loan.campaign_rate, loan.unit_value) == ("4.2%", "3.6%", 240_000)
    assert keep.incentive_cost == 35_000
    assert "credit_review_open" in [rule.reason_code for rule in keep.rules]
    for fund in funds:
        assert fund.regulatory_class == RegulatoryClass.INVESTMENT
        assert "risk_too_high" in [rule.reason_code for rule in fund.rules if rule.layer == Layer.SUITABILITY]
    assert offers["suitability_test"].unit_value is None


def passed(offers, **row):
    """Which offers the customer of this row passes in all layers; of the others the reason of the first rule that does not hold."""
    vocabulary = headlines().features
    types = {"number": pa.float64(), "text": pa.string(), "day": pa.date32(), "flag": pa.bool_()}
    fields = [(name, types[one.kind.value]) for name, one in vocabulary.items()]
    fields += [(name, pa.list_(pa.string())) for name in ("signals", "owned")]
    usual = dict.fromkeys(vocabulary) | {
        "kind": "person", "stage": "customer", "age": 40.0, "is_vulnerable": False, "has_open_complaint": False, "in_credit_review": False,
        "no_cross_sell": False, "is_deal_driven": False, "has_risk_test": False, "tier": "A", "signals": [], "owned": [],
    }  # fmt: skip
    fits, reasons = set(), {}
    with duckdb.connect() as engine:
        engine.register("people", pa.Table.from_pylist([usual | row], schema=pa.schema(fields)))
        for reference, offer in offers.items():
            asked = ", ".join(rule.predicate.sql(dialect="duckdb") for rule in offer.rules)
            said = engine.execute(f"SELECT {asked} FROM people").fetchone()
            failed = [rule.reason_code for rule, holds in zip(offer.rules, said, strict=True) if not holds]
            if failed:
                reasons[reference] = failed[0]
            else:
                fits.add(reference)
    return fits, reasons


def test_a_risk_level_of_two_never_sees_a_fund_of_four_and_without_a_test_the_test_comes_first(offers):
    saver = {"signals": ["savings_accumulating", "savings_accumulating:alarm"]}
    fits, reasons = passed(offers, **saver)
    assert fits == {"suitability_test"}
    assert (reasons["steady_fund"], reasons["index_fund"]) == ("no_test", "no_test")
    fits, reasons = passed(offers, **saver, has_risk_test=True, risk_level=2.0)
    assert fits == {"steady_fund"}
    assert (reasons["index_fund"], reasons["suitability_test"]) == ("risk_too_high", "has_test")
    assert passed(offers, **saver, has_risk_test=True, risk_level=5.0)[0] == {"steady_fund", "index_fund"}


def test_a_new_home_brings_loan_and_insurance_and_credit_in_review_brings_no_gift(offers):
    moved = {"signals": ["new_home", "new_home:hypothesised"]}
    assert passed(offers, **moved)[0] == {"decoration_loan", "home_contents"}
    assert passed(offers, **moved, owned=["BANK-DECORATION"])[1]["decoration_loan"] == "has_it"
    assert passed(offers, **moved, is_vulnerable=True)[0] == set()
    fallen = {"signals": ["spend_drop", "spend_drop:alarm"]}
    assert passed(offers, **fallen)[0] == {"keep_card"}
    assert passed(offers, **fallen, in_credit_review=True)[1]["keep_card"] == "credit_review_open"


def test_the_partner_hears_of_those_far_out_and_nothing_is_asked_of_what_they_bought(offers):
    need = {"signals": ["car_need"], "owned": ["BANK-CARLOAN"]}
    assert passed(offers, **need, distance_km=24.0)[0] == {"car_coupon"}
    assert passed(offers, **need, distance_km=8.0)[1]["car_coupon"] == "too_near"
    used = {name for rule in offers["car_coupon"].rules for name in rule.features}
    assert {headlines().features[name].data_class for name in used} <= {"basic", "location"}
    assert not any(rule.references for rule in offers["car_coupon"].rules)
