"""Twenty losses of a quarter on one cause open a case: once, for a leader, due on a day, with the rate before and after (WIN-07)."""

import datetime as dt

import pytest

from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.insight.refresh.improving import bring_improvements_up_to_date
from guanxi.journal.models import Act
from guanxi.rescue.improvement import queries
from guanxi.rescue.improvement.choices import CaseState
from guanxi.rescue.improvement.models import ImprovementCase
from guanxi.rescue.improvement.rules import Found, cases_to_open, months_after, months_before, months_since
from guanxi.rescue.improvement.services import close_case, note_done, open_improvements, take_case
from guanxi.rescue.winback.models import Loss
from tests.rescue.winback.test_losses import on
from tests.stories.scene import SYSTEM

AS_OF, SPRING = dt.date(2026, 6, 30), dt.date(2026, 1, 1)
MONTHS = {months_after(AS_OF, -number): 400.0 for number in range(48)}


def lose(customer, count: int, cause: str = "service", day: dt.date = dt.date(2026, 2, 10), **fields) -> None:
    first = Loss.objects.count()
    Loss.objects.bulk_create(
        Loss(
            key=f"{first + number}", customer=customer, lost_on=day, known_on=day, first_on=day, tier=1, worth=500, cause=cause,
            **fields,
        )
        for number in range(count)
    )  # fmt: skip


def test_twenty_open_a_case_and_nineteen_none(scene):
    one = scene.customer("甲")
    lose(one, 20)
    lose(one, 19, "innovation")
    lose(one, 25, "exogenous")
    lose(one, 25, "")
    lose(one, 25, "competitor", excluded="not_lost")
    assert open_improvements(by=SYSTEM, on=AS_OF) == 1
    assert open_improvements(by=SYSTEM, on=AS_OF) == 0
    case = ImprovementCase.objects.get()
    assert (case.cause, case.quarter_on, case.losses, case.worth) == ("service", SPRING, 20, 10_000)
    assert (case.owner, case.state) == (scene.staff["gao"], CaseState.PROPOSED)  # the leader nearest to the top
    assert case.due_on == AS_OF + dt.timedelta(90)
    assert Act.objects.filter(kind="improvement.opened").count() == 1
    lose(one, 5)  # lapses are dated back: more become known
    assert open_improvements(by=SYSTEM, on=AS_OF) == 0
    assert ImprovementCase.objects.get().losses == 25
    Loss.objects.filter(cause="service").update(cause="exogenous")  # they said so
    assert open_improvements(by=SYSTEM, on=AS_OF) == 0
    assert not ImprovementCase.objects.exists()


@pytest.mark.parametrize(
    "latest, opens",
    [
        ({}, [3]),  # of a cause without a case the latest quarter alone
        ({"service": dt.date(2025, 10, 1)}, [2, 3]),
        ({"service": dt.date(2026, 4, 1)}, []),  # an older quarter adds no work
    ],
)
def test_each_later_quarter_opens_one_and_older_ones_none(latest, opens):
    days = {1: dt.date(2025, 7, 1), 2: dt.date(2026, 1, 1), 3: dt.date(2026, 4, 1), 4: dt.date(2026, 7, 1)}
    counts = {1: 30, 2: 20, 3: 21, 4: 19}
    found = [Found(days[number], "service", counts[number], 1) for number in days]
    assert cases_to_open(found, latest) == [found[number - 1] for number in opens]


