"""Both lifetime models against a slow second calculation, and at the places where others lose their digits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betainc, gammaln, hyp2f1

from guanxi.insight.estimates.bg_nbd import BgNbd
from guanxi.insight.estimates.bg_nbd import _Terms as BgNbdTerms
from guanxi.insight.estimates.departure import ParetoParameters, integrate_departure
from guanxi.insight.estimates.dropout import expected_while_alive
from guanxi.insight.estimates.evidence import read_histories
from guanxi.insight.estimates.pareto_nbd import ParetoNbd
from guanxi.insight.estimates.pareto_nbd import _Terms as ParetoTerms

CDNOW = BgNbd(0.2425945, 4.4136019, 0.7929199, 2.4258950)
ROWS = (np.array([0.0, 1, 2, 5, 60]), np.array([0.0, 3, 30, 37.5, 39]), np.array([39.0, 39, 39, 39, 39]))
# Counts to 100,000, a last purchase on the first and on the last day, a customer of today.
EXTREME = (
    np.array([0.0, 0, 1, 1e3, 1e5, 1e5]),
    np.array([0.0, 0, 1e-3, 100, 1e-3, 3000]),
    np.array([0.0, 3000, 3000, 3000, 3000, 3000]),
)
MODELS = [
    CDNOW,
    BgNbd(0.25, 4, 1, 2.4),
    BgNbd(0.25, 4, 1, 1e16),
    BgNbd(0.25, 4, 1e-9, 1e-9),
    BgNbd(1e6, 1e6, 1e6, 1e6),
    BgNbd(5, 1, 40, 1e-6),
    BgNbd(0.25, 4, 0, np.inf),
    ParetoNbd(0.5533, 10.578, 0.6062, 11.669),
    ParetoNbd(0.5, 10, 1, 11),
    ParetoNbd(0.5, 1e-3, 0.6, 1e3),
    ParetoNbd(0.5, 1e3, 0.6, 1e-3),
    ParetoNbd(1e6, 1e6, 1e6, 1e6),
    ParetoNbd(0.5, 10, 0, np.inf),
]


def sum_of_survivals(shape: float, a: float, b: float, u: float) -> float:
    """Expected purchases as a sum of positive terms: the j-th comes if there would be j, and all before were survived."""
    mean = shape * u
    j = np.arange(int(mean + 60 * np.sqrt(mean * (1 + u)) + 60 * (1 + u)) + 50, dtype=np.float64)
    survived = np.exp(np.concatenate(([0.0], -np.cumsum(np.log1p(a / (b + j[:-1]))))))
    return float(np.sum(betainc(j + 1, shape, u / (1 + u)) * survived))


@pytest.mark.parametrize("shape", [0.01, 0.25, 5, 300])
@pytest.mark.parametrize("a", [1e-3, 0.05, 0.8, 1, 1.0001, 3, 50])
@pytest.mark.parametrize("b", [1e-3, 0.7, 2.4, 40, 1e16])
def test_expected_purchases_equal_the_sum_of_survivals(shape, a, b):
    times = np.array([1e-8, 0.01, 1, 30])
    found = expected_while_alive(np.full(4, shape), a, np.full(4, b), times)
    assert found == pytest.approx([sum_of_survivals(shape, a, b, u) for u in times], rel=1e-10)


@pytest.mark.parametrize("model", [model for model in MODELS if isinstance(model, BgNbd)])
@pytest.mark.parametrize("rows", [ROWS, EXTREME])
def test_several_times_together_are_each_of_them_alone(model, rows):
    times = (1e-3, 365 / 7, 3 * 365.25 / 7)
    together = model.expected_purchases_until(times, *rows)
    assert len(together) == 3
    for time, found in zip(times, together, strict=True):
        assert found == pytest.approx(model.expected_purchases(time, *rows), rel=1e-10)


def test_bg_nbd_equals_the_closed_form_of_the_paper():
    """Equations 9 and 10, with 2F1, where its parameters are tame."""
    x, recency, age = (column[:4] for column in ROWS)
    r, alpha, a, b, t = CDNOW.r, CDNOW.alpha, CDNOW.a, CDNOW.b, 39.0
    odds = np.where(x > 0, a / (b + np.maximum(x, 1) - 1) * ((alpha + age) / (alpha + recency)) ** (r + x), 0)
    hypergeometric = hyp2f1(r + x, b + x, a + b + x - 1, t / (alpha + age + t))
    purchases = (a + b + x - 1) / (a - 1) * (1 - ((alpha + age) / (alpha + age + t)) ** (r + x) * hypergeometric)
    assert CDNOW.expected_purchases(t, x, recency, age) == pytest.approx(purchases / (1 + odds), rel=1e-10)
    assert CDNOW.probability_alive(x, recency, age) == pytest.approx(1 / (1 + odds), rel=1e-12)
    new = (a + b - 1) / (a - 1) * (1 - (alpha / (alpha + t)) ** r * hyp2f1(r, b, a + b - 1, t / (alpha + t)))
    assert CDNOW.expected_cumulative([0, t]) == pytest.approx([0, new], rel=1e-10)


def test_bg_nbd_likelihood_equals_the_closed_form_of_the_paper():
    x, recency, age = ROWS
    r, alpha, a, b = 0.3, 5.0, 0.7, 2.0
    counts = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    chances = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    left = np.where(x > 0, a / (b + np.maximum(x, 1) - 1) * (alpha + recency) ** -(r + x), 0)
    expected = counts + chances + np.log((alpha + age) ** -(r + x) + left)
    value, _ = BgNbdTerms(read_histories(*ROWS)).evaluate(np.array([r, alpha, a, b]))
    assert value == pytest.approx(expected.sum(), rel=1e-12)


def test_pareto_nbd_likelihood_equals_the_closed_form_of_the_paper():
    x, recency, age = ROWS
    r, alpha, s, beta = 0.55, 10.6, 0.61, 11.7

    def part(time):
        z = (beta - alpha) / (beta + time)
        return hyp2f1(r + s + x, r + x, r + s + x + 1, z) / (beta + time) ** (r + s + x)

    counts = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    stayed = (alpha + age) ** -(r + x) * (beta + age) ** -s
    left = s / (r + s + x) * (part(recency) - part(age))
    value, _ = ParetoTerms(read_histories(*ROWS)).evaluate(np.array([r, alpha, s, beta]))
    assert value == pytest.approx(np.sum(counts + np.log(stayed + left)), rel=1e-11)
    model = ParetoNbd(r, alpha, s, beta)
    assert model.probability_alive(*ROWS) == pytest.approx(stayed / (stayed + left), rel=1e-9)


@pytest.mark.parametrize("alpha", [0.01, 3, 1e4])
@pytest.mark.parametrize("beta", [0.001, 1, 1e4])
@pytest.mark.parametrize("shape", [(0.05, 0.01), (0.5, 0.6), (1000, 5), (5, 1000)])
def test_departure_integral_equals_many_small_pieces(alpha, beta, shape):
    r, s = shape
    horizon = 2.0
    x, t = np.array([0.0, 1, 5, 100, 1e4]), np.array([0.0, 0.02, 0.4, 1.5, 0.4])
    found = integrate_departure(ParetoParameters(r, alpha, s, beta), x, t, horizon)[0]
    points, weights = np.polynomial.legendre.leggauss(20)
    for count, start, value in zip(x, t, found, strict=True):
        # Pieces of growing width from the fastest fall to the end, in log(beta + y).
        end = np.log((beta + horizon) / (beta + start))
        fall = (r + count) * (beta + start) / (alpha + start) + s
        edges = np.unique(np.minimum(end, np.concatenate(([0], np.geomspace(min(end, 1e-2 / fall), end, 200)))))
        middle, half = (edges[1:] + edges[:-1]) / 2, (edges[1:] - edges[:-1]) / 2
        v = middle[:, None] + half[:, None] * points
        height = np.exp(-(r + count) * np.log1p(np.expm1(v) * (beta + start) / (alpha + start)) - s * v)
        assert value == pytest.approx(np.sum(height * weights * half[:, None]), rel=1e-11)


@pytest.mark.parametrize("model", MODELS, ids=str)
@pytest.mark.parametrize("t", [0, 1, 52, 1e5])
def test_predictions_are_finite_everywhere(model, t):
    expected = model.expected_purchases(t, *EXTREME)
    alive = model.probability_alive(*EXTREME)
    assert np.isfinite(expected).all() and (expected >= 0).all()
    assert ((alive >= 0) & (alive <= 1)).all()
    assert np.isfinite(model.expected_cumulative([0, t, 1e6])).all()


@pytest.mark.parametrize("parameters", [(0.25, 4, 1e-3, 1e13), (0.25, 4, 1.0, 1e16), (2.0, 50, 30, 1e16)])
def test_bg_nbd_with_enormous_b_is_plain_nbd(parameters):
    """gammaln(a + b) - gammaln(b) is noise there; the sums of log1p are not."""
    steady = BgNbd(parameters[0], parameters[1], 0, np.inf)
    model = BgNbd(*parameters)
    assert model.expected_purchases(52, *ROWS) == pytest.approx(steady.expected_purchases(52, *ROWS), rel=1e-9)
    value, _ = BgNbdTerms(read_histories(*ROWS)).evaluate(np.array(parameters))
    plain, _ = BgNbdTerms(read_histories(*ROWS)).evaluate(np.array([*parameters[:2], 1e-300, 1.0]))
    assert value == pytest.approx(plain, abs=1e-9)


def test_removable_singularities_are_crossed_smoothly():
    near = [BgNbd(0.25, 4, a, 2.4).expected_purchases(39, *ROWS) for a in (1 - 1e-7, 1, 1 + 1e-7)]
    assert near[1] == pytest.approx((near[0] + near[2]) / 2, rel=1e-9)
    near = [ParetoNbd(0.55, 10, s, 11).expected_purchases(39, *ROWS) for s in (1 - 1e-7, 1, 1 + 1e-7)]
    assert near[1] == pytest.approx((near[0] + near[2]) / 2, rel=1e-9)
    assert ParetoNbd(0.5, 10, 1, 11).expected_cumulative(39) == pytest.approx(0.5 / 10 * 11 * np.log(50 / 11))


@pytest.mark.parametrize("terms", [BgNbdTerms, ParetoTerms])
@pytest.mark.parametrize("parameters", [(0.3, 5.0, 0.7, 2.0), (3.0, 0.5, 2.0, 30.0), (0.05, 80.0, 0.02, 0.4)])
def test_derivatives_equal_differences(terms, parameters):
    rows, at = terms(read_histories(*ROWS)), np.array(parameters)
    _, gradient = rows.evaluate(at)
    for k, derivative in enumerate(gradient):
        step = 1e-5 * at[k] * np.eye(4)[k]
        difference = (rows.evaluate(at + step)[0] - rows.evaluate(at - step)[0]) / (2e-5 * at[k])
        assert derivative == pytest.approx(difference, rel=1e-6, abs=1e-6)


positive = st.floats(min_value=1e-3, max_value=1e3)


@given(
    parameters=st.tuples(positive, positive, positive, positive),
    x=st.integers(0, 100_000),
    times=st.tuples(st.floats(0.01, 5000), st.floats(0, 5000)),
    kind=st.sampled_from([BgNbd, ParetoNbd]),
)
def test_chances_are_chances_and_more_time_brings_more(parameters, x, times, kind):
    model, (last, since) = kind(*parameters), times
    row = ([x], [last if x else 0], [last + since])
    alive = model.probability_alive(*row)[0]
    assert 0 <= alive <= 1
    less, more = (model.expected_purchases(t, *row)[0] for t in (10, 20))
    assert 0 <= less <= more * (1 + 1e-9) + 1e-300 < np.inf
    rate = (model.r + x) / (model.alpha + last + since)
    assert more <= alive * rate * 20 * (1 + 1e-9) + 1e-300
