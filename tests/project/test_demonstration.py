"""The demo firm's pure parts: stories that say what the requirements say, a population that is the same by seed."""

import datetime as dt
import itertools
from collections import Counter
from decimal import Decimal

import numpy as np
import pytest

from guanxi.project.demonstration import population, stories


@pytest.mark.parametrize(
    "today", [dt.date(2026, 11, 21), dt.date(2026, 3, 1), dt.date(2028, 2, 29), dt.date(2027, 1, 31)]
)
def test_wang_spends_by_month_what_ret_01_says(today):
    by_month = Counter()
    for told in stories.wang(today):
        by_month[told.day.replace(day=1)] += Decimal(told.amount)
    months = sorted(by_month)
    assert [by_month[month] for month in months] == [*stories.WANG_MONTHS, stories.WANG_LAST]
    closed = months[-1]
    assert (closed.year * 12 + closed.month) == (today.year * 12 + today.month) - 1
    assert max(told.day for told in stories.wang(today)) < today


def test_zhang_came_every_thirty_days_and_then_not_for_half_a_year():
    today = dt.date(2026, 7, 15)
    days = sorted(told.day for told in stories.zhang(today))
    assert len(days) == 24
    assert {(b - a).days for a, b in itertools.pairwise(days)} == {30}
    assert (today - days[-1]).days == 186


def test_the_population_is_the_same_by_seed_and_ends_yesterday():
    today = np.datetime64("2026-11-21")
    one, again, other = (population.dealings(np.random.default_rng(seed), 60, today) for seed in (5, 5, 6))
    assert np.array_equal(one.minor, again.minor) and np.array_equal(one.day, again.day)
    assert not (len(one.minor) == len(other.minor) and np.array_equal(one.minor, other.minor))
    assert one.day.max() < today and one.day.min() >= today - 3 * 365
    assert one.minor.min() >= 500
