"""What contacts bring about: smoothing, shrinkage, when to leave in peace; and that learning finds the better offer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.insight.estimates.nesting import Nest, one_level
from guanxi.insight.estimates.response import (
    DECAY,
    Uplift,
    control_share,
    draw_uplift,
    guess_uplift,
    is_stopped,
    read_answers,
    shrink_uplift,
    smooth_down,
    smooth_response,
)


def flat(*columns):
    """The uplift of cells side by side, without that of all; and that of all."""
    answers = read_answers(*([0, *column] for column in columns))
    found = shrink_uplift(answers, one_level(len(columns[0])))
    return found.tau[1:], found.sd[1:], found.tau[0], found


def one_cell(tau: float, sd: float) -> Uplift:
    return Uplift(np.array([tau]), np.array([sd]))


def test_the_statement_two_of_ten_with_a_parent_of_two_percent_is_five_percent():
    assert smooth_response(2, 10, 0.02) == pytest.approx(0.05)
    assert smooth_response([0, 30], [0, 950], [0.04, 0.04]) == pytest.approx([0.04, 0.032])


def variance(yes: float, asked: float, of_all: float) -> float:
    rate = (yes + 50 * of_all) / (asked + 50)
    return rate * (1 - rate) / asked


def test_shrinkage_by_hand():
    # 400 a cell and arm: the moments of two cells, computed with pencil and paper
    tau, _sd, parent, found = flat([400, 400], [40, 20], [400, 400], [20, 20])
    v = [variance(yes, 400, 60 / 800) + variance(20, 400, 40 / 800) for yes in (40, 20)]
    w = [1 / v[0], 1 / v[1]]
    mean = (w[0] * 0.05 + 0) / sum(w)
    excess = w[0] * (0.05 - mean) ** 2 + w[1] * mean**2 - 1
    between = excess / (sum(w) - (w[0] ** 2 + w[1] ** 2) / sum(w))
    assert found.between == pytest.approx((between,))
    wide = [1 / (one + between) for one in v]
    assert parent == pytest.approx(wide[0] * 0.05 / sum(wide))
    assert tau == pytest.approx(
        [(raw / own + parent / between) / (1 / own + 1 / between) for raw, own in zip((0.05, 0.0), v, strict=True)]
    )


def test_what_is_known_of_a_groups_like_reaches_it_through_their_parent():
    """Two groups of two cells: one cell nobody was asked in goes with its sister, not with all."""
    nest = Nest((-1, 0, 0, 1, 1, 2, 2))
    columns = np.zeros((4, 7))
    columns[:, 3:] = np.array(
        [[20_000, 20_000, 20_000, 0], [2_000, 2_000, 800, 0], [20_000] * 3 + [0], [800] * 3 + [0]]
    )
    found = shrink_uplift(read_answers(*columns), nest)
    assert found.between[0] > 0
    assert found.tau[[3, 4]] == pytest.approx([0.06, 0.06], abs=0.001)
    assert found.tau[6] == found.tau[2] == pytest.approx(0.0, abs=0.001)
    assert found.tau[0] == pytest.approx(0.03, abs=0.001)
    assert found.sd[6] >= found.sd[5]


def test_few_people_do_not_speak_for_all():
    found = shrink_uplift(read_answers([0, 7, 12_000], [0, 3, 1_200], [0, 4, 6_000], [0, 0, 240]), one_level(2))
    assert found.tau == pytest.approx([0.06] * 3)
    with pytest.raises(ValueError, match="controls"):
        flat([9, 10], [3, 3], [10, 9], [1, 1])


def test_the_whole_is_exact_where_groups_differ_normally():
    """Against the posterior of the joint normal of all cells and groups (Lindley, Smith 1972), solved at once."""
    above = (-1, 0, 0, 0, 1, 1, 2, 2, 2, 3, 3)
    nest, cells = Nest(above), np.arange(4, 11)
    columns = np.zeros((4, 11))
    columns[0, cells], columns[2, cells] = 3_000, 2_000
    columns[1, cells], columns[3, cells] = [150, 240, 450, 600, 540, 900, 810], [60, 140, 180, 90, 130, 170, 100]
    found = shrink_uplift(read_answers(*columns), nest)
    assert min(found.between) > 0
    p1, p0 = columns[1].sum() / columns[0].sum(), columns[3].sum() / columns[2].sum()
    v = [variance(columns[1, c], 3_000, p1) + variance(columns[3, c], 2_000, p0) for c in cells]
    precision, seen = np.zeros((11, 11)), np.zeros(11)
    for group, up in enumerate(above[1:], 1):
        tie = 1 / found.between[0 if up == 0 else 1]
        precision[[group, up], [group, up]] += tie
        precision[[group, up], [up, group]] -= tie
    precision[cells, cells] += 1 / np.array(v)
    seen[cells] = (columns[1, cells] / 3_000 - columns[3, cells] / 2_000) / v
    assert found.tau == pytest.approx(np.linalg.solve(precision, seen))
    assert found.sd == pytest.approx(np.sqrt(np.diag(np.linalg.inv(precision))))


def test_response_is_smoothed_from_parent_to_parent():
    columns = np.zeros((4, 4))
    columns[:2, 3] = [10, 2]  # 2 of 10 in the only cell of the first of two groups
    p = smooth_down(read_answers(*columns), Nest((-1, 0, 0, 1)), 0.02)
    assert p == pytest.approx([3 / 60, 4.5 / 60, 3 / 60, (2 + 50 * 0.075) / 60])


def test_who_has_no_controls_of_his_own_is_like_all():
    tau, _sd, parent, _found = flat([1000, 300, 0], [80, 20, 0], [1000, 0, 0], [50, 0, 0])
    assert tau.tolist() == pytest.approx([parent] * 3)
    assert parent == pytest.approx(0.03)  # whom nobody is compared with says nothing


def test_a_cell_without_a_yes_is_not_certain():
    tau, sd, parent, _found = flat([15, 5000], [0, 500], [15, 5000], [0, 250])
    assert abs(tau[0] - parent) < 0.2 * parent
    assert (sd > 0).all()


def test_cells_that_differ_by_chance_only_are_taken_together():
    random = np.random.default_rng(4)
    n = np.full(50, 400.0)
    tau, *_ = flat(n, random.binomial(400, 0.06, 50), n, random.binomial(400, 0.04, 50))
    raw_spread = 0.0155  # sqrt(.06·.94/400 + .04·.96/400)
    assert np.std(tau) < 0.35 * raw_spread


def test_cells_that_differ_are_told_apart():
    random = np.random.default_rng(5)
    truth = np.linspace(-0.02, 0.08, 50)
    n = np.full(50, 4_000.0)
    tau, sd, *_ = flat(n, random.binomial(4000, 0.05 + truth), n, random.binomial(4000, 0.05, 50))
    assert np.corrcoef(tau, truth)[0, 1] > 0.97
    assert np.mean(np.abs(tau - truth) < 1.96 * sd) >= 0.86


@given(st.lists(st.tuples(*[st.integers(0, 500)] * 4), min_size=1, max_size=12))
def test_the_shrunk_uplift_lies_between_its_own_and_the_parents(rows):
    asked = np.array([[max(a, b), min(a, b), max(c, d), min(c, d)] for a, b, c, d in rows], dtype=float).T
    both = (asked[0] >= 10) & (asked[2] >= 10)
    if not both.any():
        with pytest.raises(ValueError, match="controls"):
            flat(*asked)
        return
    tau, sd, parent, _found = flat(*asked)
    assert np.isfinite(tau).all() and (sd > 0).all()
    raw = asked[1][both] / asked[0][both] - asked[3][both] / asked[2][both]
    low, high = np.minimum(raw, parent) - 1e-9, np.maximum(raw, parent) + 1e-9
    assert ((low <= tau[both]) & (tau[both] <= high)).all()


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
    guess = guess_uplift(np.full(20_000, 0.04), 0.5)
    drawn = draw_uplift(guess, np.random.default_rng(0))
    assert (drawn.mean(), drawn.std()) == (pytest.approx(0.02, abs=3e-4), pytest.approx(0.01, rel=0.03))


@pytest.mark.parametrize("above", [(), (0,), (-1, 1), (-1, -1), (-1, 2, 0)])
def test_groups_stand_behind_their_parents(above):
    with pytest.raises(ValueError, match="behind its parent"):
        Nest(above)


def test_a_group_holds_all_that_lies_in_it():
    assert Nest((-1, 0, 1, 1, 0)).sums([1, 2, 3, 4, 5]).tolist() == [15, 9, 3, 4, 5]


@pytest.mark.parametrize(("share", "effect"), [(0.4, 0.05), (0.7, 0.0), (0.25, 0.03)])
def test_whom_people_choose_to_ask_is_no_effect_and_neither_is_want_of_time(share, effect):
    """Whoever would take it anyway is asked first: among the asked half as many again take it, with or without being asked."""
    random = np.random.default_rng(7)
    many = 400_000
    likes = random.random(many) < 0.10
    asked = random.random(many) < np.where(likes, 1.5 * share, share * (1 - 0.1 * 1.5) / 0.9)
    takes = random.random(many) < np.where(likes, 0.6, 0.02) + effect * asked
    alone = random.random(many) < np.where(random.random(many) < 0.10, 0.6, 0.02)
    arms = [[0, n] for n in (asked.sum(), (asked & takes).sum(), many, alone.sum(), many, takes.sum())]
    found = shrink_uplift(read_answers(*arms), one_level(1))
    naive = arms[1][1] / arms[0][1] - arms[3][1] / many
    assert abs(found.tau[1] - effect) < 4 * found.sd[1] < 0.02
    assert naive - effect > 0.02  # what it would have passed for


def test_where_everybody_is_asked_the_arms_are_those_who_were_asked():
    columns = ([0.0, 900.0, 400.0], [0.0, 90.0, 12.0], [0.0, 300.0, 200.0], [0.0, 12.0, 6.0])
    plain, same = read_answers(*columns), read_answers(*columns, *columns[:2])
    assert np.array_equal(shrink_uplift(plain, one_level(2)).tau, shrink_uplift(same, one_level(2)).tau)
    with pytest.raises(ValueError, match="no more can say yes"):
        read_answers(*columns, [0.0, 1.0, 1.0], [0.0, 2.0, 0.0])
