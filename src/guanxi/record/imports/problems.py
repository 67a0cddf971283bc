"""The report of an import: every row that was not stored, with its reason, in the language of whoever reads it."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import islice
from pathlib import Path

from django.utils.translation import get_language, gettext, override

from guanxi.ground.text.formulas import neutralised
from guanxi.record.imports.choices import SKIP_WORDS, Outcome
from guanxi.record.imports.models import Import, ImportProblem
from guanxi.record.imports.rules import skip_reason, unpack_integers, unpack_outcomes

HEAD = ("row", "line", "column", "reason", "words", "value")
_STEP = 500
_Line = tuple[int, int, str, str, str, str]


def has_report(record: Import) -> bool:
    """Whether a row failed, was skipped or carries a remark."""
    return bool(record.failed or record.skipped or record.problems.exists())


def report_of(record: Import) -> Iterator[str]:
    """The report as CSV in the language that is active now, however long it is read: everything quoted, cells that a
    spreadsheet would run neutralised.
    """
    return _written(record, get_language() or "en")


def rejected_of_file(record: Import, path: Path) -> Iterator[str]:
    """The rows that were kept in a file to be corrected, each with the line and the reason in the language active now."""
    return _rejected(record, path, get_language() or "en")


def _csv(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Rows as lines of CSV, everything quoted."""
    for row in rows:
        line = StringIO(newline="")
        csv.writer(line, quoting=csv.QUOTE_ALL).writerow(row)
        yield line.getvalue()


def _rejected(record: Import, path: Path, language: str) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        yield from _csv([next(reader, [])])
        while some := list(islice(reader, _STEP)):
            numbers = {cells[-1].partition(": ")[0]: cells for cells in some if cells}
            rows = [int(number) for number in numbers if number.isascii() and number.isdecimal()]
            with override(language):
                for one in record.problems.filter(row__in=rows).order_by("-pk"):
                    numbers[str(one.row)][-1] = f"{one.line}: {one.refusal.in_words(gettext)}"
            yield from _csv(some)


def _written(record: Import, language: str) -> Iterator[str]:
    yield from _csv([HEAD])
    for lines in _lines(record, language):
        yield from _csv([row, line, *(neutralised(text) for text in texts)] for row, line, *texts in lines)


def _lines(record: Import, language: str) -> Iterator[list[_Line]]:
    """Lines in row order, batch by batch; those of row 0 are of columns as a whole."""
    with override(language):
        head = [_line(problem) for problem in record.problems.filter(row=0).order_by("pk")]
    yield head
    for batch in record.batches.order_by("first_row").iterator(chunk_size=20):
        last = batch.first_row + batch.count - 1
        outcomes = unpack_outcomes(bytes(batch.outcomes))
        lines = unpack_integers(bytes(batch.lines)) if max(outcomes) >= Outcome.SKIPPED else ()
        with override(language):
            found = {one.row: _line(one) for one in record.problems.filter(row__range=(batch.first_row, last))}
            for offset, outcome in enumerate(outcomes) if lines else ():
                if reason := skip_reason(outcome):
                    row = batch.first_row + offset
                    found[row] = (row, lines[offset], "", reason, str(SKIP_WORDS[reason]), "")
        yield [found[row] for row in sorted(found)]


def _line(problem: ImportProblem) -> _Line:
    words = problem.refusal.in_words(gettext)
    return problem.row, problem.line, problem.column, problem.reason, words, problem.value
