"""Regular deliveries of other systems (OPS-07): judged by their usual volume, and reconciled with what is known."""

from django.db import transaction

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.imports import rules
from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.importers.importing import Importer
from guanxi.record.imports.models import Import
from guanxi.record.imports.services.ledger import Ledger, created_ids, stored_ids

MAX_NAMED = 100

is_incomplete = rules.is_incomplete


def usual_rows(feed: str, *, kind: str, before: Import) -> int:
    """The usual number of rows of a feed, from its last deliveries that were applied; 0 when there was none."""
    earlier = Import.objects.filter(feed=feed, kind=kind, status=ImportStatus.DONE, pk__lt=before.pk).order_by("-pk")
    return rules.usual_volume(list(earlier.values_list("rows", flat=True)[: rules.FEED_MEMORY]))


def hold(ledger: Ledger, *, rows: int, usual: int) -> None:
    """Set a delivery aside: nothing of it is applied, and it is counted as skipped."""
    record = ledger.record
    with transaction.atomic():
        record.rows = record.skipped = rows
        record.reasons = {"feed_incomplete": rows}
        record.save(update_fields=["rows", "skipped", "reasons"])
        ledger.finish(ImportStatus.HELD)
        payload = {"feed": record.feed, "rows": rows, "usual": usual}
        record_act("import.held", by=ledger.by.actor, noun=Noun("import", record.code), payload=payload)


def known_to_one_side(record: Import, importer: Importer) -> dict[str, list[str]]:
    """References that the record knows from this feed and the delivery does not name, and the other way round.

    {"record": […], "file": […]}, at most MAX_NAMED each; a first delivery has nothing to be compared with.
    """
    earlier = Import.objects.filter(feed=record.feed, kind=record.kind, status=ImportStatus.DONE, pk__lt=record.pk)
    last = earlier.order_by("-pk").first()
    if last is None:
        return {}
    now, new = set(), set()
    for batch in record.batches.all():
        now.update(stored_ids(batch))
        new.update(created_ids(batch))
    gone = {row_id for batch in last.batches.filter(undone=False) for row_id in stored_ids(batch)} - now
    return {"record": _named(importer, gone), "file": _named(importer, new)}


def release_held(code: str, *, by: Principal) -> None:
    """Forget that a delivery was held, so that detectors wait no longer. Raises Denied."""
    require(by, Permission.IMPORT)
    Import.objects.filter(code=code, status=ImportStatus.HELD).update(status=ImportStatus.FAILED)


def _named(importer: Importer, ids: set[int]) -> list[str]:
    return sorted(importer.names(sorted(ids)))[:MAX_NAMED]
