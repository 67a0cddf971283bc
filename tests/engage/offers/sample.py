"""A decoration loan as somebody writes it, fit to be published; and its way through two people's hands."""

from dataclasses import replace

from guanxi.engage.offers.choices import Issue, Layer, RegulatoryClass, Told, Way
from guanxi.engage.offers.services import (
    GivenOffer,
    GivenTreatment,
    approve_offer,
    publish_offer,
    submit_offer,
    write_offer,
)
from guanxi.record.consents.choices import Purpose

WORDS = {
    Told.NAME: ("装修贷款", "Decoration loan"),
    Told.BENEFIT: ("利率比挂牌低0.6个百分点", "0.6 points below the list rate"),
    Told.NEED: ("新家要装修", "A new home is to be fitted out"),
    Told.COST: ("十万元三年利息约5600元", "About ¥5,600 interest for ¥100,000 over three years"),
    Told.RISK: ("逾期会影响征信", "Paying late shows in the credit record"),
    Told.ALTERNATIVE: ("用存款支付，或先不装修", "Pay from savings, or do nothing for now"),
}
LOAN = GivenOffer(
    reference="decoration_loan",
    issue=str(Issue.GROWTH.value),
    family="loan",
    product="P-2",
    regulatory_class=str(RegulatoryClass.CREDIT.value),
    purpose=str(Purpose.MARKETING.value),
    unit_value="2400",
    incentive_cost="200.50",
    horizon_months="36",
    list_rate="4.2%",
    campaign_rate="3.6%",
    valid_from="2026-01-01",
    valid_to="2099-12-31",
    stock="500",
    sibling_rest_days="30",
    words={
        (told.value, lang): text for told, said in WORDS.items() for lang, text in zip(("zh", "en"), said, strict=True)
    },
    rules={
        Layer.ELIGIBILITY: "age between 18 and 65",
        Layer.APPLICABILITY: "no_home: has_signal(new_home)\nnot owns('P-2')",
    },
    treatments={
        Way.CALL: GivenTreatment(wording_zh="您的新家需要装修吗？", wording_en="Does your new home need work?"),
        Way.INSERT: GivenTreatment(
            wording_zh="装修贷款年利率3.6%",
            wording_en="Decoration loan at 3.6 %",
            cost="0.50",
            pressure="30",
        ),
    },
)


def with_words(given, **said):
    """`given` with other words: benefit_zh="…"."""
    more = {tuple(name.rsplit("_", 1)): text for name, text in said.items()}
    return replace(given, words=given.words | more)


def submitted(scene, given=LOAN):
    """Written and submitted by the marketer; its code."""
    code = write_offer("", given, by=scene.person("mei"))
    submit_offer(code, by=scene.person("mei"))
    return code


def published(scene, given=LOAN):
    """Submitted, approved by a leader and published; its code."""
    code = submitted(scene, given)
    approve_offer(code, by=scene.person("gao"))
    publish_offer(code, by=scene.person("mei"))
    return code
