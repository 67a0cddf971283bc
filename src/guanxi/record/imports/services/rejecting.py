"""The rows that were not stored, as they came: to be corrected on the page, or in a spreadsheet and sent again."""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice

from guanxi.ground.text.formulas import neutralised
from guanxi.record.imports.choices import Outcome
from guanxi.record.imports.folders import folder_of, rejected_path
from guanxi.record.imports.keeping import PROBLEM
from guanxi.record.imports.models import Import
from guanxi.record.imports.reading.batches import Source
from guanxi.record.imports.rules import unpack_outcomes
from guanxi.record.imports.services.ledger import explain

MOST = 10_000  # rows
_STEP = 5_000


def write_rejected(record: Import, source: Source) -> int:
    """Write the failed rows with all their columns, the reason last; returns how many (at most MOST)."""
    path = rejected_path(record.code)
    path.unlink(missing_ok=True)
    if not record.failed:
        return 0
    wanted = list(islice(_failed(record), MOST))
    failed = record.problems.filter(row__in=wanted).order_by("-pk") if wanted else ()
    words = {one.row: explain(one.refusal) for one in failed}
    folder_of(record.code)
    part = path.with_suffix(".part")
    columns = [name for name in source.columns if name != PROBLEM]
    with part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow([*columns, PROBLEM])
        for number, cells in _cells(source, columns, wanted):
            writer.writerow([*(neutralised(text) for text in cells), f"{number}: {words.get(number, '')}"])
    part.replace(path)
    return len(wanted)


def _failed(record: Import) -> Iterator[int]:
    """Numbers of the rows that failed, ascending."""
    for batch in record.batches.order_by("first_row").iterator(chunk_size=20):
        for offset, outcome in enumerate(unpack_outcomes(bytes(batch.outcomes))):
            if outcome == Outcome.FAILED:
                yield batch.first_row + offset


def _cells(source: Source, columns: Sequence[str], wanted: Sequence[int]) -> Iterator[tuple[int, list[str]]]:
    """(row, cells) of the wanted rows; the file is read no further than the last of them."""
    left, last = set(wanted), wanted[-1] if wanted else 0
    for page in source.batches(columns, size=_STEP) if wanted else ():
        here = [number for number in range(page.first_row, page.first_row + page.count) if number in left]
        if here:
            texts = [page.texts(column) for column in columns]
            for number in here:
                yield number, [column[number - page.first_row] for column in texts]
        if page.first_row + page.count > last:
            return
