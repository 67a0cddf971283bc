import numpy as np
import pytest

from guanxi.insight.estimates.bg_nbd import BgNbd
from guanxi.insight.estimates.value import (
    potential,
    sum_of_years,
    value_of_contract,
    value_of_referrals,
    value_of_trade,
    winsorise,
)


def test_three_year_factor():
    assert sum_of_years([0.85, 0.667]) == pytest.approx([1.831, 1.197], abs=5e-4)
    assert sum_of_years([0, 1.1]) == pytest.approx([0, 3])
    assert sum_of_years(0.5, discount=0) == pytest.approx(0.875)


def test_contract_value():
    contribution = np.full(1000, 100.0)
    contribution[0], contribution[1] = 1e9, -1e9
    value = value_of_contract(contribution, np.full(1000, 0.85))
    assert value[2:] == pytest.approx(183.1, abs=0.05)
    # One odd customer of a thousand is drawn in to the others.
    assert value[:2] == pytest.approx([183.1, 183.1], abs=0.05)


def test_a_word_is_worth_a_quarter_of_the_five_best_it_brought():
    brought = [(0, 400), (2, 100), (2, 900), (2, 300), (2, 200), (2, 500), (2, 50), (2, 10)]
    found = value_of_referrals([who for who, _ in brought], [value for _, value in brought], 4)
    assert found.tolist() == [100, 0, 0.25 * (900 + 500 + 300 + 200 + 100), 0]
    assert value_of_referrals([], [], 2).tolist() == [0, 0]


def test_winsorised_at_one_and_ninety_nine_per_cent():
    values = np.arange(101.0)
    found = winsorise(values)
    assert (found[0], found[1], found[50], found[99], found[100]) == (1, 1, 50, 99, 99)
    assert winsorise([]).tolist() == []


def test_trade_value_discounts_each_year_by_itself():
    """Nobody leaves: r + x purchases in alpha + T weeks, for ever; so every year brings the same."""
    steady = BgNbd(1.0, 10.0, 0.0, np.inf)
    histories = ([3], [20], [30])
    yearly = 4 / 40 * 365.25 / 7
    expected = yearly * 25 * (1 / 1.1 + 1 / 1.1**2 + 1 / 1.1**3)
    assert value_of_trade(steady, histories, [25]) == pytest.approx([expected])
    by_day = BgNbd(1.0, 70.0, 0.0, np.inf)
    in_days = ([3], [140], [210])
    assert value_of_trade(by_day, in_days, [25], unit_days=1) == pytest.approx([expected])
    assert value_of_trade(steady, histories, [25], discount=0) == pytest.approx([yearly * 25 * 3])


def test_trade_value_of_one_who_may_leave():
    model = BgNbd(0.2426, 4.4136, 0.7929, 2.4259)
    rows = (np.array([2.0, 2, 0]), np.array([30.0, 5, 0]), np.array([39.0, 39, 39]))
    year = 365.25 / 7
    until = np.array([model.expected_purchases(k * year, *rows) for k in (1, 2, 3)])
    expected = until[0] / 1.1 + (until[1] - until[0]) / 1.21 + (until[2] - until[1]) / 1.331
    found = value_of_trade(model, rows, [10, 10, 0])
    assert found == pytest.approx([10 * expected[0], 10 * expected[1], 0])
    assert found[0] > 5 * found[1]


def test_potential_is_what_is_missing_to_the_upper_quarter_of_the_peers():
    contribution = np.array([0.0, 10, 20, 30, 100, 7])
    cells = np.array([1, 1, 1, 1, 1, 2])
    assert potential(contribution, cells).tolist() == [30, 20, 10, 0, 0, 0]
    chance = np.random.default_rng(0)
    contribution, cells = chance.normal(size=500), chance.integers(0, 7, 500)
    quarters = np.array([np.quantile(contribution[cells == cell], 0.75) for cell in range(7)])
    assert potential(contribution, cells) == pytest.approx(np.maximum(quarters[cells] - contribution, 0))
    assert potential([], []).tolist() == []
