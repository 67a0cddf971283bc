"""The offers of the demo: all of them go the way that every offer goes, and say what the requirements say."""

import datetime as dt

import pytest

from guanxi.engage.offers.choices import Layer, OfferStatus, RegulatoryClass
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
