"""Five traits and two sides: the example of the requirement, other numbers, and what must hold for any."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.insight.estimates import loyalty as rules

NAN = float("nan")
TRAIT = st.one_of(st.just(NAN), st.floats(0, 100))


def test_the_example_of_the_requirement():
    found = rules.combine_traits([[96, 75, 75, 70, NAN]])
    assert found.score == pytest.approx([69.05 / 0.85])
    assert round(found.score[0]) == 81
    assert found.coverage == pytest.approx([0.85])


def test_other_customers():
    rows = [[40, NAN, NAN, 20, 100], [100, 50, NAN, NAN, NAN], [NAN, 100, 80, NAN, NAN], [NAN] * 5]
    found = rules.combine_traits(rows)
    assert found.coverage == pytest.approx([0.65, 0.5, 0.35, 0])
    assert found.score[:2] == pytest.approx([(12 + 4 + 15) / 0.65, (30 + 10) / 0.5])
    assert np.isnan(found.score[2:]).all()  # below half of the weights nothing is shown
    assert found.behaviour[:2] == pytest.approx([(12 + 4) / 0.5, 80])
    assert np.isnan(found.behaviour[2:]).all()
    with pytest.raises(ValueError, match="five traits"):
        rules.combine_traits([[1, 2, 3]])


def test_regular_repeat():
    # 12 of 12 cycles, gaps with a fifth of the mean as spread: 100 / 1.04
    assert rules.regular_repeat([12, 6, 15, -3], [0.04, 1, 0, 0], [24, 9, 4, 8]) == pytest.approx(
        [96.15, 25, 100, 0], abs=0.01
    )
    assert np.isnan(rules.regular_repeat([3], [0], [3])).all()


def test_breadth():
    held, relevant = [4, 2, 1, 0, 9, 3, 2], [5, 5, 5, 5, 12, 3, 1]
    found = rules.breadth(held, relevant)
    assert found[:6] == pytest.approx([75, 25, 0, 0, 100, 100])
    assert np.isnan(found[6])  # where only one family can be held, breadth says nothing


def test_recommends():
    found = rules.recommends([2, 0, NAN, 1, NAN], [NAN, NAN, 8, 10, NAN])
    assert found[:4] == pytest.approx([75, 0, 80, 0.6 * 50 + 0.4 * 100])
    assert np.isnan(found[4])


def test_immune():
    found = rules.immune([0.5, NAN, 0.8, NAN], [0.9, 1.7, NAN, NAN])
    assert found[:3] == pytest.approx([70, 100, 80])
    assert np.isnan(found[3])


def test_tolerant():
    # the first had two failures (half and more than all kept), the second spent nothing before, the third had none
    found = rules.tolerant([0, 0, 1, 3], [100, 200, 0, 400], [50, 900, 70, -10], 4)
    assert found[0] == pytest.approx(75)
    assert np.isnan(found[1:3]).all()
    assert found[3] == 0


def test_share_of_wallet_by_the_rank():
    assert rules.share_of_wallet([1, 1, 2, 3], [2, 3, 3, 3]) == pytest.approx([2 / 3, 0.5, 1 / 3, 1 / 6])


@given(st.integers(1, 12))
def test_the_shares_of_all_ranks_are_one_wallet(suppliers):
    ranks = np.arange(1, suppliers + 1)
    assert rules.share_of_wallet(ranks, suppliers).sum() == pytest.approx(1)


def test_repeat_buying_is_not_loyalty():
    behaviour, attitude = [95, 95, 30, 20, 95, 20, NAN], [30, 70, 80, 59.9, NAN, NAN, 90]
    assert rules.classify_loyalty(behaviour, attitude).tolist() == [
        *("spurious", "true", "latent", "none", "behavioural", "not_shown", ""),
    ]


def test_no_answer_is_unknown_and_never_average():
    survey = [[60, 70, 80], [NAN, NAN, NAN], [90, NAN, NAN], [NAN, NAN, NAN]]
    found = rules.attitude(survey, [9, NAN, NAN, 4])
    assert found[[0, 2, 3]] == pytest.approx([75, 90, 40])
    assert np.isnan(found[1])


def test_worth_keeping_and_in_danger_are_two_questions():
    traits = [[NAN, 75, NAN, NAN, NAN], [59, 10, NAN, NAN, NAN], [90, NAN, NAN, NAN, NAN], [NAN] * 5]
    assert rules.is_worth_keeping([5, 9, 1, 4], traits).tolist() == [True, False, False, False]
    assert rules.is_in_danger([0, 1, 2, 5]).tolist() == [False, False, True, True]


@given(st.lists(st.tuples(*[TRAIT] * 5), min_size=1, max_size=20))
def test_a_score_lies_between_the_traits_it_rests_on(rows):
    found = rules.combine_traits(rows)
    for row, score, coverage in zip(np.array(rows), found.score, found.coverage, strict=True):
        known = row[np.isfinite(row)]
        assert 0 <= coverage <= 1 + 1e-9
        assert np.isnan(score) == (coverage < 0.5 - 1e-9)
        if np.isfinite(score):
            assert known.min() - 1e-9 <= score <= known.max() + 1e-9


@given(st.lists(TRAIT, min_size=5, max_size=5), st.integers(0, 4), st.floats(0, 100))
def test_a_better_trait_never_lowers_the_score(row, place, better):
    before = rules.combine_traits([row]).score[0]
    if np.isnan(row[place]) or better < row[place] or np.isnan(before):
        return
    changed = [better if n == place else trait for n, trait in enumerate(row)]
    assert rules.combine_traits([changed]).score[0] >= before - 1e-9
