"""Reads of background work: what one asked for, what is stuck."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from guanxi.ground import clock
from guanxi.ground.jobs.choices import JobStatus
from guanxi.ground.jobs.models import Job, Run
from guanxi.ground.jobs.rules import OVERDUE


@dataclass(frozen=True)
class JobLine:
    """One job to show."""

    id: int
    name: str
    key: str
    status: JobStatus
    attempts: int
    trouble: str
    result: Any
    arguments: dict[str, Any]
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class RunLine:
    """One run of a schedule to show; `steps` are (name, status, note)."""

    schedule: str
    due_on: date
    started_at: datetime
    finished_at: datetime | None
    steps: list[tuple[str, str, str]]


def find_job(name: str, key: str) -> JobLine | None:
    """The job of that name and key, or None."""
    job = Job.objects.filter(name=name, key=key).first()
    return _line(job) if job else None


def jobs_of(name: str, keys: Sequence[str]) -> dict[str, JobLine]:
    """The jobs of that name with one of some keys, by key."""
    return {job.key: _line(job) for job in Job.objects.filter(name=name, key__in=list(keys))}


def stuck_jobs(limit: int = 100) -> list[JobLine]:
    """Jobs that need a person: set aside, or waiting or running longer than a quarter of an hour without progress."""
    late = clock.now() - OVERDUE
    stuck = Q(status=JobStatus.SET_ASIDE) | Q(status=JobStatus.READY, run_after__lt=late)
    stuck |= Q(status=JobStatus.RUNNING, lease_until__lt=clock.now())
    return [_line(job) for job in Job.objects.filter(stuck).order_by("pk")[:limit]]


def last_job(name: str) -> JobLine | None:
    """The job of that name that was asked for last, or None."""
    job = Job.objects.filter(name=name).order_by("-pk").first()
    return _line(job) if job else None


def jobs_named(name: str, limit: int = 100) -> list[JobLine]:
    """The jobs of that name that were asked for last, newest first."""
    return [_line(job) for job in Job.objects.filter(name=name).order_by("-pk")[:limit]]


def latest_jobs(limit: int = 100) -> list[JobLine]:
    """The last jobs that anybody or the clock asked for, newest first."""
    return [_line(job) for job in Job.objects.order_by("-pk")[:limit]]


def latest_runs(schedule: str, limit: int = 10) -> Sequence[RunLine]:
    """The last runs of a schedule, newest first."""
    return [
        RunLine(run.schedule, run.due_on, run.started_at, run.finished_at, [(s[0], s[1], s[2]) for s in run.steps])
        for run in Run.objects.filter(schedule=schedule).order_by("-due_on")[:limit]
    ]


def _line(job: Job) -> JobLine:
    return JobLine(
        id=job.pk,
        name=job.name,
        key=job.key,
        status=JobStatus(job.status),
        attempts=job.attempts,
        trouble=job.trouble,
        result=job.result,
        arguments=job.arguments,
        created_at=job.created_at,
        finished_at=job.finished_at,
    )
