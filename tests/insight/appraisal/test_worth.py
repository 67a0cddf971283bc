"""SEG-06: the template of a house decides by what its customers rank: contribution, margin, or premiums less claims."""

import datetime as dt
import itertools

import pytest

from guanxi.identity.models import Firm
from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight.appraisal.customers import appraise_customers
from guanxi.insight.appraisal.summaries import appraise_summary
from guanxi.insight.appraisal.tiering import Memory, TierRule, tier_rule
from guanxi.insight.appraisal.worth import Worth, read_beside
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


def test_of_c_the_loss_making_are_told_from_those_of_low_value():
    """Nine and ten cost more than they bring. Among peers who bring 200,000 there is hope for them; among firms like themselves none."""
    paid = [(pk, JAN + dt.timedelta(30 * n), 100_000 - 9_000 * pk) for pk in range(1, 11) for n in range(4)]
    bench = books.print_days([*paid, (9, JAN + dt.timedelta(150), -86_000), (10, JAN + dt.timedelta(150), -52_000)])
    rule = tier_rule({"tiers.newcomer_days": 0})

    def loss_making() -> int:
        found = appraise_customers(bench, as_of=AS_OF, memory=Memory(None, AS_OF), rule=rule)
        rows = {row["customer_id"]: row for row in found.rows.to_pylist()}
        assert [pk for pk, row in rows.items() if row["tier_strict"] == 3] == [9, 10]
        assert (rows[9]["value"], rows[10]["value"]) == (-10_000, -12_000)
        return found.loss_making

    assert loss_making() == 0
    bench.run("UPDATE customers SET segment = 'organisation' WHERE customer_id > 8")
    assert loss_making() == 2
    told = appraise_summary(bench, "tiers", as_of=AS_OF, currency="CNY", rule=rule)
    assert (told["strict"]["C"], told["loss_making"]) == (2, 2)


DEPOSITOR = 4


def keep(bench: Workbench, customer: int, amounts: list[int]) -> None:
    """Balances at the end of so many months before AS_OF, the last one first."""
    for back, amount in enumerate(amounts, 1):
        month = (AS_OF.replace(day=1) - dt.timedelta(1)) if back == 1 else None
        year, number = divmod(AS_OF.year * 12 + AS_OF.month - 1 - back, 12)
        first = dt.date(year, number + 1, 1)
        day = month or first.replace(day=28)
        bench.run(
            "INSERT INTO balances VALUES ($who, $who, $month, $day, $amount)",
            who=customer, month=first, day=day, amount=amount,
        )  # fmt: skip


def test_who_only_keeps_money_with_a_bank_is_worth_what_it_brings_and_stands_in_a_tier(house):
    house.run("INSERT INTO customers (customer_id, code, segment) VALUES (4, 'c4', 'person')")
    keep(house, DEPOSITOR, [12_000_000] * 12)
    own = {"value.basis": 1.0, "value.on_balances": 0.02}
    assert values(house, own)[DEPOSITOR] == 240_000
    rows = appraise_customers(house, as_of=AS_OF, memory=Memory(None, AS_OF), rule=tier_rule(own)).rows.to_pylist()
    found = next(row for row in rows if row["customer_id"] == DEPOSITOR)
    assert [row["customer_id"] for row in rows] == [1, 2, 3, 4]
    assert (found["tier_strict"], found["volume"], found["rfm"], found["last_day"]) == (1, 12_000_000, "", None)
    # where nothing is earned on balances, or another basis counts, nothing is known of who only keeps one
    for other in ({"value.basis": 1.0}, {"value.basis": 2.0, "value.on_balances": 0.02}):
        assert DEPOSITOR not in values(house, other)


def test_what_balances_bring_in_three_years_hangs_on_how_many_keep_one_for_a_year():
    """Of forty who kept one a year ago thirty still do: 2 % of 10,000 a year, times the sum of (.75 / 1.1)^k. Whoever took his money
    away will bring nothing by it, and what we spent on talking to him is no part of it.
    """
    bench = books.print_days([(1, JAN, 100)])
    bench.run(
        "INSERT INTO customers (customer_id, code, segment) SELECT range, 'k' || range, 'person' FROM range(100, 140)"
    )
    for customer in range(100, 140):
        keep(bench, customer, [1_000_000] * 13 if customer < 130 else [0] + [1_000_000] * 12)
    own = {"value.basis": 1.0, "value.on_balances": 0.02}
    lifetime = values(bench, own, "lifetime_value")
    factor = sum((0.75 / 1.1) ** k for k in (1, 2, 3))
    assert lifetime[100] == pytest.approx(20_000 * factor, abs=1)
    assert lifetime[139] is None
    assert lifetime[1] is None
    bench.run("INSERT INTO conversations VALUES (100, $day, 2, 2, 1, NULL)", day=AS_OF)
    assert values(bench, own | {"value.contact": 15.0}, "lifetime_value") == lifetime
    assert values(bench, {"value.basis": 1.0, "value.contact": 15.0}, "lifetime_value") == {1: None}
    bench.run("DELETE FROM balances WHERE customer_id < 112")  # 28 of whom to know it are too few
    assert values(bench, own, "lifetime_value")[129] is None


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
    assert read_beside(bench, Worth(), as_of=as_of).balance.tolist() == [6_000_000]


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
