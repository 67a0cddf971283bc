"""Nightly runs: once a local day in every zone, made up for once, step after step."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django_tasks_db.models import DBTaskResult
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.ground import clock
from guanxi.ground.jobs import queries, registry, schedules
from guanxi.ground.jobs.models import Job, Run
from guanxi.ground.jobs.rules import latest_due
from tests.chances import examples
from tests.crowd import Crowd

ONE = time(1, 0)
ZONES = sorted(clock.zone_names())


@pytest.mark.parametrize(
    ("now", "zone", "day", "instant"),
    [
        ("2026-03-01T16:59:59", "Asia/Shanghai", "2026-03-01", "2026-02-28T17:00:00"),
        ("2026-03-01T17:00:00", "Asia/Shanghai", "2026-03-02", "2026-03-01T17:00:00"),
        ("2026-03-01T00:59:00", "Europe/London", "2026-02-28", "2026-02-28T01:00:00"),
        # 01:00 does not exist on 2026-03-29 in London: it comes when the clock jumps to 02:00
        ("2026-03-29T01:00:00", "Europe/London", "2026-03-29", "2026-03-29T01:00:00"),
        # 01:00 comes twice on 2026-10-25 in London: the first counts
        ("2026-10-25T00:30:00", "Europe/London", "2026-10-25", "2026-10-25T00:00:00"),
        ("2026-10-25T01:30:00", "Europe/London", "2026-10-25", "2026-10-25T00:00:00"),
        ("2026-01-01T10:59:00", "Pacific/Kiritimati", "2026-01-01", "2025-12-31T11:00:00"),
        ("2026-01-01T19:15:00", "Asia/Kathmandu", "2026-01-02", "2026-01-01T19:15:00"),
    ],
)
def test_the_latest_due_day(now, zone, day, instant):
    found = latest_due(datetime.fromisoformat(now).replace(tzinfo=UTC), ONE, zone)
    assert found == (date.fromisoformat(day), datetime.fromisoformat(instant).replace(tzinfo=UTC))


@settings(max_examples=examples(300), deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    start=st.integers(0, 47 * 365 * 24 * 60).map(lambda m: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(minutes=m)),
    at=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    pace=st.integers(1, 90),
)
def test_every_local_day_is_due_exactly_once(zone, start, at, pace):
    """Ticks every few minutes over five days, whatever the clock does: each day fires once, in order, not too early."""
    fired: list[tuple[date, datetime, datetime]] = []
    for step in range(5 * 24 * 60 // pace):
        tick = start + timedelta(minutes=pace * step)
        day, instant = latest_due(tick, at, zone)
        if not fired or fired[-1][0] != day:
            fired.append((day, instant, tick))
    days = [day for day, _, _ in fired]
    assert days == sorted(set(days))
    for (earlier, _, _), (later, _, _) in pairwise(fired):
        missing = [earlier + timedelta(days=n) for n in range(1, (later - earlier).days)]
        assert all(_is_skipped(day, at, zone) for day in missing)
    for day, instant, tick in fired[1:]:
        assert instant <= tick < instant + timedelta(minutes=pace)
        local = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert local >= datetime.combine(day, at) or local.date() == day


def _is_skipped(day: date, at: time, zone: str) -> bool:
    """The islands that crossed the date line left out a whole day, or the whole of `at` on it."""
    return clock.local_day(clock.to_utc(datetime.combine(day, at), zone), zone) != day


# ---- runs

FOUNDED = datetime(2026, 3, 1, 9, tzinfo=UTC)
FIRST_NIGHT = datetime(2026, 3, 1, 17, tzinfo=UTC)  # 01:00 of 2 March in Shanghai


@pytest.fixture
def nightly(jobs):
    def register(*steps: str, **functions) -> list:
        done: list = []
        for name, function in functions.items():
            jobs(**{name: function})
        for name in steps:
            if name not in functions and not name.startswith("absent"):
                jobs(**{name: lambda day, name=name: done.append((name, day))})
        registry.NIGHTLIES["nightly"] = registry.Nightly("nightly", ONE, lambda: "Asia/Shanghai", steps)
        schedules.start_due_runs(FOUNDED)
        return done

    return register


def _night_through(do_all) -> None:
    """What the worker does in a night: advance, work, advance."""
    schedules.advance_runs()
    for _ in range(20):
        do_all()
        Job.objects.update(run_after=datetime.now(UTC) - timedelta(minutes=1))
        _hurry_queue()


def _hurry_queue() -> None:
    DBTaskResult.objects.filter(status="READY").update(run_after=datetime.now(UTC))


@pytest.mark.django_db(transaction=True)
def test_a_night_goes_through_its_steps_in_order(nightly, do_all):
    done = nightly("backup", "close_day", "refresh")
    assert schedules.start_due_runs(FIRST_NIGHT) == 1
    _night_through(do_all)
    assert done == [("backup", "2026-03-02"), ("close_day", "2026-03-02"), ("refresh", "2026-03-02")]
    [run] = queries.latest_runs("nightly")
    assert run.steps == [("backup", "done", ""), ("close_day", "done", ""), ("refresh", "done", "")]
    assert (run.due_on, run.finished_at is not None) == (date(2026, 3, 2), True)


@pytest.mark.django_db(transaction=True)
def test_a_step_not_there_is_skipped_with_a_note_and_a_failing_one_stops_nobody(nightly, do_all):
    def fail(day: str) -> None:
        raise OSError("disk full")

    done = nightly("absent_one", "backup", "refresh", backup=fail)
    schedules.start_due_runs(FIRST_NIGHT)
    _night_through(do_all)
    assert done == [("refresh", "2026-03-02")]
    [run] = queries.latest_runs("nightly")
    assert run.steps == [
        ("absent_one", "skipped", "not installed"),
        ("backup", "set_aside", "OSError: disk full"),
        ("refresh", "done", ""),
    ]


@pytest.mark.django_db(transaction=True)
def test_the_next_step_waits_for_the_one_before(nightly, do_all):
    done = nightly("backup", "refresh")
    schedules.start_due_runs(FIRST_NIGHT)
    schedules.advance_runs()
    schedules.advance_runs()
    assert (done, [job.name for job in Job.objects.all()]) == ([], ["backup"])
    assert [step[1] for step in queries.latest_runs("nightly")[0].steps] == ["running"]


@pytest.mark.django_db(transaction=True)
def test_a_day_starts_once_however_often_one_looks(nightly):
    nightly("backup")
    looks = [schedules.start_due_runs(FIRST_NIGHT + timedelta(minutes=minute)) for minute in range(0, 23 * 60, 30)]
    assert sum(looks) == 1


@pytest.mark.django_db(transaction=True)
def test_after_days_of_standstill_one_run_makes_up(nightly):
    nightly("backup")
    assert schedules.start_due_runs(FIRST_NIGHT + timedelta(days=5, hours=9)) == 1
    assert [run.due_on for run in queries.latest_runs("nightly")] == [date(2026, 3, 7)]


@pytest.mark.django_db(transaction=True)
def test_a_new_firm_does_not_make_up_for_the_night_before_it_was_founded(nightly):
    nightly("backup")
    assert schedules.start_due_runs(FOUNDED + timedelta(hours=1)) == 0
    assert schedules.start_due_runs(FIRST_NIGHT - timedelta(seconds=1)) == 0
    assert schedules.start_due_runs(FIRST_NIGHT) == 1


@pytest.mark.django_db(transaction=True)
def test_a_run_still_open_when_the_next_begins_is_closed(nightly, do_all):
    nightly("backup", "refresh")
    schedules.start_due_runs(FIRST_NIGHT)
    schedules.advance_runs()  # asks for the backup; then the machine is off for a day
    schedules.start_due_runs(FIRST_NIGHT + timedelta(days=1))
    newer, older = queries.latest_runs("nightly")
    assert [step[1:] for step in older.steps] == [("skipped", "the next run had begun")] * 2
    assert (older.finished_at is not None, newer.finished_at) == (True, None)


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_in_the_same_second_start_one_run(nightly):
    nightly("backup")
    with Crowd() as crowd:
        started = [crowd.send(schedules.start_due_runs, FIRST_NIGHT) for _ in range(6)]
        assert sum(one.result(60) for one in started) == 1
    with Crowd() as crowd:
        for one in [crowd.send(schedules.advance_runs) for _ in range(6)]:
            one.result(60)
    assert (Run.objects.count(), Job.objects.count()) == (1, 1)
