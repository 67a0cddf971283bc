"""Alarms reach people only after somebody has looked at the back-test of their detector."""

import pytest
from django.conf import settings

from guanxi.ground.refusals import Refused
from guanxi.identity.models import Staff
from guanxi.identity.permissions import Denied
from guanxi.identity.principals import ANONYMOUS
from guanxi.identity.queries import firm, system_principal, top_team
from guanxi.identity.services import NewStaff, found_firm, take_on_staff
from guanxi.insight.refresh import refresh
from guanxi.insight.refresh.looking_back import standing_at
from guanxi.insight.refresh.replaying import replay_detector
from guanxi.insight.thresholds import change_threshold
from guanxi.insight.trials import TRIED, digest_of, keep_run, kinds_on_trial, let_reach_people, put_on_trial, trial_of
from guanxi.journal.models import Act
from guanxi.project.schedules import try_detector
from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.customers.choices import State
from guanxi.record.customers.models import Customer
from guanxi.record.signals.models import Signal
from guanxi.record.standing.models import AlarmCell, Edition, Standing
from tests.insight.warehouse.scene import add_customers, add_dealings, day
from tests.trusting import trust_detectors

pytestmark = pytest.mark.django_db(transaction=True)

SYSTEM = system_principal()
LAST = day(400)
ABSENT = "inactivity"
_TROUBLED = {State.WATCH, State.ALARM, State.LAPSED}


