"""Doing a job: claimed, done, put back or set aside. The queue's task calls `run_job`; the rest is its bookkeeping.

A job's row is the truth, the queue only wakes workers: an entry that comes twice, or late, finds the attempt taken and
ends without effect. Whoever lost the lease (his machine slept) can write nothing: every end of an attempt is conditional.
"""

import logging
import os
import secrets
import socket
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from traceback import format_exception_only
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from guanxi.ground import clock
from guanxi.ground.jobs.choices import JobStatus
from guanxi.ground.jobs.models import Job
from guanxi.ground.jobs.registry import JOBS, UnknownJob, job_named
from guanxi.ground.jobs.rules import LEASE, OVERDUE, TRIES, wait_after
from guanxi.ground.refusals import Refused

log = logging.getLogger(__name__)

_LONGEST_TROUBLE = 4000
_MANY = 1000
_WORKER_DIED = "The worker ended in the middle of attempt {attempt}."


class Stopped(BaseException):
    """The worker was told to stop; the job goes back without losing a try."""


class Interruption:
    """Whether a stop may break off what this process does now: only while a job's own function runs."""

    is_wanted = False
    is_possible = False


def this_worker() -> str:
    """The name of this process among workers: host, process, and a random part, since process ids come again."""
    return _name_worker(os.getpid())


@cache
def _name_worker(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}:{secrets.token_hex(4)}"


@task
def run_job(job_id: int, attempt: int) -> str:
    """Do one attempt of a job, as called by the queue. Returns what became of it, for the queue's own record."""
    job = _claim_job(job_id, attempt=attempt, worker=this_worker())
    if job is None:
        return "taken"
    try:
        result = _call(job)
    except Stopped:
        connection.close()  # broken off in the middle: perhaps of a query
        _put_back(job, trouble="", wait=timedelta(), is_attempt=False)
    except (Refused, UnknownJob) as refusal:  # will be refused tomorrow as well
        _set_aside(job, trouble=str(refusal) if isinstance(refusal, Refused) else f"No job is called {job.name}.")
    except Exception as error:  # whatever a job stumbles over is written down and tried again
        log.warning("Job %s %s, attempt %s", job.name, job.key, attempt, exc_info=error)
        _put_back(job, trouble="".join(format_exception_only(error)).strip(), wait=wait_after(attempt))
    else:
        if not _mark_done(job, result=result):
            log.warning("Job %s %s: the lease was lost before attempt %s ended", job.name, job.key, attempt)
    return JobStatus(Job.objects.values_list("status", flat=True).get(pk=job_id)).name.lower()


def wake_worker(job: Job) -> None:
    """Put the next attempt of a job into the queue, in the caller's transaction."""
    later = job.run_after if job.run_after > clock.now() else None
    result = run_job.using(run_after=later).enqueue(job_id=job.pk, attempt=job.attempts + 1)
    Job.objects.filter(pk=job.pk).update(task_id=UUID(result.id))


def renew_leases(worker: str) -> int:
    """Sign of life of a worker: whatever it is at stays its own for another while."""
    return Job.objects.filter(status=JobStatus.RUNNING, worker=worker).update(lease_until=clock.now() + LEASE)


def sweep_jobs(is_dead: Callable[[str], bool] = lambda _: False) -> int:
    """Take up what was dropped: jobs of workers that died, and jobs whose place in the queue is lost. Returns how many.

    `is_dead` may know of a worker that it is gone; of the others the lease must have run out.
    """
    now = clock.now()
    swept = 0
    for job in Job.objects.filter(status=JobStatus.RUNNING).order_by("pk")[:_MANY]:
        if (job.lease_until and job.lease_until < now) or is_dead(job.worker):
            _forget_task(job)
            _put_back(job, trouble=_WORKER_DIED.format(attempt=job.attempts), wait=timedelta())
            swept += 1
    late = Q(status=JobStatus.READY, run_after__lt=now - OVERDUE / 3)
    waiting = list(Job.objects.filter(late).order_by("pk")[:_MANY])
    queued = DBTaskResult.objects.filter(
        pk__in=[job.task_id for job in waiting if job.task_id], status=TaskResultStatus.READY
    )
    known = set(queued.values_list("pk", flat=True))
    for job in waiting:
        if job.task_id not in known:
            wake_worker(job)
            swept += 1
    return swept


def _call(job: Job) -> Any:
    """Call the job's function; only in here may a stop break in."""
    function = job_named(job.name).function
    Interruption.is_possible = True
    try:
        if Interruption.is_wanted:
            raise Stopped
        return function(**job.arguments)
    finally:
        Interruption.is_possible = False


def _claim_job(job_id: int, *, attempt: int, worker: str) -> Job | None:
    """Take up an attempt of a job; None when it is taken, done, or was tried since the queue was told."""
    now = clock.now()
    waiting = Job.objects.filter(pk=job_id, status=JobStatus.READY, attempts=attempt - 1)
    claimed = waiting.update(
        status=JobStatus.RUNNING, attempts=attempt, worker=worker, lease_until=now + LEASE, started_at=now
    )
    return Job.objects.get(pk=job_id) if claimed else None


@transaction.atomic
def _put_back(job: Job, *, trouble: str, wait: timedelta, is_attempt: bool = True) -> None:
    """Try again after `wait`, or set the job aside when this was its last try.

    With `is_attempt` False (the worker was told to stop) the attempt does not count.
    """
    tries = JOBS[job.name].tries if job.name in JOBS else TRIES
    if is_attempt and job.attempts >= tries:
        _set_aside(job, trouble=trouble)
        return
    attempts = job.attempts if is_attempt else job.attempts - 1
    run_after = clock.now() + wait
    if _end_attempt(job, status=JobStatus.READY, attempts=attempts, run_after=run_after, trouble=trouble):
        wake_worker(Job.objects.get(pk=job.pk))


def _set_aside(job: Job, *, trouble: str) -> None:
    _end_attempt(job, status=JobStatus.SET_ASIDE, trouble=trouble, finished_at=clock.now())


def _mark_done(job: Job, *, result: Any) -> bool:
    return _end_attempt(job, status=JobStatus.DONE, result=result, trouble="", finished_at=clock.now())


def _end_attempt(job: Job, *, trouble: str, **changes: Any) -> bool:
    """Write the end of an attempt; False when somebody else has taken the job up since."""
    mine = Job.objects.filter(pk=job.pk, status=JobStatus.RUNNING, attempts=job.attempts, worker=job.worker)
    return mine.update(**changes, trouble=trouble[:_LONGEST_TROUBLE], worker="", lease_until=None) == 1


def _forget_task(job: Job) -> None:
    """The queue's own entry of a dead attempt would stay RUNNING for ever."""
    if job.task_id is None:
        return
    DBTaskResult.objects.filter(pk=job.task_id, status=TaskResultStatus.RUNNING).update(
        status=TaskResultStatus.FAILED, finished_at=clock.now(), traceback=_WORKER_DIED.format(attempt=job.attempts)
    )
