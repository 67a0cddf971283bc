"""Named reads of imports: only one's own, unless one administers the firm."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet, Sum

from guanxi.ground.refusals import Refused
from guanxi.identity.principals import Principal
from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.models import Import, ImportBatch, ImportProblem
from guanxi.record.imports.permissions import seen_imports
from guanxi.record.imports.problems import rejected_of_file, report_of
from guanxi.record.imports.rules import NO_FACTS, Counts, Facts, facts_of


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import as pages show it. `has_problems` says that there is a report to download, `words` why an import ended
    otherwise than by its last row ('' when it did not).
    """

    id: int
    code: str
    kind: str
    file_name: str
    feed: str
    status: ImportStatus
    started_at: datetime
    finished_at: datetime | None
    counts: Counts
    has_problems: bool
    words: str = ""
    facts: Facts = NO_FACTS
    by_code: str = ""


def imports_page(*, principal: Principal, before: int = 0, limit: int = 40) -> Sequence[ImportRow]:
    """Imports, youngest first, those before the id of the last one shown. Raises Denied."""
    found = _rows(principal).order_by("-pk")
    if before:
        found = found.filter(pk__lt=before)
    return [_row(record) for record in found[:limit]]


def get_import(code: str, *, principal: Principal) -> ImportRow | None:
    """One import by code; None when there is none, or it is somebody else's."""
    record = _rows(principal).filter(code=code).first()
    return _row(record) if record else None


def undone_rows(code: str, *, principal: Principal) -> int:
    """How many rows of an import that is being taken back have been gone through."""
    found = ImportBatch.objects.filter(import_ref__in=seen_imports(principal).filter(code=code), undone=True)
    return found.aggregate(rows=Sum("count"))["rows"] or 0


def problems_report(code: str, *, principal: Principal, folder: Path) -> Iterator[str] | None:
    """The report of problems of one import in the active language, as lines of CSV; None when there is none (any more), or
    it is somebody else's.
    """
    record = seen_imports(principal).filter(code=code).first()
    return report_of(record) if record and (folder / code / "problems.csv").exists() else None


def rejected_report(code: str, *, principal: Principal, folder: Path) -> Iterator[str] | None:
    """The rows of one import that were not stored, as they came, each with its reason in the active language, as lines of
    CSV; None when there are none (any more), or it is somebody else's.
    """
    record, path = seen_imports(principal).filter(code=code).first(), folder / code / "rejected.csv"
    return rejected_of_file(record, path) if record and path.exists() else None


def doubles_file(code: str, *, principal: Principal, folder: Path) -> Path | None:
    """The list of rows that are one customer, of one import; None when there is none, or it is somebody else's."""
    if not seen_imports(principal).filter(code=code).exists():
        return None
    path = folder / code / "duplicates.csv"
    return path if path.exists() else None


def problems_of(
    code: str, *, principal: Principal, after: int = -1, limit: int = 80
) -> list[tuple[int, int, str, Refused, str]]:
    """(row, line, column, reason, value) of rows that failed or carry a remark, those after a row number; row 0 is
    the head, of a column from which nothing was taken.
    """
    record = seen_imports(principal).filter(code=code).first()
    if record is None:
        return []
    rows = record.problems.filter(row__gt=after).order_by("row", "pk")
    return [(one.row, one.line, one.column, one.refusal, one.value) for one in rows[:limit]]


def held_feeds(kinds: Sequence[str]) -> list[str]:
    """Feeds of some kinds whose last delivery was held as incomplete: detectors wait for them (OPS-07)."""
    known = Import.objects.exclude(feed="").exclude(status=ImportStatus.UNDONE).filter(kind__in=kinds)
    ids = [row["last"] for row in known.values("feed", "kind").annotate(last=Max("pk"))]
    return sorted(Import.objects.filter(pk__in=ids, status=ImportStatus.HELD).values_list("feed", flat=True))


def _rows(principal: Principal) -> QuerySet[Any]:
    problems = ImportProblem.objects.filter(import_ref=OuterRef("pk"))
    return seen_imports(principal).annotate(said=Exists(problems))


def _row(record: Any) -> ImportRow:
    return ImportRow(
        record.pk,
        record.code,
        record.kind,
        record.file_name,
        record.feed,
        ImportStatus(record.status),
        record.started_at,
        record.finished_at,
        Counts(
            record.rows, record.created, record.updated, record.unchanged, record.skipped, record.failed, record.reasons
        ),
        bool(record.failed or record.skipped or record.said),
        record.words,
        facts_of(record.facts),
        record.by_code,
    )


def has_unfinished() -> bool:
    """True while an import or its undoing is not done: under way, or cut off and to be resumed."""
    return Import.objects.filter(status__in=(ImportStatus.RUNNING, ImportStatus.UNDOING)).exists()
