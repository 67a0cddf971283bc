"""Offers at the desk: written with everything kept that was typed, checked in words, and led through two people's hands."""

import re

import pytest

from guanxi.engage.offers import vocabulary
from guanxi.engage.offers.choices import OfferStatus
from guanxi.engage.offers.models import Offer
from guanxi.engage.policy.queries import policy_now
from guanxi.ground import clock
from guanxi.journal.models import Act
from guanxi.record.catalogue.services import write_product
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db
WHOLE = {
    "reference": "decoration_loan", "issue": "5", "family": "loan", "regulatory_class": "1", "purpose": "2", "value_model": "0",
    "unit_value": "2400", "list_rate": "4.2%", "campaign_rate": "3.6%", "valid_from": "2026-01-01", "valid_to": "2099-12-31",
    "sibling_rest_days": "30", "stock": "500",
    "name_zh": "装修贷款", "name_en": "Decoration loan", "benefit_zh": "利率更低", "benefit_en": "A lower rate",
    "need_zh": "新家要装修", "need_en": "A new home", "cost_zh": "利息约5600元", "cost_en": "About ¥5,600",
    "risk_zh": "逾期影响征信", "risk_en": "Late payment shows", "alternative_zh": "不装修", "alternative_en": "Do nothing",
    "rules_1": "age between 22 and 60", "rules_2": "no_home: has_signal(new_home)",
    "way_2_zh": "您好", "way_2_en": "Good day",
}  # fmt: skip


@pytest.fixture
def people(scene, looking):
    write_product("", {"reference": "L-1", "name": "贷款", "family": "loan"}, by=scene.person("li"))
    return {
        role: looking(scene, name, language="en")
        for role, name in (("marketer", "zhao"), ("leader", "chen"), ("manager", "lin"))
    }


def sent(client, path, **fields):
    """A form of ours, sent as it was shown."""
    seen = re.search(r'name="seen" value="(\w+)"', client.get(path).content.decode())[1]
    return client.post(path, fields | {"seen": seen})


def begun(client, **fields):
    """A draft with everything but what `fields` change; its page's address."""
    response = sent(client, "/offers/new/", **WHOLE | fields)
    assert response.status_code == 302, words_of(response)
    return response["Location"]


def test_an_offer_is_written_approved_by_a_leader_and_published(people):
    page = begun(people["marketer"])
    assert "Nothing is missing" in words_of(people["marketer"].get(page))
    assert people["marketer"].post(f"{page}submission/").status_code == 302
    assert f'action="{page}approval/"' not in people["marketer"].get(page).content.decode()
    assert f'action="{page}approval/"' in people["leader"].get(page).content.decode()
    assert people["leader"].post(f"{page}approval/").status_code == 302
    assert people["marketer"].post(f"{page}publication/").status_code == 302
    offer = Offer.objects.get()
    assert (offer.status, offer.unit_value, offer.approved_by.name) == (OfferStatus.PUBLISHED, 240_000, "陈洁")
    shown = words_of(people["manager"].get(page))
    for words in (
        "Decoration loan",
        "published",
        "4.2%",
        "3.6%",
        "A lower rate",
        "Late payment shows",
        "otherwise no_home",
    ):
        assert words in shown
    assert list(Act.objects.filter(noun_code=offer.code).values_list("kind", flat=True)).count("offer.published") == 1


def test_what_is_missing_is_said_in_words_and_cannot_be_submitted(people):
    page = begun(people["marketer"], benefit_zh="", risk_en="", purpose="", unit_value="", way_2_en="")
    shown = words_of(people["marketer"].get(page))
    for words in (
        "“What the customer gains” is missing in Chinese.",
        "“The main risk” is missing in English.",
        "The purpose of the data is not named.",
        "The value of an acceptance is not named.",
        "The wording of “Call” is missing in English.",
    ):
        assert words in shown
    assert f'action="{page}submission/"' not in people["marketer"].get(page).content.decode()
    refused = people["marketer"].post(f"{page}submission/")
    assert refused.status_code == 422
    assert "what is missing is listed below (5)" in words_of(refused)
    assert Offer.objects.get().status == OfferStatus.DRAFT


def test_what_was_typed_stays_beside_the_reason(people):
    response = sent(people["marketer"], "/offers/new/", **WHOLE | {"rules_2": "has_test\nage >", "benefit_zh": "很好"})
    assert response.status_code == 422
    shown = response.content.decode()
    assert "has_test\nage &gt;" in shown
    assert "\n很好</textarea>" in shown
    assert "Line 2. The condition ends too early" in words_of(response)
    assert Offer.objects.count() == 0


def test_a_draft_is_written_on_where_it_stands(people):
    page = begun(people["marketer"])
    form = people["marketer"].get(f"{page}draft/").content.decode()
    for kept in ('value="2400.00"', 'value="4.2%"', "no_home: has_signal(&#x27;new_home&#x27;)", "\n您好</textarea>"):
        assert kept in form
    assert sent(people["marketer"], f"{page}draft/", **WHOLE | {"unit_value": "2500"}).status_code == 302
    assert Offer.objects.get().unit_value == 250_000