def test_the_rate_before_and_after_has_its_interval(scene):
    """36 of 4,800 customer-months before and 7 of 1,200 after: 0.75 % and 0.58 % a month."""
    one, gao = scene.customer("甲"), scene.person("gao")
    lose(one, 20)
    lose(one, 16, day=dt.date(2025, 6, 1))
    lose(one, 9, day=dt.date(2025, 3, 31))  # before the twelve months
    lose(one, 4, day=dt.date(2026, 6, 30))
    lose(one, 3, day=dt.date(2026, 3, 15))  # in the month in which it was done
    lose(one, 7, "competitor", day=dt.date(2026, 5, 15))
    Loss.objects.filter(lost_on=dt.date(2026, 3, 15)).update(lost_on=dt.date(2026, 4, 2))
    assert bring_improvements_up_to_date(MONTHS, by=SYSTEM, as_of=AS_OF) == 1
    case = ImprovementCase.objects.get()
    assert case.rates["after"] is None
    with on(AS_OF):
        take_case(case.code, by=gao)
        note_done(case.code, by=gao, words="回电不过夜", on=dt.date(2026, 3, 31))
    assert bring_improvements_up_to_date(MONTHS, by=SYSTEM, as_of=AS_OF) == 0
    before, after = (ImprovementCase.objects.get().rates[name] for name in ("before", "after"))
    assert (before["losses"], before["exposure"], before["rate"]) == (36, 4_800, 0.0075)
    assert (before["lower"], before["upper"]) == pytest.approx((0.00525, 0.01038), abs=1e-5)
    assert (before["first"], before["last"]) == ("2025-04-01", "2026-03-01")
    assert (after["losses"], after["exposure"], after["preliminary"]) == (7, 1_200, True)
    assert after["rate"] == pytest.approx(7 / 1_200)
    journal = Act.objects.count()
    bring_improvements_up_to_date(MONTHS, by=SYSTEM, as_of=AS_OF)
    assert Act.objects.count() == journal
    only_lately = {month: days for month, days in MONTHS.items() if month >= dt.date(2026, 1, 1)}
    bring_improvements_up_to_date(only_lately, by=SYSTEM, as_of=AS_OF)
    assert ImprovementCase.objects.get().rates["before"] is None  # months that nobody knows are not guessed


def test_months_before_end_with_the_quarter_and_those_after_are_whole():
    assert months_before(SPRING) == [months_after(dt.date(2025, 4, 1), number) for number in range(12)]
    assert months_since(dt.date(2026, 3, 1), dt.date(2026, 6, 29)) == [dt.date(2026, 4, 1), dt.date(2026, 5, 1)]
    assert months_since(dt.date(2026, 5, 31), dt.date(2026, 6, 30)) == [dt.date(2026, 6, 1)]
    assert months_since(dt.date(2024, 1, 31), dt.date(2026, 6, 30))[-1] == dt.date(2025, 1, 1)


def test_a_person_takes_a_case_and_only_he_goes_on_with_it(scene):
    lose(scene.customer("甲"), 20)
    open_improvements(by=SYSTEM, on=AS_OF)
    code = ImprovementCase.objects.get().code
    gao, xu, lin = (scene.person(name) for name in ("gao", "xu", "lin"))
    with on(AS_OF):
        for by, error in ((lin, Denied), (SYSTEM, Denied)):
            with pytest.raises(error):
                take_case(code, by=by)
        with pytest.raises(Refused, match="Take the case"):
            note_done(code, by=gao, words="x", on=AS_OF)  # proposed to him, not taken
        with pytest.raises(Refused, match="within a year"):
            take_case(code, by=xu, due_on=AS_OF - dt.timedelta(1))
        take_case(code, by=xu, due_on=AS_OF + dt.timedelta(30))
        assert [case.code for case in queries.cases_of(xu)] == [code]
        assert queries.cases_of(gao) == queries.cases_of(lin) == []
        with pytest.raises(Refused, match="beginning of that quarter"):
            note_done(code, by=xu, words="x", on=AS_OF + dt.timedelta(1))
        for words in ("", "长" * 2_001):
            with pytest.raises(Refused, match="2000"):
                note_done(code, by=xu, words=words, on=AS_OF)
        note_done(code, by=xu, words="投诉当天有人管", on=AS_OF)
        with pytest.raises(Refused, match="Take the case"):
            close_case(code, by=gao, result="x")
        close_case(code, by=xu, result="少了一半")
        with pytest.raises(Refused, match="closed"):
            take_case(code, by=gao)
    case = ImprovementCase.objects.get()
    assert (case.state, case.owner, case.due_on, case.closed_on) == (
        CaseState.CLOSED, scene.staff["xu"], AS_OF + dt.timedelta(30), AS_OF,
    )  # fmt: skip
    assert (case.done, case.done_on, case.result) == ("投诉当天有人管", AS_OF, "少了一半")
    with pytest.raises(Denied):
        queries.open_cases(lin)
    assert queries.case_of_code(code, xu) == case
    Loss.objects.all().delete()
    open_improvements(by=SYSTEM, on=AS_OF)
    assert ImprovementCase.objects.get().losses == 0  # what a person worked on stays
