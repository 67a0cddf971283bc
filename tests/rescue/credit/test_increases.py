"""A higher limit (RSK-01): two years at 30,000 to 40,000 a month propose 50,000; it passes only with what a person brings."""

import datetime as dt
from dataclasses import replace

import pytest

from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.record.holdings.models import Holding
from guanxi.rescue.credit import queries
from guanxi.rescue.credit.choices import CaseKind, CaseState, Decision
from guanxi.rescue.credit.models import CreditCase
from guanxi.rescue.credit.rules import Raising, limit_up
from guanxi.rescue.credit.services import Steady, decide_case, decide_increase, propose_increases, raising, review_cases
from tests.rescue.credit.cases import FEB_ENDS, MONDAY, carry, fallen, on, ruling
from tests.stories.scene import SYSTEM

pytestmark = pytest.mark.django_db
GOOD = Raising(why="Asked and agreed.", limit=5_000_000, agreed_on=MONDAY, is_on_time=True, income=1_700_000)


def steady(customer_id: int, *, low: int = 30_000, high: int = 40_000) -> dict[int, Steady]:
    spent = Steady(customer_id, low * 100, high * 100, 24, dt.date(2024, 3, 1), FEB_ENDS)
    return {customer_id: spent}


def propose(found: dict[int, Steady], as_of: dt.date = FEB_ENDS) -> int:
    with on(as_of + dt.timedelta(days=1)):
        return propose_increases(found, by=SYSTEM, as_of=as_of)


@pytest.fixture
def case(scene) -> CreditCase:
    customer = scene.customer("高先生")
    carry(customer, "40000")
    assert propose(steady(customer.pk)) == 1
    return CreditCase.objects.get()


@pytest.mark.parametrize(
    "limit, highest, expected",
    [
        (40_000, 40_000, 50_000),
        (40_000, 38_000, 50_000),
        (30_000, 33_000, 50_000),
        (40_000, 31_999, None),
        (50_000, 40_000, None),
        (20_000, 40_001, 60_000),
    ],
)
def test_what_is_proposed(limit, highest, expected):
    found = limit_up(limit * 100, highest=highest * 100, minor=100)
    assert found == (expected and expected * 100)


def test_two_good_years_propose_50000_and_change_nothing(case):
    assert (case.kind, case.limit, case.proposed, case.state) == (CaseKind.RAISE, 4_000_000, 5_000_000, CaseState.OPEN)
    assert (case.income, case.is_on_time, case.agreed_on) == (None, None, None)  # nobody knows yet
    assert propose(steady(case.customer_id)) == 0  # the same night again
    assert (queries.reviewed_customers(), queries.decided_keys()) == ([], [])


def test_one_undecided_case_a_customer_of_the_limit_that_stands(case):
    new_year = dt.date(2027, 1, 1)
    assert propose(steady(case.customer_id), new_year) == 0  # nobody has decided the one of last year
    Holding.objects.update(attributes={"limit": "30000"})
    assert propose(steady(case.customer_id), new_year) == 1
    assert list(CreditCase.objects.order_by("pk").values_list("state", "limit")) == [
        (CaseState.WITHDRAWN, 4_000_000), (CaseState.OPEN, 3_000_000),
    ]  # fmt: skip


def test_one_bad_night_does_not_cost_the_year(case):
    assert propose({}) == 0  # a late delivery: nobody was steady that night
    case.refresh_from_db()
    assert case.state == CaseState.WITHDRAWN
    assert propose(steady(case.customer_id, high=39_000), dt.date(2026, 3, 31)) == 1
    case.refresh_from_db()
    assert (case.state, case.ended_on, case.highest, case.proposed) == (CaseState.OPEN, None, 3_900_000, 5_000_000)
    assert case.due_on > dt.date(2026, 3, 31)
    assert propose(steady(case.customer_id, high=39_000), dt.date(2026, 3, 31)) == 0


def test_many_are_proposed_step_by_step(scene, monkeypatch):
    monkeypatch.setattr(raising, "_STEP", 2)
    found: dict[int, Steady] = {}
    for name in "甲乙丙丁戊":
        customer = scene.customer(name)
        carry(customer, "40000")
        found |= steady(customer.pk)
    assert propose(found) == 5
    assert propose(dict(list(found.items())[:3])) == 0
    assert list(CreditCase.objects.order_by("pk").values_list("state", flat=True)) == [1, 1, 1, 10, 10]
    assert propose(found) == 2


@pytest.mark.parametrize("now", [{"limit": "60000"}, {}])
def test_the_limit_is_read_anew_before_it_is_raised(scene, case, now):
    Holding.objects.update(attributes=now)
    with on(MONDAY), pytest.raises(Refused) as caught:
        decide_increase(case.code, GOOD, by=scene.person("gao"))
    assert caught.value.code == "credit.not_higher"
    assert CreditCase.objects.get().state == CaseState.OPEN


def test_without_a_card_or_a_higher_figure_there_is_no_case(scene):
    rich, poor = scene.customer("有卡"), scene.customer("无卡")
    carry(rich, "50000")
    assert propose(steady(rich.pk) | steady(poor.pk)) == 0


def test_whose_spending_fell_gets_no_higher_limit(scene, case):
    fallen(scene, "x", key="f")
    CreditCase.objects.filter(pk=case.pk).update(customer_id=fallen(scene, "y", key="g").pk)
    with on(MONDAY):
        review_cases(by=SYSTEM, as_of=FEB_ENDS)
    both = {
        key: one for key in CreditCase.objects.values_list("customer_id", flat=True) for key, one in steady(key).items()
    }
    assert propose(both) == 0
    case.refresh_from_db()
    assert case.state == CaseState.WITHDRAWN


@pytest.mark.parametrize(
    "change, code",
    [
        ({"is_on_time": False}, "credit.not_on_time"),
        ({"agreed_on": None}, "credit.not_agreed"),
        ({"agreed_on": MONDAY + dt.timedelta(days=1)}, "credit.not_agreed"),
        ({"income": None}, "credit.no_income"),
        ({"income": 1_666_666}, "credit.too_dear"),
        ({"limit": 5_000_001}, "credit.not_higher"),
        ({"limit": 4_000_000}, "credit.not_higher"),
        ({"why": ""}, "credit.no_why"),
    ],
)
def test_what_is_not_known_does_not_pass(scene, case, change, code):
    with on(MONDAY), pytest.raises(Refused) as caught:
        decide_increase(case.code, replace(GOOD, **change), by=scene.person("gao"))
    assert caught.value.code == code
    case.refresh_from_db()
    assert (case.state, case.limit_decided) == (CaseState.OPEN, None)


def test_a_person_raises_it_or_leaves_it(scene, case):
    with on(MONDAY):
        for name in ("lin", "mei"):
            with pytest.raises(Denied):
                decide_increase(case.code, GOOD, by=scene.person(name))
        with pytest.raises(Refused):  # what lowers limits does not touch it
            decide_case(case.code, ruling(), by=scene.person("gao"))
        decide_increase(case.code, GOOD, by=scene.person("gao"))
    case.refresh_from_db()
    assert (case.state, case.decision, case.limit_decided) == (CaseState.CLOSED, Decision.RAISE, 5_000_000)
    assert case.notices.count() == 0
