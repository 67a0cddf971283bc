"""Undoing an import: what it created is taken out, what it updated is set back, and what people changed since stays."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.db import transaction

from guanxi.ground import clock
from guanxi.ground.kill_points import kill_point
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.customers.services import hold_customers
from guanxi.record.imports.choices import OPEN, ImportStatus
from guanxi.record.imports.folders import drop_source, only_one, rejected_path
from guanxi.record.imports.importers.importing import Before, Importer, Run
from guanxi.record.imports.models import Import, ImportBatch
from guanxi.record.imports.permissions import require_import, seen_imports
from guanxi.record.imports.registry import importer_of
from guanxi.record.imports.rules import facts_of, unpack_words
from guanxi.record.imports.services.ledger import created_ids

UNDOABLE = (*OPEN, ImportStatus.DONE, ImportStatus.FAILED, ImportStatus.UNDOING)
_IMAGES = 2_000

_NOT_FOUND = gettext_noop("There is no import {code}.")
_NOT_UNDOABLE = gettext_noop("Import {code} has been undone already, or never stored anything.")


@dataclass(slots=True)
class Undone:
    """What undoing did. `kept`: names of records that stay, with the reason (changed or used since);
    `noted`: how much of it the ledger knows already.
    """

    code: str
    removed: int = 0
    restored: int = 0
    kept: list[str] = field(default_factory=list)
    noted: dict[str, int] = field(default_factory=dict)


def undo_import(code: str, *, by: Principal) -> Undone:
    """Take an import back, batch by batch from the last, each in one transaction; a second call continues a cut-off one.

    Raises Denied; Refused for an import that is not there, not one's own, or not to be undone.
    """
    record = seen_imports(by).filter(code=code).first() if code.isascii() and code.isalnum() else None
    if record is None:
        raise Refused("imports.not_found", _NOT_FOUND, code=excerpt(code))
    if record.status not in UNDOABLE:
        raise Refused("imports.not_undoable", _NOT_UNDOABLE, code=code)
    importer = importer_of(record.kind)
    require_import(by, importer, creates_customers=False)
    with only_one(record.kind, record.digest):
        return _undo(record, importer, by)


def _undo(record: Import, importer: Importer, by: Principal) -> Undone:
    record.status = ImportStatus.UNDOING
    record.save(update_fields=["status"])
    importer.start(Run(by=by, source=f"import {record.code} undone"), rows=0, alone=False)
    undone = Undone(record.code)
    batches = record.batches.filter(undone=False).order_by("-first_row")
    while (batch := batches.first()) is not None:
        with transaction.atomic():
            hold_customers()
            _undo_batch(record, batch, importer, undone)
            record.batches.filter(first_row=batch.first_row).update(undone=True)
            _note(record, undone)
            kill_point("undo.batch")
    with transaction.atomic():
        _remove_made(record, importer, undone)
        _note(record, undone)
        record.status, record.undone_at = ImportStatus.UNDONE, clock.now()
        record.save(update_fields=["status", "undone_at"])
        payload = {"removed": undone.removed, "restored": undone.restored, "kept": len(undone.kept)}
        record_act("import.undone", by=by.actor, noun=Noun("import", record.code), payload=payload)
    importer.finish()
    drop_source(record.code)
    rejected_path(record.code).unlink(missing_ok=True)
    return undone


def _note(record: Import, undone: Undone) -> None:
    """Keep what was done so far, and what an earlier call did before it was cut off, with the import."""
    facts = facts_of(record.facts)
    done = {"removed": undone.removed, "restored": undone.restored, "kept": len(undone.kept)}
    added = {name: getattr(facts, name) + count - undone.noted.get(name, 0) for name, count in done.items()}
    undone.noted = done
    record.facts = replace(facts, **added).as_json()
    record.save(update_fields=["facts"])


def _undo_batch(record: Import, batch: ImportBatch, importer: Importer, undone: Undone) -> None:
    rows = (batch.first_row, batch.first_row + batch.count - 1)
    images = record.before_images.filter(row__range=rows).order_by("-pk")
    for some in _chunks([Before(0, i.table, i.row_id, i.old, i.new) for i in images.iterator()], _IMAGES):
        kept = importer.restore(some)
        undone.restored += len({image.row_id for image in some} - set(kept))
        undone.kept += importer.names(sorted(set(kept)))
    created = created_ids(batch)
    if created:
        kept = importer.remove(created)
        undone.removed += len(created) - len(kept)
        undone.kept += importer.names(sorted(kept))


def _remove_made(record: Import, importer: Importer, undone: Undone) -> None:
    """What was made beside the rows goes last: until here the rows of all batches named it."""
    made: dict[str, set[int]] = {}
    for batch in record.batches.only("made", "import_ref_id", "first_row"):
        for noun, packed in batch.made.items():
            made.setdefault(noun, set()).update(unpack_words(packed))
    for noun, ids in made.items():
        undone.kept += importer.remove_made(noun, sorted(ids))


def _chunks(images: list[Before], size: int) -> Iterable[list[Before]]:
    for start in range(0, len(images), size):
        yield images[start : start + size]
