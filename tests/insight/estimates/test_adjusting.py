"""The effect of a lot on what customers bring: the difference of means, with less noise and no bias for it."""

import numpy as np
import pytest

from guanxi.insight.estimates.adjusting import LEAST_OF_A_SIDE, adjusted_effect


def test_by_hand_what_came_before_takes_noise_away():
    """After is before + 3, and + 2 more for those drawn: the means differ by what they brought before, the effect is 2 to the digit."""
    before = np.concatenate([np.arange(200.0), 40 + np.arange(150.0)])
    drawn = np.arange(350) < 200
    found = adjusted_effect(before + 3 + 2 * drawn, before, drawn)
    assert found.effect == pytest.approx(2) and found.interval == pytest.approx((2, 2))
    assert (found.treated, found.control) == (pytest.approx(104.5), pytest.approx(117.5))
    assert found.explained == pytest.approx(1)


def test_where_nothing_was_brought_before_it_is_welchs_difference():
    random = np.random.default_rng(3)
    after, drawn = random.gamma(1, 50, 2_000), np.arange(2_000) % 5 > 0
    found = adjusted_effect(after, np.zeros(2_000), drawn)
    one, other = after[drawn], after[~drawn]
    half = 1.959963984540054 * np.sqrt(one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other))
    assert found.effect == pytest.approx(one.mean() - other.mean())
    assert found.interval == pytest.approx((found.effect - half, found.effect + half))
    assert found.explained == 0


def test_the_interval_holds_the_truth_as_often_as_it_says_and_is_the_narrower_for_the_time_before():
    random, hits, widths = np.random.default_rng(11), 0, []
    for _ in range(300):
        before = random.gamma(0.5, 100, 1_500)
        drawn = random.random(1_500) < 0.8
        after = 0.8 * before + random.normal(0, 20, 1_500) + 4.0 * drawn
        found = adjusted_effect(after, before, drawn)
        hits += found.interval[0] <= 4.0 <= found.interval[1]
        plain = adjusted_effect(after, np.zeros(1_500), drawn)
        widths.append(np.ptp(found.interval) / np.ptp(plain.interval))
    assert 0.91 <= hits / 300 <= 0.985
    assert np.mean(widths) < 0.5


def test_too_few_on_a_side_tell_nothing():
    drawn = np.arange(LEAST_OF_A_SIDE * 2 - 1) < LEAST_OF_A_SIDE
    nothing = np.zeros(len(drawn))
    assert adjusted_effect(nothing, nothing, drawn) is None
    equal = adjusted_effect(np.ones(200), np.ones(200), np.arange(200) < 100)
    assert (equal.effect, equal.interval, equal.explained) == (0, (0, 0), 0)
