"""All work that nobody asks for by hand, on one page: what ticks, and what happens in the night, in which order."""

import json
import logging
import os
import subprocess
import sys
from datetime import date, time, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import translation

from guanxi.engage.policy.queries import REHEARSAL
from guanxi.faces.shared.uploads import forget_incoming
from guanxi.ground import clock
from guanxi.ground.jobs import queries as jobs
from guanxi.ground.jobs import registry, schedules
from guanxi.ground.jobs.services import enqueue, forget_finished
from guanxi.ground.jobs.work import sweep_jobs
from guanxi.ground.jobs.worker import is_dead
from guanxi.ground.movers import may_move
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.queries import find_colleague, firm, has_own_administrator, principal_of_staff, system_principal
from guanxi.insight.trials import keep_run
from guanxi.journal.rules import Noun
from guanxi.journal.sealing import seal_acts
from guanxi.journal.services import record_act
from guanxi.project.archive.erasures import keep_list
from guanxi.project.rehearsing import rehearse_policies
from guanxi.record.conversations.services import sweep_files
from guanxi.record.customers import search
from guanxi.record.imports import services as imports
from guanxi.record.imports.queries import has_unfinished
from guanxi.record.signals.services import expire_hypotheses

log = logging.getLogger(__name__)

# At one o'clock of the firm, one after the other; each is a job below. `duplicates` joins before the report, with the
# room that finds them: a night promises only what it does.
NIGHT_AT = time(1, 0)
NIGHT = ("backup", "close_day", "refresh", "expire_hypotheses", "retention", "report")

KEPT_BACKUPS = 7  # of each night, and as many of those that somebody asked for
KEPT_JOBS = timedelta(days=30)
KEPT_UPLOADS = timedelta(days=1)  # files that somebody has sent and not imported
KEPT_REPORTS = timedelta(days=30)  # of imports: they hold cells of the files


def register() -> None:
    """Tell the floor what there is to do."""
    registry.register_tick("seal", seal_acts, seconds=1)
    registry.register_tick("sweep", lambda: sweep_jobs(is_dead), seconds=60)
    registry.register_tick("schedules", _tick_schedules, seconds=60)
    registry.register_tick("imports", _tick_imports, seconds=60)
    registry.register_tick("erasures", keep_list, seconds=60)

    registry.register_job("resume_imports", resume_cut_off_imports)
    registry.register_job(imports.JOB, carry_out_import)
    registry.register_job(REHEARSAL, rehearse_policies, tries=1)
    registry.register_job("clear_demo", take_demo_away)
    registry.register_job("backup", back_up_nightly)
    registry.register_job("backup_now", back_up_now)
    registry.register_job("verify_backup", verify_backup)
    registry.register_job("restore_backup", bring_back)
    registry.register_job("close_day", close_day)
    registry.register_job("refresh", refresh_nightly)
    registry.register_job("backtest", try_detector)
    registry.register_job("expire_hypotheses", give_up_hypotheses)
    registry.register_job("retention", keep_house)
    registry.register_job("report", report_night)
    registry.register_nightly(registry.Nightly("nightly", NIGHT_AT, lambda: firm().zone, NIGHT))


def _tick_schedules() -> None:
    schedules.start_due_runs()
    schedules.advance_runs()


def _tick_imports() -> None:
    """Whatever process an import died with, a worker goes on with it within a minute."""
    if has_unfinished():
        enqueue("resume_imports", key=f"{clock.now():%Y-%m-%dT%H:%M}")


def carry_out_import(code: str) -> None:
    """What a person asked for on the page of imports, where it was too much to do at once."""
    imports.carry_out(code)


def resume_cut_off_imports() -> dict[str, object]:
    """Go on with imports that nobody is working on; those under way hold a lock and are left alone."""
    from guanxi.project.registrations import register_importers  # readers load only in the worker
    from guanxi.record.imports.services.resuming import resume_imports

    register_importers()
    return {"resumed": len(resume_imports())}


def take_demo_away(staff: str) -> dict[str, object]:
    """The demo goes, it and only it; asked for by a member of staff, by code, who holds the right still. A backup is made
    before, and the figures of the whole are computed again afterwards.
    """
    from guanxi.project.demonstration.clearing import clear_demo  # loads the demo's rooms only in the worker

    asker = find_colleague(staff, system_principal("worker"))
    if asker is None or not has_own_administrator():
        raise Refused("demo.nobody_left", gettext_noop("Take on an administrator of your own first."))
    now = clock.local_day(clock.now(), firm().zone)
    try:
        back_up_now(f"{now}-before-clearing", anew=True)
    except Refused as refusal:
        if refusal.code != "backup.tool_missing":  # then no night makes one either: the page of jobs says so
            raise
    gone = clear_demo(by=principal_of_staff(asker))
    enqueue("refresh", key=f"cleared:{clock.now():%Y-%m-%dT%H:%M:%S}", day=now.isoformat())
    return dict(gone)


