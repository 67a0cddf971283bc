"""Imports that were cut off continue by themselves when a worker starts."""

import logging

from django.utils import translation

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.identity.permissions import Denied
from guanxi.identity.principals import Principal, PrincipalKind
from guanxi.identity.queries import firm, principal_of_staff, staff_seen_by, system_principal
from guanxi.record.imports.choices import OPEN, ImportStatus
from guanxi.record.imports.models import Import
from guanxi.record.imports.permissions import seen_imports
from guanxi.record.imports.services import strikes
from guanxi.record.imports.services.changing import CHANGED, give_up
from guanxi.record.imports.services.folders import kept_source, only_one
from guanxi.record.imports.services.options import ImportOptions, Report
from guanxi.record.imports.services.reporting import write_problems
from guanxi.record.imports.services.running import import_file
from guanxi.record.imports.services.undoing import undo_import

_SOURCE_GONE = gettext_noop("The file of this import is gone; import it again.")
_SOURCE_CHANGED = gettext_noop(
    "The file was changed after this import had begun, so it was not continued after {rows} rows. Take it back with "
    "“guanxi import --undo {code}”, then import the file as it is now."
)
_OWNER_GONE = gettext_noop("The colleague who started this import is no longer here.")
_NOT_FOUND = gettext_noop("There is no import {code} that could be continued.")
_log = logging.getLogger(__name__)


def resume_imports() -> list[Report]:
    """Continue every import that is not done and that nobody is working on; for workers, once a minute.

    One whose file is gone, or whose owner may no longer import, is marked as failed and keeps what it has stored; one
    that breaks off again and again is stopped (strikes.py).
    """
    reports = []
    for record in Import.objects.filter(status__in=(ImportStatus.RUNNING, ImportStatus.UNDOING)).order_by("pk"):
        try:
            report = _continue(record)
        except Refused as refusal:
            if refusal.code != "imports.running":
                _give_up(record, refusal)
            continue
        except Denied as denied:
            _give_up(record, denied)
            continue
        if report:
            reports.append(report)
    return reports


def resume_import(code: str, *, by: Principal) -> Report:
    """Continue one import that was cut off or stopped, asked for by a person: the count of its deaths begins anew.

    Raises Denied; Refused for one that is not there, not one's own, done, or whose file is gone or changed.
    """
    record = seen_imports(by).filter(code=code, status__in=OPEN).first() if code.isascii() and code.isalnum() else None
    if record is None:
        raise Refused("imports.not_found", _NOT_FOUND, code=excerpt(code))
    return _resume(record, unattended=False)


def _continue(record: Import) -> Report | None:
    if record.status == ImportStatus.UNDOING:
        undo_import(record.code, by=_owner(record))
        return None
    with only_one(record.kind, record.digest):  # not of one under way
        if not strikes.count_start(record, by=system_principal("worker").actor):
            return None
    return _resume(record, unattended=True)


def _resume(record: Import, *, unattended: bool) -> Report:
    path = kept_source(record.code)
    if path is None:
        raise Refused("imports.source_gone", _SOURCE_GONE)
    known = {
        name: record.options[name]
        for name in ("create_customers", "currency", "zone", "encoding", "with_private", "even_if_incomplete")
        if name in record.options
    }
    options = ImportOptions(
        mapping={field: tuple(columns) for field, columns in record.mapping.items()},
        feed=record.feed,
        file_name=record.file_name,
        is_demo=record.is_demo,
        digest=record.digest,
        unattended=unattended,
        **known,
    )
    try:
        with translation.override(firm().language):  # as the command does: the words beside failed rows are kept
            return import_file(path, record.kind, by=_owner(record), options=options)
    except Refused as refusal:
        if refusal.code == CHANGED:  # kept as a link: somebody has written into the original
            raise Refused(CHANGED, _SOURCE_CHANGED, rows=record.rows, code=record.code) from None
        raise


def _owner(record: Import) -> Principal:
    if record.by_kind == PrincipalKind.SYSTEM:
        return system_principal(record.by_code)
    staff = staff_seen_by(system_principal("worker")).filter(code=record.by_code).first()
    if staff is None:
        raise Refused("imports.owner_gone", _OWNER_GONE)
    return principal_of_staff(staff)


def _give_up(record: Import, refusal: Exception) -> None:
    _log.warning("import %s cannot be continued: %s", record.code, refusal)
    with translation.override(firm().language):
        give_up(record, refusal)
        write_problems(record)
