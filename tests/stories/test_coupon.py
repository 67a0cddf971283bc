"""The coupon of the car market (LEV-07): its code proves the need and teaches; the market learns of nobody."""

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import translation

from guanxi.engage.offers.choices import Issue, Layer, Way
from guanxi.engage.offers.queries import published_offers
from guanxi.engage.offers.stock import units_of
from guanxi.ground.clock import start_of_day
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.insight.decisions.offers.resting import said_by
from guanxi.insight.warehouse.record_view import open_record
from guanxi.journal.models import Act
from guanxi.record.actions.models import Action, OfferAnswer
from guanxi.record.actions.queries.units import coupon_units
from guanxi.record.actions.rules import action_of_coupon, coupon_of
from guanxi.record.actions.services import redeem_coupons
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.rules import Statement
from guanxi.record.consents.services import NewConsent, record_consents
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.models import Customer
from guanxi.record.signals.models import Signal
from guanxi.record.signals.queries import get_signal
from guanxi.record.signals.services import expire_hypotheses
from tests.engage.offers.sample import published
from tests.stories import test_statement
from tests.stories.scene import SYSTEM
from tests.stories.test_new_home import at_nine, move
from tests.stories.test_statement import CARS, LEAFLET, D, answered, offered

li = test_statement.li
MARKET = "羊城汽车市场"
COUPON = replace(
    CARS[1], reference="car_coupon", issue=str(int(Issue.PARTNER)), purpose=str(int(Purpose.PARTNER)), partner=MARKET, stock="20",
    rules={Layer.APPLICABILITY: "no_car_need: has_signal(car_need)\ntoo_near: distance_km >= 20"}, treatments={Way.INSERT: LEAFLET},
)  # fmt: skip
SENT, REDEEMED = D(2026, 4, 5), D(2026, 4, 20)


@pytest.fixture
def letter(li) -> Action:
    """Ms Li agreed to the market's letters as well; the loan's leaflet and the coupon went out with April's statement."""
    said = Statement(
        Purpose.PARTNER, Channel.POST, ConsentStatus.GRANTED, partner=MARKET, evidence="form", source="branch",
        at=start_of_day(D(2024, 1, 1), "Asia/Shanghai"),
    )  # fmt: skip
    record_consents([NewConsent(Customer.objects.get().pk, said)], by=SYSTEM)
    with at_nine(D(2026, 3, 1)):
        published(li.scene, CARS[0])
        published(li.scene, COUPON)
    move(li, "Star River, block 3")
    line = offered(li, D(2026, 4, 4))
    assert (line.offer, [one["reference"] for one in line.offered["along"]]) == ("car_loan", ["car_coupon"])
    answered(li, line, "done", SENT)
    return Action.objects.get(code=line.code)


def redeemed(telling, *codes: str, on: dt.date = REDEEMED, by: str = "mei", day: dt.date | None = None):
    with at_nine(on):
        return redeem_coupons("car_coupon", codes, by=telling.person(by), on=day)


def need() -> Signal:
    return Signal.objects.get(kind="car_need")


def test_a_redeemed_code_confirms_the_need_once_and_says_yes_for_those_who_learn(li, letter):
    code = coupon_of(letter.code, "car_coupon")
    assert need().state == "hypothesised"
    assert coupon_units("car_coupon", since=SENT) == (1, 0)
    came = redeemed(li, code)
    assert (came.new, came.known, came.proved, came.unknown) == (1, 0, 1, [])
    signal = need()
    assert (signal.state, signal.judged_from, signal.judged_on) == ("confirmed", "hypothesised", REDEEMED)
    assert code in signal.note
    told = {}
    for language in ("en", "zh-hans"):  # whoever noted it spoke one of them
        with translation.override(language):
            told[language] = get_signal(signal.code, principal=li.person("lin")).note
    assert (told["en"], told["zh-hans"]) == (f"The coupon {code} was redeemed.", f"券{code}已兑现。")
    assert Signal.objects.get(kind="new_home").state == "hypothesised"  # a car says nothing of the home
    assert coupon_units("car_coupon", since=SENT) == (1, 1)
    with open_record() as record:
        said = said_by(record, REDEEMED).to_pylist()
    assert [(one["offer"], one["day"]) for one in said if one["outcome"] == Outcome.ACCEPTED] == [
        ("car_coupon", REDEEMED)
    ]
    there = next(one for one in published_offers(REDEEMED) if one.reference == "car_coupon")
    assert units_of([there])["car_coupon"].left == 19
    again = redeemed(li, code.lower().replace("-", " ").replace(" ", ""), on=D(2026, 4, 21))
    assert (again.new, again.known, again.proved) == (0, 1, 0)
    assert OfferAnswer.objects.filter(outcome=Outcome.ACCEPTED).count() == 1
    assert Act.objects.filter(kind="action.redeemed").count() == Act.objects.filter(kind="signal.proved").count() == 1


