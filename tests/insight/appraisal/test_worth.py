"""SEG-06: the template of a house decides by what its customers rank: contribution, margin, or premiums less claims."""

import datetime as dt
import itertools

import pytest

from guanxi.identity.models import Firm
from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight.appraisal.customers import appraise_customers
from guanxi.insight.appraisal.tiering import Memory, TierRule, tier_rule
from guanxi.insight.appraisal.worth import read_beside
from guanxi.insight.beginning import answer_questions
from guanxi.insight.warehouse.workbench import Workbench
from tests.insight.appraisal import books

JAN, AS_OF = dt.date(2026, 1, 1), dt.date(2026, 12, 1)
TRADER, SAVER, CLAIMANT = 1, 2, 3
BANK = {"value.on_balances": 0.02, "value.contact": 15.0}


@pytest.fixture
def house() -> Workbench:
    """A trader whom we call forty times, a saver with 60,000 on deposit, and one who claims most of what he paid."""
    paid = {TRADER: [90_000] * 4, SAVER: [50_000] * 4, CLAIMANT: [150_000] * 4}
    rows = [(pk, JAN + dt.timedelta(60 * n), amount) for pk, lines in paid.items() for n, amount in enumerate(lines)]
    bench = books.print_days([*rows, (CLAIMANT, dt.date(2026, 11, 1), -500_000)], margin_rate=0.5)
    bench.run("INSERT INTO products VALUES (1, 'POLICY', 'Policy', 'insurance', 0.5)")
    months = [dt.date(2026, month, 28) for month in range(1, 12)] + [dt.date(2025, 12, 28)]
    for day in [*months, dt.date(2025, 11, 20)]:  # the last one lies before the 365 days
        bench.run("INSERT INTO balances VALUES (2, 9, $month, $day, 6000000)", month=day.replace(day=1), day=day)
    for number in range(40):
        bench.run(
            "INSERT INTO conversations VALUES (1, $day, 2, 2, 1, NULL), (1, $day, 2, 1, 1, NULL)",
            day=JAN + dt.timedelta(number),
        )
    return bench


def values(bench: Workbench, thresholds: dict[str, float], name: str = "value") -> dict[int, float]:
    rule = tier_rule(thresholds | {"tiers.newcomer_days": 0})
    found = appraise_customers(bench, as_of=AS_OF, memory=Memory(None, AS_OF), rule=rule).rows
    return dict(zip(found["customer_id"].to_pylist(), found[name].to_pylist(), strict=True))


@pytest.mark.parametrize(
    ("own", "worth"),
    [
        # half of 3,600 less 40 contacts at 15; half of 2,000 and 2 % of 60,000; half of 1,000
        ({"value.basis": 1.0, **BANK}, {TRADER: 120_000, SAVER: 220_000, CLAIMANT: 50_000}),
        ({"value.basis": 1.0, "value.on_balances": 0.01}, {TRADER: 180_000, SAVER: 160_000, CLAIMANT: 50_000}),
        ({"value.basis": 2.0, **BANK}, {TRADER: 180_000, SAVER: 100_000, CLAIMANT: 50_000}),
        # 3,600; 2,000; 6,000 of premiums less 5,000 of claims, whatever the margin rate
        ({"value.basis": 3.0, **BANK}, {TRADER: 360_000, SAVER: 200_000, CLAIMANT: 100_000}),
    ],
)
def test_a_house_ranks_by_what_its_template_counts(house, own, worth):
    assert values(house, own) == worth


def test_balances_that_come_daily_are_a_mean_of_thirteen_months_and_no_more(house):
    house.run("INSERT INTO balances VALUES (2, 9, $day, $day, 6000000)", day=AS_OF)
    assert values(house, {"value.basis": 1.0, **BANK})[SAVER] == 220_000


@pytest.mark.parametrize(
    "to", ["2024-12-30", "2024-12-31", "2025-01-30", "2024-02-28", "2024-02-29", "2025-02-28", "2023-12-30"]
)
def test_whoever_holds_the_same_at_the_end_of_every_month_holds_it_on_the_mean_of_a_leap_year_too(to):
    as_of = dt.date.fromisoformat(to)
    bench = books.print_days([(SAVER, dt.date(2023, 1, 5), 1)])
    firsts = [dt.date(year, month, 1) for year in (2022, 2023, 2024, 2025) for month in range(1, 13)]
    for first, after in itertools.pairwise(firsts):
        day = after - dt.timedelta(1)
        bench.run("INSERT INTO balances VALUES (2, 9, $month, $day, 6000000)", month=first, day=day)
    assert read_beside(bench, as_of=as_of).balance.tolist() == [6_000_000]


def test_the_best_of_a_bank_is_not_the_best_of_a_shop(house):
    thresholds = {"tiers.share_a": 0.34, "tiers.share_c": 0.33}
    assert values(house, thresholds | {"value.basis": 1.0, **BANK}, "tier_strict") == {TRADER: 2, SAVER: 1, CLAIMANT: 3}
    assert values(house, thresholds | {"value.basis": 2.0, **BANK}, "tier_strict") == {TRADER: 1, SAVER: 2, CLAIMANT: 3}


def test_a_change_of_the_template_draws_the_tiers_anew_and_the_usual_one_does_not():
    assert TierRule().as_json() == tier_rule({}).as_json()
    told = [tier_rule({"value.basis": basis, **BANK}).as_json() for basis in (1.0, 2.0, 3.0)]
    assert all(one != TierRule().as_json() for one in told)
    assert told[0] != told[1] != told[2]


@pytest.mark.parametrize(("answer", "basis"), [("bank", 1), ("insurer", 3), ("shop", 2), ("service", 2)])
def test_the_house_that_a_firm_names_at_the_beginning_chooses_its_template(db, answer, basis):
    found_firm(by=system_principal(), name="和众", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    answer_questions({"house": answer}, by=system_principal())
    assert tier_rule(Firm.objects.get().thresholds).worth.basis == basis
