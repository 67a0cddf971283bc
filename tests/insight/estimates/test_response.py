"""What contacts bring about: smoothing, shrinkage, when to leave in peace; and that learning finds the better offer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.insight.estimates.response import (
    DECAY,
    Answers,
    Uplift,
    control_share,
    draw_uplift,
    is_stopped,
    read_answers,
    shrink_uplift,
    smooth_response,
)


def one_cell(tau: float, sd: float) -> Uplift:
    return Uplift(np.array([tau]), np.array([sd]), tau, 0.0)


def test_the_statement_two_of_ten_with_a_parent_of_two_percent_is_five_percent():
    assert smooth_response(2, 10, 0.02) == pytest.approx(0.05)
    assert smooth_response([0, 30], [0, 950], [0.04, 0.04]) == pytest.approx([0.04, 0.032])


def test_shrinkage_by_hand():
    # between 0 and 400 a cell: the moments of two cells, computed with pencil and paper
    answers = read_answers([400, 400], [40, 20], [400, 400], [20, 20])
    found = shrink_uplift(answers)
    assert found.parent == pytest.approx(60 / 800 - 40 / 800)
    p1, p2, q = (40 + 0.075) / 401, (20 + 0.075) / 401, (20 + 0.05) / 401
    v = [p1 * (1 - p1) / 400 + q * (1 - q) / 400, p2 * (1 - p2) / 400 + q * (1 - q) / 400]
    w = [1 / v[0], 1 / v[1]]
    mean = (w[0] * 0.05 + 0) / sum(w)
    excess = w[0] * (0.05 - mean) ** 2 + w[1] * mean**2 - 1
    between = excess / (sum(w) - (w[0] ** 2 + w[1] ** 2) / sum(w))
    assert found.between == pytest.approx(between)
    assert found.tau[1] < found.parent < found.tau[0] < 0.05


def test_who_has_no_controls_of_his_own_is_like_all():
    found = shrink_uplift(read_answers([1000, 300, 0], [80, 20, 0], [1000, 0, 0], [50, 0, 0]))
    assert found.tau[1] == found.tau[2] == pytest.approx(found.parent)
    assert found.parent == pytest.approx(100 / 1300 - 0.05)


def test_a_cell_without_a_yes_is_not_certain():
    found = shrink_uplift(read_answers([5, 5000], [0, 500], [5, 5000], [0, 250]))
    assert abs(found.tau[0] - found.parent) < 0.2 * found.parent
    assert (found.sd > 0).all()


def test_cells_that_differ_by_chance_only_are_taken_together():
    random = np.random.default_rng(4)
    n = np.full(50, 400.0)
    found = shrink_uplift(read_answers(n, random.binomial(400, 0.06, 50), n, random.binomial(400, 0.04, 50)))
    raw_spread = 0.0155  # sqrt(.06·.94/400 + .04·.96/400)
    assert np.std(found.tau) < 0.35 * raw_spread


def test_cells_that_differ_are_told_apart():
    random = np.random.default_rng(5)
    truth = np.linspace(-0.02, 0.08, 50)
    n = np.full(50, 4_000.0)
    found = shrink_uplift(read_answers(n, random.binomial(4000, 0.05 + truth), n, random.binomial(4000, 0.05, 50)))
    assert np.corrcoef(found.tau, truth)[0, 1] > 0.97
    assert np.mean(np.abs(found.tau - truth) < 1.96 * found.sd) >= 0.86


@given(st.lists(st.tuples(*[st.integers(0, 500)] * 4), min_size=1, max_size=12))
def test_the_shrunk_uplift_lies_between_its_own_and_the_parents(rows):
    asked = np.array([[max(a, b), min(a, b), max(c, d), min(c, d)] for a, b, c, d in rows], dtype=float).T
    if not asked[0].sum() or not asked[2].sum():
        with pytest.raises(ValueError, match="controls"):
            shrink_uplift(Answers(*asked))
        return
    found = shrink_uplift(read_answers(*asked))
    assert np.isfinite(found.tau).all() and (found.sd > 0).all()
    both = (asked[0] > 0) & (asked[2] > 0)
    raw = asked[1][both] / asked[0][both] - asked[3][both] / asked[2][both]
    low, high = np.minimum(raw, found.parent) - 1e-9, np.maximum(raw, found.parent) + 1e-9
    assert ((low <= found.tau[both]) & (found.tau[both] <= high)).all()


def test_a_cell_is_left_in_peace_when_even_the_hopeful_limit_costs_more_than_it_brings():
    assert is_stopped(one_cell(0.01, 0.002), 900, 12).tolist() == [True]  # (.01 + 1.28 · .002) · 900 = 11.3
    assert is_stopped(one_cell(0.01, 0.003), 900, 12).tolist() == [False]  # 12.5
    assert is_stopped(one_cell(-0.01, 0.001), 900, 0).tolist() == [True]


def test_controls_never_end():
    assert [control_share(yes) for yes in (0, 199, 200, 1e9)] == [0.10, 0.10, 0.05, 0.05]


def test_old_evidence_fades():
    old, new = read_answers([100], [10], [50], [2]), read_answers([20], [1], [10], [0])
    later = old.after_a_week(new)
    assert (later.treated[0], later.control_yes[0]) == (pytest.approx(100 * DECAY + 20), pytest.approx(2 * DECAY))


@pytest.mark.parametrize(
    "columns, words",
    [
        (([1], [2], [1], [0]), "no more can say yes"),
        (([1], [0], [1], [2]), "no more can say yes"),
        (([-1], [0], [1], [0]), "not negative"),
        (([np.inf], [0], [1], [0]), "finite"),
        (([1, 2], [0], [1], [0]), "equal in shape"),
    ],
)
def test_what_no_evidence_can_be_is_refused(columns, words):
    with pytest.raises(ValueError, match=words):
        read_answers(*columns)


def test_a_draw_has_the_uplift_and_its_doubt():
    found = Uplift(np.full(20_000, 0.02), np.full(20_000, 0.01), 0.02, 0.0)
    drawn = draw_uplift(found, np.random.default_rng(0))
    assert (drawn.mean(), drawn.std()) == (pytest.approx(0.02, abs=3e-4), pytest.approx(0.01, rel=0.03))
