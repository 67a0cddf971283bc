"""Customers as an asset: bridges that close, growth that adds up, retention in own figures, likeness and hours."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.insight.estimates import equity, likeness, retention
from guanxi.insight.estimates.equity import Volume

NAN = math.nan
WORTH = st.one_of(st.just(NAN), st.floats(-1e6, 1e6))


def test_a_bridge_by_hand():
    before = [100, 200, 50, NAN, NAN, 80, -10]
    now = [150, 120, NAN, 70, 40, 80, NAN]
    earlier = [True, True, True, False, True, True, True]
    found = equity.bridge_equity(before, now, earlier)
    assert (found.opening, found.new, found.regained) == (420, 70, 40)
    assert (found.grown, found.shrunk, found.lost, found.closing) == (50, -80, -40, 460)
    assert found.customers == {
        "opening": 5,
        "new": 1,
        "regained": 1,
        "grown": 1,
        "shrunk": 1,
        "lost": 2,
        "closing": 5,
    }


@given(st.lists(st.tuples(WORTH, WORTH, st.booleans()), max_size=60))
def test_opening_and_what_happened_is_closing(rows):
    before, now, earlier = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    found = equity.bridge_equity(before, now, earlier)
    came = found.new + found.regained + found.grown + found.shrunk + found.lost
    assert found.opening + came == pytest.approx(found.closing, rel=1e-9, abs=1e-3)


def test_growth_by_numbers_time_and_depth():
    before, now = Volume(1000, 30, 1.5, 20), Volume(1100, 33, 1.5, 18)
    found = equity.explain_growth(before, now)
    assert sum(found.values()) == pytest.approx(now.total - before.total)
    assert found["cross_sell"] == 0
    mean = (now.total - before.total) / math.log(now.total / before.total)
    assert found["more"] == pytest.approx(mean * math.log(1.1))
    assert found["up_sell"] == pytest.approx(mean * math.log(0.9))
    with pytest.raises(ValueError, match="above 0"):
        equity.explain_growth(before, Volume(0, 33, 1.5, 18))


@given(*[st.tuples(*[st.floats(0.01, 1e4)] * 4)] * 2)
def test_the_parts_of_growth_sum_to_the_change(a, b):
    before, now = Volume(*a), Volume(*b)
    found = equity.explain_growth(before, now)
    assert sum(found.values()) == pytest.approx(
        now.total - before.total, rel=1e-6, abs=1e-6 * (now.total + before.total)
    )


def test_numbers_split_by_where_they_came_from():
    found = equity.split_more(500, {"new": 120, "regained": 30, "lost": -50}, 1000, 1100)
    assert found == pytest.approx({"new": 600, "regained": 150, "lost": -250})
    assert equity.split_more(0, {"new": 5, "lost": -5}, 10, 10) == {"new": 0, "lost": 0}
    with pytest.raises(ValueError, match="sum"):
        equity.split_more(1, {"new": 1}, 10, 12)


def test_a_plan_that_widens_and_thins_is_net_negative():
    assert equity.weigh_plan(more=0.10, deeper=-0.12) == pytest.approx(-0.032)
    assert equity.weigh_plan(more=0.10, longer=0.10, deeper=-0.12) > 0


def test_retention_from_80_to_85():
    found = retention.simulate_retention([600, 400, 1000], 0.80, 0.85)
    # the factors of three years: 1.6409 and 1.8312
    assert found.now == pytest.approx(2000 * 1.64087, abs=0.1)
    assert found.then == pytest.approx(2000 * 1.83124, abs=0.1)
    assert found.share == pytest.approx(0.1160, abs=1e-4)
    swing = 1.96 * math.sqrt(3) * np.std([600, 400, 1000], ddof=1) * (1.83124 - 1.64087)
    assert (found.change - found.low, found.high - found.change) == pytest.approx((swing, swing), rel=1e-3)
    worse = retention.simulate_retention([100] * 50, 0.85, 0.80)
    assert worse.change == pytest.approx(-5000 * (1.83124 - 1.64087), abs=0.1)
    assert worse.low == worse.high == pytest.approx(worse.change)  # all alike: nothing to vary
    assert retention.simulate_retention([], 0.8, 0.9).share is None
    with pytest.raises(ValueError, match="between 0 and 1"):
        retention.simulate_retention([1], 1.2, 0.5)


def test_a_third_lost_a_year_is_not_zero_in_five():
    assert retention.left_after(2 / 3, 5) == pytest.approx(0.132, abs=5e-4)
    assert retention.left_after(0.9, 10) == pytest.approx(0.349, abs=5e-4)
    assert retention.needed_to_stand_still(3000, 2 / 3) == pytest.approx(1000)


def test_the_loyal_are_not_worse_off():
    assert retention.parity_ratio(1240 * 30, 1240, 50 * 40, 50) == pytest.approx(0.75)
    assert retention.parity_ratio(100, 10, 90, 10) > 1
    assert retention.parity_ratio(100, 10, 0, 10) is None
    assert retention.parity_ratio(0, 0, 90, 10) is None


def test_what_the_best_have_in_common():
    names = ["Shanghai", "card", "rare", "everywhere", "poor"]
    found = likeness.over_represented(names, [120, 60, 5, 200, 10], [300, 400, 8, 1000, 300], best=200, everybody=1000)
    assert [one.feature for one in found] == ["Shanghai"]
    one = found[0]
    assert (one.share_best, one.share_all) == (0.6, 0.3)
    assert one.lift == pytest.approx(0.6 / (180 / 800))
    spread = 1.96 * math.sqrt(1 / 120 - 1 / 200 + 1 / 180 - 1 / 800)
    assert (one.low, one.high) == pytest.approx((one.lift * math.exp(-spread), one.lift * math.exp(spread)), rel=1e-4)
    only = likeness.over_represented(["club"], [40], [40], best=200, everybody=1000)
    assert only[0].lift == pytest.approx(0.2 / (0.5 / 800))
    many = [f"f{n:02}" for n in range(15)]
    assert len(likeness.over_represented(many, [100] * 15, [200] * 15, best=200, everybody=1000)) == 10
    assert likeness.over_represented(["a"], [0], [50], best=0, everybody=50) == []


def test_forty_hours_by_value():
    assert likeness.propose_hours(40, {"A": 81, "B": 28, "C": -9}) == {"A": 24, "B": 14, "C": 2}
    assert likeness.propose_hours(40, {"A": 50, "B": 40, "C": 10}) == {"A": 20, "B": 16, "C": 4}
    assert likeness.propose_hours(7, {"A": 0, "B": 0, "C": 0}) == {"A": 3, "B": 2, "C": 2}
    assert likeness.propose_hours(8, {"A": 3}) == {"A": 8}
    with pytest.raises(ValueError, match="hours"):
        likeness.propose_hours(-1, {"A": 1})


@given(st.integers(0, 200), st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5))
def test_hours_always_add_up(hours, values):
    found = likeness.propose_hours(hours, dict(zip("ABCDE", values, strict=False)))
    assert sum(found.values()) == hours
    assert min(found.values()) >= 0
