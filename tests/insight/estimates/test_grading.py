import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.insight.estimates.grading import (
    BasketHoldOut,
    HoldOut,
    auc,
    compare_baskets,
    compare_hold_out,
    correlation,
    grade,
    grade_baskets,
)


def held_out(model: float | None, simple: float | None, predicted: float, again: int = 100) -> HoldOut:
    return HoldOut(1000, again, predicted, 1000.0, 0.5, 1.0, model, simple)


def test_auc():
    assert auc([1, 2, 3, 4], [False, False, True, True]) == 1
    assert auc([1, 2, 3, 4], [True, True, False, False]) == 0
    assert auc([1, 3, 2, 4], [False, False, True, True]) == 0.75
    assert auc([5, 5, 5], [True, False, True]) == 0.5
    assert auc([1, 1, 2], [False, True, True]) == 0.75
    assert auc([1, 2], [True, True]) is None
    assert auc([], []) is None


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=30))
def test_auc_is_the_share_of_pairs_in_the_right_order(rows):
    yes = [score for score, label in rows if label]
    no = [score for score, label in rows if not label]
    found = auc([score for score, _ in rows], [label for _, label in rows])
    pairs = [1.0 if high > low else 0.5 if high == low else 0.0 for high in yes for low in no]
    assert found == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)


def test_correlation():
    left = np.array([1.0, 2, 3, 5])
    assert correlation(left, 3 - 2 * left) == pytest.approx(-1)
    assert correlation(left, np.array([2.0, 1, 4, 3])) == pytest.approx(np.corrcoef(left, [2, 1, 4, 3])[0, 1])
    assert correlation(left, np.ones(4)) is None
    assert correlation(left[:1], left[:1]) is None


def test_hold_out_of_four_customers():
    found = compare_hold_out([2.0, 0.5, 0.25, 0.25], [5, 40, 300, 200], [3, 0, 0, 1])
    assert found == HoldOut(4, 2, 3.0, 4.0, pytest.approx(0.9102, abs=1e-4), pytest.approx(0.625), 0.625, 0.75)
    assert compare_hold_out([], [], []) == HoldOut(0, 0, 0.0, 0.0, None, None, None, None)


@pytest.mark.parametrize(
    ("model", "simple", "predicted", "letter", "words"),
    [
        (0.779, 0.771, 1000, "A", "ranks customers at least as well"),
        (0.779, 0.771, 1100, "A", "its total was within 10% of what came (1,100 expected, 1,000 came)."),
        (0.767, 0.771, 900, "A", "0.767 against 0.771"),
        (0.779, 0.771, 1101, "B", "off by 10.1% (1,101 expected, 1,000 came): use the order, not the sum."),
        (0.779, 0.771, 500, "B", "off by 50.0%"),
        (0.765, 0.771, 1000, "B", "rank customers better (0.771 against 0.765): use the sum, not the order."),
        (0.316, 0.771, 3000, "C", "off by 200.0% (3,000 expected, 1,000 came): use the simple rule."),
        (None, None, 1000, "C", "Of 1000 customers 100 bought again"),
    ],
)
def test_grades(model, simple, predicted, letter, words):
    found = grade(held_out(model, simple, predicted))
    assert found.letter == letter
    assert words in str(found.reason)


@pytest.mark.parametrize("again", [19, 981])
def test_too_few_to_compare_is_c(again):
    found = grade(held_out(0.9, 0.5, 1000, again=again))
    assert found.letter == "C"
    assert str(found.reason) == (
        f"Of 1000 customers {again} bought again in the time held out; at least 20 who did and 20 who did not are needed to compare."
    )
    assert grade(held_out(0.9, 0.5, 1000, again=980)).letter == "A"


def test_baskets_of_three_customers():
    found = compare_baskets([10.0, 20, 30], [10.0, 10, 60], [20.0, 20, 20])
    assert found == BasketHoldOut(3, 20, 20, None, pytest.approx(20 / 3), 20)
    assert compare_baskets([], [], []) == BasketHoldOut(0, 0, 0, None, 0, 0)


@pytest.mark.parametrize(
    ("customers", "predicted", "mae", "letter", "words"),
    [
        (491, 42, 16.37, "A", "(16.37 against 17.35) and the average was within 10% (42.00 expected, 40.00 came)."),
        (491, 45, 16.37, "B", "the average was off by 12.5% (45.00 expected, 40.00 came)."),
        (491, 42, 18, "B", "the personal mean misses the next baskets by less (17.35 against 18.00)."),
        (491, 30, 18, "C", "off by 25.0% (30.00 expected, 40.00 came): use the personal mean."),
        (19, 40, 1, "C", "Only 19 customers bought before and after the cut; at least 20"),
    ],
)
def test_grades_of_baskets(customers, predicted, mae, letter, words):
    found = grade_baskets(BasketHoldOut(customers, predicted, 40, 0.5, mae, 17.35))
    assert found.letter == letter
    assert words in str(found.reason)
