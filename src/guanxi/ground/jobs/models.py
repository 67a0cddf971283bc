"""Background work: jobs with their tries, leases that keep one doer at a time, and the runs of schedules."""

from django.db import models
from django.db.models import Q

from guanxi.ground.jobs.choices import JobStatus


class Job(models.Model):
    """One piece of work, done once per (name, key), whoever asks for it however often.

    The queue (django-tasks) only wakes a worker; what counts stands here. `lease_until` and `worker` say who is at it
    and until when he is believed to live; `trouble` says what went wrong the last time.
    """

    name = models.CharField(max_length=60)
    key = models.CharField(max_length=160)
    arguments = models.JSONField(default=dict)
    status = models.SmallIntegerField(choices=JobStatus.choices, default=JobStatus.READY)
    attempts = models.IntegerField(default=0)
    run_after = models.DateTimeField()
    worker = models.CharField(max_length=160, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    task_id = models.UUIDField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)
    trouble = models.TextField(max_length=4000, blank=True, default="")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "key"], name="job_once"),
            models.CheckConstraint(condition=Q(status__in=JobStatus.values), name="job_status"),
        ]
        indexes = [
            models.Index(fields=["status", "run_after"], condition=~Q(status=JobStatus.DONE), name="job_open"),
            models.Index(fields=["finished_at"], name="job_finished"),
        ]


class Lease(models.Model):
    """One doer at a time: `holder` may act under `name` until `until`."""

    name = models.CharField(max_length=60, primary_key=True)
    holder = models.CharField(max_length=160)
    until = models.DateTimeField()


class Schedule(models.Model):
    """A schedule that this installation has seen, and since when: what was due before is not made up for."""

    name = models.CharField(max_length=60, primary_key=True)
    since = models.DateTimeField()


class Run(models.Model):
    """One run of a schedule, for one local day: unique, so that two schedulers start one.

    `steps` lists [name, status, note] of each step in order, as far as it has come.
    """

    schedule = models.CharField(max_length=60)
    due_on = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    steps = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["schedule", "due_on"], name="run_once")]
        indexes = [models.Index(fields=["schedule"], condition=Q(finished_at=None), name="run_open")]


PERSONAL = {"Job": {"result": "content", "trouble": "content"}}  # an error may quote what it stumbled over
NOT_PERSONAL = {
    "Job": ["name", "key", "arguments", "worker"],
    "Lease": ["name", "holder"],
    "Schedule": ["name"],
    "Run": ["schedule", "due_on", "steps"],
}
