"""The offer in an action: both sides' terms, what to say in both languages, and the customer's answer as a button."""

import re
from dataclasses import replace

import pytest

from guanxi.engage.offers.choices import Issue, Way
from guanxi.engage.offers.models import Offer
from guanxi.engage.offers.services import approve_offer, publish_offer, submit_offer, withdraw_offer, write_offer
from guanxi.ground import clock
from guanxi.record.actions.choices import ActionStatus, NotNow
from guanxi.record.actions.models import Action, OfferAnswer
from guanxi.record.actions.rules import coupon_of
from guanxi.record.catalogue.services import write_product
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.rules import Statement
from guanxi.record.consents.services import NewConsent, record_consents
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel
from tests.engage.offers.sample import LOAN
from tests.faces.reading import main_of, words_of

pytestmark = pytest.mark.django_db

TERMS = {
    "zh-hans": (
        "装修贷款",
        "新家要装修",
        "利率比挂牌低0.6个百分点",
        "十万元三年利息约5600元",
        "逾期会影响征信",
        "用存款支付，或先不装修",
    ),
    "en": (
        "Decoration loan",
        "A new home is to be fitted out",
        "0.6 points below the list rate",
        "About ¥5,600 interest for ¥100,000 over three years",
        "Paying late shows in the credit record",
        "Pay from savings, or do nothing for now",
    ),
}
SAY = {"zh-hans": "您的新家需要装修吗？", "en": "Does your new home need work?"}


@pytest.fixture
def code(scene) -> str:
    """An action of Lin that carries the loan as decisions state it."""
    write_product("", {"reference": "L-1", "name": "贷款", "family": "loan"}, by=scene.person("li"))
    offer = write_offer("", replace(LOAN, product="", rules={}), by=scene.person("zhao"))
    submit_offer(offer, by=scene.person("zhao"))
    approve_offer(offer, by=scene.person("chen"))
    publish_offer(offer, by=scene.person("zhao"))
    action = Action.objects.get(customer__name="欧阳静")
    lost = [
        {"reference": "car_loan", "name": {"zh": "车贷", "en": "Car loan"}, "reason": "another_first", "score": 26.04}
    ]
    given = {
        "code": offer,
        "way": 2,
        "name": {"zh": "装修贷款", "en": "Decoration loan"},
        "value": 2400,
        "score": 276.0,
    }
    Action.objects.filter(pk=action.pk).update(
        offer="decoration_loan",
        reason_facts=action.reason_facts | {"offer": given | {"lost": lost}},
    )
    return action.code


def answer(client, code: str, **fields):
    version = Action.objects.values_list("version", flat=True).get(code=code)
    return client.post(f"/actions/{code}/answer/", {"version": version, "back": ""} | fields)


@pytest.mark.parametrize("language, other", [("zh-hans", "en"), ("en", "zh-hans")])
@pytest.mark.parametrize("place", ["/?open={code}", "/actions/{code}/", "/actions/{code}/panel/"])
def test_a_proposal_shows_both_sides_and_the_way_out_in_the_language_of_the_page(
    scene, looking, code, language, other, place
):
    shown = words_of(looking(scene, "lin", language=language).get(place.format(code=code)))
    for words in TERMS[language]:
        assert words in shown
    for words in TERMS[other]:
        assert words not in shown
    assert shown.index(SAY[language]) < shown.index(SAY[other])
    for figure in ("¥2,400", "¥276", "¥26"):
        assert figure in shown


def test_the_page_of_the_customer_shows_the_same(scene, looking, code):
    customer = Action.objects.get(code=code).customer.code
    shown = words_of(looking(scene, "lin", language="en").get(f"/customers/{customer}/"))
    for words in (*TERMS["en"], *SAY.values(), "¥2,400", "Car loan", "Something else is worth more"):
        assert words in shown


def test_the_words_are_those_of_the_version_that_was_decided_on_and_an_ended_offer_is_not_made(scene, looking, code):
    withdraw_offer(Offer.objects.get().code, by=scene.person("zhao"), why="Too dear.")
    shown = words_of(looking(scene, "lin", language="en").get(f"/actions/{code}/"))
    assert "This offer has ended" in shown
    assert "0.6 points below the list rate" in shown
    Action.objects.filter(code=code).update(reason_facts=Action.objects.get(code=code).reason_facts | {"offer": {}})
    shown = words_of(looking(scene, "lin", language="en").get(f"/actions/{code}/"))
    assert "0.6 points below the list rate" not in shown
    assert "This offer has ended" in shown


