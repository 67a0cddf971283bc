"""Imports that were cut off continue by themselves when a worker starts."""

import logging

from django.utils import translation

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Denied
from guanxi.identity.principals import Principal, PrincipalKind
from guanxi.identity.queries import firm, principal_of_staff, staff_seen_by, system_principal
from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.models import Import
from guanxi.record.imports.reading.scanning import digest_of
from guanxi.record.imports.services.folders import kept_source
from guanxi.record.imports.services.options import ImportOptions, Report
from guanxi.record.imports.services.running import import_file
from guanxi.record.imports.services.undoing import undo_import

_SOURCE_GONE = gettext_noop("The file of this import is gone; import it again.")
_SOURCE_CHANGED = gettext_noop("The file of this import was changed after it had begun; import it again.")
_OWNER_GONE = gettext_noop("The colleague who started this import is no longer here.")
_log = logging.getLogger(__name__)


def resume_imports() -> list[Report]:
    """Continue every import that is not done and that nobody is working on; for the start of a worker.

    One whose file is gone, or whose owner may no longer import, is marked as failed and keeps what it has stored.
    """
    reports = []
    for record in Import.objects.filter(status__in=(ImportStatus.RUNNING, ImportStatus.UNDOING)).order_by("pk"):
        try:
            report = _resume(record)
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


def _resume(record: Import) -> Report | None:
    by = _owner(record)
    if record.status == ImportStatus.UNDOING:
        undo_import(record.code, by=by)
        return None
    path = kept_source(record.code)
    if path is None:
        raise Refused("imports.source_gone", _SOURCE_GONE)
    if digest_of(path) != record.digest:  # kept as a link: somebody has written into the original
        raise Refused("imports.source_changed", _SOURCE_CHANGED)
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
        **known,
    )
    with translation.override(firm().language):  # as the command does: the words beside failed rows are kept
        return import_file(path, record.kind, by=by, options=options)


def _owner(record: Import) -> Principal:
    if record.by_kind == PrincipalKind.SYSTEM:
        return system_principal(record.by_code)
    staff = staff_seen_by(system_principal("worker")).filter(code=record.by_code).first()
    if staff is None:
        raise Refused("imports.owner_gone", _OWNER_GONE)
    return principal_of_staff(staff)


def _give_up(record: Import, error: Exception) -> None:
    _log.warning("import %s cannot be continued: %s", record.code, error)
    record.status = ImportStatus.FAILED
    record.save(update_fields=["status"])
