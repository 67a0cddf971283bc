"""The firm's data: backups made, checked, taken along and brought back, what was given out, and the demo taken away with
one click.
"""

import datetime as dt
import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from guanxi.faces.desk.settings import demo
from guanxi.faces.desk.settings.giving import given_out
from guanxi.faces.desk.settings.showing import done, show
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look, look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import sentences
from guanxi.ground import clock
from guanxi.ground.jobs.choices import FINISHED, JobStatus
from guanxi.ground.jobs.queries import JobLine, jobs_of, last_job
from guanxi.ground.jobs.services import enqueue, retry_job
from guanxi.identity.exporting import hand_out
from guanxi.identity.permissions import Permission, may, require
from guanxi.identity.queries import firm, has_own_administrator

_MOST = 30
_CHECK, _RETURN = "verify_backup", "restore_backup"


@dataclass(frozen=True)
class Backup:
    """One backup in the home: what a check of it found, whether one is under way, and the commands that bring it back."""

    code: str
    name: str
    when: str
    size: str
    check: str
    tone: str
    is_checking: bool
    is_checked: bool
    commands: list[str]
    back: str = ""
    back_tone: str = ""
    is_coming_back: bool = False


@require_safe
def data(request: FaceRequest) -> HttpResponse:
    """Backups, newest first, how to bring one back, what was given out, and the demo."""
    require(request.principal, Permission.ADMINISTER)
    look = look_of(request)
    backups, making = _backups(look), last_job("backup_now")
    is_making = making is not None and making.status not in FINISHED
    told = demo.standing_of()
    context = {
        "backups": backups,
        "is_making": is_making,
        "trouble": making.trouble if making and making.status == JobStatus.SET_ASIDE else "",
        "is_busy": is_making
        or any(one.is_checking or one.is_coming_back for one in backups)
        or bool(told and told.is_going),
        "may_bring_back": connection.vendor == "sqlite",
        "may_take": may(request.principal, Permission.EXPORT),
        "demo": told,
        "given": given_out(look),
    }
    return show(request, "settings/data.html", context)


@require_POST
def backup(request: FaceRequest) -> HttpResponse:
    """Ask for a backup now; the worker writes it, and the page shows how far it is."""
    require(request.principal, Permission.ADMINISTER)
    name = f"{clock.now().astimezone(ZoneInfo(firm().zone)):%Y-%m-%d-%H%M}"
    enqueue("backup_now", key=name, file=name)
    return done(request, _("The backup is being written; it stands here in a moment."), "data")


@require_POST
def check(request: FaceRequest, name: str) -> HttpResponse:
    """Ask whether a backup could be restored; the worker reads it whole."""
    require(request.principal, Permission.ADMINISTER)
    key = _check_key(_file(name))
    known = jobs_of(_CHECK, [key]).get(key)
    if known is None:
        enqueue(_CHECK, key=key, file=f"{name}.guanxi")
    elif known.status == JobStatus.SET_ASIDE:
        retry_job(known.id)
    return done(request, _("The backup is being read; what is found stands beside it in a moment."), "data")


@require_POST
def bringing_back(request: FaceRequest, name: str) -> HttpResponse:
    """Ask for a backup to be brought back into a second home; the worker does it, and this home stays as it is."""
    require(request.principal, Permission.ADMINISTER)
    key = _check_key(_file(name))
    known = jobs_of(_RETURN, [key]).get(key)
    if known is None or known.status == JobStatus.DONE:
        enqueue(_RETURN, key=key if known is None else f"{key}:{clock.now():%H:%M:%S}", file=f"{name}.guanxi")
    elif known.status == JobStatus.SET_ASIDE:
        retry_job(known.id)
    return done(request, _("The backup is being brought back beside this home; where it stands is said here."), "data")


@require_POST
def taking(request: FaceRequest, name: str) -> HttpResponseBase:
    """Take a backup along as a file; the journal says so."""
    require(request.principal, Permission.ADMINISTER)
    file = hand_out(_file(name), by=request.principal)
    return FileResponse(file, as_attachment=True, filename=f"{name}.guanxi", content_type="application/octet-stream")


