"""Asking for an import, or for taking one back: noted once, done by a worker, or at once where it is small."""

from dataclasses import replace
from typing import Any

from django.db import transaction

from guanxi.ground import clock
from guanxi.ground.jobs.services import enqueue
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.keeping import look_of
from guanxi.record.imports.models import Import
from guanxi.record.imports.permissions import require_import, seen_imports
from guanxi.record.imports.registry import importer_of
from guanxi.record.imports.rules import facts_of
from guanxi.record.imports.services import strikes
from guanxi.record.imports.services.undoing import UNDOABLE

JOB = "carry_out_import"

_NOT_FOUND = gettext_noop("There is no import {code}.")


def start_import(code: str, *, by: Principal) -> bool:
    """Ask for a prepared file to be imported; False when that was asked for before (a double click). A worker does it,
    or `carry_out` at once.

    Raises Denied; Refused for an import that is not there, not one's own, or a mapping that cannot be.
    """
    record = _seen(code, by)
    importer = importer_of(record.kind)
    require_import(by, importer, creates_customers=bool(record.options.get("create_customers")))
    importer.check({name: tuple(columns) for name, columns in record.mapping.items()})
    with transaction.atomic():
        asked = Import.objects.filter(pk=record.pk, status=ImportStatus.READY)
        if not asked.update(status=ImportStatus.RUNNING, started_at=clock.now(), options=_settled(record)):
            return False
        payload = {name: bool(record.options.get(name)) for name in ("create_customers", "with_private")} | {
            "kind": record.kind
        }
        record_act("import.started", by=by.actor, noun=Noun("import", code), payload=payload)
        enqueue(JOB, key=code, code=code)
    return True


def start_undo(code: str, *, by: Principal) -> bool:
    """Ask for an import to be taken back; False when that was asked for before, or there is nothing to take back.

    Raises Denied; Refused for an import that is not there, or not one's own.
    """
    record = _seen(code, by)
    require_import(by, importer_of(record.kind), creates_customers=False)
    if record.status == ImportStatus.UNDOING:
        return False
    facts = replace(facts_of(record.facts), undo_by=(by.kind.value, by.code)).as_json()
    with transaction.atomic():
        asked = Import.objects.filter(pk=record.pk, status__in=UNDOABLE).exclude(status=ImportStatus.RUNNING)
        if not asked.update(status=ImportStatus.UNDOING, facts=facts):
            return False
        enqueue(JOB, key=f"{code}:undo", code=code)
    return True


def start_again(code: str, *, by: Principal) -> bool:
    """Ask for an import that had stopped by itself to be gone on with; False when it is not stopped (any more).

    Raises Denied; Refused for an import that is not there, or not one's own.
    """
    record = _seen(code, by)
    require_import(by, importer_of(record.kind), creates_customers=bool(record.options.get("create_customers")))
    with transaction.atomic():
        stopped = Import.objects.select_for_update().filter(pk=record.pk, status=ImportStatus.STOPPED).first()
        if stopped is None:
            return False
        strikes.begin(stopped)
        enqueue(JOB, key=f"{code}:{clock.now():%Y-%m-%dT%H:%M:%S}", code=code)
    return True


def _settled(record: Import) -> dict[str, Any]:
    """The options with what is meant where nothing was said: whoever goes on with the import must find the same."""
    own, options = firm(), record.options
    settled = {"currency": options.get("currency") or own.currency, "zone": options.get("zone") or own.zone}
    return options | settled | {"encoding": look_of(record.code).encoding}


def _seen(code: str, by: Principal) -> Import:
    record = seen_imports(by).filter(code=code).first()
    if record is None:
        raise Refused("imports.not_found", _NOT_FOUND, code=excerpt(code))
    return record
