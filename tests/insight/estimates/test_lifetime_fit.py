"""Fitting: known parameters are found again, edges are said, and the same customers give the same numbers bit for bit."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.insight.estimates import bg_nbd, lifetime, pareto_nbd
from guanxi.insight.estimates.bg_nbd import BgNbd, fit_bg_nbd
from guanxi.insight.estimates.evidence import NotEnoughData
from guanxi.insight.estimates.pareto_nbd import ParetoNbd, fit_pareto_nbd
from tests.insight.estimates.shops import simulate_bg_nbd, simulate_pareto_nbd

FITS = [fit_bg_nbd, fit_pareto_nbd]


def ages(customers: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(20, 100, customers)


@pytest.mark.parametrize("truth", [(0.5, 6.0, 0.8, 2.5), (1.5, 10.0, 1.0, 5.0), (0.8, 3.0, 3.0, 3.0)])
def test_bg_nbd_finds_what_it_was_simulated_from(truth):
    rows = simulate_bg_nbd(truth, ages(40_000), seed=1)
    model = fit_bg_nbd(*rows)
    assert model.boundary is None
    assert tuple(model.parameters.values()) == pytest.approx(truth, rel=0.1)
    # The expectation of a new customer needs no formula of ours: it is the average of another simulation.
    later = simulate_bg_nbd(truth, np.full(100_000, 50.0), seed=2)[0]
    assert model.expected_cumulative(50) == pytest.approx(later.mean(), rel=0.03)


@pytest.mark.parametrize(
    "truth", [(0.55, 10.0, 0.6, 12.0), pytest.param((2.0, 8.0, 1.5, 60.0), marks=pytest.mark.drill)]
)
def test_pareto_nbd_finds_what_it_was_simulated_from(truth):
    rows = simulate_pareto_nbd(truth, ages(40_000), seed=1)
    model = fit_pareto_nbd(*rows)
    assert model.boundary is None
    assert tuple(model.parameters.values()) == pytest.approx(truth, rel=0.25)
    later = simulate_pareto_nbd(truth, np.full(100_000, 50.0), seed=2)[0]
    assert model.expected_cumulative(50) == pytest.approx(later.mean(), rel=0.03)


def test_expectations_of_known_customers_come_true():
    truth = (0.5, 6.0, 0.8, 2.5)
    whole = simulate_bg_nbd(truth, np.full(60_000, 60.0), seed=3)
    # The same customers seen 40 weeks long: the seed draws them again, purchase by purchase.
    early = simulate_bg_nbd(truth, np.full(60_000, 40.0), seed=3)
    model = BgNbd(*truth)
    later = whole[0].sum() / 60_000 - early[0].sum() / 60_000
    assert model.expected_purchases(20, *early).mean() == pytest.approx(later, rel=0.03)
    assert (model.expected_cumulative(60) - model.expected_cumulative(40)) == pytest.approx(later, rel=0.03)


def test_the_higher_of_two_hills_is_found():
    """From near the plain NBD the climb ends at "one rate for all", 12 and 498 below the top."""
    for seed, truth in ((1, (0.285, 2.9, 3.9, 0.86)), (2, (0.26, 0.64, 6.8, 1.7))):
        rows = simulate_bg_nbd(truth, ages(3000, seed), seed)
        model = fit_bg_nbd(*rows)
        reference = bg_nbd._Terms(bg_nbd.read_histories(*rows)).evaluate(np.array(truth))[0]
        assert model.log_likelihood > reference
        assert lifetime.ONE_RATE not in model.edges


def test_nobody_leaves():
    rows = simulate_bg_nbd((0.9, 9.0, 1.0, 1e9), ages(2000), seed=5)
    for fit in FITS:
        model = fit(*rows)
        assert model.edges == (lifetime.NOBODY_LEAVES,)
        assert list(model.parameters.values())[2:] == [0.0, None]
        assert (model.r, model.alpha) == pytest.approx((0.9, 9.0), rel=0.15)
        x, _, age = rows
        assert model.expected_purchases(10, *rows) == pytest.approx((model.r + x) / (model.alpha + age) * 10)
        assert model.expected_cumulative(np.array([10.0, 20])) == pytest.approx(
            model.r / model.alpha * np.array([10, 20])
        )


def test_all_buy_at_the_same_rate():
    rows = simulate_bg_nbd((1e6, 1e7, 0.8, 2.5), ages(2000), seed=6)
    model = fit_bg_nbd(*rows)
    assert model.edges == (lifetime.ONE_RATE,)
    assert model.r / model.alpha == pytest.approx(0.1, rel=0.05)
    assert np.isfinite(model.expected_purchases(52, *rows)).all()


def test_all_leave_with_the_same_chance():
    rows = simulate_bg_nbd((0.8, 6.0, 3e6, 7e6), ages(2000), seed=11)
    model = fit_bg_nbd(*rows)
    assert model.boundary == bg_nbd.ONE_CHANCE
    assert model.a / (model.a + model.b) == pytest.approx(0.3, abs=0.03)
    assert np.isfinite(model.expected_purchases(52, *rows)).all()


def test_all_leave_after_the_second_purchase():
    rows = simulate_bg_nbd((0.8, 6.0, 1e6, 1e-6), ages(500), seed=8)
    model = fit_bg_nbd(*rows)
    assert rows[0].max() == 1
    assert model.edges[-1] == bg_nbd.LEAVE_AT_ONCE
    assert model.expected_cumulative(1e6) == pytest.approx(1, abs=0.01)


def test_some_leave_after_the_second_purchase_and_the_others_never():
    rows = simulate_bg_nbd((0.8, 6.0, 1e-9, 2e-9), ages(2000), seed=9)
    model = fit_bg_nbd(*rows)
    assert model.boundary == bg_nbd.STAY_OR_LEAVE
    assert model.a / (model.a + model.b) == pytest.approx(1 / 3, abs=0.06)


def test_all_leave_at_the_same_rate():
    rows = simulate_pareto_nbd((0.8, 6.0, 3e6, 9e7), ages(2000), seed=13)
    model = fit_pareto_nbd(*rows)
    assert model.boundary == pareto_nbd.ONE_DEPARTURE_RATE
    assert model.s / model.beta == pytest.approx(1 / 30, rel=0.2)


@pytest.mark.parametrize("fit", FITS)
def test_equal_customers_are_an_edge_and_no_failure(fit):
    model = fit(np.full(50, 3), np.full(50, 20), np.full(50, 30))
    assert lifetime.ONE_RATE in model.edges
    expected = model.expected_purchases(10, [3], [20], [30])
    assert 0 < expected[0] < 2


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize(
    ("rows", "code", "words"),
    [
        (([], [], []), "estimate.no_customers", "no customers with purchases yet"),
        (([0] * 500, [0] * 500, [30] * 500), "estimate.no_repeaters", "No customer has bought a second time yet"),
        (
            ([0] * 500 + [1] * 4, [0] * 500 + [5] * 4, [30] * 504),
            "estimate.few_repeaters",
            "Only 4 customers have bought again; at least 5",
        ),
        (([1] * 19, [5] * 19, [30] * 19), "estimate.few_customers", "Only 19 customers have bought; at least 20"),
        (([0], [0], [0]), "estimate.few_customers", "Only 1 customers have bought"),
    ],
)
def test_too_little_is_refused_in_words(fit, rows, code, words):
    with pytest.raises(NotEnoughData, match=words) as caught:
        fit(*rows)
    assert caught.value.code == code


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((-1, 5, 30), "whole number"),
        ((1.5, 5, 30), "whole number"),
        ((1, 31, 30), "between 0 and age"),
        ((1, -1, 30), "between 0 and age"),
        ((1, 0, 30), "exactly where"),
        ((0, 3, 30), "exactly where"),
        ((1, np.nan, 30), "finite"),
        ((1, 5, np.inf), "finite"),
    ],
)
def test_malformed_histories_are_refused(fit, row, words):
    good = ([2] * 30, [10] * 30, [30] * 30)
    with pytest.raises(ValueError, match=words):
        fit(*([*column, value] for column, value in zip(good, row, strict=True)))
    with pytest.raises(ValueError, match="equal length"):
        fit([1, 2], [5], [30])
    with pytest.raises(ValueError, match="negative"):
        fit(*good, weights=[-1] * 30)


days = st.integers(1, 200)
histories = st.lists(st.tuples(st.integers(0, 12), days, days), min_size=25, max_size=60)


def columns(drawn: list[tuple[int, int, int]]) -> np.ndarray:
    """Some repeaters always, so that there is something to fit; the rest as drawn."""
    always = [(2, 30, 60), (1, 10, 50), (5, 90, 120), (1, 5, 100), (3, 60, 61), (8, 70, 150)]
    rows = [(x, min(first, second) if x else 0, max(first, second)) for x, first, second in drawn]
    return np.array(always + rows, dtype=np.float64).T


@pytest.mark.parametrize("fit", [fit_bg_nbd, pytest.param(fit_pareto_nbd, marks=pytest.mark.drill)])
@settings(max_examples=3, deadline=None)
@given(drawn=histories, chance=st.randoms(use_true_random=False))
def test_the_order_of_customers_changes_not_one_bit(fit, drawn, chance):
    rows = columns(drawn)
    order = list(range(rows.shape[1]))
    chance.shuffle(order)
    first, second = fit(*rows / [[1], [7], [7]]), fit(*(rows / [[1], [7], [7]])[:, order])
    assert repr(first) == repr(second)
    expected = first.expected_purchases(10, *rows / [[1], [7], [7]])
    assert np.isfinite(expected).all()
    assert (second.expected_purchases(10, *(rows / [[1], [7], [7]])[:, order]) == expected[order]).all()


@pytest.mark.parametrize("fit", [fit_bg_nbd, pytest.param(fit_pareto_nbd, marks=pytest.mark.drill)])
@settings(max_examples=3, deadline=None)
@given(drawn=histories, chance=st.randoms(use_true_random=False))
def test_a_weight_is_that_many_equal_customers(fit, drawn, chance):
    rows = columns(drawn)
    weights = np.array([chance.randint(0, 3) for _ in rows[0]])
    weights[:6] = 4
    weighted, repeated = fit(*rows, weights=weights), fit(*np.repeat(rows, weights, axis=1))
    assert repr(weighted) == repr(repeated)
    assert weighted.customers == weights.sum()


@pytest.mark.drill
@pytest.mark.parametrize(("fit", "seconds"), [(fit_bg_nbd, 1.4), (fit_pareto_nbd, 6.0)])
def test_a_million_customers(fit, seconds):
    """Fit and both predictions, whole days, in processor seconds (speed.md)."""
    chance = np.random.default_rng(1)
    customers = chance.integers(27 * 7, 39 * 7 + 1, 1_000_000).astype(np.float64)
    x, recency, age = simulate_bg_nbd((0.2426, 4.4136 * 7, 0.7929, 2.4259), customers, seed=1)
    rows = (x, np.ceil(recency) / 7, age / 7)
    begin = time.process_time()
    model = fit(*rows)
    model.expected_purchases(52, *rows)
    model.probability_alive(*rows)
    assert time.process_time() - begin < seconds


def test_a_model_says_what_it_is():
    assert ParetoNbd(1, 2, 0.0, np.inf).parameters == {"r": 1, "alpha": 2, "s": 0.0, "beta": None}
    assert BgNbd(1, 2, 3, 4, edges=("one", "two")).boundary == "one; two"
    assert BgNbd(1, 2, 3, 4).boundary is None
