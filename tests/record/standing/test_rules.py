"""Quarters, and how long alarms wait (RET-11)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.record.standing.rules import Wait, quarter_of


@pytest.mark.parametrize(
    ("day", "first"),
    [
        ("2026-11-22", "2026-10-01"),
        ("2026-01-01", "2026-01-01"),
        ("2026-06-30", "2026-04-01"),
        ("2024-09-30", "2024-07-01"),
    ],
)
def test_quarters_begin_in_january_april_july_and_october(day, first):
    assert quarter_of(dt.date.fromisoformat(day)) == dt.date.fromisoformat(first)


def test_waits_are_medians_and_ninth_tenths_of_those_met():
    wait = Wait.of({0: 3, 1: 4, 4: 2, 30: 1}, {0: 2, 2: 5}, promised=1)
    assert (wait.met, wait.waiting, wait.median, wait.ninth) == (10, 7, 1, 4)
    assert wait.late == 2 + 1 + 5
    assert Wait.of({0: 3, 1: 4, 4: 2, 30: 1}, {0: 2, 2: 5}, promised=5).late == 1
    third = Wait.of({}, {9: 1}, promised=None)
    assert (third.median, third.ninth, third.late, third.promised, third.waiting) == (None, None, 0, None, 1)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60))
def test_medians_are_those_of_the_list(waits):
    wait = Wait.of({days: waits.count(days) for days in waits}, {}, promised=5)
    ordered = sorted(waits)
    assert wait.median == ordered[(len(waits) + 1) // 2 - 1]
    assert wait.ninth == ordered[-(-len(waits) * 9 // 10) - 1]
