"""The ratio of two medians with its interval: against the formula by hand, and against chance."""

import math

import numpy as np
import pytest
from scipy.stats import binom, norm

from guanxi.insight.estimates.medians import LEAST_OF_A_SIDE, ratio_of_medians


def test_by_hand_as_price_and_bonett_have_it():
    one, other = [math.exp(n / 7) for n in range(25)], [math.exp(n / 5) for n in range(16)]
    # of 25 the 8th and the 18th (13 - 5), of 16 the 4th and the 13th (8.5 - 4, to the even)
    sides = []
    for n, step, place in ((25, 7, 8), (16, 5, 4)):
        z = norm.isf(binom.cdf(place - 1, n, 0.5))
        sides.append(((n - place) - (place - 1)) / step / (2 * z))
    half = 1.959963984540054 * math.hypot(*sides)
    gap = 12 / 7 - math.log((math.exp(7 / 5) + math.exp(8 / 5)) / 2)
    found = ratio_of_medians(one, other)
    assert found.ratio == pytest.approx(math.exp(gap))
    assert (found.low, found.high) == pytest.approx((math.exp(gap - half), math.exp(gap + half)))


def test_the_interval_holds_the_truth_as_often_as_it_says():
    random = np.random.default_rng(5)
    hits = 0
    for _ in range(1_000):
        found = ratio_of_medians(2.6 * random.lognormal(0, 1, 80), random.lognormal(0, 0.7, 200))
        hits += found.low <= 2.6 <= found.high
    assert 0.93 <= hits / 1_000 <= 0.99


@pytest.mark.parametrize(
    ("one", "other"),
    [([1.0] * (LEAST_OF_A_SIDE - 1), [1.0] * 50), ([1.0] * 50, []), ([0.0] * 30 + [5.0] * 20, [1.0] * 50)],
)
def test_too_few_or_nothing_bought_tell_nothing(one, other):
    assert ratio_of_medians(one, other) is None and ratio_of_medians(other, one) is None


def test_refunds_of_a_few_do_not_stand_in_the_way():
    assert ratio_of_medians([-5.0, 0.0, *[4.0] * 30], [2.0] * 30).ratio == pytest.approx(2.0)