def back_up_nightly(day: str) -> dict[str, object]:
    """A backup into the home, named by its day; the last seven are kept. Copy them to another machine."""
    return _back_up(day, "????-??-??.guanxi", anew=True)


def back_up_now(file: str, *, anew: bool = False) -> dict[str, object]:
    """A backup that somebody asked for, into the home under a name that begins with the day."""
    return _back_up(file, "????-??-??-*.guanxi", anew=anew)


def _back_up(name: str, others: str, *, anew: bool) -> dict[str, object]:
    """anew: replace what an attempt that was broken off after writing has left; else what is there is kept as it is."""
    from guanxi.project.archive import writing  # loads tarfile and hashing only in the worker

    folder = settings.GUANXI_HOME / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / f"{name}.guanxi"
    if anew:
        file.unlink(missing_ok=True)
    report = writing.make_backup(file, by=system_principal("worker"))
    for old in sorted(folder.glob(others))[:-KEPT_BACKUPS]:
        old.unlink()
    return report.as_json()


def verify_backup(file: str) -> dict[str, object]:
    """Whether a backup of the home could be restored: read whole and opened. Fails with the reason when not."""
    from guanxi.project.archive.examining import examine_backup  # as above

    return examine_backup(settings.GUANXI_HOME / "backups" / Path(file).name).as_json()


def bring_back(file: str) -> dict[str, object]:
    """A backup of the home brought back into a second home beside it; nothing of this one is touched."""
    from guanxi.project.archive.beside import restore_beside  # as above

    return restore_beside(settings.GUANXI_HOME / "backups" / Path(file).name)


def close_day(day: str) -> dict[str, object]:
    """What the day before `day` has left open is brought to its end, so that the refresh reads a whole day: imports that
    were cut off, customers that a killed import left without search documents, acts without a seal.
    """
    resumed = resume_cut_off_imports()
    if has_unfinished():  # somebody is importing at this moment: the refresh takes what it has stored by then
        log.info("An import is under way while %s begins", day)
    return {**resumed, "made_findable": search.index_missing(), "sealed": seal_acts()}


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
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}  # its words are compared below
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if done.returncode:
        from guanxi.insight.refresh.lock import RUNNING  # as above

        if RUNNING in done.stderr:
            raise BlockingIOError(RUNNING)
        raise RuntimeError(f"The refresh failed: {done.stderr[-2000:]}")
    told: dict[str, object] = json.loads(done.stdout)
    return told


def try_detector(kind: str, staff: str) -> dict[str, object]:
    """The back-test of a detector, asked for on its page by a member of staff, by code, who holds the right still."""
    from guanxi.insight.refresh.replaying import replay_detector  # as above

    asker, own = find_colleague(staff, system_principal("worker")), firm().thresholds
    if asker is None or asker.left_on is not None:
        raise Refused("backtest.nobody", gettext_noop("Whoever asked for this works here no more."))
    told = replay_detector(kind, own)
    keep_run(told, own, by=principal_of_staff(asker))
    return {"detector": kind, "as_of": told["as_of"], "months": told["months"]}


def give_up_hypotheses(day: str) -> dict[str, object]:
    """What was supposed a year ago and never confirmed is given up."""
    return {"expired": expire_hypotheses(by=system_principal("worker"), on=date.fromisoformat(day))}


def keep_house(day: str) -> dict[str, object]:
    """What has served its time goes: ended sessions, finished jobs, old attempts to sign in, words of people erased."""
    call_command("clearsessions")
    call_command("axes_reset_logs", age=30, verbosity=0)
    return {
        "jobs": forget_finished(clock.now() - KEPT_JOBS),
        "index_steps": search.forget_words_in_steps(),
        "files_not_imported": imports.forget_prepared(clock.now() - KEPT_UPLOADS),
        "files_of_nobody": sweep_files((clock.now() - KEPT_UPLOADS).timestamp()),
        "uploads_cut_off": forget_incoming((clock.now() - KEPT_UPLOADS).timestamp()),
        "reports_of_imports": imports.forget_reports(clock.now() - KEPT_REPORTS),
    }


def report_night(day: str) -> dict[str, object]:
    """How the night went: each step with what it did, and what the doctor finds. The troubles stand in the server's log,
    the whole is this job's result, and one act in the journal says that it was told.
    """
    from guanxi.project.doctor import examine  # loads the migrations only in the worker

    [run] = jobs.latest_runs("nightly", 1)
    steps = {name: status for name, status, _ in run.steps if name != "report"}
    done = {name: jobs.find_job(name, f"nightly:{day}") for name in steps}
    with translation.override(firm().language):
        troubles = [f"{finding.name}: {words}" for finding in examine() for words in finding.troubles]
    for words in troubles:
        log.warning("The night of %s: %s", day, words)
    payload = {"steps": steps, "troubles": len(troubles)}
    with transaction.atomic():
        record_act("night.reported", by=system_principal("worker").actor, noun=Noun("night", day), payload=payload)
    return {"steps": steps, "results": {name: job.result for name, job in done.items() if job}, "troubles": troubles}
