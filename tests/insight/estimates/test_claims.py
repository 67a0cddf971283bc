"""Rates with their intervals, and claims by exposure."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from guanxi.insight.estimates.claims import earned_years, measure_claims
from guanxi.insight.estimates.rates import poisson_rates, smooth_rates


def test_thirty_six_losses_of_1200_customer_months():
    found = poisson_rates([36], [1200])
    assert found.rate == pytest.approx([0.030])
    assert np.round(100 * np.array([found.low[0], found.high[0]]), 1).tolist() == [2.1, 4.2]


def test_no_events_have_an_upper_bound_only():
    found = poisson_rates([0, 5, 3], [100, 50, 0])
    assert (found.rate[0], found.low[0]) == (0, 0)
    assert found.high[0] == pytest.approx(3.689 / 100, abs=1e-5)
    assert np.isnan([found.rate[2], found.low[2], found.high[2]]).all()
    with pytest.raises(ValueError, match="negative"):
        poisson_rates([-1], [1])


@given(st.integers(1, 5000), st.floats(0.1, 1e6))
def test_the_interval_is_that_of_poisson(events, exposure):
    found = poisson_rates([events], [exposure])
    assert found.low[0] == pytest.approx(chi2.ppf(0.025, 2 * events) / 2 / exposure)
    assert found.high[0] == pytest.approx(chi2.ppf(0.975, 2 * events + 2) / 2 / exposure)
    assert found.low[0] < found.rate[0] < found.high[0]


def test_small_cells_lean_on_their_parents():
    assert smooth_rates([0, 36, 2], [0, 1200, 12], 0.05) == pytest.approx([0.05, 36.6 / 1212, 2.6 / 24])


def test_claims():
    found = measure_claims([30, 4, 0], [400, 100, 50], [240_000, 50_000, 0], [270_000, 60_000, 0], [450_000, 90_000, 0])
    assert found.frequency.rate == pytest.approx([0.075, 0.04, 0])
    assert found.severity[:2] == pytest.approx([8000, 12_500])
    assert np.isnan(found.severity[2])
    assert found.loss_ratio.rate[:2] == pytest.approx([0.6, 2 / 3])
    # thirty claims: between 20.24 and 42.83 of them
    assert found.loss_ratio.low[0] == pytest.approx(0.6 * 20.241 / 30, abs=1e-4)
    assert found.loss_ratio.high[0] == pytest.approx(0.6 * 42.827 / 30, abs=1e-4)
    assert np.isnan(found.loss_ratio.rate[2])
    assert found.is_thin.tolist() == [False, True, True]
    assert earned_years([365.25, 730.5, 0]) == pytest.approx([1, 2, 0])
