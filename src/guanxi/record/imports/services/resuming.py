"""Imports that were cut off continue by themselves when a worker starts."""

import logging

from django.utils import translation

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.identity.permissions import Denied
from guanxi.identity.principals import Principal, PrincipalKind
from guanxi.identity.queries import firm, principal_of_staff, staff_seen_by, system_principal
from guanxi.record.imports.choices import OPEN, ImportStatus
from guanxi.record.imports.folders import kept_source, only_one
from guanxi.record.imports.models import Import
from guanxi.record.imports.permissions import seen_imports
from guanxi.record.imports.rules import facts_of
from guanxi.record.imports.services import strikes
from guanxi.record.imports.services.changing import CHANGED, give_up
from guanxi.record.imports.services.options import Report, options_of
from guanxi.record.imports.services.reporting import write_problems
from guanxi.record.imports.services.running import import_file
from guanxi.record.imports.services.undoing import undo_import

_SOURCE_GONE = gettext_noop("The file of this import is gone; import it again.")
_SOURCE_CHANGED = gettext_noop(
    "The file was changed after this import had begun, so it was not continued after {rows} rows. Take it back (“Take "
    "back” on its page, or guanxi import --undo {code}), then import the file as it is now."
)
_OWNER_GONE = gettext_noop("The colleague who started this import is no longer here.")
_NOT_FOUND = gettext_noop("There is no import {code} that could be continued.")
_UNDER_WAY = (ImportStatus.RUNNING, ImportStatus.UNDOING)
_log = logging.getLogger(__name__)


def resume_imports() -> list[Report]:
    """Continue every import that is not done and that nobody is working on; for workers, once a minute.

    One whose file is gone, or whose owner may no longer import, is marked as failed and keeps what it has stored; one
    that breaks off again and again is stopped (strikes.py).
    """
    found = Import.objects.filter(status__in=_UNDER_WAY).order_by("pk")
    return [report for report in map(_go_on, found) if report]


def carry_out(code: str) -> None:
    """Do what was asked for: import, or take back. Without effect where that is done, or somebody is at it."""
    record = Import.objects.filter(code=code, status__in=_UNDER_WAY).first()
    if record is not None:
        _go_on(record)


def resume_import(code: str, *, by: Principal) -> Report:
    """Continue one import that was cut off or stopped, asked for by a person: the count of its deaths begins anew.

    Raises Denied; Refused for one that is not there, not one's own, done, or whose file is gone or changed.
    """
    record = seen_imports(by).filter(code=code, status__in=OPEN).first() if code.isascii() and code.isalnum() else None
    if record is None:
        raise Refused("imports.not_found", _NOT_FOUND, code=excerpt(code))
    return _resume(record, unattended=False)


def _go_on(record: Import) -> Report | None:
    try:
        return _continue(record)
    except Refused as refusal:
        if refusal.code != "imports.running":
            _give_up(record, refusal)
    except Denied as denied:
        _give_up(record, denied)
    return None


def _continue(record: Import) -> Report | None:
    if record.status == ImportStatus.UNDOING:
        kind, code = facts_of(record.facts).undo_by
        undo_import(record.code, by=_principal(kind, code) if kind else _owner(record))
        return None
    with only_one(record.kind, record.digest):  # not of one under way
        if not strikes.count_start(record, by=system_principal("worker").actor):
            return None
    return _resume(record, unattended=True)


def _resume(record: Import, *, unattended: bool) -> Report:
    path = kept_source(record.code)
    if path is None:
        raise Refused("imports.source_gone", _SOURCE_GONE)
    options = options_of(record, unattended=unattended)
    try:
        with translation.override(_language(record)):  # the words beside failed rows are kept
            return import_file(path, record.kind, by=_owner(record), options=options)
    except Refused as refusal:
        if refusal.code == CHANGED:  # kept as a link: somebody has written into the original
            raise Refused(CHANGED, _SOURCE_CHANGED, rows=record.rows, code=record.code) from None
        raise


def _owner(record: Import) -> Principal:
    return _principal(record.by_kind, record.by_code)


def _principal(kind: str, code: str) -> Principal:
    """Whoever asked, with the rights of this moment. Raises Refused when they are no longer here."""
    if kind == PrincipalKind.SYSTEM:
        return system_principal(code)
    staff = staff_seen_by(system_principal("worker")).filter(code=code).first()
    if staff is None:
        raise Refused("imports.owner_gone", _OWNER_GONE)
    return principal_of_staff(staff)


def _language(record: Import) -> str:
    """In which language whoever asked reads."""
    return record.options.get("language") or firm().language


def _give_up(record: Import, refusal: Exception) -> None:
    _log.warning("import %s cannot be continued: %s", record.code, refusal)
    with translation.override(_language(record)):
        give_up(record, refusal)
        write_problems(record)
