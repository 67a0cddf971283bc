"""What a new customer costs and why; who is new and who came back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.insight.estimates import acquisition as rules
from guanxi.insight.estimates.acquisition import Effort, Funnel

RATE = st.floats(0.01, 1)


def test_the_two_types_of_the_requirement():
    a, b = Funnel(40, (0.50, 0.40, 0.30)), Funnel(25, (0.50, 0.60, 0.35))
    assert (round(a.cost), round(b.cost)) == (667, 238)
    found = rules.compare_costs(a, b)
    assert found.ratio == pytest.approx(2.8)
    assert found.lead == pytest.approx(0.456, abs=5e-4)
    assert found.stages == pytest.approx((0, 0.394, 0.150), abs=5e-4)


def test_dearer_leads_may_be_the_cheaper_customers():
    found = rules.compare_costs(Funnel(10, (0.1,)), Funnel(30, (0.9,)))
    assert found.ratio == pytest.approx(3)
    assert found.lead == pytest.approx(-1)
    assert found.stages == pytest.approx((2,))
    assert rules.compare_costs(Funnel(10, (0.5,)), Funnel(20, (1.0,))) == rules.Comparison(pytest.approx(1), None, None)
    with pytest.raises(ValueError, match="same stages"):
        rules.compare_costs(Funnel(1, (1.0,)), Funnel(1, ()))
    for wrong in ((0, (0.5,)), (5, (0.0,)), (5, (1.2,)), (math.nan, (0.5,))):
        with pytest.raises(ValueError, match="above 0"):
            Funnel(*wrong)


@given(st.floats(0.1, 1e4), st.floats(0.1, 1e4), st.lists(st.tuples(RATE, RATE), min_size=1, max_size=5))
def test_the_parts_of_the_cause_are_the_whole(dear, cheap, rates):
    found = rules.compare_costs(Funnel(dear, tuple(a for a, _ in rates)), Funnel(cheap, tuple(b for _, b in rates)))
    if found.lead is not None and abs(math.log(found.ratio)) > 1e-3:
        assert found.lead + sum(found.stages) == pytest.approx(1)


def test_cost_and_payback():
    assert rules.cost_of_acquisition([2000, 300, 700, 1500, 500, 1000], 9) == pytest.approx(6000 / 9)
    assert rules.cost_of_acquisition([100], 0) is None
    assert rules.payback_months(238, 34) == pytest.approx(7)
    assert rules.payback_months(238, 0) is None
    assert rules.cost_ratio(238, 41) == pytest.approx(5.8, abs=0.01)
    assert rules.cost_ratio(238, 0) is None


def test_small_cells_are_reported_with_their_parents():
    cells = [("person", "web"), ("person", "fair"), ("person", "leaflet"), ("firm", "visit"), ("firm", "fair")]
    found = rules.merge_upward(cells, [120, 20, 15, 5, 7])
    # fair and leaflet are 35 together; the firms are 12 together and go to the whole
    assert found == [("person", "web"), ("person",), ("person",), (), ()]
    assert rules.merge_upward([], []) == []
    assert rules.merge_upward([("a",), ("b",)], [30, 29]) == [("a",), ()]


def test_who_returns_is_regained_and_not_new():
    nan = math.nan
    away, usual = [nan, 14 * 30, 200, 200, 179, 500], [nan, 30, 30, 40, nan, nan]
    assert rules.kinds_of_arrival(away, usual).tolist() == [
        *("new", "regained", "regained", "existing", "existing", "regained"),
    ]


def test_prospects_by_expected_worth():
    found = rules.rank_prospects([0.5, 0.02, 0.1, 0.5], [100, 9000, 300, 100], [12, 12, 60, 12])
    assert found.worth.tolist() == [38, 168, -30, 38]
    assert found.order.tolist() == [1, 0, 3]


def test_share_by_word_of_mouth():
    assert rules.share_recommended(310, 500) == pytest.approx(0.62)
    assert rules.share_recommended(0, 0) is None


A = Effort(("organisation", "visit"), 40_000, (1000, 500, 200, 60))
B = Effort(("person", "web"), 50_000, (2000, 1000, 600, 210))


def test_the_statements_two_types_and_why_one_is_dearer():
    dear, cheap = rules.costs_by_cell([B, A])
    assert (dear.cell, round(dear.each), round(cheap.each)) == (A.cell, 667, 238)
    why = rules.compare_costs(dear.funnel, cheap.funnel)
    assert why.ratio == pytest.approx(2.8)
    assert [round(100 * share, 1) for share in (why.lead, *why.stages)] == [45.6, 0, 39.4, 15.0]


def test_shared_costs_go_by_touches_and_small_cells_upward():
    small = [Effort(("person", "fair"), 900, (90, 45, 30, 20)), Effort(("person", "leaflet"), 300, (60, 30, 20, 12))]
    shared = [Effort((), 3150), Effort(("person",), 2150), Effort(("thing",), 70)]
    found = {one.cell: one for one in rules.costs_by_cell([A, B, *small, *shared])}
    # one of all per lead for everybody, and one of all per lead more for people
    assert found[A.cell].cost == pytest.approx(41_000)
    assert found[B.cell].cost == pytest.approx(54_000)
    assert found[("person",)].cost == pytest.approx(1_500)
    assert (found[("person",)].reached, found[("person",)].each) == ((150, 75, 50, 32), pytest.approx(1_500 / 32))
    assert (found[()].cost, found[()].reached, found[()].each, found[()].funnel) == (
        70,
        (),
        None,
        None,
    )  # nobody under it
    assert rules.costs_by_cell([]) == []


def test_whom_nobody_became_has_a_cost_and_no_price():
    (found,) = rules.costs_by_cell([Effort(("person", "web"), 80, (10, 4, 0, 0))])
    assert (found.cell, found.cost, found.each, found.funnel) == ((), 80, None, None)
