"""The engine of schedules: starts each nightly run once a local day and walks it through its steps.

Every step is a job of its own, so it is retried, survives the death of its worker and is set aside with a reason; a run
goes on past a step that was set aside, because a failed backup must not keep people from their morning list.
"""

from datetime import datetime

from django.db import transaction

from guanxi.ground import clock
from guanxi.ground.jobs.choices import JobStatus
from guanxi.ground.jobs.models import Job, Run, Schedule
from guanxi.ground.jobs.registry import JOBS, NIGHTLIES, Nightly
from guanxi.ground.jobs.rules import latest_due
from guanxi.ground.jobs.services import enqueue

ABSENT = "not installed"
OVERTAKEN = "the next run had begun"


def start_due_runs(now: datetime | None = None) -> int:
    """Start what is due and was not started yet: once, however many schedulers ask. Returns how many runs began.

    After days of standstill only the latest due day is made up for, and nothing from before the schedule was known.
    """
    now = now or clock.now()
    return sum(_start_if_due(nightly, now) for nightly in NIGHTLIES.values())


def advance_runs() -> None:
    """Walk every open run on: note what ended, ask for the next step."""
    for pk in Run.objects.filter(finished_at=None, schedule__in=list(NIGHTLIES)).values_list("pk", flat=True):
        _advance(pk)


@transaction.atomic
def _start_if_due(nightly: Nightly, now: datetime) -> bool:
    day, instant = latest_due(now, nightly.at, nightly.zone())
    schedule, _ = Schedule.objects.get_or_create(name=nightly.name, defaults={"since": now})
    if instant <= schedule.since:
        return False
    _, is_new = Run.objects.get_or_create(schedule=nightly.name, due_on=day, defaults={"started_at": now})
    if is_new:
        _close_overtaken(nightly, before=day)
    return is_new


def _close_overtaken(nightly: Nightly, *, before: object) -> None:
    """A run that is still open when the next begins asks for no more steps."""
    for run in Run.objects.select_for_update().filter(schedule=nightly.name, finished_at=None, due_on__lt=before):
        known = {step[0] for step in run.steps if step[1] in {"done", "skipped", "set_aside"}}
        kept = [step for step in run.steps if step[0] in known]
        run.steps = kept + [[name, "skipped", OVERTAKEN] for name in nightly.steps if name not in known]
        run.finished_at = clock.now()
        run.save(update_fields=["steps", "finished_at"])


@transaction.atomic
def _advance(pk: int) -> None:
    run = Run.objects.select_for_update().filter(pk=pk, finished_at=None).first()
    if run is None:  # finished by somebody else a moment ago
        return
    steps: list[list[str]] = []
    for name in NIGHTLIES[run.schedule].steps:
        steps.append(_step(run, name))
        if steps[-1][1] == "running":
            break
    else:
        run.finished_at = clock.now()
    if steps != run.steps or run.finished_at:
        run.steps = steps
        run.save(update_fields=["steps", "finished_at"])


def _step(run: Run, name: str) -> list[str]:
    """How one step of a run stands: [name, status, note]; it is asked for when nobody has yet."""
    if name not in JOBS:
        return [name, "skipped", ABSENT]
    key = f"{run.schedule}:{run.due_on.isoformat()}"
    enqueue(name, key=key, day=run.due_on.isoformat())
    job = Job.objects.get(name=name, key=key)
    if job.status == JobStatus.DONE:
        return [name, "done", ""]
    if job.status == JobStatus.SET_ASIDE:
        return [name, "set_aside", job.trouble[:200]]
    return [name, "running", ""]
