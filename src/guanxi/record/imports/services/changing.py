"""Files that change between looking and storing, or while they are stored: noticed, and said; nothing is mixed."""

from django.db.models import Q

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.record.imports.choices import OPEN, ImportStatus
from guanxi.record.imports.folders import drop_source
from guanxi.record.imports.importers.importing import Importer
from guanxi.record.imports.models import Import
from guanxi.record.imports.reading.scanning import Scan
from guanxi.record.imports.services.ledger import Ledger, explain
from guanxi.record.imports.services.reporting import write_problems

CHANGED = "imports.source_changed"

_SINCE = gettext_noop("The file was changed after it was looked at; look at it again, then import it.")
_DURING = gettext_noop(
    "The file was changed while it was imported, so the import has stopped after {rows} rows. Take it back (“Take back” on "
    "its page, or guanxi import --undo {code}), then import the file as it is now."
)
_HALF = gettext_noop(
    "An earlier import of this file stopped after {rows} rows, and the file was changed since. Take that one back (“Take "
    "back” on its page, or guanxi import --undo {code}), then import the file as it is now."
)


def refuse_other_digest(scan: Scan, digest: str) -> None:
    """Raise Refused when the file is not the one that was looked at before ('' for any)."""
    if digest and scan.digest != digest:
        raise Refused(CHANGED, _SINCE)


def refuse_half_of_another(importer: Importer, scan: Scan, place: str) -> None:
    """Raise Refused when an import of another content of this very file was cut off and what it stored still stands:
    the rows that both contents have would come twice, or the older would be written after the newer.
    """
    cut_off = Q(status__in=OPEN)
    if importer.by_row:
        cut_off |= Q(status=ImportStatus.FAILED, reason=CHANGED, created__gt=0)
    half = Import.objects.filter(cut_off, kind=importer.kind, place=place).exclude(digest=scan.digest)
    earlier = half.order_by("-pk").first()
    if earlier is not None:
        raise Refused("imports.half_of_another", _HALF, code=earlier.code, rows=earlier.rows)


def stop_changed(ledger: Ledger) -> Refused:
    """Close an import whose file was changed meanwhile, with a report of what it has stored; returns what to say."""
    record = ledger.record
    record.refresh_from_db()
    refusal = Refused(CHANGED, _DURING, code=record.code, rows=record.rows)
    give_up(record, refusal)
    write_problems(record)
    drop_source(record.code)
    return refusal


def give_up(record: Import, error: Exception) -> None:
    """Mark an import as failed, with the reason in words; what it has stored stays, and can be taken back."""
    record.status = ImportStatus.FAILED
    if isinstance(error, Refused):
        record.reason, record.words = error.code[:60], excerpt(explain(error), 300)
    else:
        record.reason, record.words = "imports.denied", excerpt(error, 300)
    record.save(update_fields=["status", "reason", "words"])
