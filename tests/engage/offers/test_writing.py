"""Writing an offer: what is kept, what is refused and at which field."""

import datetime as dt
from dataclasses import replace

import pytest

from guanxi.engage.offers.choices import Layer, OfferStatus, Way
from guanxi.engage.offers.models import Offer
from guanxi.engage.offers.services import GivenTreatment, NotTaken, revise_offer, write_offer
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from tests.engage.offers.sample import LOAN, published, submitted, with_words


def test_everything_written_stands_in_the_record(scene):
    offer = Offer.objects.get(code=write_offer("", LOAN, by=scene.person("mei")))
    assert (offer.reference, offer.version, offer.status) == ("decoration_loan", 1, OfferStatus.DRAFT)
    assert (offer.unit_value, offer.incentive_cost, offer.currency) == (240_000, 20_050, "CNY")
    assert (offer.list_rate, offer.campaign_rate) == ("4.2%", "3.6%")
    assert (offer.name_zh, offer.name_en) == ("装修贷款", "Decoration loan")
    assert offer.words["risk"] == {"zh": "逾期会影响征信", "en": "Paying late shows in the credit record"}
    assert (offer.family.reference, offer.product.reference) == ("loan", "P-2")
    assert (offer.valid_from, offer.stock, offer.sibling_rest_days) == (dt.date(2026, 1, 1), 500, 30)
    assert list(offer.rules.order_by("position").values_list("layer", "position", "reason_code", "expression")) == [
        (Layer.ELIGIBILITY, 1, "not_eligible", "age between 18 and 65"),
        (Layer.APPLICABILITY, 2, "no_home", "has_signal('new_home')"),
        (Layer.APPLICABILITY, 3, "not_applicable", "not owns('P-2')"),
    ]
    # the usual cost and pressure of a call (12, 4 units), and what was named for the leaflet
    assert list(offer.treatments.order_by("way").values_list("way", "cost", "pressure", "after")) == [
        (Way.CALL, 1200, 400, ""),
        (Way.INSERT, 50, 30, ""),
    ]
    assert Act.objects.filter(kind="offer.written", noun_code=offer.code).count() == 1


def test_a_product_brings_its_family(scene):
    code = write_offer("", replace(LOAN, family=""), by=scene.person("mei"))
    assert Offer.objects.get(code=code).family.reference == "loan"


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"reference": "Loan 1"}, "reference", "offer.no_reference"),
        ({"reference": ""}, "reference", "offer.no_reference"),
        ({"issue": "9"}, "issue", "offer.no_choice"),
        ({"issue": ""}, "issue", "offer.no_choice"),
        ({"purpose": "²"}, "purpose", "offer.no_choice"),
        ({"unit_value": "much"}, "unit_value", "money.not_an_amount"),
        ({"unit_value": "-3"}, "unit_value", "offer.negative"),
        ({"incentive_cost": "1e99"}, "incentive_cost", "money.not_an_amount"),
        ({"horizon_months": "0"}, "horizon_months", "offer.not_whole"),
        ({"stock": "-1"}, "stock", "offer.not_whole"),
        ({"sibling_rest_days": "731"}, "sibling_rest_days", "offer.not_whole"),
        ({"valid_from": "soon"}, "valid_from", "clock.not_a_date"),
        ({"valid_to": "2025-12-31"}, "valid_to", "offer.days"),
        ({"family": "boats"}, "family", "offer.not_there"),
        ({"product": "P-99"}, "product", "offer.not_there"),
        ({"promotion": "spring"}, "promotion", "offer.not_there"),
        ({"list_rate": "4" * 41}, "list_rate", "offer.too_long"),
        ({"list_rate": "\0"}, "list_rate", "text.not_storable"),
        ({"rules": {Layer.SUITABILITY: "age >"}}, "rules_3", "grammar.ended"),
        ({"rules": {Layer.ELIGIBILITY: "wealth > 3"}}, "rules_1", "grammar.unknown_name"),
        ({"rules": {Layer.ELIGIBILITY: "religion = 'x'"}}, "rules_1", "grammar.prohibited"),
        ({"rules": {Layer.ELIGIBILITY: "balance > 3"}}, "rules_1", "grammar.purpose"),
        ({"rules": {Layer.ELIGIBILITY: "owns('boat')"}}, "rules_1", "offer.not_owned"),
        ({"rules": {Layer.APPLICABILITY: "likely_next('boat')"}}, "rules_2", "offer.not_owned"),
        ({"rules": {Layer.ELIGIBILITY: "(" * 10_000 + "age > 1"}}, "rules_1", "grammar.too_long"),
        ({"rules": {Layer.ELIGIBILITY: "has_test\n" * 13}}, "rules_1", "offer.many_rules"),
        ({"treatments": {Way.CALL: GivenTreatment(cost="x")}}, "way_2", "money.not_an_amount"),
        ({"treatments": {Way.CALL: GivenTreatment(wording_zh="长" * 1_001)}}, "way_2", "offer.too_long"),
    ],
)
def test_what_is_not_understood_is_said_at_its_field(scene, change, field, code):
    with pytest.raises(NotTaken) as refused:
        write_offer("", replace(LOAN, **change), by=scene.person("mei"))
    assert (refused.value.field, refused.value.code) == (field, code)
    assert Offer.objects.count() == 0


