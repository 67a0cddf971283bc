"""What the best public libraries and the papers give on public data: ours must give the same."""

import numpy as np
import pytest

from guanxi.insight.estimates.bg_nbd import BgNbd, fit_bg_nbd
from guanxi.insight.estimates.concentration import concentrate
from guanxi.insight.estimates.gamma_gamma import fit_gamma_gamma
from guanxi.insight.estimates.grading import auc, compare_baskets, compare_hold_out, grade, grade_baskets
from guanxi.insight.estimates.lifetime import NOBODY_LEAVES
from guanxi.insight.estimates.pareto_nbd import ParetoNbd, fit_pareto_nbd

HELD_OUT_WEEKS = 39


@pytest.fixture(scope="module")
def bg_nbd(cdnow) -> BgNbd:
    return fit_bg_nbd(*cdnow.weeks)


@pytest.fixture(scope="module")
def pareto_nbd(cdnow) -> ParetoNbd:
    return fit_pareto_nbd(*cdnow.weeks)


def test_bg_nbd_on_cdnow(bg_nbd):
    assert bg_nbd.customers == 2357
    assert bg_nbd.boundary is None
    assert bg_nbd.parameters == pytest.approx(
        {"r": 0.242595, "alpha": 4.413603, "a": 0.792922, "b": 2.425906}, rel=1e-5
    )
    assert bg_nbd.log_likelihood == pytest.approx(-9582.429, abs=1e-3)


def test_bg_nbd_hold_out_on_cdnow(bg_nbd, cdnow):
    expected = bg_nbd.expected_purchases(HELD_OUT_WEEKS, *cdnow.weeks)
    held_out = compare_hold_out(expected, cdnow.age - cdnow.recency, cdnow.later)
    assert (round(held_out.predicted), held_out.actual) == (1653, 1882)
    assert round(held_out.correlation, 3) == 0.626
    assert round(held_out.auc_recency, 3) == 0.771
    assert round(held_out.auc_expected, 3) == 0.773
    assert (held_out.customers, held_out.bought_again) == (2357, 684)
    judged = grade(held_out)
    assert judged.letter == "B"
    assert "off by 12.1%" in str(judged.reason)


def test_cumulative_purchases_to_week_78_on_cdnow(bg_nbd, cdnow):
    predicted = bg_nbd.expected_cumulative(cdnow.age / 7 + HELD_OUT_WEEKS).sum()
    actual = cdnow.frequency.sum() + cdnow.later.sum()
    assert (round(predicted), actual) == (4161, 4339)


def test_ranking_on_cdnow(bg_nbd, pareto_nbd, cdnow):
    bought_again = cdnow.later > 0
    assert round(auc(bg_nbd.probability_alive(*cdnow.weeks), bought_again), 3) == 0.316
    assert round(auc(pareto_nbd.probability_alive(*cdnow.weeks), bought_again), 3) == 0.726
    assert round(auc(pareto_nbd.expected_purchases(HELD_OUT_WEEKS, *cdnow.weeks), bought_again), 3) == 0.779