@pytest.mark.parametrize(
    "no",
    [
        (ConsentStatus.WITHDRAWN, Purpose.MARKETING, Channel.CALL),
        (ConsentStatus.DENIED, Purpose.PROFILING, Channel.UNKNOWN),
    ],
)
def test_what_the_customer_agrees_to_counts_from_the_minute_on(scene, looking, code, no):
    who, warning = Action.objects.get(code=code).customer_id, "does not agree to be offered this"

    def told(status: ConsentStatus, purpose: Purpose, channel: Channel) -> bool:
        said = Statement(purpose=purpose, channel=channel, status=status, at=clock.now(), source="x", evidence="1")
        record_consents([NewConsent(who, said)], by=scene.person("li"))
        return warning in words_of(looking(scene, "lin", language="en").get(f"/actions/{code}/"))

    assert told(ConsentStatus.GRANTED, Purpose.MARKETING, Channel.SMS)  # it is a call
    assert not told(ConsentStatus.GRANTED, Purpose.MARKETING, Channel.CALL)
    assert told(*no)


def test_of_a_partner_what_counts_is_the_yes_to_this_very_partner_and_the_leaflet_shows_its_code(scene, looking, code):
    """The page used to warn against every offer of a partner, whatever the customer had agreed to."""
    warning = "does not agree to be offered this"
    action = Action.objects.get(code=code)
    told = {"paper": True, "coupon": {"partner": "羊城汽车市场", "proves": ["car_need"]}, "way": Way.INSERT}
    Offer.objects.update(purpose=Purpose.PARTNER, issue=Issue.PARTNER, partner="羊城汽车市场")
    facts = action.reason_facts | {"offer": action.reason_facts["offer"] | told | {"reference": "decoration_loan"}}
    Action.objects.filter(pk=action.pk).update(reason_facts=facts)

    def shown(partner: str) -> str:
        purpose = Purpose.PARTNER if partner else Purpose.MARKETING
        said = Statement(
            purpose=purpose, channel=Channel.POST, status=ConsentStatus.GRANTED, partner=partner, at=clock.now(), source="x", evidence="1"
        )  # fmt: skip
        record_consents([NewConsent(action.customer_id, said)], by=scene.person("li"))
        return words_of(looking(scene, "lin", language="en").get(f"/actions/{code}/"))

    assert warning in shown("")
    assert warning in shown("别的车市")
    page = shown("羊城汽车市场")
    assert warning not in page
    assert coupon_of(code, "decoration_loan") in page


@pytest.mark.parametrize(
    "fields, status, outcome, told",
    [
        ({"answer": "accepted"}, ActionStatus.DONE, Outcome.ACCEPTED, "offer accepted"),
        ({"answer": "done"}, ActionStatus.DONE, Outcome.REACHED, "offered, not decided yet"),
        ({"answer": "not_now", "because": NotNow.DECLINED}, ActionStatus.NOT_NOW, Outcome.REFUSED, "does not want it"),
        ({"answer": "not_now", "because": NotNow.NOT_REACHED}, ActionStatus.NOT_NOW, Outcome.NO_ANSWER, "Not reached"),
    ],
)
def test_each_answer_is_a_button_and_comes_back_with_its_undo(scene, looking, code, fields, status, outcome, told):
    client = looking(scene, "lin", language="en")
    page = main_of(client.get(f"/?open={code}"))
    wanted = {"accepted": 'value="accepted"', "done": 'value="done"'}.get(
        fields["answer"], f'name="because" value="{int(fields.get("because", 0))}"'
    )
    assert len(re.findall(rf'<button class="btn[^>]*{wanted}[^>]*data-key', page)) == 1
    response = answer(client, code, **fields)
    assert response.status_code == 302
    action = Action.objects.get(code=code)
    assert (action.status, action.outcome, OfferAnswer.objects.get().outcome) == (status, outcome, outcome)
    assert told in words_of(client.get(response["Location"]))
    twice = client.post(f"/actions/{code}/answer/", {"version": action.version - 1, "back": ""} | fields)
    assert (twice.status_code, OfferAnswer.objects.count()) == (302, 1)
    undone = client.post(f"/actions/{code}/answer/withdrawal/", {"version": action.version, "back": ""})
    assert undone.status_code == 302
    assert not OfferAnswer.objects.exists()


def test_without_an_offer_there_is_nothing_to_accept(scene, looking):
    client, action = looking(scene, "lin", language="en"), Action.objects.get(customer__name="王海峰")
    assert 'value="accepted"' not in main_of(client.get(f"/?open={action.code}"))
    refused = answer(client, action.code, answer="accepted")
    assert refused.status_code == 422
    assert "Nothing was offered here" in words_of(refused)
    assert Action.objects.get(pk=action.pk).status == ActionStatus.OPEN
