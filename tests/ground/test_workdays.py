"""Business days: weeks, holidays, days that make up for them, and the firm's own."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.ground.workdays import WEEK, Calendar

DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))


def test_holidays_are_skipped_made_up_days_count_and_the_firm_has_the_last_word():
    friday, saturday, monday = (dt.date(2026, 7, day) for day in (10, 11, 13))
    calendar = Calendar(frozenset({monday}), frozenset({saturday}), {})
    assert calendar.after(friday, 1) == saturday
    assert calendar.after(friday, 2) == dt.date(2026, 7, 14)
    own = Calendar(frozenset({monday}), frozenset({saturday}), {saturday: False, monday: True})
    assert own.after(friday, 1) == monday
    assert own.after(friday, 0) == friday


@given(DAYS, st.integers(0, 30))
def test_so_many_business_days_lie_between(day, count):
    end = WEEK.after(day, count)
    between = [day + dt.timedelta(n) for n in range(1, (end - day).days + 1)]
    assert sum(map(WEEK.is_working, between)) == count
    assert count == 0 or WEEK.is_working(end)


def test_a_calendar_without_any_business_day_ends():
    year = {dt.date(2026, 1, 1) + dt.timedelta(n): False for n in range(400)}
    assert Calendar(changes=year).after(dt.date(2026, 1, 1), 1) == dt.date(2026, 1, 1)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-11-20", "2026-11-23", 1),  # Friday to Monday
        ("2026-11-20", "2026-11-22", 0),  # to Sunday
        ("2026-11-16", "2026-11-20", 4),
        ("2026-11-14", "2026-11-16", 1),
        ("2026-11-23", "2026-11-20", 0),
        ("2026-01-01", "2027-01-01", 261),
    ],
)
def test_working_days_leave_weekends_out(first, last, days):
    assert WEEK.between(dt.date.fromisoformat(first), dt.date.fromisoformat(last)) == days


@given(
    DAYS,
    st.integers(0, 400),
    st.sets(st.integers(-10, 410), max_size=30),
    st.sets(st.integers(-10, 410), max_size=30),
    st.dictionaries(st.integers(-10, 410), st.booleans(), max_size=30),
)
def test_business_days_between_are_those_one_counts(first, span, free, working, changes):
    def day(number: int) -> dt.date:
        return first + dt.timedelta(days=number)

    calendar = Calendar(
        frozenset(map(day, free)), frozenset(map(day, working)), {day(n): is_worked for n, is_worked in changes.items()}
    )
    counted = sum(calendar.is_working(day(n)) for n in range(1, span + 1))
    assert calendar.between(first, day(span)) == counted
    assert calendar.between(day(span), first) == 0


def test_a_week_of_holidays_is_no_delay():
    """The national holiday of 2026: off from 1 to 7 October, at work on Saturday 10 October."""
    october = {dt.date(2026, 10, n) for n in range(1, 8)}
    calendar = Calendar(frozenset(october), frozenset({dt.date(2026, 10, 10)}))
    assert calendar.between(dt.date(2026, 9, 30), dt.date(2026, 10, 8)) == 1
    assert calendar.between(dt.date(2026, 9, 30), dt.date(2026, 10, 10)) == 3
    assert WEEK.between(dt.date(2026, 9, 30), dt.date(2026, 10, 8)) == 6