def test_who_was_slower_is_told_and_keeps_what_was_typed(people):
    page = begun(people["marketer"])
    late = people["marketer"].post(f"{page}draft/", WHOLE | {"seen": "0" * 16, "stock": "7"})
    assert late.status_code == 409
    assert 'value="7"' in late.content.decode()
    assert Offer.objects.get().stock == 500


def test_words_that_may_not_be_said_are_named_and_released_with_a_reason(people):
    page = begun(people["marketer"], benefit_en="The first year is free")
    people["marketer"].post(f"{page}submission/")
    shown = words_of(people["leader"].get(page))
    assert (
        "“free”: free or for ever is said only beside the terms; compliance may let it stand, with a reason." in shown
    )
    no_reason = people["leader"].post(f"{page}release/", {"why": " "})
    assert (no_reason.status_code, Offer.objects.get().releases) == (422, {})
    assert people["leader"].post(f"{page}release/", {"why": "terms are printed"}).status_code == 302
    assert people["leader"].post(f"{page}approval/").status_code == 302
    assert "陈洁 let words stand: terms are printed" in words_of(people["marketer"].get(page))


def test_a_leader_gives_back_with_a_reason(people):
    page = begun(people["marketer"])
    people["marketer"].post(f"{page}submission/")
    assert people["leader"].post(f"{page}return/", {"why": "The rate is wrong"}).status_code == 302
    shown = people["marketer"].get(page)
    assert "The rate is wrong" in words_of(shown)
    assert f'href="{page}draft/"' in shown.content.decode()


def test_a_published_offer_is_withdrawn_or_goes_on_in_a_new_version(people):
    page = begun(people["marketer"])
    for client, step in (("marketer", "submission"), ("leader", "approval"), ("marketer", "publication")):
        people[client].post(f"{page}{step}/")
    new = people["marketer"].post(f"{page}version/")
    assert re.fullmatch(r"/offers/\w{12}/draft/", new["Location"])
    assert people["marketer"].post(f"{page}version/").status_code == 422
    assert people["marketer"].post(f"{page}withdrawal/", {"why": "Rates rise"}).status_code == 302
    assert list(Offer.objects.order_by("version").values_list("version", "status")) == [
        (1, OfferStatus.WITHDRAWN),
        (2, OfferStatus.DRAFT),
    ]
    assert "version 1" in words_of(people["marketer"].get(page))


@pytest.mark.parametrize(
    "step", ["draft", "submission", "publication", "withdrawal", "version", "approval", "return", "release"]
)
def test_a_manager_looks_and_does_nothing(people, step):
    page = begun(people["marketer"])
    assert people["manager"].get(page).status_code == 200
    assert people["manager"].post(f"{page}{step}/", {"why": "x"}).status_code == 403
    assert people["manager"].get("/offers/new/").status_code == 403
    assert Offer.objects.get().status == OfferStatus.DRAFT


def test_an_offer_that_is_none_is_not_found(people):
    assert people["marketer"].get("/offers/222222222222/").status_code == 404
    assert people["marketer"].post("/offers/222222222222/submission/").status_code == 404


def test_the_page_and_the_form_are_read_with_few_queries(people, django_assert_max_num_queries):
    page = begun(people["marketer"])
    with django_assert_max_num_queries(14):
        people["marketer"].get(page)
    with django_assert_max_num_queries(14):
        people["marketer"].get(f"{page}draft/")


def test_the_policy_is_set_line_by_line_and_says_what_does_not_fit(people):
    marketer = people["marketer"]
    shown = words_of(marketer.get("/settings/policy/"))
    assert "Marketing calls · within 30 days usually 1" in shown
    assert marketer.post("/settings/policy/line/", {"name": "calls", "amount": "0"}).status_code == 302
    assert policy_now()["calls"].amount == 0
    wrong = marketer.post("/settings/policy/line/", {"name": "calls", "amount": "often"})
    assert wrong.status_code == 422
    assert 'value="often"' in wrong.content.decode()
    assert "“often” does not fit" in words_of(wrong)
    assert marketer.post("/settings/policy/line/", {"name": "calls", "reset": "on"}).status_code == 302
    assert policy_now()["calls"].amount == 1


