"""The report of an import: every row that was not stored, with its reason, as a file that opens in a spreadsheet."""

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db.models import Count

from guanxi.ground.text.formulas import neutralised
from guanxi.record.imports.choices import OPEN, SKIP_WORDS, ImportStatus, Outcome
from guanxi.record.imports.folders import drop_folder, folder_of, has_folder, problems_path
from guanxi.record.imports.models import Import
from guanxi.record.imports.rules import skip_reason, unpack_integers, unpack_outcomes
from guanxi.record.imports.services.options import Trouble

HEAD = ("row", "line", "column", "reason", "words", "value")
_Line = tuple[int, int, str, str, str, str]


def write_problems(record: Import) -> Path | None:
    """Write the rows that failed, were skipped or carry a remark, in row order; None when there are none.

    UTF-8 with BOM, everything quoted, cells that a spreadsheet would run neutralised.
    """
    path = problems_path(record.code)
    if not (record.failed or record.skipped or record.problems.exists()):
        path.unlink(missing_ok=True)
        return None
    folder_of(record.code)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(HEAD)
        writer.writerows([row, line, *(neutralised(text) for text in texts)] for row, line, *texts in _lines(record))
    part.replace(path)
    return path


def trouble_of(record: Import, *, most: int = 20) -> Trouble:
    """Problems by column, those of the head left out, and the first of them."""
    found = record.problems.filter(row__gt=0)
    counted = found.values("column").annotate(count=Count("pk")).values_list("column", "count")
    rows = found.order_by("row", "pk").values_list("row", "line", "column", "words", "value")
    return Trouble(dict(counted), list(rows[:most]))


def forget_reports(before: datetime) -> int:
    """Remove the files beside imports that have ended before a moment (they hold cells of what was imported); the
    counts stay. Returns how many imports.
    """
    gone = 0
    ended = Import.objects.exclude(status__in=(*OPEN, ImportStatus.READY, ImportStatus.UNDOING))
    for code in ended.filter(started_at__lt=before).values_list("code", flat=True).iterator():
        if has_folder(code):
            drop_folder(code)
            gone += 1
    return gone


def _lines(record: Import) -> Iterator[_Line]:
    words = {reason: str(text) for reason, text in SKIP_WORDS.items()}
    for problem in record.problems.filter(row=0).order_by("pk"):  # of columns as a whole
        yield (0, problem.line, problem.column, problem.reason, problem.words, problem.value)
    for batch in record.batches.order_by("first_row").iterator(chunk_size=20):
        found: dict[int, _Line] = {
            problem.row: (problem.row, problem.line, problem.column, problem.reason, problem.words, problem.value)
            for problem in record.problems.filter(row__range=(batch.first_row, batch.first_row + batch.count - 1))
        }
        outcomes = unpack_outcomes(bytes(batch.outcomes))
        if max(outcomes) >= Outcome.SKIPPED:
            lines = unpack_integers(bytes(batch.lines))
            for offset, outcome in enumerate(outcomes):
                if reason := skip_reason(outcome):
                    row = batch.first_row + offset
                    found[row] = (row, lines[offset], "", reason, words[reason], "")
        for row in sorted(found):
            yield found[row]
