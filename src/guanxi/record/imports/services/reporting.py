"""The report of an import: every row that was not stored, with its reason, as a file that opens in a spreadsheet."""

import csv
from collections.abc import Iterator
from pathlib import Path

from guanxi.ground.text.formulas import neutralised
from guanxi.record.imports.choices import SKIP_WORDS, Outcome
from guanxi.record.imports.models import Import
from guanxi.record.imports.rules import skip_reason, unpack_integers, unpack_outcomes
from guanxi.record.imports.services.folders import folder_of, problems_path

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