def test_a_wrong_rule_is_named_by_its_line(scene):
    rules = {Layer.APPLICABILITY: "has_test\n\nlate: age > 3 and\n"}
    with pytest.raises(NotTaken) as refused:
        write_offer("", replace(LOAN, rules=rules), by=scene.person("mei"))
    assert (refused.value.field, refused.value.line) == ("rules_2", 2)


def test_words_have_their_length(scene):
    with pytest.raises(NotTaken) as refused:
        write_offer("", with_words(LOAN, risk_en="x" * 601), by=scene.person("mei"))
    assert refused.value.field == "risk_en"


def test_a_draft_without_purpose_may_name_any_feature_for_now(scene):
    rules = {Layer.ELIGIBILITY: "balance > 3"}
    write_offer("", replace(LOAN, purpose="", rules=rules), by=scene.person("mei"))
    assert Offer.objects.get().purpose is None


def test_a_draft_is_written_as_a_whole(scene):
    code = write_offer("", LOAN, by=scene.person("mei"))
    write_offer(code, replace(LOAN, stock="", rules={}, treatments={}), by=scene.person("mei"))
    offer = Offer.objects.get()
    assert (offer.stock, offer.rules.count(), offer.treatments.count()) == (None, 0, 0)


def test_two_offers_have_two_names(scene):
    write_offer("", LOAN, by=scene.person("mei"))
    with pytest.raises(NotTaken) as refused:
        write_offer("", LOAN, by=scene.person("mei"))
    assert refused.value.code == "offer.taken"
    other = write_offer("", replace(LOAN, reference="other_loan"), by=scene.person("mei"))
    with pytest.raises(NotTaken):
        write_offer(other, LOAN, by=scene.person("mei"))


@pytest.mark.parametrize("name", ["lin", "gao", "du", "fei"])
def test_only_who_may_writes(scene, name):
    with pytest.raises(Denied):
        write_offer("", LOAN, by=scene.person(name))
    assert Offer.objects.count() == 0


def test_what_is_submitted_or_published_is_not_written(scene):
    code = submitted(scene)
    with pytest.raises(Refused) as refused:
        write_offer(code, replace(LOAN, unit_value="1"), by=scene.person("mei"))
    assert refused.value.code == "offer.no_draft"
    assert Offer.objects.get().unit_value == 240_000


def test_a_published_offer_is_changed_by_a_new_version(scene):
    first = published(scene)
    second = revise_offer(first, by=scene.person("mei"))
    write_offer(second, replace(LOAN, unit_value="2600"), by=scene.person("mei"))
    old, new = Offer.objects.order_by("version")
    assert (old.code, old.version, old.status, old.unit_value) == (first, 1, OfferStatus.PUBLISHED, 240_000)
    assert (new.code, new.version, new.status, new.unit_value) == (second, 2, OfferStatus.DRAFT, 260_000)
    assert (old.rules.count(), new.rules.count(), old.treatments.count(), new.treatments.count()) == (3, 3, 2, 2)
    assert new.approved_by_id is None


def test_one_version_is_in_work_at_a_time(scene):
    code = published(scene)
    revise_offer(code, by=scene.person("mei"))
    with pytest.raises(Refused) as refused:
        revise_offer(code, by=scene.person("mei"))
    assert refused.value.code == "offer.in_work"


def test_a_draft_needs_no_new_version_and_a_version_keeps_its_name(scene):
    draft = write_offer("", LOAN, by=scene.person("mei"))
    with pytest.raises(Refused) as refused:
        revise_offer(draft, by=scene.person("mei"))
    assert refused.value.code == "offer.not_yet"
    code = published(scene, replace(LOAN, reference="other_loan"))
    second = revise_offer(code, by=scene.person("mei"))
    with pytest.raises(NotTaken) as fixed:
        write_offer(second, replace(LOAN, reference="third_loan"), by=scene.person("mei"))
    assert fixed.value.code == "offer.fixed"
