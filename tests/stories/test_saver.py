"""Mr Huang (LEV-08, LEV-09): he bought a home and a car, had 50,000 left, and has saved for two years. A talk about what would
suit him is proposed; no fund, no promise of return.
"""

import datetime as dt
from dataclasses import replace

import pytest

from guanxi.engage.offers.choices import Issue, Layer, RegulatoryClass, Way
from guanxi.engage.offers.services import GivenTreatment
from guanxi.faces.desk.actions.proposals import proposal_of
from guanxi.faces.shared.look import Look
from guanxi.ground.clock import start_of_day
from guanxi.insight.decisions.arbitration.arms import bucket
from guanxi.insight.decisions.offers.deciding import SALT
from guanxi.insight.decisions.offers.kept import current_run
from guanxi.project.registrations import register_offer_words
from guanxi.record.actions.choices import ActionClass, NotNow
from guanxi.record.actions.services import answer_action, settle_signal
from guanxi.record.actions.services.erasing import forget_suppositions
from guanxi.record.catalogue.rules import NewProduct
from guanxi.record.catalogue.services import create_products
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.rules import Statement
from guanxi.record.consents.services import NewConsent, record_consents
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.models import Customer
from guanxi.record.signals.choices import Judgement
from guanxi.record.signals.models import Signal
from guanxi.record.signals.queries import has_suppositions, signals_of, silenced_keys
from guanxi.record.signals.services import expire_hypotheses
from guanxi.record.suitability.services import note_test
from tests.engage.offers.sample import LOAN, published
from tests.stories.scene import SYSTEM
from tests.stories.telling import Telling
from tests.stories.test_ma import bring

JUNE_ENDS, JULY_ENDS = dt.date(2028, 6, 30), dt.date(2028, 7, 31)


