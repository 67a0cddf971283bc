"""Imports whose process dies again and again: the row to blame is set aside (trust.md D23); where it is no row, the
import stops and waits for a person (R14).

A start by a worker is counted, and the count begins anew with every batch that is committed. After the second death
without progress rows are stored one by one, each noted before it is tried; a row that kills even alone is counted as
failed. After the third death that no single row explains, and after MOST_SET_ASIDE such rows, nobody goes on unasked.
"""

import logging
from collections.abc import Iterator

from django.db import transaction

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.journal.rules import Actor, Noun
from guanxi.journal.services import record_act
from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.models import Import
from guanxi.record.imports.reading.batches import Batch, Source
from guanxi.record.imports.services.committing import Committer
from guanxi.record.imports.services.ledger import Ledger, explain

MOST_DEATHS = 3
MOST_SET_ASIDE = 3
_CAREFUL = 5_000  # rows that are tried one by one
_DEADLY = "imports.deadly"
_log = logging.getLogger(__name__)

_SET_ASIDE = gettext_noop("This row has ended the import {times} times, even when tried alone; it was set aside.")
_STOPPED = gettext_noop(
    "This import broke off {times} times at the same place, after row {row}, and is not tried again by itself. "
    "{rows} rows are accounted for. Go on with it, or take it back: on its page, or by guanxi import --resume {code} and "
    "--undo."
)


def begin(record: Import) -> None:
    """Somebody starts the import, or goes on with it: the count begins anew."""
    record.status, record.tries, record.trying_row, record.reason, record.words = ImportStatus.RUNNING, 1, 0, "", ""
    record.save(update_fields=["status", "tries", "trying_row", "reason", "words"])


def count_start(record: Import, *, by: Actor) -> bool:
    """A worker goes on by itself. Whether it may: False when the import is stopped instead."""
    last = record.batches.order_by("-first_row").values_list("first_row", "count").first()
    done = last[0] + last[1] - 1 if last else 0
    is_alone = record.trying_row == done + 1
    is_hopeless = is_alone and record.problems.filter(reason=_DEADLY).count() >= MOST_SET_ASIDE
    if is_hopeless or (record.tries >= MOST_DEATHS and not is_alone):
        _stop(record, done, by)
        return False
    record.tries += 1
    record.save(update_fields=["tries"])
    return True


def store_carefully(ledger: Ledger, source: Source, columns: list[str], committer: Committer) -> None:
    """Where batches have killed the process, store the next rows one by one; one that killed it alone is set aside."""
    record = ledger.record
    if record.tries < MOST_DEATHS and record.trying_row != ledger.done_rows() + 1:
        return
    for row in _single_rows(source, columns, after=ledger.done_rows()):
        if record.trying_row == row.first_row:
            committer.refuse(row, Refused(_DEADLY, _SET_ASIDE, times=MOST_DEATHS))
            continue
        Import.objects.filter(pk=record.pk).update(trying_row=row.first_row)
        committer.commit(row)


def _single_rows(source: Source, columns: list[str], *, after: int) -> Iterator[Batch]:
    page = next(iter(source.batches(columns, size=_CAREFUL, after=after)), None)
    for offset in range(page.count if page else 0):
        assert page is not None  # noqa: S101 - else there is no offset
        yield page.slice(offset, offset + 1)


def _stop(record: Import, done: int, by: Actor) -> None:
    refusal = Refused("imports.stopped", _STOPPED, times=record.tries, row=done, rows=record.rows, code=record.code)
    record.status, record.reason, record.words = ImportStatus.STOPPED, refusal.code, excerpt(explain(refusal), 300)
    with transaction.atomic():
        record.save(update_fields=["status", "reason", "words"])
        payload = {"rows": record.rows, "tries": record.tries}
        record_act("import.stopped", by=by, noun=Noun("import", record.code), payload=payload)
    _log.error("import %s is stopped: %s", record.code, refusal)