@require_POST
def demo_removal(request: FaceRequest) -> HttpResponse:
    """Ask for the demo to be taken away: it and only it."""
    require(request.principal, Permission.ADMINISTER)
    if firm().is_demo and has_own_administrator():
        enqueue("clear_demo", key=f"{clock.now():%Y-%m-%dT%H:%M}", staff=request.principal.code)
    return done(request, _("The demo is being taken away. Your own records stay."), "data")


def _folder() -> Path:
    return Path(settings.GUANXI_HOME) / "backups"


def _file(name: str) -> Path:
    """A backup by the name that the address has checked. 404 for none."""
    file = _folder() / f"{name}.guanxi"
    if not file.is_file():
        raise Http404
    return file


def _backups(look: Look) -> list[Backup]:
    files = sorted(_folder().glob("*.guanxi"), reverse=True)[:_MOST] if _folder().is_dir() else []
    keys = {file: _check_key(file) for file in files}
    checks, returns = (jobs_of(name, list(keys.values())) for name in (_CHECK, _RETURN))
    return [_brought_back(_backup(file, look, checks.get(key)), returns.get(key)) for file, key in keys.items()]


def _brought_back(one: Backup, job: JobLine | None) -> Backup:
    """With what became of bringing it back, where somebody asked for that."""
    if job is None:
        return one
    if job.status == JobStatus.SET_ASIDE:
        return replace(one, back=job.trouble, back_tone="alarm")
    if job.status != JobStatus.DONE:
        return replace(one, back=_("being brought back …"), is_coming_back=True)
    told: dict[str, Any] = job.result or {}
    words = _(
        "Brought back into {place}. Look at it with: GUANXI_HOME={place} guanxi refresh, then guanxi serve --port 8001"
    )
    return replace(one, back=words.format(place=told.get("place", "")), back_tone="good")


def _check_key(file: Path) -> str:
    return f"{file.name}:{file.stat().st_mtime_ns}"


def _backup(file: Path, look: Look, checked: JobLine | None) -> Backup:
    told = file.stat()
    at = dt.datetime.fromtimestamp(told.st_mtime, look.now.tzinfo)
    words, tone = _found(checked) if checked else ("", "")
    return Backup(
        code=file.stem,
        name=file.name,
        when=f"{cells.day_words(at.date(), look.today)} {at:%H:%M}",
        size=filesizeformat(told.st_size),
        check=words,
        tone=tone,
        is_checking=checked is not None and checked.status not in FINISHED,
        is_checked=checked is not None and checked.status == JobStatus.DONE,
        commands=_commands(file),
    )


def _found(checked: JobLine) -> tuple[str, str]:
    """What a check has found, in words and their tone."""
    if checked.status == JobStatus.SET_ASIDE:
        return _("It could not be restored: {why}").format(why=checked.trouble), "alarm"
    if checked.status != JobStatus.DONE:
        return _("being read …"), ""
    found: dict[str, Any] = checked.result or {}
    said = [_("Whole and readable.")]
    if found.get("customers") is not None:
        count = int(found["customers"])
        words = ngettext("{count} customer.", "{count} customers.", count)
        said.append(words.format(count=cells.number(count)))
    if found.get("newer"):
        return sentences([*said, _("It was made by a newer version: update before you restore it.")]), "watch"
    if not (found.get("opens_here") or found.get("has_keys")):
        return sentences([*said, _("The keys of this installation do not open it: it needs its own.")]), "watch"
    return sentences([*said, _("The keys here open it.") if found.get("opens_here") else ""]), "good"


def _commands(file: Path) -> list[str]:
    """What brings a backup back into a second home beside this one, to be looked at before it is served."""
    home = Path(settings.GUANXI_HOME)
    second = home.with_name(f"{home.name}-restored")
    keys, place = shlex.quote(str(home / "keys")), shlex.quote(str(second))
    lines = [f"mkdir {place}", f"cp -r {keys} {place}/", f"export GUANXI_HOME={place}"]
    if connection.vendor == "postgresql":
        lines.append("export GUANXI_DATABASE_URL=postgresql://…/")
    erased = home / "erased.json"
    restore = f"guanxi restore {shlex.quote(str(file))}"
    return [
        *lines,
        f"{restore} --erased {shlex.quote(str(erased))}" if erased.exists() else restore,
        "guanxi doctor",
        "guanxi refresh",
        "guanxi serve",
    ]
