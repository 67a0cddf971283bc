"""After the loan: the insurance leaflet with the next statement, a call a month later; and the leaflets about cars (LEV-05 to LEV-07)."""

import datetime as dt
from dataclasses import replace

import pytest

from guanxi.engage.offers.choices import Issue, Layer, RegulatoryClass, Told, Way
from guanxi.engage.offers.queries import published_offers
from guanxi.engage.offers.services import GivenTreatment
from guanxi.engage.offers.stock import Units, units_of
from guanxi.engage.policy.services import set_line
from guanxi.ground.clock import start_of_day
from guanxi.identity.models import DayChange
from guanxi.insight.decisions.arbitration.arms import bucket
from guanxi.insight.decisions.offers.deciding import HELD_OUT, SALT
from guanxi.project.registrations import register_offer_words
from guanxi.record.actions.choices import NotNow
from guanxi.record.actions.models import Action
from guanxi.record.actions.queries import ActionLine
from guanxi.record.actions.services import answer_action
from guanxi.record.catalogue.models import Product
from guanxi.record.catalogue.rules import NewProduct
from guanxi.record.catalogue.services import create_products
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.rules import Statement
from guanxi.record.consents.services import NewConsent, record_consents
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.models import Customer
from guanxi.record.holdings.rules import NewHolding
from guanxi.record.holdings.services import record_holdings
from tests.engage.offers.sample import LOAN, published
from tests.insight.warehouse.scene import add_customers
from tests.stories.scene import SYSTEM
from tests.stories.test_new_home import at_nine, move, star_river

D = dt.date
LEAFLET = GivenTreatment(wording_zh="请看附页。", wording_en="Please see the leaflet.")
CALL = GivenTreatment(wording_zh="附页您看到了吗？", wording_en="Did you see the leaflet?", after="1m")
CONTENTS = replace(
    LOAN, reference="home_contents", product="P-INS", family="insurance", regulatory_class=str(RegulatoryClass.INSURANCE.value),
    unit_value="9000", stock="", sibling_rest_days="0", list_rate="", campaign_rate="",
    words=LOAN.words | {(Told.NAME.value, "zh"): "家财险", (Told.NAME.value, "en"): "Home contents insurance"},
    rules={Layer.APPLICABILITY: "no_home: has_signal(new_home)\nhas_it: not owns('P-INS')"},
    treatments={Way.INSERT: LEAFLET, Way.CALL: CALL},
)  # fmt: skip
CARS = [
    replace(
        CONTENTS, reference=reference, issue=str(int(issue)), product="P-CAR", family="car", unit_value=value, treatments={Way.INSERT: LEAFLET},
        regulatory_class=str(RegulatoryClass.NONE.value), rules={Layer.APPLICABILITY: "no_car_need: has_signal(car_need)"},
    )
    for reference, issue, value in (
        ("car_loan", Issue.GROWTH, "8000"), ("warranty_coupon", Issue.GROWTH, "7000"), ("car_wash", Issue.GROWTH, "6000"),
    )
]  # fmt: skip
OFFERS = ("decoration_loan", "home_contents", "car_loan", "warranty_coupon", "car_wash")
DAYS = [D(2026, 3, 5), D(2026, 4, 3), D(2026, 4, 4), D(2026, 5, 3), D(2026, 5, 4)]


def in_no_arm() -> str:
    codes = (f"S{number:05d}" for number in range(100_000))
    return next(
        code
        for code in codes
        if bucket("2026|holdout|", code) >= HELD_OUT * 10_000
        and min(bucket(f"{SALT}{day}|explore|", code) for day in DAYS) >= 400
        and min(bucket(f"{SALT}control|{offer}|", code) for offer in OFFERS) >= 1_000
    )


@pytest.fixture
def li(telling):
    """Ms Li, who moves to an estate far out on 5 March and agrees to be called and written to; statements go out on the fifth."""
    register_offer_words()
    create_products(
        [NewProduct(reference=f"P-{what}", name=what, family=family) for what, family in (("2", "loan"), ("INS", "insurance"), ("CAR", "car"))],
        by=SYSTEM,
    )  # fmt: skip
    star_river()
    with at_nine(D(2024, 1, 8)):
        telling.register("LI", name="李雅琴", address="康王中路 211 号", city="广州", district="荔湾区")
        Customer.objects.update(code=in_no_arm())
        at = start_of_day(D(2024, 1, 1), "Asia/Shanghai")
        for channel in (Channel.CALL, Channel.POST):
            said = Statement(Purpose.MARKETING, channel, ConsentStatus.GRANTED, at=at, evidence="form", source="branch")
            record_consents([NewConsent(Customer.objects.get().pk, said)], by=SYSTEM)
        set_line("statement_day", "5", by=telling.person("mei"))
    DayChange.objects.create(day=D(2026, 5, 5), is_working=True)  # a holiday of the country, not of this firm
    return telling


def offered(telling, as_of: dt.date) -> ActionLine | None:
    """The offer that stands on Today on the morning after, once refreshed."""
    telling.refresh(as_of)
    found = [line for line in telling.today(as_of).lines if line.reason == "offer_chosen"]
    assert len(found) <= 1
    return found[0] if found else None


def answered(telling, line: ActionLine, answer: str, day: dt.date) -> None:
    with at_nine(day):
        answer_action(line.code, answer=answer, by=telling.person("lin"))


