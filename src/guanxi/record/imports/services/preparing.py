"""A file that a person has sent and that is not imported yet: kept, looked at, mapped, tried, or dropped again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.utils.translation import get_language

from guanxi.ground import clock
from guanxi.ground.ids import new_code
from guanxi.ground.money import minor_digits
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.folders import drop_folder, folder_of, kept_source
from guanxi.record.imports.importers.importing import Importer
from guanxi.record.imports.keeping import PROBLEM, Look, Trial, asked_of, keep_look, keep_trial, look_of
from guanxi.record.imports.mapping import Columns, checked_mapping
from guanxi.record.imports.models import Import
from guanxi.record.imports.permissions import require_import, seen_imports
from guanxi.record.imports.registry import importer_of
from guanxi.record.imports.rules import Facts, facts_of, head_of
from guanxi.record.imports.services.ledger import explain, new_import
from guanxi.record.imports.services.options import Report, options_of
from guanxi.record.imports.services.previewing import Preview, preview_file
from guanxi.record.imports.services.running import import_file

MOST_KEPT = 20  # files of one person that wait to be imported; the oldest makes room
_SAMPLES = 3

_NOT_PREPARED = gettext_noop("This file has been imported already, or was dropped; choose it again.")
_NO_PARQUET = gettext_noop("This page takes CSV, Excel (.xlsx) and contact cards (.vcf).")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a person decides about a prepared file; `mapping` None leaves it, currency and zone '' are the firm's,
    encoding '' is recognised."""

    mapping: Columns | None = None
    create_customers: bool = False
    with_private: bool = False
    currency: str = ""
    zone: str = ""
    encoding: str = ""


def prepare_import(path: Path, kind: str, *, by: Principal, name: str, encoding: str = "", trial_s: float = 0.0) -> str:
    """Keep a file (it is moved from `path`) with a first guess of its columns, tried for at most `trial_s` seconds;
    returns the code. Nothing is imported.

    Raises Denied; Refused in plain words for a file that cannot be read: nothing of it is kept.
    """
    importer = importer_of(kind)
    require_import(by, importer, creates_customers=False)
    preview = preview_file(path, kind, by=by, encoding=encoding, name=name)
    if preview.format == "parquet":
        raise Refused("imports.not_in_browser", _NO_PARQUET)
    record = new_import(kind, by=by, digest=preview.digest, name=name, mapping={}, options={"encoding": encoding})
    record.code, record.status = new_code(), ImportStatus.READY
    record.facts = Facts(about=preview.about_rows).as_json()
    _take_look(record, importer, preview)
    path.rename(folder_of(record.code) / "source")
    record.save(force_insert=True)
    _make_room(by)
    if trial_s:
        _try(record, by, trial_s)
    return record.code


def choose(code: str, *, by: Principal, choices: Choices, trial_s: float = 0.0) -> None:
    """Store how a prepared file is to be imported, and try it so for at most `trial_s` seconds. Read in another encoding
    than before, its columns are guessed anew.

    Raises Refused for an encoding, fields, columns, a currency or a zone that are none; Denied where customers may not be
    created.
    """
    record, path = _prepared(code, by)
    importer = importer_of(record.kind)
    require_import(by, importer, creates_customers=choices.create_customers)
    if choices.encoding != (record.options.get("encoding") or ""):
        preview = preview_file(path, record.kind, by=by, encoding=choices.encoding, name=record.file_name)
        _take_look(record, importer, preview)
    elif choices.mapping is not None:
        mapping = checked_mapping(importer.fields, choices.mapping, look_of(code).columns)
        record.mapping = {name: list(columns) for name, columns in mapping.items()}
    if choices.currency:
        minor_digits(choices.currency.upper())
    if choices.zone:
        clock.zone_named(choices.zone)
    record.options |= {
        "create_customers": choices.create_customers,
        "with_private": choices.with_private,
        "currency": choices.currency.upper(),
        "zone": choices.zone,
        "encoding": choices.encoding,
        "language": get_language() or "",
    }
    record.save(update_fields=["mapping", "options", "head"])
    if trial_s:
        _try(record, by, trial_s)


