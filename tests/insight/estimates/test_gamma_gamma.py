import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.insight.estimates import gamma_gamma
from guanxi.insight.estimates.evidence import NotEnoughData
from guanxi.insight.estimates.gamma_gamma import GammaGamma, fit_gamma_gamma
from tests.chances import examples


def simulate(p: float, q: float, gamma: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    x = chance.geometric(0.3, 20_000).astype(np.float64)
    return x, chance.gamma(p * x, 1 / chance.gamma(q, 1 / gamma, len(x))) / x


def test_parameters_are_found_again():
    x, value = simulate(6, 4, 15)
    model = fit_gamma_gamma(x, value)
    assert (model.p, model.q, model.gamma) == pytest.approx((6, 4, 15), rel=0.1)
    assert model.boundary is None
    assert model.mean == pytest.approx(6 * 15 / 3, rel=0.02)


def test_the_expected_basket_lies_between_the_own_and_that_of_all():
    """Note 025, equation 5: p (gamma + x z) / (p x + q - 1)."""
    model = GammaGamma(6.25, 3.74, 15.44)
    assert model.mean == pytest.approx(6.25 * 15.44 / 2.74)
    found = model.expected_average([0, 1, 10, 3], [0, 100, 100, 0])
    assert found == pytest.approx([35.219, 80.256, 97.279, 35.219], abs=1e-3)
    assert found[1] == pytest.approx(6.25 * (15.44 + 100) / (6.25 + 2.74))


def test_money_in_another_unit_is_the_same_model():
    x, value = simulate(6, 4, 15)
    yuan, fen = fit_gamma_gamma(x, value), fit_gamma_gamma(x, value * 100)
    assert (fen.p, fen.q, fen.gamma / 100) == pytest.approx((yuan.p, yuan.q, yuan.gamma), rel=1e-7)
    assert fen.log_likelihood == pytest.approx(yuan.log_likelihood - 20_000 * np.log(100))


def test_customers_without_repeat_value_are_left_out():
    x, value = simulate(6, 4, 15)
    more = fit_gamma_gamma(np.concatenate((x, [0, 3, 2])), np.concatenate((value, [50, 0, -20])))
    assert repr(more) == repr(fit_gamma_gamma(x, value))


def test_an_infinite_mean_is_said_and_replaced():
    model = fit_gamma_gamma(*simulate(2, 0.8, 15))
    assert model.q < 1
    assert model.boundary == gamma_gamma.INFINITE_MEAN
    found = model.expected_average([0, 1, 5], [0, 100, 100])
    assert found[0] == model.mean == model.observed_mean
    assert np.isfinite(found).all()


def test_customers_who_hardly_differ_are_said():
    chance = np.random.default_rng(3)
    model = fit_gamma_gamma(np.full(500, 4.0), chance.gamma(4 * 5, 1 / 5, 500) * 10)
    assert model.boundary == gamma_gamma.SAME_CUSTOMERS
    assert model.expected_average([1, 9], [10, 90]) == pytest.approx([model.mean] * 2, rel=1e-2)


def test_baskets_that_hardly_differ_are_said():
    x = np.repeat([2.0, 3, 4, 5], 100)
    value = 10 / np.random.default_rng(4).gamma(3, 1, 400)
    model = fit_gamma_gamma(x, value)
    assert gamma_gamma.SAME_BASKETS in model.boundary
    assert model.expected_average(x, value) == pytest.approx(value, rel=1e-2)


def test_too_little_is_refused_in_words():
    with pytest.raises(NotEnoughData, match="Only 4 customers have bought again; at least 5 are needed"):
        fit_gamma_gamma([1, 2, 3, 4, 0], [10, 20, 30, 40, 50])
    with pytest.raises(NotEnoughData, match="Only 0 customers"):
        fit_gamma_gamma([], [])
    with pytest.raises(NotEnoughData, match=r"same value.*: the value is 49\.9\.") as caught:
        fit_gamma_gamma([1, 2, 3, 4, 5], [49.9] * 5)
    assert caught.value.code == "estimate.no_spread"
    with pytest.raises(ValueError, match="equal length"):
        fit_gamma_gamma([1, 2], [10])
    with pytest.raises(ValueError, match="finite"):
        fit_gamma_gamma([1, 2], [10, np.nan])


def test_derivatives_equal_differences():
    terms = gamma_gamma._read_terms(*simulate(6, 4, 15), None)
    at = np.array([2.0, 3.0, 9.0])
    _, gradient = terms.evaluate(*at)
    for k, derivative in enumerate(gradient):
        step = 1e-5 * at[k] * np.eye(3)[k]
        difference = (terms.evaluate(*(at + step))[0] - terms.evaluate(*(at - step))[0]) / (2e-5 * at[k])
        assert derivative == pytest.approx(difference, rel=1e-5)


customers = st.lists(st.tuples(st.integers(1, 20), st.integers(1, 10**7)), min_size=5, max_size=40)


@settings(max_examples=examples(15), deadline=None)
@given(customers, st.randoms(use_true_random=False))
def test_order_and_weights_change_not_one_bit(drawn, chance):
    rows = np.array([*drawn, (1, 100), (2, 99999)], dtype=np.float64).T
    weights = np.array([chance.randint(1, 3) for _ in rows[0]])
    order = list(range(rows.shape[1]))
    chance.shuffle(order)
    weighted = fit_gamma_gamma(*rows, weights=weights)
    assert repr(weighted) == repr(fit_gamma_gamma(*np.repeat(rows, weights, axis=1)))
    assert repr(weighted) == repr(fit_gamma_gamma(*rows[:, order], weights=weights[order]))
    found = weighted.expected_average([0, *rows[0]], [0, *rows[1]])
    assert np.isfinite(found).all() and (found > 0).all()
