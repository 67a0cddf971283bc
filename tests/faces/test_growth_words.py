"""What chance tells of offering more, in words: a difference with its interval, or how many are missing (XUP-03)."""

import datetime as dt

import pytest
from django.utils import translation

from guanxi.engage.offers.choices import Issue, OfferStatus
from guanxi.engage.offers.families import families_of
from guanxi.engage.offers.models import Offer
from guanxi.faces.desk.insight.coming import families_lines
from guanxi.record.catalogue.models import Family, Product

ROW = {"families": 2, "until": 2, "customers": 500, "lost": 60, "rate": 0.12, "low": 0.09, "high": 0.16}


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (
            {"offered": 1200, "control": 300, "change": [-0.021, -0.04, -0.002]},
            "offered more, share lost −2.1 points (−4.0 to −0.2): 1,200 against 300 kept from it",
        ),
        (
            {"offered": 1200, "control": 34, "change": None},
            "no estimate by chance: 1,200 offered more, 34 kept from it; 200 of each are needed",
        ),
    ],
)
def test_beside_the_rate_stands_the_difference_by_chance_or_what_it_lacks(counts, words):
    with translation.override("en"):
        (line,) = families_lines([{**ROW, "offered": {**counts, "least": 200}}])
        assert line.under == words
        assert families_lines([ROW])[0].under == ""  # an edition of before the comparison


@pytest.mark.django_db
def test_an_offer_adds_its_family_or_that_of_its_product_as_its_latest_version_says():
    at = dt.datetime(2026, 8, 1, 4, tzinfo=dt.UTC)
    card, loan = (Family.objects.create(reference=name, name=name) for name in ("card", "loan"))
    gold = Product.objects.create(reference="gold", name="gold", family=card)
    usual = {"issue": Issue.GROWTH, "status": OfferStatus.WITHDRAWN, "currency": "CNY", "changed_at": at}
    Offer.objects.create(reference="more", version=1, family=card, **usual)
    Offer.objects.create(reference="more", version=2, family=loan, **usual)
    Offer.objects.create(reference="gold_card", version=1, product=gold, **usual)
    Offer.objects.create(reference="thanks", version=1, **usual)
    Offer.objects.create(reference="stay", version=1, family=card, **{**usual, "issue": Issue.RETENTION})
    assert families_of(Issue.GROWTH) == {"more": "loan", "gold_card": "card"}
