"""Storing one batch and its ledger in one transaction; what cannot be stored is narrowed down to the row to blame."""

import logging
import time
from dataclasses import replace

from django.db import IntegrityError, InterfaceError, OperationalError, transaction

from guanxi.ground.kill_points import kill_point
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Denied
from guanxi.record.customers.services import hold_customers
from guanxi.record.imports.importers.importing import Importer, Overtaken, Written
from guanxi.record.imports.reading.batches import Batch
from guanxi.record.imports.services.ledger import Ledger

_TRIES = 4
_MOST_UNEXPECTED = 100  # rows of one run
_log = logging.getLogger(__name__)

_UNEXPECTED = gettext_noop("This row could not be stored ({error}).")


class Committer:
    """The batches of one run."""

    def __init__(self, importer: Importer, ledger: Ledger) -> None:
        self._importer, self._ledger = importer, ledger
        self._unexpected = 0

    def commit(self, batch: Batch) -> float:
        """Store one batch and its ledger; returns how long the transaction was open, in seconds.

        A batch that met another writer is tried again. One that still cannot be stored is halved, until the row that
        is to blame stands alone and is counted as failed. What is wrong with the database itself is raised: the next
        call continues here.
        """
        for attempt in range(1, _TRIES + 1):
            try:
                return self._commit_once(batch)
            except (InterfaceError, OperationalError, MemoryError):
                if attempt == _TRIES:
                    raise
            except (IntegrityError, Overtaken) as error:
                if attempt == _TRIES:
                    return self._halve(batch, error)
            except (Refused, Denied, OSError):
                raise
            except Exception as error:  # noqa: BLE001 - whatever a row does to us, it must not stop the others
                return self._halve(batch, error)
            self._importer.forget()
        raise AssertionError("unreachable")

    def refuse(self, batch: Batch, refusal: Refused) -> None:
        """Count a row as failed without trying it."""
        written = Written.empty(1)
        written.fail(0, "", refusal)
        with transaction.atomic():
            self._ledger.write(batch, written)

    def _commit_once(self, batch: Batch) -> float:
        importer, ledger = self._importer, self._ledger
        known = ledger.known_before(batch)
        batch = replace(batch, settled=importer.standing(ledger.settled(batch, known)))
        stored = ledger.stored_before(batch) if importer.by_row and ledger.prior else known
        prepared = importer.prepare(batch)
        kill_point("import.prepared")
        counts = (ledger.record.rows, dict(ledger.record.reasons), len(ledger.shown))
        began = time.monotonic()
        try:
            with transaction.atomic():
                hold_customers()  # whose ids the importer is about to look up
                began = time.monotonic()
                written = importer.write(prepared, stored=stored)
                kill_point("import.written")
                ledger.write(batch, written)
                kill_point("import.noted")
        except BaseException:  # whatever ended the transaction: what it had counted is not so
            if ledger.record.rows != counts[0]:
                ledger.reload(shown=counts[2])
            raise
        return time.monotonic() - began

    def _halve(self, batch: Batch, error: Exception) -> float:
        self._importer.forget()  # what it made in the transaction that was rolled back is not there
        if batch.count > 1:
            _log.warning("%s rows from row %s on are tried in halves: %r", batch.count, batch.first_row, error)
            middle = batch.count // 2
            return sum(self.commit(half) for half in (batch.slice(0, middle), batch.slice(middle, batch.count)))
        self._unexpected += 1
        if self._unexpected > _MOST_UNEXPECTED:  # then it is not the rows: stop, and go on here when it is mended
            raise error
        _log.warning("row %s of import %s cannot be stored: %r", batch.first_row, self._ledger.record.code, error)
        self.refuse(batch, Refused("imports.unexpected", _UNEXPECTED, error=type(error).__name__))
        return 0.0
