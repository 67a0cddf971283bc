"""The firm's data: backups, how to bring one back, and the demo taken away with one click."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.faces.desk.settings.showing import done, show
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look, look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.ground import clock
from guanxi.ground.jobs.queries import last_job
from guanxi.ground.jobs.services import enqueue
from guanxi.identity.permissions import Permission, require
from guanxi.identity.queries import firm, has_own_administrator

_MOST = 30


@dataclass(frozen=True)
class Backup:
    """One backup in the home."""

    name: str
    when: str
    size: str


@require_safe
def data(request: FaceRequest) -> HttpResponse:
    """Backups, newest first, how to bring one back, and the demo."""
    require(request.principal, Permission.ADMINISTER)
    look = look_of(request)
    clearing = last_job("clear_demo")
    context = {
        "backups": _backups(look),
        "is_demo": firm().is_demo,
        "clearing": clearing,
        "has_own_administrator": has_own_administrator(),
    }
    return show(request, "settings/data.html", context)


@require_POST
def backup(request: FaceRequest) -> HttpResponse:
    """Ask for a backup now; the worker writes it."""
    require(request.principal, Permission.ADMINISTER)
    now = clock.now()
    enqueue("backup", key=f"asked:{now:%Y-%m-%dT%H:%M}", day=look_of(request).today.isoformat())
    return done(request, _("The backup is being written; it stands here in a moment."), "data")


@require_POST
def demo_removal(request: FaceRequest) -> HttpResponse:
    """Ask for the demo to be taken away: it and only it."""
    require(request.principal, Permission.ADMINISTER)
    if firm().is_demo and has_own_administrator():
        enqueue("clear_demo", key=f"{clock.now():%Y-%m-%dT%H:%M}", staff=request.principal.code)
    return done(request, _("The demo is being taken away. Your own records stay."), "data")


def _backups(look: Look) -> list[Backup]:
    folder = Path(settings.GUANXI_HOME) / "backups"
    files = sorted(folder.glob("*.guanxi"), reverse=True)[:_MOST] if folder.is_dir() else []
    return [_backup(file, look) for file in files]


def _backup(file: Path, look: Look) -> Backup:
    told = file.stat()
    at = dt.datetime.fromtimestamp(told.st_mtime, look.now.tzinfo)
    return Backup(file.name, f"{cells.day_words(at.date(), look.today)} {at:%H:%M}", filesizeformat(told.st_size))
