import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.insight.estimates.rfm import classify_rfm, score_fifths, score_rfm


def test_scores_of_ten_customers():
    """percent_rank of 10 distinct values is 0, 1/9 .. 1: five scores, the last capped at 5."""
    assert score_fifths(np.arange(10)).tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert score_fifths(np.arange(6)).tolist() == [1, 2, 3, 4, 5, 5]


def test_equal_values_get_equal_scores():
    """NTILE would split the fifty one-time buyers over three scores."""
    purchases = np.array([1] * 50 + [2] * 30 + [3] * 20)
    assert score_fifths(purchases).tolist() == [1] * 50 + [3] * 30 + [5] * 20
    assert score_fifths([4, 4, 4]).tolist() == [1, 1, 1]
    assert score_fifths([9]).tolist() == [1]
    assert score_fifths([]).tolist() == []


def test_scores_are_made_within_each_segment():
    values = np.array([1, 2, 3, 100, 200, 300])
    segments = np.array(["a", "a", "a", "b", "b", "b"])
    assert score_fifths(values, segments).tolist() == [1, 3, 5, 1, 3, 5]
    assert score_fifths(values[::-1], segments).tolist() == [5, 3, 1, 5, 3, 1]
    assert score_fifths(values).tolist() == [1, 2, 3, 4, 5, 5]


def test_few_days_score_high():
    found = score_rfm([3, 30, 300], [9, 5, 1], [900, 400, -20])
    assert found.recency.tolist() == found.frequency.tolist() == found.monetary.tolist() == [5, 3, 1]
    assert found.classes.tolist() == ["champion", "regular", "hibernating"]


@pytest.mark.parametrize(
    ("r", "f", "m", "expected"),
    [
        (4, 4, 4, "champion"),
        (5, 5, 5, "champion"),
        (4, 4, 3, "regular"),
        (2, 4, 3, "at_risk"),
        (1, 5, 5, "at_risk"),
        (2, 4, 2, "regular"),
        (3, 4, 3, "regular"),
        (4, 1, 5, "new"),
        (3, 1, 1, "regular"),
        (2, 2, 5, "hibernating"),
        (1, 1, 1, "hibernating"),
        (2, 3, 3, "regular"),
    ],
)
def test_classes(r, f, m, expected):
    scores = (np.array([score], dtype=np.int8) for score in (r, f, m))
    assert classify_rfm(*scores).tolist() == [expected]


def test_unknown_values_are_refused():
    with pytest.raises(ValueError, match="finite"):
        score_rfm([np.nan], [1], [1])


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 2)), max_size=60))
def test_scores_follow_the_definition(rows):
    values, segments = (
        (np.array(column) for column in zip(*rows, strict=True)) if rows else (np.array([]), np.array([]))
    )
    for value, segment, score in zip(values, segments, score_fifths(values, segments), strict=True):
        peers = values[segments == segment]
        rank = np.sum(peers < value)
        assert score == min(5, 1 + (5 * rank // (len(peers) - 1) if len(peers) > 1 else 0))