def test_loan_then_rest_then_leaflet_then_a_call_a_month_after_it(li):
    published(li.scene, replace(LOAN, rules={Layer.APPLICABILITY: "no_home: has_signal(new_home)"}))
    published(li.scene, CONTENTS)
    move(li, "Star River, block 3")
    loan = offered(li, D(2026, 3, 5))
    assert (loan.offer, loan.channel, loan.offered["way"]) == ("decoration_loan", Channel.CALL, Way.CALL)
    answered(li, loan, "accepted", D(2026, 3, 6))
    assert offered(li, D(2026, 4, 3)) is None  # sibling rest until the statement, on every channel
    leaflet = offered(li, D(2026, 4, 4))
    assert (leaflet.offer, leaflet.offered["way"], leaflet.due_on) == ("home_contents", Way.INSERT, D(2026, 4, 5))
    answered(li, leaflet, "done", D(2026, 4, 5))
    assert offered(li, D(2026, 5, 3)) is None
    call = offered(li, D(2026, 5, 4))
    assert (call.offer, call.offered["way"], call.due_on) == ("home_contents", Way.CALL, D(2026, 5, 5))
    assert call.code != leaflet.code
    # the call is not to be made: nothing waits for the days in which it might have been
    published(li.scene, replace(CARS[0], treatments={Way.CALL: replace(CALL, after="")}))
    with at_nine(D(2026, 5, 5)):
        answer_action(call.code, answer="not_now", reason=NotNow.NOT_RELEVANT, by=li.person("lin"))
    assert offered(li, D(2026, 5, 5)).offer == "car_loan"


def test_bought_online_in_between_the_call_is_never_made(li):
    published(li.scene, CONTENTS)
    move(li, "Star River, block 3")
    leaflet = offered(li, D(2026, 4, 4))
    answered(li, leaflet, "done", D(2026, 4, 5))
    customer = Customer.objects.get(name="李雅琴")
    product = Product.objects.get(reference="P-INS")
    new = NewHolding(customer_id=customer.pk, product_id=product.pk, reference="H-1", opened_on=D(2026, 4, 20))
    record_holdings([new], by=SYSTEM)
    assert offered(li, D(2026, 5, 4)) is None


def test_two_leaflets_about_cars_go_with_one_statement_and_no_third(li):
    for one in CARS:
        published(li.scene, one)
    move(li, "Star River, block 3")
    leaflet = offered(li, D(2026, 4, 4))
    assert (leaflet.offer, [one["reference"] for one in leaflet.offered["along"]]) == ("car_loan", ["warranty_coupon"])
    answered(li, leaflet, "done", D(2026, 4, 5))
    said = list(Action.objects.get(code=leaflet.code).offer_answers.values_list("offer", "channel"))
    assert sorted(said) == [("car_loan", Channel.POST), ("warranty_coupon", Channel.POST)]
    assert offered(li, D(2026, 5, 3)).offer == "car_wash"  # neither of the two goes out again


def promised_to_another(offer: str, day: dt.date) -> None:
    """Somebody else was promised the only one."""
    (other,) = add_customers(1)
    Action.objects.create(
        key="another", customer_id=other, action_class=3, origin="planned", offer=offer, reason="offer_chosen", due_on=day, proposed_on=day
    )  # fmt: skip


def test_a_leaflet_that_goes_along_is_kept_and_none_goes_along_that_there_is_not(li):
    """Statement: two leaflets go with one statement; one coupon there is, kept while it is to go out, and none for nobody."""
    for one in (CARS[0], replace(CARS[1], stock="1"), replace(CARS[2], stock="1")):
        published(li.scene, one)
    set_line("leaflets", "3", by=li.person("mei"))
    promised_to_another("car_wash", D(2026, 4, 1))
    move(li, "Star River, block 3")
    leaflet = offered(li, D(2026, 4, 4))
    assert [one["reference"] for one in leaflet.offered["along"]] == ["warranty_coupon"]  # no car wash: there is none
    with at_nine(D(2026, 4, 5)):
        there = next(one for one in published_offers(D(2026, 4, 5)) if one.reference == "warranty_coupon")
        assert units_of([there]) == {"warranty_coupon": Units(stock=1, accepted=0, reserved=1)}
        assert units_of([there], but_of=Customer.objects.get(name="李雅琴").pk)["warranty_coupon"].free == 1
    again = offered(li, D(2026, 4, 4))  # his own coupon is kept for him
    assert [one["reference"] for one in again.offered["along"]] == ["warranty_coupon"]
    answered(li, leaflet, "done", D(2026, 4, 5))
    assert units_of([there])["warranty_coupon"].free == 1  # it is out, and nobody has used it yet


def test_the_call_after_the_leaflet_is_tried_as_often_as_the_policy_lets_and_then_no_more(li):
    published(li.scene, CONTENTS)
    move(li, "Star River, block 3")
    answered(li, offered(li, D(2026, 4, 4)), "done", D(2026, 4, 5))
    call = offered(li, D(2026, 5, 4))
    for as_of, day in ((D(2026, 5, 6), D(2026, 5, 7)), (D(2026, 5, 10), D(2026, 5, 11))):
        with at_nine(as_of - dt.timedelta(1)):
            answer_action(call.code, answer="not_now", reason=NotNow.NOT_REACHED, again_on=as_of, by=li.person("lin"))
        again = offered(li, as_of)
        assert (again.code, again.offered["way"], again.due_on) == (call.code, Way.CALL, day)
    with at_nine(D(2026, 5, 11)):
        answer_action(call.code, answer="not_now", reason=NotNow.NOT_REACHED, by=li.person("lin"))
    assert offered(li, D(2026, 5, 14)) is None
    assert Action.objects.get(code=call.code).again_on is None
