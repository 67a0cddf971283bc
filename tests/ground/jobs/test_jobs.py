"""Jobs: once per key, tried again, taken up after a dead worker, set aside with a reason."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from guanxi.ground import clock
from guanxi.ground.jobs import queries, rules, services, work
from guanxi.ground.jobs.choices import JobStatus
from guanxi.ground.jobs.models import Job
from guanxi.ground.jobs.registry import UnknownJob, register_job
from guanxi.ground.jobs.worker import is_dead
from guanxi.ground.refusals import Refused
from tests.crowd import Crowd

pytestmark = pytest.mark.django_db(transaction=True)


def _fail(**_: object) -> None:
    raise OSError("disk full")


def _later(minutes: float):
    return clock.frozen(datetime.now(UTC) + timedelta(minutes=minutes))


def _make_ready(job_id: int) -> None:
    """Pretend the waiting time of a job has passed, for the queue too (it reads the machine's clock)."""
    Job.objects.filter(pk=job_id).update(run_after=datetime.now(UTC))
    DBTaskResult.objects.filter(status="READY").update(run_after=datetime.now(UTC))


def test_a_job_is_done_with_its_arguments(traces, do_all):
    asked = services.enqueue("write", key="1", customer=7, on="2026-03-01")
    assert (asked.is_new, do_all(), traces) == (True, 1, [{"customer": 7, "on": "2026-03-01"}])
    assert queries.find_job("write", "1").status == JobStatus.DONE
    assert queries.stuck_jobs() == []


def test_the_same_key_is_the_same_job_even_when_done(traces, do_all):
    first = services.enqueue("write", key="1", customer=7)
    assert services.enqueue("write", key="1", customer=8) == services.Enqueued(first.id, is_new=False)
    do_all()
    assert services.enqueue("write", key="1", customer=9).is_new is False
    assert services.enqueue("write", key="2", customer=9).is_new is True
    do_all()
    assert traces == [{"customer": 7}, {"customer": 9}]


def test_many_who_ask_at_once_get_one_job(traces, do_all):
    with Crowd() as crowd:
        asked = [crowd.send(lambda: services.enqueue("write", key="same")) for _ in range(8)]
        answers = [one.result(60) for one in asked]
    assert len({answer.id for answer in answers}) == 1
    assert [answer.is_new for answer in answers].count(True) == 1
    assert (do_all(), traces) == (1, [{}])


def test_a_job_asked_for_in_a_transaction_that_fails_is_never_done(traces, do_all):
    with transaction.atomic():
        services.enqueue("write", key="1")
        transaction.set_rollback(True)
    assert (do_all(), traces, Job.objects.count()) == (0, [], 0)


def test_an_unknown_job_is_refused_when_asked_for(jobs):
    with pytest.raises(UnknownJob, match="fly"):
        services.enqueue("fly", key="1")


def test_a_result_is_kept(jobs, do_all):
    jobs(count=lambda numbers: {"sum": sum(numbers)})
    services.enqueue("count", key="1", numbers=[1, 2, 39])
    do_all()
    assert queries.find_job("count", "1").result == {"sum": 42}


def test_a_failing_job_is_tried_three_times_with_growing_waits_and_then_set_aside(jobs, do_all):
    jobs(fail=_fail)
    job_id = services.enqueue("fail", key="1").id
    waits = []
    for _ in range(3):
        assert do_all() == 1
        job = Job.objects.get(pk=job_id)
        waits.append(round((job.run_after - datetime.now(UTC)).total_seconds() / 60))
        _make_ready(job_id)
    assert do_all() == 0
    assert waits == [1, 4, 0]
    [line] = queries.stuck_jobs()
    assert (line.status, line.attempts, line.trouble) == (JobStatus.SET_ASIDE, 3, "OSError: disk full")


def test_a_job_waits_before_it_is_tried_again(jobs, do_all):
    jobs(fail=_fail)
    services.enqueue("fail", key="1")
    assert (do_all(), do_all()) == (1, 0)
    assert queries.find_job("fail", "1").status == JobStatus.READY


def test_a_job_that_fails_once_is_done_the_second_time(jobs, do_all):
    calls = []

    def flaky() -> str:
        calls.append(1)
        if len(calls) == 1:
            raise TimeoutError
        return "ok"

    jobs(flaky=flaky)
    job_id = services.enqueue("flaky", key="1").id
    do_all()
    _make_ready(job_id)
    do_all()
    line = queries.find_job("flaky", "1")
    assert (line.status, line.result, line.attempts, line.trouble) == (JobStatus.DONE, "ok", 2, "")


def test_a_refused_job_is_set_aside_at_once_in_words(jobs, do_all):
    def refuse() -> None:
        raise Refused("import.gone", "The file {name} is gone.", name="a.csv")

    jobs(refuse=refuse)
    services.enqueue("refuse", key="1")
    assert do_all() == 1
    line = queries.find_job("refuse", "1")
    assert (line.status, line.attempts, line.trouble) == (JobStatus.SET_ASIDE, 1, "The file a.csv is gone.")


def test_one_poison_job_does_not_keep_the_rest_from_being_done(jobs, traces, do_all):
    jobs(fail=_fail)
    services.enqueue("fail", key="1")
    services.enqueue("write", key="2", n=2)
    do_all()
    assert traces == [{"n": 2}]


def test_a_job_set_aside_can_be_taken_up_again(jobs, traces, do_all):
    job_id = services.enqueue("write", key="1", n=1).id
    assert services.retry_job(job_id) is False
    Job.objects.filter(pk=job_id).update(status=JobStatus.SET_ASIDE, attempts=3)
    DBTaskResult.objects.all().delete()
    assert services.retry_job(job_id) is True
    do_all()
    assert (traces, queries.find_job("write", "1").attempts) == ([{"n": 1}], 1)


def test_an_entry_of_the_queue_that_comes_twice_has_one_effect(traces, do_all):
    job_id = services.enqueue("write", key="1").id
    work.run_job.enqueue(job_id=job_id, attempt=1)
    assert (do_all(), traces) == (2, [{}])


def _claimed_by(worker: str, *, lease: timedelta, attempt: int = 1) -> int:
    """A job in the middle of an attempt, as a worker that was killed leaves it behind."""
    job_id = services.enqueue("write", key="1", n=1).id
    Job.objects.filter(pk=job_id).update(
        status=JobStatus.RUNNING, attempts=attempt, worker=worker, lease_until=clock.now() + lease
    )
    DBTaskResult.objects.update(status="RUNNING", started_at=clock.now())
    return job_id


def test_a_job_whose_worker_died_is_taken_up_when_its_lease_ends(traces, do_all):
    _claimed_by("elsewhere:77:abcd", lease=timedelta(minutes=5))
    assert (work.sweep_jobs(), do_all()) == (0, 0)
    with _later(6):
        assert work.sweep_jobs() == 1
    assert DBTaskResult.objects.get(status="FAILED").traceback == "The worker ended in the middle of attempt 1."
    _make_ready(Job.objects.get().pk)
    do_all()
    assert (traces, queries.find_job("write", "1").attempts) == ([{"n": 1}], 2)


def test_a_job_of_a_process_known_to_be_dead_is_taken_up_at_once(traces, do_all):
    _claimed_by("elsewhere:77:abcd", lease=timedelta(minutes=5))
    assert work.sweep_jobs(lambda worker: worker == "elsewhere:77:abcd") == 1
    _make_ready(Job.objects.get().pk)
    assert (do_all(), traces) == (1, [{"n": 1}])


def test_a_job_that_kills_its_worker_three_times_is_set_aside(traces, do_all):
    _claimed_by("elsewhere:77:abcd", lease=timedelta(minutes=-1), attempt=3)
    work.sweep_jobs()
    [line] = queries.stuck_jobs()
    assert (line.status, line.trouble) == (JobStatus.SET_ASIDE, "The worker ended in the middle of attempt 3.")
    assert (do_all(), traces) == (0, [])


def test_a_sign_of_life_keeps_a_long_job(traces):
    _claimed_by(work.this_worker(), lease=timedelta(seconds=-1))
    assert work.renew_leases(work.this_worker()) == 1
    assert work.sweep_jobs() == 0


def test_a_job_lost_from_the_queue_is_found_again(traces, do_all):
    services.enqueue("write", key="1", n=1)
    DBTaskResult.objects.all().delete()
    assert work.sweep_jobs() == 0  # perhaps only a busy quarter of an hour
    with _later(6):
        assert work.sweep_jobs() == 1
        assert work.sweep_jobs() == 0
    assert (do_all(), traces) == (1, [{"n": 1}])


def test_who_lost_the_lease_writes_nothing(jobs, do_all):
    """The machine slept in the middle of attempt 1; meanwhile attempt 2 was made and did the job."""

    def sleep_through_the_lease() -> str:
        Job.objects.update(status=JobStatus.DONE, attempts=2, worker="other", result="second")
        return "first"

    jobs(sleep=sleep_through_the_lease)
    services.enqueue("sleep", key="1")
    do_all()
    line = queries.find_job("sleep", "1")
    assert (line.result, line.attempts) == ("second", 2)


def test_a_stop_gives_the_job_back_without_losing_a_try(jobs, do_all):
    calls = []

    def be_stopped() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise work.Stopped

    jobs(long=be_stopped)
    services.enqueue("long", key="1")
    do_all()
    line = queries.find_job("long", "1")
    assert (line.status, line.attempts, len(calls)) == (JobStatus.DONE, 1, 2)


def test_a_worker_of_this_machine_is_known_to_be_dead():
    host, pid, _ = work.this_worker().split(":")
    assert is_dead(work.this_worker()) is False
    assert is_dead(f"{host}:{pid}:00000000") is True  # had our process id before us
    assert is_dead(f"{host}:1:00000000") is False
    assert is_dead("elsewhere:999999:00000000") is False
    assert is_dead(f"{host}:{2**22 + 1}:00000000") is True
    assert is_dead("") is False


def test_finished_jobs_are_forgotten_and_others_kept(traces, jobs, do_all):
    jobs(fail=_fail)
    services.enqueue("write", key="1")
    bad = services.enqueue("fail", key="2").id
    do_all()
    Job.objects.filter(pk=bad).update(status=JobStatus.SET_ASIDE, finished_at=clock.now())
    assert services.forget_finished(clock.now() - timedelta(days=1)) == 0
    assert services.forget_finished(clock.now() + timedelta(days=1)) == 1
    assert [job.pk for job in Job.objects.all()] == [bad]
    assert DBTaskResult.objects.filter(status="SUCCESSFUL").count() == 0


def test_old_waiting_work_is_stuck(traces):
    services.enqueue("write", key="1")
    assert queries.stuck_jobs() == []
    with _later(16):
        assert [line.key for line in queries.stuck_jobs()] == ["1"]


def test_the_number_of_tries_may_be_one(do_all, jobs):
    register_job("once", _fail, tries=1)
    services.enqueue("once", key="1")
    do_all()
    assert queries.find_job("once", "1").status == JobStatus.SET_ASIDE


@pytest.mark.parametrize(("attempt", "minutes"), [(1, 1), (2, 4), (3, 16), (4, 60), (40, 60)])
def test_waits_grow_up_to_an_hour(attempt, minutes):
    assert rules.wait_after(attempt) == timedelta(minutes=minutes)


def test_a_job_of_a_kind_no_longer_known_is_set_aside(jobs, traces, do_all):
    job_id = services.enqueue("write", key="1").id
    Job.objects.filter(pk=job_id).update(name="gone", task_id=uuid4())
    do_all()
    assert Job.objects.get(pk=job_id).trouble == "No job is called gone."
