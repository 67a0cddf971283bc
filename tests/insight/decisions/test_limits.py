"""The limit that may be proposed (4.7): Ma's, and never below what is owed, never above what stands."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.insight.decisions.limits import proposals, steady_spenders
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.holdings.queries import CardLimit
from guanxi.rescue.credit.rules import limit_new
from guanxi.rescue.credit.services import Steady


@pytest.mark.parametrize(
    "limit, owed, recent, expected",
    [
        (50_000, 0, [3_500, 4_000], 8_000),  # RSK-03
        (50_000, 0, [3_500], 7_000),
        (50_000, 0, [3_501], 8_000),
        (50_000, 12_345.67, [3_500], 12_345.67),  # never below balance and pending
        (50_000, 60_000, [3_500], 50_000),  # nor above what stands
        (5_000, 0, [3_500], 5_000),
        (50_000, 0, [], 0),
        (50_000, 0, [0.01], 1_000),
    ],
)
def test_the_formula(limit, owed, recent, expected):
    minor = [round(100 * month) for month in recent]
    assert limit_new(limit * 100, owed=round(owed * 100), recent=minor, minor=100) == round(expected * 100)


def test_a_currency_without_cents():
    assert limit_new(500_000, owed=0, recent=[40_400], minor=1) == 81_000


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.lists(st.integers(0, 10**8), max_size=3))
def test_bounds(limit, owed, recent):
    found = limit_new(limit, owed=owed, recent=recent, minor=100)
    assert min(limit, owed) <= found <= limit
    assert found in {limit, owed} or (found % 100_000 == 0 and found >= 2 * max(recent, default=0))


def test_only_lower_limits_of_known_cards_are_proposed():
    limits = {1: CardLimit(5_000_000, 0), 2: CardLimit(700_000, 0), 4: CardLimit(5_000_000, 1_900_000)}
    rows = proposals({1: 400_000, 2: 400_000, 3: 400_000, 4: 400_000}, minor=100, limits=limits).to_pylist()
    assert [tuple(row.values()) for row in rows] == [(1, 5_000_000, 800_000), (4, 5_000_000, 1_900_000)]


@pytest.mark.parametrize(
    "months, as_of, is_found",
    [
        ([30_000] * 23 + [40_000], dt.date(2026, 2, 28), True),  # RSK-01
        ([30_000] * 23 + [40_000], dt.date(2026, 3, 30), True),  # a month that runs is not asked
        ([30_000] * 23 + [40_000], dt.date(2026, 3, 31), False),  # March brought nothing
        ([30_000] * 23, dt.date(2026, 2, 28), False),
        ([29_999] + [35_000] * 23, dt.date(2026, 2, 28), False),
        ([1] + [30_000] * 24, dt.date(2026, 2, 28), True),
    ],
)
def test_who_spent_much_in_every_month_of_two_years(months, as_of, is_found):
    with Workbench.with_empty_edition() as bench:
        bench.run("INSERT INTO firm (currency) VALUES ('CNY')")
        for back, yuan in enumerate(reversed(months)):
            number = 2026 * 12 + 1 - back
            month = dt.date(number // 12, number % 12 + 1, 1)
            bench.run("INSERT INTO months VALUES (7, $month, $gross, $gross, 1)", month=month, gross=yuan * 100)
        found = steady_spenders(bench, as_of=as_of, least=30_000)
    last = dt.date(2026, 2, 28)
    one = Steady(7, 3_000_000, max(months) * 100, 24, dt.date(2024, 3, 1), last)
    assert found == ({7: one} if is_found else {})


@pytest.mark.parametrize(
    "months, income",
    [
        ({2: 17_000, 1: 16_000, 12: 30_000}, 17_000),  # the median of the last three whole months
        ({3: 90_000, 2: 17_000, 1: 16_000, 12: 15_000, 11: 1}, 16_000),  # neither March, which runs, nor what is older
        ({2: 17_000, 12: 17_000, 11: 17_000}, None),  # not in January
        ({}, None),
    ],
)
def test_salaries_say_whether_a_higher_limit_can_be_afforded(months, income):
    with Workbench.with_empty_edition() as bench:
        bench.run("INSERT INTO firm (currency) VALUES ('CNY')")
        for back in range(24):
            number = 2026 * 12 + 1 - back
            bench.run(
                "INSERT INTO months VALUES (7, $month, 3000000, 3000000, 1), (8, $month, 3000000, 3000000, 1)",
                month=dt.date(number // 12, number % 12 + 1, 1),
            )
        for month, yuan in months.items():
            day = dt.date(2026 if month < 10 else 2025, month, 1)
            bench.run("INSERT INTO incomes VALUES (7, $day, $amount), (9, $day, $amount)", day=day, amount=yuan * 100)
        found = steady_spenders(bench, as_of=dt.date(2026, 3, 20), least=30_000)
    assert {customer: one.income for customer, one in found.items()} == {7: income and income * 100, 8: None}
