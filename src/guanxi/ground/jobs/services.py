"""Asking for background work. What a worker does with it stands in `work.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django_tasks_db.models import DBTaskResult

from guanxi.ground import clock
from guanxi.ground.jobs.choices import FINISHED, JobStatus
from guanxi.ground.jobs.models import Job
from guanxi.ground.jobs.registry import job_named
from guanxi.ground.jobs.work import wake_worker


@dataclass(frozen=True)
class Enqueued:
    """A job that was asked for; `is_new` is False when the same name and key had been asked for before."""

    id: int
    is_new: bool


@transaction.atomic
def enqueue(name: str, *, key: str, run_after: datetime | None = None, **arguments: Any) -> Enqueued:
    """Have the job `name` done once for `key`, with JSON arguments (ids, not objects), in the caller's transaction.

    The same name and key again is the same job, even when it is done: put the day or the row's id into the key.
    Raises UnknownJob.
    """
    job_named(name)
    now = clock.now()
    defaults = {"arguments": arguments, "run_after": run_after or now, "created_at": now}
    job, is_new = Job.objects.get_or_create(name=name, key=key, defaults=defaults)
    if is_new:
        wake_worker(job)
    return Enqueued(job.pk, is_new)


@transaction.atomic
def retry_job(job_id: int) -> bool:
    """Take up a job that was set aside, with a fresh count of tries; False when it is not set aside."""
    fresh = {"status": JobStatus.READY, "attempts": 0, "run_after": clock.now(), "finished_at": None}
    if not Job.objects.filter(pk=job_id, status=JobStatus.SET_ASIDE).update(**fresh):
        return False
    wake_worker(Job.objects.get(pk=job_id))
    return True


def forget_jobs(ids: Sequence[int]) -> int:
    """Delete some finished jobs whose results nobody needs any more."""
    gone, _ = Job.objects.filter(pk__in=list(ids), status__in=FINISHED).delete()
    return gone


def forget_finished(before: datetime) -> int:
    """Delete jobs done and queue entries finished before a moment; what was set aside stays until a person looks."""
    DBTaskResult.objects.finished().filter(finished_at__lt=before).delete()
    gone, _ = Job.objects.filter(status=JobStatus.DONE, finished_at__lt=before).delete()
    return gone
