"""The way of an offer to its publication: what is missing, four eyes, words that stand, versions. NBA-03, NBA-04, RET-03, LEV-09."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from guanxi.engage.offers import vocabulary as offers_vocabulary
from guanxi.engage.offers.choices import Issue, Layer, OfferStatus, RegulatoryClass, ValueModel, Way
from guanxi.engage.offers.models import Offer, Promotion
from guanxi.engage.offers.queries import published_offers
from guanxi.engage.offers.rules.given import NotTaken
from guanxi.engage.offers.services import (
    GivenTreatment,
    NewPromotion,
    Unfit,
    approve_offer,
    publish_offer,
    register_promotion,
    release_wording,
    remove_demo_offers,
    return_offer,
    revise_offer,
    submit_offer,
    withdraw_offer,
    write_offer,
)
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.consents.choices import Purpose
from tests.engage.offers.grammar_words import VOCABULARY
from tests.engage.offers.sample import LOAN, published, submitted, with_words
from tests.stories.scene import SYSTEM

ON = dt.date(2026, 3, 5)


HELLO = GivenTreatment(wording_zh="您好", wording_en="Hello")


def lacks(scene, given):
    """What stands in the way of submitting it: (code, told or words, language or way)."""
    code = write_offer("", given, by=scene.person("mei"))
    with pytest.raises(Unfit) as refused:
        submit_offer(code, by=scene.person("mei"))
    return [(lack.code, lack.told or lack.words, lack.language or lack.way or "") for lack in refused.value.lacks]


def test_an_offer_goes_from_hand_to_hand_and_is_published(scene):
    code = published(scene)
    offer = Offer.objects.get(code=code)
    assert (offer.status, offer.written_by.name, offer.approved_by.name) == (OfferStatus.PUBLISHED, "mei", "gao")
    assert list(Act.objects.filter(noun_code=code).order_by("pk").values_list("kind", flat=True)) == [
        "offer.written", "offer.submitted", "offer.approved", "offer.published",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["Golden Casino", "金凤夜总会"])
def test_no_partner_of_a_trade_that_this_house_does_not_offer(scene, name):
    with pytest.raises(NotTaken) as refused:
        write_offer("", replace(LOAN, partner=name), by=scene.person("mei"))
    assert (refused.value.code, refused.value.field) == ("offer.unoffered", "partner")
    assert not Offer.objects.exists()


def _fund(rule: str) -> dict:
    return {"regulatory_class": str(RegulatoryClass.INVESTMENT.value), "rules": {Layer.SUITABILITY: rule}}


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"words": {"benefit_zh": ""}}, ("untold", "benefit", "zh")),
        ({"words": {"need_en": " "}}, ("untold", "need", "en")),
        ({"words": {"cost_zh": ""}}, ("untold", "cost", "zh")),
        ({"words": {"risk_en": ""}}, ("untold", "risk", "en")),
        ({"words": {"alternative_zh": ""}}, ("untold", "alternative", "zh")),
        ({"words": {"name_en": ""}}, ("untold", "name", "en")),
        ({"purpose": ""}, ("purpose", "", "")),
        ({"purpose": str(Purpose.PARTNER.value)}, ("partner_purpose", "", "")),
        ({"purpose": str(Purpose.SERVICE.value)}, ("sale_purpose", "", "")),
        ({"issue": str(int(Issue.PARTNER)), "purpose": str(Purpose.PARTNER.value)}, ("partner", "", "")),
        ({"partner": "car market"}, ("partner", "", "")),
        ({"campaign_rate": "抽奖利率"}, ("wording", "抽奖", "")),
        ({"unit_value": ""}, ("value", "", "")),
        ({"unit_value": "0"}, ("value", "", "")),
        ({"value_model": str(ValueModel.AT_STAKE.value)}, ("value_model", "", "")),
        ({"family": "", "product": ""}, ("family", "", "")),
        ({"valid_to": ""}, ("days", "", "")),
        ({"valid_to": "2026-01-02"}, ("over", "", "")),
        ({"stock": "0"}, ("stock", "", "")),
        ({"list_rate": ""}, ("list_rate", "", "")),
        ({"regulatory_class": str(RegulatoryClass.INVESTMENT.value)}, ("suitability", "", "")),
        *(
            (_fund(rule), ("risk_level", "", ""))
            for rule in (
                "risk_level <= 3",
                "not risk_level >= 3",
                "risk_level >= 3 or has_test",
                "risk_level >= 0",
                "age >= 3",
            )
        ),
        ({"treatments": {}}, ("treatment", "", "")),
        ({"treatments": {Way.CALL: GivenTreatment(wording_zh="您好")}}, ("unsaid", "", "en")),
        ({"treatments": {Way.SMS: GivenTreatment(wording_zh="抽奖", wording_en="x")}}, ("wording", "抽奖", "")),
        (
            {
                "issue": str(int(Issue.WIN_BACK)),
                "value_model": str(ValueModel.SECOND_LIFETIME.value),
                "treatments": {Way.LETTER: HELLO, Way.CALL: replace(HELLO, after="3d")},
            },
            ("win_back_step", "", Way.CALL),
        ),
        ({"words": {"benefit_en": "casino tour"}}, ("wording", "casino", "")),
    ],
)
def test_what_is_missing_is_named(scene, change, missing):
    given = with_words(LOAN, **change.get("words", {}))
    cells = {name: value for name, value in change.items() if name != "words"}
    found = lacks(scene, replace(given, **{"rules": {}} | cells))
    assert found == [missing]
    assert Offer.objects.get().status == OfferStatus.DRAFT


def test_a_retention_offer_says_who_gets_it(scene):
    given = replace(LOAN, issue=str(Issue.RETENTION.value), value_model=str(ValueModel.AT_STAKE.value), unit_value="")
    assert lacks(scene, given) == [("untold", "terms", "zh"), ("untold", "terms", "en")]
    closed = with_words(
        replace(given, reference="closed"), terms_zh="仅限收到通知的客户", terms_en="For tasked customers who were told"
    )
    assert lacks(scene, closed) == [("unopened", "terms", "zh"), ("unopened", "terms", "en")]
    told = with_words(given, terms_zh="同等级客户均可申请", terms_en="Open to every customer of the tier on request")
    assert published(scene, replace(told, reference="keep")) != ""


def test_what_is_not_weighed_in_money_needs_no_value(scene):
    given = replace(LOAN, issue=str(Issue.CARE.value), unit_value="", purpose=str(Purpose.SERVICE.value))
    published(scene, given)
    assert published_offers(ON)[0].unit_value is None


def test_a_fund_with_a_suitability_rule_is_published(scene):
    fund = str(RegulatoryClass.INVESTMENT.value)
    has_test = replace(LOAN, regulatory_class=fund, rules={Layer.SUITABILITY: "has_test"})
    assert lacks(scene, has_test) == [("risk_level", "", "")]
    published(scene, replace(has_test, reference="bond", rules={Layer.SUITABILITY: "has_test and risk_level >= 2"}))
    (offer,) = published_offers(ON)
    assert [(rule.layer, rule.reason_code) for rule in offer.rules] == [(Layer.SUITABILITY, "not_suitable")]


def test_who_wrote_it_does_not_approve_it(scene):
    admin = _administrator(scene)
    code = write_offer("", LOAN, by=scene.person("mei"))
    write_offer(code, LOAN, by=admin)  # wrote a part of it
    write_offer(code, LOAN, by=scene.person("mei"))
    submit_offer(code, by=scene.person("mei"))
    for by in (admin, SYSTEM):  # nor does a machine
        with pytest.raises(Refused) as refused:
            approve_offer(code, by=by)
        assert refused.value.code == "offer.four_eyes"
    with pytest.raises(Denied):
        approve_offer(code, by=scene.person("mei"))
    approve_offer(code, by=scene.person("gao"))
    assert Offer.objects.get().approved_by.name == "gao"


def test_the_database_itself_knows_four_eyes(scene):
    code = published(scene)
    mei = scene.staff["mei"].pk
    for change in ({"approved_by": mei}, {"approved_by": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Offer.objects.filter(code=code).update(**change)


@pytest.mark.parametrize(
    ("act", "status"),
    [(approve_offer, "draft"), (publish_offer, "draft"), (publish_offer, "submitted"), (submit_offer, "submitted")],
)
def test_no_step_is_left_out(scene, act, status):
    code = submitted(scene) if status == "submitted" else write_offer("", LOAN, by=scene.person("mei"))
    with pytest.raises(Refused) as refused:
        act(code, by=_administrator(scene))
    assert refused.value.code == "offer.not_now"


def test_a_returned_offer_is_written_again_and_needs_approval_again(scene):
    code = submitted(scene)
    approve_offer(code, by=scene.person("gao"))
    return_offer(code, why="利率有误", by=scene.person("gao"))
    offer = Offer.objects.get()
    assert (offer.status, offer.remark, offer.approved_by) == (OfferStatus.DRAFT, "利率有误", None)
    with pytest.raises(Refused):
        publish_offer(code, by=scene.person("mei"))


@pytest.mark.parametrize("why", ["", "  ", "长" * 401])
def test_giving_back_and_withdrawing_say_why(scene, why):
    code = submitted(scene)
    with pytest.raises(Refused) as refused:
        return_offer(code, why=why, by=scene.person("gao"))
    assert refused.value.code == "offer.no_why"
    approve_offer(code, by=scene.person("gao"))
    publish_offer(code, by=scene.person("mei"))
    with pytest.raises(Refused):
        withdraw_offer(code, why=why, by=scene.person("mei"))


def test_what_is_checked_is_checked_again_when_published(scene, monkeypatch):
    code = submitted(scene)
    approve_offer(code, by=scene.person("gao"))
    without = {name: one for name, one in VOCABULARY.features.items() if name != "age"}
    blocked = replace(VOCABULARY, features=without, prohibited={"age": "not for this"})
    monkeypatch.setattr(offers_vocabulary, "_readers", {"test": lambda: blocked})
    with pytest.raises(Unfit) as refused:
        publish_offer(code, by=scene.person("mei"))
    (lack,) = refused.value.lacks
    assert (lack.code, lack.words) == ("rule", "age between 18 and 65")
    assert lack.place == "At character 1: “age” may never be used: not for this"


def test_words_stand_once_compliance_says_why(scene):
    given = with_words(LOAN, benefit_zh="首年免费", benefit_en="The first year is free")
    code = submitted(scene, given)
    with pytest.raises(Unfit) as refused:
        approve_offer(code, by=scene.person("gao"))
    assert [(lack.words, lack.place) for lack in refused.value.lacks] == [
        ("免费", "benefit_zh"),
        ("free", "benefit_en"),
    ]
    with pytest.raises(Denied):
        release_wording(code, why="条款已公布", by=scene.person("mei"))
    release_wording(code, why="条款已公布", by=scene.person("gao"))
    approve_offer(code, by=scene.person("gao"))
    publish_offer(code, by=scene.person("mei"))
    (said,) = {tuple(sorted(release.items())) for release in Offer.objects.get().releases.values()}
    assert dict(said)["by"] == "gao" and dict(said)["why"] == "条款已公布"


def test_another_text_needs_another_release(scene):
    code = submitted(scene, with_words(LOAN, benefit_zh="首年免费"))
    release_wording(code, why="条款已公布", by=scene.person("gao"))
    return_offer(code, why="再改", by=scene.person("gao"))
    write_offer(code, with_words(LOAN, benefit_zh="终身免费"), by=scene.person("mei"))
    submit_offer(code, by=scene.person("mei"))
    with pytest.raises(Unfit):
        approve_offer(code, by=scene.person("gao"))


def test_there_is_nothing_to_let_stand_in_clean_words(scene):
    code = submitted(scene)
    with pytest.raises(Refused) as refused:
        release_wording(code, why="好", by=scene.person("gao"))
    assert refused.value.code == "offer.nothing_to_release"


def test_a_prize_needs_its_promotion_with_rules_and_odds(scene):
    given = with_words(LOAN, benefit_zh="参加抽奖", benefit_en="Take part in the prize draw")
    assert {said for _code, said, _ in lacks(scene, given)} == {"抽奖", "prize draw"}
    register_promotion(_promotion(), by=scene.person("gao"))
    told = replace(given, reference="with_draw", promotion="spring", valid_from="2026-02-01", valid_to="2098-01-01")
    published(scene, told)
    outside = replace(told, reference="too_long", valid_to="2099-12-31")
    assert ("promotion", "", "") in lacks(scene, outside)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"rules": " "}, "promotion.untold"),
        ({"odds": ""}, "promotion.untold"),
        ({"reference": "春"}, "promotion.no_reference"),
        ({"valid_to": dt.date(2025, 1, 1)}, "promotion.days"),
    ],
)
def test_a_promotion_without_rules_or_odds_is_refused(scene, change, code):
    with pytest.raises(Refused) as refused:
        register_promotion(replace(_promotion(), **change), by=scene.person("gao"))
    assert (refused.value.code, Promotion.objects.count()) == (code, 0)
    with pytest.raises(Denied):
        register_promotion(_promotion(), by=scene.person("mei"))


def test_a_promotion_is_registered_once(scene):
    register_promotion(_promotion(), by=scene.person("gao"))
    with pytest.raises(Refused) as refused:
        register_promotion(_promotion(), by=scene.person("gao"))
    assert refused.value.code == "promotion.taken"


def test_a_new_version_replaces_the_old_one_in_the_moment_it_is_published(scene):
    first = published(scene)
    second = revise_offer(first, by=scene.person("mei"))
    assert [offer.code for offer in published_offers(ON)] == [first]
    submit_offer(second, by=scene.person("mei"))
    approve_offer(second, by=scene.person("gao"))
    publish_offer(second, by=scene.person("mei"))
    assert [(offer.code, offer.version) for offer in published_offers(ON)] == [(second, 2)]
    assert Offer.objects.get(code=first).status == OfferStatus.REPLACED


def test_a_withdrawn_offer_reaches_nobody(scene):
    code = published(scene)
    withdraw_offer(code, why="利率上调", by=scene.person("mei"))
    assert published_offers(ON) == []
    assert Offer.objects.get().status == OfferStatus.WITHDRAWN


def test_published_offers_are_those_of_the_day_with_predicates(scene, django_assert_num_queries):
    published(scene)
    published(scene, replace(LOAN, reference="later", valid_from="2026-04-01"))
    submitted(scene, replace(LOAN, reference="waiting"))
    with django_assert_num_queries(3):
        (offer,) = published_offers(ON)
    assert (offer.reference, offer.family, offer.product, offer.unit_value) == (
        "decoration_loan",
        "loan",
        "P-2",
        240_000,
    )
    assert [(one.way, one.cost, one.pressure) for one in offer.treatments] == [
        (Way.CALL, 1200, 400),
        (Way.INSERT, 50, 30),
    ]
    assert [rule.predicate.sql(dialect="duckdb") for rule in offer.rules] == [
        "COALESCE((CAST(\"age\" AS DOUBLE)) BETWEEN (CAST('18' AS DOUBLE)) AND (CAST('65' AS DOUBLE)), FALSE)",
        "COALESCE(ARRAY_CONTAINS(\"signals\", 'new_home'), FALSE)",
        "COALESCE(NOT (ARRAY_CONTAINS(\"owned\", 'P-2')), FALSE)",
    ]
    assert [rule.reason_code for rule in offer.rules] == ["not_eligible", "no_home", "not_applicable"]
    assert (offer.rules[0].features, offer.rules[2].references) == (("age",), ("P-2",))
    assert [one.reference for one in published_offers(dt.date(2026, 4, 1))] == ["decoration_loan", "later"]


def test_a_rule_whose_feature_was_blocked_lets_nobody_pass(scene, monkeypatch):
    published(scene)
    monkeypatch.setattr(offers_vocabulary, "_readers", {})
    rule = published_offers(ON)[0].rules[0]
    assert (rule.predicate.sql(), rule.problem) == ("FALSE", "At character 1: there is no feature “age”.")


def test_the_demo_takes_only_its_own_offers_along(scene):
    own = published(scene)
    write_offer("", replace(LOAN, reference="of_the_demo"), by=scene.person("mei"), is_demo=True)
    register_promotion(replace(_promotion(), is_demo=True), by=scene.person("gao"))
    assert remove_demo_offers(by=SYSTEM) == 1
    assert list(Offer.objects.values_list("code", flat=True)) == [own]
    assert Promotion.objects.count() == 0
    with pytest.raises(Denied):
        remove_demo_offers(by=scene.person("mei"))


def _promotion():
    return NewPromotion(
        reference="spring",
        name="春季抽奖",
        rules="每人一次，公证处监督",
        odds="1 : 500",
        valid_from=dt.date(2026, 1, 1),
        valid_to=dt.date(2098, 12, 31),
    )


def _administrator(scene):
    from guanxi.identity import services
    from guanxi.identity.models import Team
    from guanxi.identity.queries import principal_of_staff

    new = services.NewStaff(name="chief", role="admin", team=Team.objects.get(parent=None))
    return principal_of_staff(services.take_on_staff(by=SYSTEM, person=new))