def drop_prepared(code: str, *, by: Principal) -> None:
    """Forget a file that was not imported. Raises Refused."""
    record, _ = _prepared(code, by)
    _drop([record])


def forget_prepared(before: datetime) -> int:
    """Forget files that nobody has imported since a moment; returns how many."""
    return _drop(list(Import.objects.filter(status=ImportStatus.READY, started_at__lt=before)))


def _try(record: Import, by: Principal, seconds: float) -> None:
    """Do everything but storing, for at most `seconds`, and keep what was found beside the file."""
    asked, source = asked_of(record), folder_of(record.code) / "source"
    try:
        options = replace(options_of(record), dry_run=True, trial_s=seconds)
        trial = _trial_of(asked, import_file(source, record.kind, by=by, options=options))
    except Refused as refusal:
        trial = Trial(asked, explain(refusal), refusal.code, complete=False)
    if trial.complete:
        record.facts = replace(facts_of(record.facts), about=trial.counts["rows"]).as_json()
        record.save(update_fields=["facts"])
    keep_trial(record.code, trial)


def _take_look(record: Import, importer: Importer, preview: Preview) -> None:
    """Keep what was seen, and the mapping of the last import with the same head, else a guess."""
    places = [place for place, name in enumerate(preview.columns) if name != PROBLEM]
    columns = [preview.columns[place] for place in places]
    look = Look(
        preview.format,
        preview.encoding,
        columns,
        [[row[place][:80] for row in preview.rows if row[place].strip()][:_SAMPLES] for place in places],
        [preview.filled[place] if preview.filled else 0.0 for place in places],
        preview.about_rows,
    )
    record.head = head_of(columns)
    record.mapping = _remembered(record, importer, columns) or {
        name: list(of) for name, of in importer.guess(columns).items()
    }
    keep_look(record.code, look)


def _remembered(record: Import, importer: Importer, columns: Sequence[str]) -> dict[str, list[str]]:
    same = Import.objects.filter(kind=record.kind, head=record.head, status=ImportStatus.DONE).order_by("-pk")
    last = same.values_list("mapping", flat=True).first()
    if not last:
        return {}
    try:
        mapping = checked_mapping(importer.fields, {name: tuple(of) for name, of in last.items()}, columns)
        importer.check(mapping)
    except Refused:  # a field that there is no more
        return {}
    return {name: list(of) for name, of in mapping.items()}


def _trial_of(asked: str, report: Report) -> Trial:
    counts, doubles = report.counts, report.doubles
    names = ("rows", "created", "updated", "unchanged", "skipped", "failed")
    return Trial(
        asked,
        complete=report.complete,
        counts={name: getattr(counts, name) for name in names},
        reasons=counts.reasons,
        by_column=report.trouble.by_column,
        rows=report.trouble.rows,
        in_file=doubles.in_file if doubles else 0,
        known=doubles.known if doubles else 0,
    )


def _prepared(code: str, by: Principal) -> tuple[Import, Path]:
    record = seen_imports(by).filter(code=code, status=ImportStatus.READY).first()
    path = kept_source(code) if record else None
    if record is None or path is None:
        raise Refused("imports.not_prepared", _NOT_PREPARED, code=excerpt(code))
    return record, path


def _make_room(by: Principal) -> None:
    """Keep what one person has sent and not imported within bounds."""
    waiting = Import.objects.filter(status=ImportStatus.READY, by_kind=by.kind.value, by_code=by.code)
    _drop(list(waiting.order_by("-pk")[MOST_KEPT:]))


def _drop(records: list[Import]) -> int:
    dropped = 0
    for record in records:
        if Import.objects.filter(pk=record.pk, status=ImportStatus.READY).delete()[0]:
            drop_folder(record.code)
            dropped += 1
    return dropped
