import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.insight.estimates.concentration import NO_CUSTOMERS, NOTHING_TO_SHARE, concentrate


def test_the_statements_example():
    """SEG-02: top 20 % give 81 %, top 4 % 46 %, the bottom 20 % lose 9 % of contribution."""
    values = [460] * 100 + [350 / 4] * 400 + [280 / 15] * 1500 + [-90 / 5] * 500
    found = concentrate(np.array(values) * 1.0)
    assert found.customers == 2500
    assert found.top_4 == pytest.approx(0.46, abs=1e-12)
    assert found.top_20 == pytest.approx(0.81, abs=1e-12)
    assert found.bottom_20 == pytest.approx(-0.09, abs=1e-12)
    assert found.top_80 == pytest.approx(1.09, abs=1e-12)
    assert found.curve[-1] == (1.0, 1.0)
    assert max(share for _, share in found.curve) == pytest.approx(1.09)


def test_other_numbers():
    found = concentrate([1, 2, 3, 4, 90])
    assert (found.customers, found.total) == (5, 100)
    assert (found.top_1, found.top_4, found.top_20, found.top_80, found.bottom_20) == (0.9, 0.9, 0.9, 0.99, 0.01)
    assert found.share_of_customers_for_80 == 0.2
    assert found.gini == pytest.approx(0.72)
    assert found.curve == ((0.0, 0.0), (0.2, 0.9), (0.4, 0.94), (0.6, 0.97), (0.8, 0.99), (1.0, 1.0))
    assert found.missing is None


def test_equal_customers():
    found = concentrate([7] * 1000)
    assert (found.top_1, found.top_4, found.top_20, found.share_of_customers_for_80) == (0.01, 0.04, 0.2, 0.8)
    assert found.gini == 0


@pytest.mark.parametrize(("customers", "heads"), [(2357, 472), (1000, 200), (1001, 201), (1, 1), (5, 1), (6, 2)])
def test_the_top_is_the_ceiling(customers, heads):
    values = np.zeros(customers)
    values[:heads] = 1
    assert concentrate(values).top_20 == 1
    assert concentrate(np.concatenate((values, [1]))[1:] if heads < customers else values).top_20 == 1
    values[:heads] = np.arange(heads, 0, -1) + 1
    assert concentrate(np.concatenate((values[:heads], np.full(customers - heads, 1e-9)))).top_20 == pytest.approx(1)


def test_no_total_no_shares():
    found = concentrate([10, -25, 5])
    assert (found.customers, found.total, found.top_20, found.gini, found.curve) == (3, -10, None, None, ())
    assert found.missing.words == NOTHING_TO_SHARE
    assert (
        str(found.missing)
        == "All customers together are worth -10: shares of a total that is not positive mean nothing."
    )
    assert concentrate([0, 0]).missing.words == NOTHING_TO_SHARE
    assert concentrate([]).missing.words == NO_CUSTOMERS
    with pytest.raises(ValueError, match="finite"):
        concentrate([1.0, np.nan])


def test_minor_units_stay_exact():
    """2^53 and beyond: floats would lose the odd units, and with them the 80 %."""
    values = [2**60, 2**58 + 1]
    assert concentrate(values).total == float(2**60 + 2**58 + 1)
    assert concentrate([4 * 10**17 + 1, 10**17]).share_of_customers_for_80 == 0.5
    assert concentrate([4 * 10**17, 10**17]).share_of_customers_for_80 == 0.5
    assert concentrate([4 * 10**17 - 1, 10**17]).share_of_customers_for_80 == 1.0


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=300).filter(any), st.randoms(use_true_random=False))
def test_shares_without_losers(values, chance):
    found = concentrate(values)
    shares = [share for _, share in found.curve]
    assert shares == sorted(shares)
    assert len(found.curve) <= 101
    assert 0 <= found.gini < 1
    assert 0 < found.top_1 <= found.top_4 <= found.top_20 <= found.top_80 <= 1
    assert found.top_20 >= 0.2
    chance.shuffle(values)
    assert concentrate(values) == found
    heads = round(found.share_of_customers_for_80 * len(values))
    best = sorted(values, reverse=True)
    assert sum(best[:heads]) * 5 >= sum(values) * 4 > sum(best[: heads - 1]) * 5
