"""Rules of credit cases: the table of states walked at random, what may be decided, good months (4.7, RSK-03)."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from guanxi.ground.refusals import Refused
from guanxi.rescue.credit.choices import CaseState, Decision
from guanxi.rescue.credit.rules import (
    FINAL,
    FOLLOWS,
    RUNNING,
    WAITING,
    Ruling,
    Standing,
    check_appeal,
    check_step,
    enough,
    good_cycles,
    is_reversed_too_often,
    month_of,
    read_ruling,
)

TODAY = dt.date(2026, 3, 2)
MA = Standing(limit=5_000_000, owed=0, proposed=800_000, is_sure=True)
REDUCE = Ruling(
    decision=Decision.REDUCE, why="Less is spent.", contact="Gao", limit=800_000, starts_on=dt.date(2026, 3, 16)
)
amounts = st.integers(0, 10_000_000)
days = st.dates(dt.date(2026, 1, 1), dt.date(2028, 1, 1))


def refused(ruling: Ruling, there: Standing = MA) -> str:
    with pytest.raises(Refused) as caught:
        read_ruling(ruling, there, today=TODAY)
    return caught.value.code


def test_mas_limit_may_be_lowered_to_8000():
    assert read_ruling(REDUCE, MA, today=TODAY) == REDUCE


@pytest.mark.parametrize(
    "change, there, code",
    [
        ({"limit": 5_000_000}, {}, "credit.not_lower"),
        ({"limit": None}, {}, "credit.not_lower"),
        ({"limit": 799_999}, {"owed": 800_000}, "credit.below_owed"),
        ({"limit": -1}, {}, "credit.below_owed"),
        ({}, {"limit": None}, "credit.no_limit"),
        ({}, {"is_sure": False}, "credit.unsure"),
        ({"starts_on": TODAY}, {}, "credit.starts"),
        ({"starts_on": None}, {}, "credit.starts"),
        ({"why": " "}, {}, "credit.no_why"),
        ({"why": "x" * 2_001}, {}, "credit.no_why"),
        ({"contact": ""}, {}, "credit.no_contact"),
        ({"decision": Decision.STEPS}, {}, "credit.not_between"),
        ({"decision": Decision.STEPS, "first_limit": 800_000}, {}, "credit.not_between"),
        (
            {"decision": Decision.STEPS, "first_limit": 2_000_000, "second_on": dt.date(2026, 3, 16)},
            {},
            "credit.step_day",
        ),
        ({"decision": Decision.TEMPORARY}, {}, "credit.until"),
        ({"decision": Decision.TEMPORARY, "ends_on": dt.date(2027, 3, 18)}, {}, "credit.until"),
    ],
)
def test_what_may_not_be_decided(change, there, code):
    assert refused(replace(REDUCE, **change), replace(MA, **there)) == code


def test_keeping_needs_a_reason_and_nothing_else():
    kept = read_ruling(
        replace(REDUCE, decision=Decision.KEEP, contact=""), replace(MA, limit=None, is_sure=False), today=TODAY
    )
    assert kept == Ruling(decision=Decision.KEEP, why="Less is spent.")


def test_help_in_hardship_leaves_the_limit():
    assert read_ruling(replace(REDUCE, decision=Decision.HARDSHIP), MA, today=TODAY).limit is None


@given(st.sampled_from(Decision), amounts, amounts, amounts, amounts, days, days)
def test_never_below_what_is_owed_never_above_the_limit_never_before_tomorrow(
    decision, limit, owed, wanted, first, begins, later
):
    asked = replace(
        REDUCE, decision=decision, limit=wanted, first_limit=first, starts_on=begins, second_on=later, ends_on=later
    )
    try:
        read = read_ruling(asked, Standing(limit, owed, None, is_sure=True), today=TODAY)
    except Refused:
        return
    for amount in (read.limit, read.first_limit):
        assert amount is None or owed <= amount < limit
    assert read.starts_on is None or read.starts_on > TODAY
    assert (read.limit is None) == (decision in (Decision.KEEP, Decision.HARDSHIP))


@pytest.mark.parametrize(
    "spent, expected",
    [
        ({"2026-04": 7_000, "2026-05": 6_400, "2026-06": 9_000}, 3),
        ({"2026-04": 7_000, "2026-05": 6_399, "2026-06": 9_000}, 1),  # a bad month begins anew
        (
            {"2026-03": 9_000, "2026-04": 7_000, "2026-05": 6_400, "2026-06": 9_000},
            3,
        ),  # the month in which it began does not count
        ({"2026-05": 9_000, "2026-06": 0}, 0),
        ({}, 0),
    ],
)
def test_good_months_in_a_row(spent, expected):
    months = {month_of(dt.date.fromisoformat(f"{month}-01")): amount for month, amount in spent.items()}
    june_ends = dt.date(2026, 6, 30)
    assert good_cycles(months, since=dt.date(2026, 3, 16), as_of=june_ends, wanted=6_400) == expected


def test_a_month_that_runs_does_not_count():
    months = {month_of(dt.date(2026, month, 1)): 9_000 for month in (4, 5, 6)}
    assert good_cycles(months, since=dt.date(2026, 3, 16), as_of=dt.date(2026, 6, 29), wanted=6_400) == 2


def test_what_is_enough_follows_the_limit_in_force():
    assert (enough(3_550_000, 800_000), enough(3_550_000, None), enough(500_000, 800_000)) == (
        640_000,
        2_840_000,
        400_000,
    )


def test_the_last_day_to_appeal_is_the_thirtieth():
    check_appeal(dt.date(2026, 3, 3), dt.date(2026, 4, 2))
    with pytest.raises(Refused, match="2026-04-02"):
        check_appeal(dt.date(2026, 3, 3), dt.date(2026, 4, 3))


@pytest.mark.parametrize(
    "lowered, overturned, expected", [(10, 2, False), (10, 3, True), (9, 9, False), (0, 0, False), (100, 21, True)]
)
def test_more_than_a_fifth_taken_back_is_too_much(lowered, overturned, expected):
    assert is_reversed_too_often(lowered, overturned) is expected


class Life(RuleBasedStateMachine):
    """A case goes through its states by whatever somebody tries; only the table lets it."""

    def __init__(self):
        super().__init__()
        self.state, self.way = CaseState.OPEN, [CaseState.OPEN]

    @rule(then=st.sampled_from(CaseState))
    def tries(self, then):
        if then in FOLLOWS[self.state]:
            check_step(self.state, then)
            self.state = then
            self.way.append(then)
        else:
            with pytest.raises(Refused):
                check_step(self.state, then)

    @invariant()
    def nothing_is_in_force_that_was_not_decided_and_told(self):
        if self.state in (CaseState.UPHELD, CaseState.OVERTURNED, CaseState.RECHECK, CaseState.RESTORED):
            assert {CaseState.DECIDED, CaseState.NOTIFIED} <= set(self.way)
        if self.state in (CaseState.UPHELD, CaseState.OVERTURNED):
            assert self.way[-2] == CaseState.APPEALED

    @invariant()
    def whoever_waits_for_nobody_is_over_or_in_force(self):
        assert self.state in WAITING | FINAL | {CaseState.NOTIFIED, CaseState.UPHELD}
        assert not (self.state in RUNNING and self.state in FINAL)


TestLife = Life.TestCase
