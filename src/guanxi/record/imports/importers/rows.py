"""Importers that go row by row: files of customers, holdings and the like, whose rows are few and rich."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guanxi.ground.completion import Fate, Taken
from guanxi.ground.refusals import Refused, excerpt
from guanxi.record.imports.choices import Outcome
from guanxi.record.imports.importers.importing import Before, Importer, Written
from guanxi.record.imports.reading.batches import Batch
from guanxi.record.imports.rules import skipped

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
        many = {field.name for field in self.fields if field.many}
        written, rows = Written.empty(batch.count), []
        columns: dict[str, Sequence[Any]] = {}
        for name, sources in self.run.mapping.items():
            texts = [batch.texts(source) for source in sources]
            columns[name] = list(zip(*texts, strict=True)) if name in many else texts[0]
        names = list(columns)
        for offset, cells in enumerate(zip(*columns.values(), strict=True)):
            if (bad := batch.bad.get(offset)) is not None:
                written.fail(offset, bad.column, bad.refusal, bad.value)
            elif not any(any(cell) if isinstance(cell, tuple) else cell.strip() for cell in cells):
                written.outcomes[offset] = skipped("empty")
            else:
                rows.append((offset, dict(zip(names, cells, strict=True))))
        return PreparedRows(rows, written)


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
