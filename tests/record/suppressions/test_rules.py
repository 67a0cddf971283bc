"""When sales rest: the days of a rest, and what may begin."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.ground.refusals import Refused
from guanxi.record.suppressions.choices import Cause
from guanxi.record.suppressions.rules import Rest, check_rest, read_cause, rests

DAY = dt.date(2026, 6, 30)
ONE = dt.timedelta(days=1)


@pytest.mark.parametrize(("rest", "first"), [(14, dt.date(2026, 7, 14)), (30, dt.date(2026, 7, 30)), (0, DAY)])
def test_after_a_complaint_was_solved_sales_rest_on_for_the_days_of_the_policy(rest, first):
    solved = Rest(Cause.COMPLAINT, DAY - 9 * ONE, ended_on=DAY)
    assert rests(solved, first - ONE, after_complaint=rest)
    assert not rests(solved, first, after_complaint=rest)
    assert not rests(solved, DAY - 10 * ONE, after_complaint=rest)


def test_any_other_cause_is_over_on_the_day_on_which_it_is_ended_or_on_its_own_last_day():
    block = Rest(Cause.GAMBLING, DAY, until=DAY + 90 * ONE)
    assert [rests(block, DAY + days * ONE, after_complaint=14) for days in (-1, 0, 89, 90)] == [
        False,
        True,
        True,
        False,
    ]
    ended = Rest(Cause.HARDSHIP, DAY, ended_on=DAY + 5 * ONE)
    assert [rests(ended, DAY + days * ONE, after_complaint=14) for days in (4, 5)] == [True, False]


@given(st.sampled_from(Cause), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_a_longer_rest_never_ends_earlier(cause, held, after, shorter):
    rest = Rest(cause, DAY, ended_on=DAY + held * ONE)
    on = DAY + after * ONE
    assert rests(rest, on, after_complaint=shorter) <= rests(rest, on, after_complaint=shorter + 7)


@pytest.mark.parametrize(
    ("rest", "why", "code"),
    [
        (Rest(Cause.FRAUD, DAY), "", "no_why"),
        (Rest(Cause.HARDSHIP, DAY + ONE), "lost the job", "in_future"),
        (Rest(Cause.HARDSHIP, DAY, until=DAY), "lost the job", "over"),
        (Rest(Cause.HARDSHIP, DAY - 9 * ONE, until=DAY - ONE), "lost the job", "over"),
        (Rest(Cause.COMPLAINT, DAY, until=DAY + ONE), "the card never came", "solved_not_over"),
    ],
)
def test_what_may_not_begin(rest, why, code):
    with pytest.raises(Refused) as refused:
        check_rest(rest, why, today=DAY)
    assert refused.value.code == f"suppressions.{code}"


def test_a_cause_is_one_of_the_list():
    assert read_cause("gambling") == Cause.GAMBLING
    for word in ("", "Gambling", "illness", "divorce"):
        with pytest.raises(Refused):
            read_cause(word)