def test_a_need_that_was_given_up_is_not_revived_and_the_yes_counts_all_the_same(li, letter):
    with at_nine(D(2027, 3, 5)):
        assert expire_hypotheses(by=SYSTEM, on=D(2027, 3, 5)) == 2
    came = redeemed(li, coupon_of(letter.code, "car_coupon"), on=D(2027, 3, 8))
    assert (came.new, came.proved) == (1, 0)
    assert (need().state, need().judgement) == ("expired", None)


def test_a_need_whose_twelve_months_are_over_is_not_confirmed_before_the_night_has_given_it_up(li, letter):
    assert redeemed(li, coupon_of(letter.code, "car_coupon"), on=D(2027, 3, 5)).proved == 0
    assert need().state == "hypothesised"
    assert coupon_units("car_coupon", since=SENT) == (1, 1)


def test_redeemed_on_the_last_day_and_entered_later_the_need_is_what_it_is_today(li, letter):
    came = redeemed(li, coupon_of(letter.code, "car_coupon"), on=D(2027, 3, 4))
    assert (came.proved, need().state) == (1, "confirmed")


def test_a_code_that_went_out_to_nobody_is_none(li, letter):
    code = coupon_of(letter.code, "car_coupon")
    mistyped = code[:-1] + ("2" if code[-1] != "2" else "3")
    # our own offers bear no coupon; of two letters that check one in 961 is the same by chance
    other = next(
        one for name in ("car_loan", "fund", "card") if (one := coupon_of(letter.code, name)) not in {code, mistyped}
    )
    came = redeemed(li, mistyped, other, "", "x" * 4_000, letter.code, "一二三四五六七八九十一二三四")
    assert (came.new, came.proved, len(came.unknown)) == (0, 0, 6)
    assert redeemed(li, code, day=D(2026, 4, 4)).unknown == [code]  # the day before it went out
    assert not OfferAnswer.objects.filter(outcome=Outcome.ACCEPTED).exists()
    assert need().state == "hypothesised"


def test_who_may_not_write_offers_redeems_none_and_no_day_to_come_counts(li, letter):
    code = coupon_of(letter.code, "car_coupon")
    with pytest.raises(Denied):
        redeemed(li, code, by="lin")
    for codes, day, why in (
        ([code], D(2026, 4, 21), "coupons.future"),
        ([], None, "coupons.none"),
        ([code] * 501, None, "coupons.too_many"),
    ):
        with pytest.raises(Refused) as refused:
            redeemed(li, *codes, day=day)
        assert refused.value.code == why
    assert not OfferAnswer.objects.filter(outcome=Outcome.ACCEPTED).exists()
    assert need().state == "hypothesised"


def test_a_code_bears_no_name_and_differs_by_customer_and_offer():
    codes = {coupon_of(action, offer) for action in ("abcdefghjkmn", "abcdefghjkmp") for offer in ("coupon", "wash")}
    assert len(codes) == 4
    code = coupon_of("abcdefghjkmn", "coupon")
    assert action_of_coupon(f" {code.lower()} ", "coupon") == "abcdefghjkmn"
    assert action_of_coupon(code, "wash") == ""
