"""Background work: what ran, what failed, and taking it up again."""

from dataclasses import dataclass

from django import forms
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from guanxi.faces.desk.settings.showing import done, show
from guanxi.faces.shared import cells
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import Look, look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.ground import clock
from guanxi.ground.jobs.choices import FINISHED, JobStatus
from guanxi.ground.jobs.queries import JobLine, latest_jobs, latest_runs, stuck_jobs
from guanxi.ground.jobs.services import enqueue, retry_job
from guanxi.identity.permissions import Permission, require

NAMES: dict[str, str | Promise] = {
    "backup": gettext_lazy("Backup"),
    "backup_now": gettext_lazy("Backup by hand"),
    "verify_backup": gettext_lazy("Checking a backup"),
    "restore_backup": gettext_lazy("Bringing a backup back"),
    "close_day": gettext_lazy("Closing the day"),
    "refresh": gettext_lazy("New figures"),
    "backtest": gettext_lazy("Back-test of alarms"),
    "expire_hypotheses": gettext_lazy("Giving up old suppositions"),
    "retention": gettext_lazy("Tidying up"),
    "report": gettext_lazy("Report of the night"),
    "resume_imports": gettext_lazy("Going on with imports"),
    "carry_out_import": gettext_lazy("Import of a file"),
    "clear_demo": gettext_lazy("Taking the demo away"),
    "rehearse": gettext_lazy("Rehearsal of offers"),
}
_STATES: dict[str, tuple[str | Promise, str]] = {
    "done": (gettext_lazy("done"), "good"),
    "running": (gettext_lazy("under way"), ""),
    "skipped": (gettext_lazy("skipped"), ""),
    "set_aside": (gettext_lazy("failed"), "alarm"),
}
_TONES = {JobStatus.DONE: "good", JobStatus.SET_ASIDE: "alarm"}
_MOST = 50


class JobForm(forms.Form):
    """A job to take up again."""

    job = forms.IntegerField(min_value=1, max_value=2**63 - 1)


@dataclass(frozen=True)
class Line:
    """One job in words."""

    id: int
    name: str
    when: str
    state: str
    tone: str
    trouble: str
    may_resume: bool


@dataclass(frozen=True)
class Night:
    """One night: its day, and each step with how it went."""

    day: str
    steps: list[tuple[str, str, str, str]]


@require_safe
def jobs(request: FaceRequest) -> HttpResponse:
    """What needs a person first, then the last nights, then the last jobs."""
    require(request.principal, Permission.ADMINISTER)
    look = look_of(request)
    latest = latest_jobs(_MOST)
    context = {
        "is_busy": any(job.status not in FINISHED for job in latest),
        "stuck": [_line(job, look) for job in stuck_jobs(_MOST)],
        "nights": [
            Night(cells.short_date(run.due_on, look.today), [_step(*step) for step in run.steps])
            for run in latest_runs("nightly", 7)
        ],
        "latest": [_line(job, look) for job in latest],
    }
    return show(request, "settings/jobs.html", context)


@require_POST
def job_resumption(request: FaceRequest) -> HttpResponse:
    """Take up a job that was set aside."""
    require(request.principal, Permission.ADMINISTER)
    is_taken_up = retry_job(read(JobForm, request)["job"])
    return done(request, _("It runs again.") if is_taken_up else _("It is under way or done already."), "jobs")


@require_POST
def figures(request: FaceRequest) -> HttpResponse:
    """Ask for all figures to be computed now, without waiting for the night."""
    require(request.principal, Permission.ADMINISTER)
    require(request.principal, Permission.RUN_REFRESH)
    now = clock.now()
    enqueue("refresh", key=f"asked:{now:%Y-%m-%dT%H:%M}", day=look_of(request).today.isoformat())
    return done(request, _("The figures are being computed; how far that is stands here."), "jobs")


def _line(job: JobLine, look: Look) -> Line:
    at = job.finished_at or job.created_at
    local = at.astimezone(look.now.tzinfo)
    when = f"{cells.day_words(local.date(), look.today)} {local:%H:%M}"
    state, tone = str(job.status.label), _TONES.get(job.status, "")
    is_aside = job.status == JobStatus.SET_ASIDE
    return Line(job.id, str(NAMES.get(job.name, job.name)), when, state, tone, job.trouble[:400], is_aside)


def _step(name: str, status: str, note: str) -> tuple[str, str, str, str]:
    words, tone = _STATES.get(status, (status, ""))
    return str(NAMES.get(name, name)), str(words), tone, note
