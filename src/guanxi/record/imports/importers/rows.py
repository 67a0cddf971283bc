"""Importers that go row by row: files of customers, holdings and the like, whose rows are few and rich."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guanxi.ground.completion import Fate, Taken
from guanxi.ground.refusals import Refused, excerpt
from guanxi.record.imports.choices import Outcome
from guanxi.record.imports.importers.importing import Before, Importer, Written
from guanxi.record.imports.reading.batches import Batch
from guanxi.record.imports.rules import skipped

_PARTS = re.compile(r"\s*(?:[；\n]|;(?!\s*ext=))\s*", re.IGNORECASE)

Cells = dict[str, Any]  # field → its text; a tuple of texts for fields that take several
OUTCOMES = {Fate.CREATED: Outcome.CREATED, Fate.UPDATED: Outcome.UPDATED, Fate.UNCHANGED: Outcome.UNCHANGED}


@dataclass(slots=True)
class PreparedRows:
    """The rows of a batch that can be tried, with their offsets, and what is decided about the others."""

    rows: list[tuple[int, Cells]]
    written: Written


class RowImporter(Importer):
    """Reads a batch into one dictionary of texts a row; empty rows are skipped, unreadable ones fail."""

    def prepare(self, batch: Batch) -> Any:
        """Texts of each row by field."""
        return self.read_rows(batch)

    def read_rows(self, batch: Batch) -> PreparedRows:
        """Texts of each row by field; what is empty or unreadable is decided."""
        columns = self.read_columns(batch)
        offsets, written = readable(batch, columns)
        names = list(columns)
        rows = zip(*(chosen(cells, offsets) for cells in columns.values()), strict=True)
        return PreparedRows(
            [(offset, dict(zip(names, cells, strict=True))) for offset, cells in zip(offsets, rows, strict=True)],
            written,
        )

    def read_columns(self, batch: Batch) -> dict[str, Sequence[Any]]:
        """Field → one text a row; a tuple of texts for fields that take several."""
        many = {field.name for field in self.fields if field.many}
        columns: dict[str, Sequence[Any]] = {}
        for name, sources in self.run.mapping.items():
            texts = [batch.texts(source) for source in sources]
            columns[name] = list(zip(*texts, strict=True)) if name in many else texts[0]
        return columns


def readable(batch: Batch, columns: Mapping[str, Sequence[Any]]) -> tuple[list[int], Written]:
    """Offsets of the rows that can be tried, and what is decided about the others: empty rows are skipped, bad ones
    fail.
    """
    written = Written.empty(batch.count)
    empty = set(range(batch.count)) - batch.bad.keys()
    for cells in columns.values():
        empty = {offset for offset in empty if _is_blank(cells[offset])}
    for offset, bad in batch.bad.items():
        written.fail(offset, bad.column, bad.refusal, bad.value)
    for offset in empty:
        written.outcomes[offset] = skipped("empty")
    for offset, row_id in batch.settled.items():
        written.store(offset, Outcome.UNCHANGED, row_id)
    decided = empty | batch.bad.keys() | batch.settled.keys()
    return [offset for offset in range(batch.count) if offset not in decided], written


def chosen(cells: Sequence[Any], offsets: Sequence[int]) -> Sequence[Any]:
    """The cells of a column at these ascending offsets."""
    return cells if len(offsets) == len(cells) else [cells[offset] for offset in offsets]


def parted(cells: Sequence[tuple[str, ...]]) -> Sequence[tuple[str, ...]]:
    """Cells of fields that take several, each text divided where a semicolon or a new line divides it: exports write
    “138…; 010-…”. A semicolon before an extension (;ext=12) divides nothing.
    """
    if not any(";" in text or "；" in text or "\n" in text for cell in cells for text in cell):
        return cells
    return [tuple(part for text in cell for part in _PARTS.split(text)) for cell in cells]


def _is_blank(cell: Any) -> bool:
    return not (any(cell) if isinstance(cell, tuple) else cell.strip())


def note(written: Written, offset: int, answer: Any, cells: Mapping[str, Any], *, table: str) -> None:
    """Note what a service answered about a row: a Taken, or a problem with a column and a refusal."""
    if not isinstance(answer, Taken):
        value = cells.get(answer.column, "")
        written.fail(
            offset, answer.column, answer.refused, excerpt(value if isinstance(value, str) else ", ".join(value))
        )
        return
    written.store(offset, OUTCOMES[answer.fate], answer.known.id)
    if answer.old:
        written.before.append(Before(offset, table, answer.known.id, answer.old, answer.new))


def read_cell(written: Written, offset: int, column: str, text: str, read: Any) -> Any:
    """What a cell reads as; None, and the row failed, when it is refused."""
    try:
        return read(text)
    except Refused as refusal:
        written.fail(offset, column, refusal, excerpt(text))
        return None
