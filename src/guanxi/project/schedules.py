"""All work that nobody asks for by hand, on one page: what ticks, and what happens in the night, in which order."""

import json
import subprocess
import sys
from datetime import time, timedelta

from django.conf import settings
from django.core.management import call_command

from guanxi.ground import clock
from guanxi.ground.jobs import registry, schedules
from guanxi.ground.jobs.services import enqueue, forget_finished
from guanxi.ground.jobs.work import sweep_jobs
from guanxi.ground.jobs.worker import is_dead
from guanxi.ground.movers import may_move
from guanxi.ground.refusals import Refused
from guanxi.identity.queries import firm, system_principal
from guanxi.journal.sealing import seal_acts
from guanxi.project.archive.erasures import keep_list
from guanxi.record.imports.queries import has_unfinished

# At one o'clock of the firm, one after the other. A step that no room has brought yet is skipped with a note.
NIGHT_AT = time(1, 0)
NIGHT = ("backup", "close_day", "refresh", "expire_hypotheses", "retention", "duplicates", "report")

KEPT_BACKUPS = 7
KEPT_JOBS = timedelta(days=30)


def register() -> None:
    """Tell the floor what there is to do."""
    registry.register_tick("seal", seal_acts, seconds=1)
    registry.register_tick("sweep", lambda: sweep_jobs(is_dead), seconds=60)
    registry.register_tick("schedules", _tick_schedules, seconds=60)
    registry.register_tick("imports", _tick_imports, seconds=60)
    registry.register_tick("erasures", keep_list, seconds=60)

    registry.register_job("resume_imports", resume_cut_off_imports)
    registry.register_job("backup", back_up_nightly)
    registry.register_job("refresh", refresh_nightly)
    registry.register_job("retention", keep_house)
    registry.register_nightly(registry.Nightly("nightly", NIGHT_AT, lambda: firm().zone, NIGHT))


def _tick_schedules() -> None:
    schedules.start_due_runs()
    schedules.advance_runs()


def _tick_imports() -> None:
    """Whatever process an import died with, a worker goes on with it within a minute."""
    if has_unfinished():
        enqueue("resume_imports", key=f"{clock.now():%Y-%m-%dT%H:%M}")


def resume_cut_off_imports() -> dict[str, object]:
    """Go on with imports that nobody is working on; those under way hold a lock and are left alone."""
    from guanxi.project.registrations import register_importers  # readers load only in the worker
    from guanxi.record.imports.services.resuming import resume_imports

    register_importers()
    return {"resumed": len(resume_imports())}


def back_up_nightly(day: str) -> dict[str, object]:
    """A backup into the home, named by its day; the last seven are kept. Copy them to another machine."""
    from guanxi.project.archive import writing  # loads tarfile and hashing only in the worker

    folder = settings.GUANXI_HOME / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / f"{day}.guanxi"
    file.unlink(missing_ok=True)  # of an attempt that was broken off after it was written
    report = writing.make_backup(file, by=system_principal("worker"))
    for old in sorted(folder.glob("????-??-??.guanxi"))[:-KEPT_BACKUPS]:
        old.unlink()
    return report.as_json()


def refresh_nightly(day: str) -> dict[str, object]:
    """Everything computed, up to the day before `day`, which has just closed."""
    if not may_move():  # on SQLite the worker's ticker has the record open beside this thread
        return _refresh_apart()
    from guanxi.insight.refresh import refresh  # the engines load only in the worker

    try:
        report = refresh(by=system_principal("worker"))
    except Refused as refusal:
        if refusal.code == "refresh.running":  # somebody refreshes by hand: try again later
            raise BlockingIOError(str(refusal)) from refusal
        raise
    return report.as_json()


def _refresh_apart() -> dict[str, object]:
    """The same in a process of its own; what it holds in memory ends with it."""
    command = [sys.executable, "-m", "guanxi", "refresh", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if done.returncode:
        from guanxi.insight.refresh.lock import RUNNING  # as above

        if RUNNING in done.stderr:
            raise BlockingIOError(RUNNING)
        raise RuntimeError(f"The refresh failed: {done.stderr[-2000:]}")
    told: dict[str, object] = json.loads(done.stdout)
    return told


def keep_house(day: str) -> dict[str, object]:
    """What has served its time goes: ended sessions, finished jobs, old attempts to sign in."""
    call_command("clearsessions")
    call_command("axes_reset_logs", age=30, verbosity=0)
    return {"jobs": forget_finished(clock.now() - KEPT_JOBS)}
