"""Business days: weeks, holidays, days that make up for them, and the firm's own."""

import datetime as dt

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