def month_end(number: int) -> dt.date:
    """The last day of the month so many after June 2026."""
    month = 2026 * 12 + 6 + number
    return dt.date(month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def tell(telling: Telling, levels: list[float], *, term: dict[int, float]) -> int:
    """A saver with so much in all at the end of each month from June 2026 on, `term` of it tied from some months on."""
    telling.register("HUANG", name="黄永康", birthday="1985-07-21")
    held = [["D-1", "HUANG", "DEPOSIT-DEMAND", ""]]
    held += [[f"T-{at}", "HUANG", "DEPOSIT-TERM", "2031-01-31"] for at in term]
    bring(telling, "holdings", "reference customer product renewal_on", held)
    rows = [
        ["D-1", month_end(number).isoformat(), level - sum(sum_ for at, sum_ in term.items() if at <= number)]
        for number, level in enumerate(levels)
    ]
    rows += [[f"T-{at}", month_end(at).isoformat(), sum_] for at, sum_ in term.items()]
    with telling.morning_after(JULY_ENDS):
        bring(telling, "balances", "holding day amount", rows)
    return Customer.objects.get(reference="HUANG").pk


def saved(first: float, last: float, months: int = 24) -> list[float]:
    return [first + (last - first) * number / months for number in range(months + 1)]


def test_50000_have_become_230000_and_a_talk_is_proposed(telling):
    huang = tell(telling, saved(50_000, 230_000), term={9: 50_000, 15: 50_000, 21: 50_000})
    assert telling.refresh(JUNE_ENDS - dt.timedelta(days=1)).signals == {}
    assert telling.refresh(JUNE_ENDS).signals == {"savings_accumulating": {"hypothesised": 1}}
    (signal,) = signals_of(huang, principal=SYSTEM)
    assert signal.explanation.startswith(
        "Savings grew from ¥50,000 at the end of June 2026 to ¥230,000, ¥150,000 of it tied for a time; "
        "in none of these 24 months did ¥20,000 or more flow out."
    )
    (line,) = telling.today(JUNE_ENDS).lines
    assert (line.action_class, line.reason, line.value_at_stake) == (
        ActionClass.CARE,
        "savings_accumulating_hypothesised",
        0,
    )
    assert (
        line.reason_words
        == "Savings grew from ¥50,000 at the end of June 2026 to ¥230,000; no test of suitability is known."
    )
    assert "Leaving everything as it is" in line.say
    assert not any(word in line.say + line.reason_words for word in ("return", "rate", "times"))


def test_month_after_month_it_is_the_same_signal(telling):
    huang = tell(telling, [*saved(50_000, 230_000), 236_000], term={9: 150_000})
    telling.refresh(JUNE_ENDS)
    telling.refresh(JULY_ENDS)
    (signal,) = signals_of(huang, principal=SYSTEM)
    assert (signal.state, signal.detected_on, signal.evidence["figures"]["months"]) == ("hypothesised", JUNE_ENDS, 25)


def test_a_car_bought_on_the_way_ends_it(telling):
    levels = saved(50_000, 230_000)
    huang = tell(telling, [*levels, levels[-1] - 90_000], term={})
    telling.refresh(JUNE_ENDS)
    assert telling.refresh(JULY_ENDS).signals == {}
    (signal,) = signals_of(huang, principal=SYSTEM)
    assert signal.state == "expired"
    assert telling.today(JULY_ENDS).lines == []


def test_half_of_it_gone_in_a_month_is_another_signal(telling):
    huang = tell(telling, [80_000.0] * 24 + [20_000], term={})
    assert telling.refresh(JUNE_ENDS).signals == {"balance_runoff": {"alarm": 1}}
    (signal,) = signals_of(huang, principal=SYSTEM)
    assert signal.explanation == "Deposits fell from about ¥80,000 to ¥20,000 by the end of June 2028 (−75.0%)."


def test_a_first_income_is_supposed_and_sold_nothing(telling):
    telling.register("LI", name="李明", birthday="2008-02-03")
    rows = [["LI", f"2028-0{month}-05", "-5200.00", "工资"] for month in (4, 5, 6)]
    with telling.morning_after(JUNE_ENDS):
        bring(telling, "dealings", "customer occurred_at amount category", rows)
    assert telling.refresh(JUNE_ENDS).signals == {"first_income": {"hypothesised": 1}}
    (signal,) = signals_of(Customer.objects.get(reference="LI").pk, principal=SYSTEM)
    assert signal.explanation.startswith("Income has come in every month since April 2028, 3 months in a row;")
    assert telling.today(JUNE_ENDS).lines == []


def test_what_was_erased_comes_back_neither_as_a_signal_nor_as_work(telling):
    huang = tell(telling, [*saved(50_000, 230_000), 236_000], term={9: 150_000})
    telling.refresh(JUNE_ENDS)
    assert has_suppositions(huang, principal=SYSTEM)
    with telling.morning_after(JUNE_ENDS):
        assert forget_suppositions(huang, by=SYSTEM) == 1
    assert telling.refresh(JULY_ENDS).signals == {
        "savings_accumulating": {"hypothesised": 1}
    }  # the detector is of arrays
    assert telling.today(JULY_ENDS).lines == []
    assert not has_suppositions(huang, principal=SYSTEM)


def test_given_up_after_twelve_months_it_is_no_work_either_and_may_still_be_erased(telling):
    huang = tell(telling, [*saved(50_000, 230_000), 236_000], term={9: 150_000})
    telling.refresh(JUNE_ENDS)
    later = dt.date(2029, 6, 30)
    with telling.morning_after(later):
        expire_hypotheses(by=SYSTEM, on=later)
        assert silenced_keys(later) == [signals_of(huang, principal=SYSTEM)[0].key]
        assert has_suppositions(huang, principal=SYSTEM)
        assert forget_suppositions(huang, by=SYSTEM) == 1
    (signal,) = Signal.objects.filter(customer=huang)
    assert (signal.evidence, signal.kind) == ({}, "")


def test_that_he_is_right_about_the_saving_does_not_do_the_work(telling):
    huang = tell(telling, saved(50_000, 230_000), term={9: 150_000})
    telling.refresh(JUNE_ENDS)
    (signal,) = signals_of(huang, principal=SYSTEM)
    with telling.morning_after(JUNE_ENDS):
        assert settle_signal(signal.code, by=SYSTEM, judgement=Judgement.TRUE) == 0
    assert [line.reason for line in telling.today(JUNE_ENDS).lines] == ["savings_accumulating_hypothesised"]


TEST = replace(
    LOAN, reference="suitability_test", issue=str(Issue.CARE.value), purpose=str(Purpose.SERVICE.value), product="", family="bank", stock="",
    regulatory_class=str(RegulatoryClass.NONE.value), unit_value="", incentive_cost="0", list_rate="", campaign_rate="", sibling_rest_days="0",
    rules={Layer.APPLICABILITY: "no_savings: has_signal(savings_accumulating)\nhas_test: not has_risk_test"},
    treatments={Way.CALL: GivenTreatment(wording_zh="十分钟的风险测评。", wording_en="A test of ten minutes.")},
)  # fmt: skip
FUND = replace(
    TEST, reference="steady_fund", issue=str(Issue.GROWTH.value), purpose=str(Purpose.MARKETING.value), unit_value="90000",
    regulatory_class=str(RegulatoryClass.INVESTMENT.value),
    rules={Layer.APPLICABILITY: "no_savings: has_signal(savings_accumulating)", Layer.SUITABILITY: "no_test: has_risk_test\nrisk_too_high: risk_level >= 2"},
)  # fmt: skip


INDEX = replace(
    FUND, reference="index_fund", unit_value="110000",
    rules=FUND.rules | {Layer.SUITABILITY: "no_test: has_risk_test\nrisk_too_high: risk_level >= 4"},
)  # fmt: skip


@pytest.mark.parametrize(
    "level, sold",
    [
        (2, "steady_fund"),
        (4, "index_fund"),
        pytest.param(1, None, marks=pytest.mark.drill),
        pytest.param(3, "steady_fund", marks=pytest.mark.drill),
    ],
)
def test_after_the_test_no_fund_above_its_level_is_offered(telling, level, sold):
    """LEV-09: risk level 2 never sees a level-4 fund; the talk about the test is over."""
    register_offer_words()
    create_products([NewProduct(reference="BANK", name="BANK", family="bank")], by=SYSTEM)
    huang = tell(telling, saved(50_000, 230_000), term={9: 50_000})
    codes = (f"S{number:05d}" for number in range(100_000))
    buckets = (
        "2028|holdout|",
        f"{SALT}{JUNE_ENDS}|explore|",
        f"{SALT}control|steady_fund|",
        f"{SALT}control|index_fund|",
    )
    code = next(one for one in codes if min(bucket(salt, one) for salt in buckets) >= 1_000)
    Customer.objects.filter(pk=huang).update(code=code)
    yes = Statement(Purpose.MARKETING, Channel.CALL, ConsentStatus.GRANTED, at=start_of_day(dt.date(2028, 6, 1), "Asia/Shanghai"), evidence="form", source="branch")  # fmt: skip
    for offer in (TEST, FUND, INDEX):
        published(telling.scene, offer)
    with telling.morning_after(JUNE_ENDS - dt.timedelta(days=9)):
        record_consents([NewConsent(huang, yes)], by=SYSTEM)
        note_test(huang, level=level, by=telling.person("lin"))
    telling.refresh(JUNE_ENDS)
    lines = telling.today(JUNE_ENDS).lines
    assert [(line.action_class, line.offer) for line in lines] == ([(ActionClass.VALUE, sold)] if sold else [])
    reasons = {(row["offer"], row["reason"]) for row in current_run().rejects}
    assert ("suitability_test", "has_test") in reasons
    assert (("index_fund", "risk_too_high") in reasons, ("steady_fund", "risk_too_high") in reasons) == (
        level < 4,
        level < 2,
    )


@pytest.mark.parametrize("first, last", [(50_000, 230_000), (64_000, 181_000)])
def test_the_only_thing_that_is_offered_to_him_is_the_test(telling, first, last):
    """LEV-09: the talk about his savings carries it; no fund, and it is worth nothing to us."""
    register_offer_words()
    create_products([NewProduct(reference="BANK", name="BANK", family="bank")], by=SYSTEM)
    huang = tell(telling, saved(first, last), term={9: 50_000})
    for offer in (TEST, FUND):
        published(telling.scene, offer)
    telling.refresh(JUNE_ENDS)
    (line,) = telling.today(JUNE_ENDS).lines
    assert (line.customer_id, line.reason, line.offer, line.action_class, line.value_at_stake) == (
        huang, "savings_accumulating_hypothesised", "suitability_test", ActionClass.CARE, 0,
    )  # fmt: skip
    assert line.offered["value"] is None
    noon = dt.datetime(2028, 7, 1, 12, tzinfo=dt.UTC)
    told = proposal_of(line, Look(telling.person("lin"), noon, "CNY", today=noon.date()))
    assert (told.is_all, dict(told.fair)["For us"]) == (
        True,
        "Not weighed in money: it comes before anything that is sold",
    )
    reasons = {(row["offer"], row["reason"]): row["customers"] for row in current_run().rejects}
    assert reasons == {("suitability_test", "chosen"): 1, ("steady_fund", "no_test"): 1}
    with telling.morning_after(JUNE_ENDS):
        answer_action(line.code, by=telling.person("lin"), answer="not_now", reason=NotNow.DECLINED)
    telling.refresh(JULY_ENDS)  # what he declined is not asked again by another door
    assert telling.today(JULY_ENDS).lines == []
    assert ("suitability_test", "refused") in {(row["offer"], row["reason"]) for row in current_run().rejects}
