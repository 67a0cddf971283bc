import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.insight.estimates.evidence import Histories, read_histories
from guanxi.insight.estimates.grouping import group_histories, group_rows, roughen_histories

whole = st.integers(0, 40).map(float)
weeks = st.integers(0, 400).map(lambda day: day / 7)
odd = st.floats(0, 1e6, allow_subnormal=False)


@given(st.lists(st.tuples(whole, st.one_of(weeks, odd), weeks), max_size=40))
def test_groups_are_the_distinct_rows_in_order_and_lead_back(rows):
    columns = [np.array(column, dtype=np.float64) for column in zip(*rows, strict=True)] or [np.empty(0)] * 3
    groups = group_rows(columns)
    distinct = list(zip(*groups.columns, strict=True))
    assert distinct == sorted(set(distinct))
    assert groups.weights.sum() == len(rows)
    for original, found in zip(columns, groups.columns, strict=True):
        assert found[groups.inverse] == pytest.approx(original, abs=2e-9)
    assert len(distinct) <= len(set(rows))


def test_weights_are_added_and_days_and_weeks_stay_exact():
    days = np.array([8.0, 1, 8, 365])
    for unit in (1, 7):
        groups = group_rows([days / unit], np.array([1.0, 2, 0.5, 4]))
        assert groups.columns[0].tolist() == [1 / unit, 8 / unit, 365 / unit]
        assert groups.weights.tolist() == [2, 1.5, 4]
        assert groups.inverse.tolist() == [1, 0, 1, 2]


@pytest.mark.parametrize("last", [0.25, 4.0])
def test_values_far_apart_do_not_need_a_table(last):
    values = np.array([0.0, 1e15, 3e17, 1e15, 3e17, last])
    groups = group_rows([values, values[::-1], values / 2])
    assert groups.weights.tolist() == [1, 1, 2, 2]
    for original, found in zip([values, values[::-1], values / 2], groups.columns, strict=True):
        assert (found[groups.inverse] == original).all()


def test_a_rough_copy_keeps_customers_counts_and_order_of_times():
    chance = np.random.default_rng(0)
    age = chance.uniform(1, 100, 30_000)
    x = chance.integers(0, 4, 30_000)
    exact, _ = group_histories(read_histories(x, np.where(x > 0, age * chance.uniform(0.01, 1, 30_000), 0), age))
    rough = roughen_histories(exact)
    assert len(rough.age) < len(exact.age) / 2
    assert rough.weights.sum() == 30_000
    assert np.sum(rough.weights * rough.frequency) == x.sum()
    assert ((rough.recency >= 0) & (rough.recency <= rough.age)).all()
    assert ((rough.recency > 0) == (rough.frequency > 0)).all()
    assert np.average(rough.age, weights=rough.weights) == pytest.approx(age.mean(), rel=0.01)
    few = Histories(*(column[:100] for column in (exact.frequency, exact.recency, exact.age, exact.weights)))
    assert roughen_histories(few) is few