def test_capacity_levers_and_weights_stand_on_the_page(people):
    begun(people["marketer"])
    marketer = people["marketer"]
    for place, said in (
        ("capacity", {"way": "2", "units": "40"}),
        ("lever", {"offer": "decoration_loan", "value": "0.2", "why": "spring"}),
        ("weight", {"signal": "new_home", "issue": "5", "weight": "1", "why": "needs first"}),
    ):
        assert marketer.post(f"/settings/policy/{place}/", said).status_code == 302
    shown = words_of(marketer.get("/settings/policy/"))
    for words in ("Call every day 40", "decoration_loan spring · 赵敏", "+0.20", "+1.00", "needs first · 赵敏"):
        assert words in shown
    refused = marketer.post("/settings/policy/lever/", {"offer": "decoration_loan", "value": "0.5", "why": "more"})
    assert (refused.status_code, 'value="0.5"' in refused.content.decode()) == (422, True)
    assert people["leader"].get("/settings/policy/").status_code == 403
    Offer.objects.filter(reference="decoration_loan").update(published_at=clock.now())
    shown = words_of(marketer.get("/settings/policy/"))  # once it has a name, that is what people call it
    assert f"{Offer.objects.get(reference='decoration_loan').name_en} spring · 赵敏" in shown


def test_a_leader_registers_a_promotion_and_the_marketer_names_it(people):
    draw = {
        "reference": "spring",
        "name": "Spring draw",
        "odds": "1 in 500",
        "rules": "Once a person, before a notary.",
        "valid_from": "2026-01-01",
        "valid_to": "2099-12-31",
    }
    assert people["marketer"].post("/offers/promotions/", draw).status_code == 403
    refused = people["leader"].post("/offers/promotions/", draw | {"valid_to": "2025-01-01"})
    assert (refused.status_code, "Once a person" in words_of(refused)) == (422, True)
    assert people["leader"].post("/offers/promotions/", draw).status_code == 302
    assert "1 in 500 · 陈洁" in words_of(people["marketer"].get("/offers/promotions/"))
    told = {"benefit_zh": "参加抽奖", "benefit_en": "Take part in the prize draw"}
    assert "“prize draw”: a prize is mentioned only for" in words_of(
        people["marketer"].get(begun(people["marketer"], **told))
    )
    named = begun(people["marketer"], reference="with_draw", promotion="spring", **told)
    assert "Nothing is missing" in words_of(people["marketer"].get(named))


def test_a_published_offer_that_reaches_nobody_says_so(people, monkeypatch):
    page = begun(people["marketer"])
    for client, step in (("marketer", "submission"), ("leader", "approval"), ("marketer", "publication")):
        people[client].post(f"{page}{step}/")
    assert "Nobody gets this offer now" not in words_of(people["manager"].get(page))
    monkeypatch.setattr(vocabulary, "_readers", {})
    shown = words_of(people["manager"].get(page))
    assert "Nobody gets this offer now. The rule “age between 22 and 60” cannot be asked." in shown


def test_codes_that_a_partner_hands_back_are_entered_and_what_came_of_them_is_said(scene, people):
    import datetime as dt

    from guanxi.ground import clock
    from guanxi.identity.queries import firm_day
    from guanxi.record.actions.models import Action, OfferAnswer
    from guanxi.record.actions.rules import coupon_of
    from guanxi.record.conversations.choices import Outcome
    from guanxi.record.customers.choices import Channel

    page = begun(people["marketer"], issue="6", purpose="3", partner="羊城汽车市场", stock="")
    for who, step in (("marketer", "submission"), ("leader", "approval"), ("marketer", "publication")):
        assert people[who].post(f"{page}{step}/").status_code == 302
    told = {"reference": "decoration_loan", "paper": True, "coupon": {"partner": "羊城汽车市场", "proves": []}}
    action = Action.objects.get(customer__name="欧阳静")
    Action.objects.filter(pk=action.pk).update(offer="decoration_loan", reason_facts={"offer": told})
    OfferAnswer.objects.create(
        action=action, offer="decoration_loan", channel=Channel.POST, outcome=Outcome.REACHED, answered_at=clock.now() - dt.timedelta(1), answered_on=firm_day()
    )  # fmt: skip
    shown = people["marketer"].get(page)
    assert "1 went out within a year, 0 were redeemed." in words_of(shown)
    assert 'name="codes"' in shown.content.decode()
    assert 'name="codes"' not in people["manager"].get(page).content.decode()
    codes = f"{coupon_of(action.code, 'decoration_loan')}，ABCD-EFGH; <b>x</b>"
    assert people["marketer"].post(f"{page}coupons/", {"codes": codes}).status_code == 302
    after = people["marketer"].get(page)
    said = "coupons redeemed: 1 · no coupon of this offer that had gone out: ABCD-EFGH, &lt;b&gt;x&lt;/b&gt;"
    assert said in after.content.decode()
    assert "<b>x</b>" not in after.content.decode()
    assert "欧阳静" not in after.content.decode()
    assert "1 went out within a year, 1 were redeemed." in words_of(after)
    for fields, status in (
        ({"codes": " ; "}, 422),
        ({"codes": "A", "on": "2099-01-01"}, 422),
        ({"codes": "A", "on": "x"}, 400),
    ):
        assert people["marketer"].post(f"{page}coupons/", fields).status_code == status
    assert people["manager"].post(f"{page}coupons/", {"codes": codes}).status_code == 403
    assert OfferAnswer.objects.filter(outcome=Outcome.ACCEPTED).count() == 1