@pytest.fixture(autouse=True)
def house(tmp_path, monkeypatch):
    """Forty customers came every third week; five of them stopped half a year ago, and nobody has said why."""
    monkeypatch.setattr(settings, "GUANXI_HOME", tmp_path)
    found_firm(by=SYSTEM, name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    ids = add_customers(40)
    visits = {pk: 10 if place < 5 else 19 for place, pk in enumerate(ids)}
    add_dealings([(pk, day(21 * n + pk % 7), 30_000) for pk, many in visits.items() for n in range(many)])
    take_on_staff(by=SYSTEM, person=NewStaff(name="周敏", role="manager", team=top_team()))


def reached() -> dict[str, object]:
    """Everything by which an alarm of absence reaches somebody, read again."""
    return {
        "signals": Signal.objects.filter(kind=ABSENT, closed_on=None).count(),
        "actions": Action.objects.filter(origin=ABSENT, status=ActionStatus.OPEN).count(),
        "heads": Customer.objects.filter(state__in=_TROUBLED).count(),
        "standing": Standing.objects.filter(state__in=_TROUBLED).count(),
        "dangers": Standing.objects.filter(is_in_danger=True).count(),
        "alarms": sum(AlarmCell.objects.filter(kind=ABSENT, is_open=True).values_list("signals", flat=True)),
        "looked back": sum(state in _TROUBLED for state in standing_at(LAST)["state"].to_pylist()),
    }


NOBODY = dict.fromkeys(("signals", "actions", "heads", "standing", "dangers", "alarms", "looked back"), 0)


def look() -> None:
    """Run the back-test of absences and look at it."""
    keep_run(replay_detector(ABSENT, firm().thresholds), firm().thresholds, by=SYSTEM)
    let_reach_people(ABSENT, by=SYSTEM)


def test_before_anybody_works_here_a_program_takes_out_what_was_found_and_the_first_to_come_is_spared():
    Staff.objects.all().delete()
    told = refresh(by=SYSTEM, as_of=LAST).as_json()
    assert (told["on_trial"], sum(told["signals"][ABSENT].values())) == ({}, 5)
    assert reached()["signals"] == 5
    take_on_staff(by=SYSTEM, person=NewStaff(name="周敏", role="manager", team=top_team()))
    refresh(by=SYSTEM, as_of=LAST)
    assert reached() == NOBODY


def test_on_trial_it_is_found_and_counted_and_reaches_nobody():
    told = refresh(by=SYSTEM, as_of=LAST).as_json()
    assert told["on_trial"][ABSENT] == told["signals"][ABSENT]
    assert sum(told["on_trial"][ABSENT].values()) == 5
    assert Edition.objects.get().facts["on_trial"] == told["on_trial"]
    assert reached() == NOBODY


@pytest.mark.drill  # three refreshes of a year and a back-test; the stories propose by trusted detectors, too
def test_after_the_look_the_next_refresh_proposes_and_back_on_trial_it_ends():
    refresh(by=SYSTEM, as_of=LAST)
    look()
    assert reached() == NOBODY | {"looked back": 5}  # what reaches people is written by the next refresh
    told = refresh(by=SYSTEM, as_of=LAST).as_json()
    assert ABSENT not in told["on_trial"]
    now = reached()
    assert (now["signals"], now["heads"], now["standing"], now["alarms"]) == (5, 5, 5, 5)
    assert now["actions"] > 0
    put_on_trial(ABSENT, by=SYSTEM)
    refresh(by=SYSTEM, as_of=LAST)
    assert reached() == NOBODY
    look()
    refresh(by=SYSTEM, as_of=LAST)
    assert reached() == now  # and again, as if nothing had been


def test_the_mark_says_who_looked_at_which_figures_and_when():
    refresh(by=SYSTEM, as_of=LAST)
    look()
    trial = trial_of(ABSENT, firm())
    assert trial.mark is not None
    assert (trial.mark["by"], trial.mark["as_of"]) == (SYSTEM.code, day(21 * 18 + 6).isoformat())
    assert trial.mark["states"] == trial.run["states"]
    assert trial.mark["digest"] == digest_of(ABSENT, {})
    assert kinds_on_trial(firm()) == TRIED.keys() - {ABSENT}
    said = list(Act.objects.filter(kind__startswith="firm.backtest").order_by("id").values_list("kind", flat=True))
    assert said == ["firm.backtest_run", "firm.backtest_looked_at"]
    let_reach_people(ABSENT, by=SYSTEM)  # again: nothing
    assert trial_of(ABSENT, firm()).mark == trial.mark
    assert Act.objects.filter(kind="firm.backtest_looked_at").count() == 1


@pytest.mark.parametrize(
    ("threshold", "said", "stale"),
    [
        ("inactivity.lapse_days", "200", {"inactivity"}),
        ("spend_drop.alarm_drop", "60", {"spend_drop", "credit_downshift"}),
        ("credit_downshift.drop", "60", {"credit_downshift"}),
        ("decisions.capacity", "5", set()),
    ],
)
def test_other_thresholds_make_the_mark_stale_until_they_are_as_before(threshold, said, stale):
    trust_detectors()
    assert kinds_on_trial(firm()) == set()
    change_threshold(threshold, said, by=SYSTEM)
    assert kinds_on_trial(firm()) == stale
    assert {kind for kind in TRIED if trial_of(kind, firm()).is_stale} == stale
    for kind in stale:
        with pytest.raises(Refused, match="run it again"):
            let_reach_people(kind, by=SYSTEM)
    change_threshold(threshold, "", by=SYSTEM)
    assert kinds_on_trial(firm()) == set()


@pytest.mark.drill
def test_a_threshold_changed_after_the_look_holds_its_alarms_back_at_the_next_refresh():
    trust_detectors()
    refresh(by=SYSTEM, as_of=LAST)
    assert reached()["signals"] == 5
    change_threshold("inactivity.alarm_cap", "4", by=SYSTEM)
    refresh(by=SYSTEM, as_of=LAST)
    assert reached() == NOBODY


def test_nothing_to_look_at_is_refused_in_words_and_strangers_before_that():
    for act in (let_reach_people, put_on_trial):
        with pytest.raises(Denied):
            act(ABSENT, by=ANONYMOUS)
        with pytest.raises(Refused, match="no back-test of “weather”"):
            act("weather", by=SYSTEM)
    with pytest.raises(Denied):
        trust_detectors([ABSENT], by=ANONYMOUS)
    with pytest.raises(Refused, match="Run the back-test first"):
        let_reach_people(ABSENT, by=SYSTEM)
    with pytest.raises(Refused, match="nothing to look at yet"):
        trust_detectors([ABSENT], months=0)
    assert list(firm().backtests[ABSENT]) == ["run"]
    assert kinds_on_trial(firm()) == TRIED.keys()


def test_the_job_runs_it_by_the_right_of_whoever_asked():
    refresh(by=SYSTEM, as_of=LAST)
    top = top_team()
    leader, reader = (
        take_on_staff(by=SYSTEM, person=NewStaff(name=role, role=role, team=top)) for role in ("leader", "reader")
    )
    with pytest.raises(Denied):
        try_detector(ABSENT, reader.code)
    assert firm().backtests == {}
    assert try_detector(ABSENT, leader.code)["months"] == 6
    run = trial_of(ABSENT, firm()).run
    assert run is not None
    assert (run["states"]["alarm"]["alarms"], run["customers"]) == (5, 40)
    assert Act.objects.get(kind="firm.backtest_run").by_code == leader.code