@pytest.mark.parametrize(
    ("which", "weeks", "simple", "ours", "lift"),
    [("cdnow", HELD_OUT_WEEKS, 0.677, 0.686, 2.47), ("online_retail", 162 / 7, 0.559, 0.562, 1.32)],
)
def test_who_of_the_silent_comes_back(which, weeks, simple, ours, lift, request):
    """Silent for 90 days at the cut: expected purchases rank them better than the better of how long ago and how often
    (.677 and .540 by time, .659 and .559 by purchases; estimates.md: beat it).
    """
    shop = request.getfixturevalue(which)
    since, came = shop.age - shop.recency, shop.later > 0
    is_silent = since >= 90
    rules = (-since, shop.frequency)
    assert round(max(auc(rule[is_silent], came[is_silent]) for rule in rules), 3) == simple
    expected = fit_pareto_nbd(*shop.weeks).expected_purchases(weeks, *shop.weeks)[is_silent]
    assert round(auc(expected, came[is_silent]), 3) == ours > simple
    tenth = np.argsort(-expected, kind="stable")[: len(expected) // 10]
    assert round(came[is_silent][tenth].mean() / came[is_silent].mean(), 2) == lift


def test_pareto_nbd_on_cdnow(pareto_nbd):
    assert pareto_nbd.boundary is None
    reference = {"r": 0.5533, "alpha": 10.578, "s": 0.6062, "beta": 11.669}
    assert pareto_nbd.parameters == pytest.approx(reference, rel=1e-4)
    assert pareto_nbd.log_likelihood == pytest.approx(-9594.976, abs=1e-3)


def test_pareto_nbd_hold_out_on_cdnow(pareto_nbd, cdnow):
    expected = pareto_nbd.expected_purchases(HELD_OUT_WEEKS, *cdnow.weeks)
    held_out = compare_hold_out(expected, cdnow.age - cdnow.recency, cdnow.later)
    assert round(held_out.correlation, 3) == 0.630
    assert round(held_out.predicted) == 1666


def test_gamma_gamma_on_cdnow(cdnow):
    again = cdnow.frequency > 0
    model = fit_gamma_gamma(cdnow.frequency, cdnow.basket)
    assert model.customers == np.sum(again) == 946
    assert model.boundary is None
    assert model.parameters == pytest.approx({"p": 6.24957, "q": 3.74422, "gamma": 15.44352}, rel=1e-5)
    assert model.log_likelihood == pytest.approx(-4055.918, abs=1e-3)
    both = again & (cdnow.later > 0)
    expected = model.expected_average(cdnow.frequency, cdnow.basket)
    held_out = compare_baskets(expected[both], cdnow.basket[both], cdnow.later_basket[both])
    assert (round(held_out.mae, 2), round(held_out.mae_personal_mean, 2)) == (16.37, 17.35)
    assert grade_baskets(held_out).letter == "A"


@pytest.mark.parametrize(
    ("shop", "customers", "top_20", "for_80", "gini"),
    [("cdnow_days", 2357, 0.6745, 0.330, 0.631), ("online_retail_days", 4338, 0.7462, 0.261, 0.715)],
)
def test_concentration_of_revenue(request, shop, customers, top_20, for_80, gini):
    found = concentrate([sum(amounts.values()) for amounts in request.getfixturevalue(shop).values()])
    assert found.customers == customers
    # The reference rounds .67455 down.
    assert found.top_20 == pytest.approx(top_20, abs=0.6e-4)
    assert round(found.share_of_customers_for_80, 3) == for_80
    assert round(found.gini, 3) == gini
    assert len(found.curve) == 101


@pytest.mark.parametrize("fit", [fit_bg_nbd, fit_pareto_nbd])
def test_the_dirty_log_has_no_inner_optimum_and_says_so(online_retail, fit):
    model = fit(*online_retail.weeks)
    assert model.boundary == NOBODY_LEAVES == "nobody leaves: plain NBD"
    assert (model.r, model.alpha) == pytest.approx((0.744209, 9.047415), rel=1e-5)
    assert model.log_likelihood == pytest.approx(-15325.4553, abs=1e-3)
    assert np.all(model.probability_alive(*online_retail.weeks) == 1)
    expected = model.expected_purchases(162 / 7, *online_retail.weeks)
    assert np.isfinite(expected).all()
    held_out = compare_hold_out(expected, online_retail.age - online_retail.recency, online_retail.later)
    assert (round(held_out.predicted), held_out.actual) == (5635, 6426)


def test_days_and_weeks_give_the_same_model(bg_nbd, cdnow):
    by_day = fit_bg_nbd(cdnow.frequency, cdnow.recency, cdnow.age)
    assert (by_day.r, by_day.alpha / 7, by_day.a, by_day.b) == pytest.approx(
        (bg_nbd.r, bg_nbd.alpha, bg_nbd.a, bg_nbd.b), rel=1e-8
    )
    purchases = cdnow.frequency.sum()
    assert by_day.log_likelihood == pytest.approx(bg_nbd.log_likelihood - purchases * np.log(7))
