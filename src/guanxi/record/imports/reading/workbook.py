"""Excel workbooks (.xlsx): the first visible sheet, its first row that is not empty being the head."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.record.imports.reading.batches import Batch, check_column, checked_head, text_of
from guanxi.record.imports.reading.scanning import Scan
from guanxi.record.imports.reading.workbook_safety import clean_copy


class WorkbookSource:
    """One sheet, held by the parser while it is read (at most MAX_CELLS cells)."""

    format = "xlsx"
    encoding = ""

    def __init__(self, scan: Scan) -> None:
        clean = clean_copy(scan.path)
        with clean.file as file:  # the parser holds the sheet from here on
            self._sheet = _first_sheet(file)
        # Moving rows together renumbers all sheets of the workbook alike; only the sheet read is asked for.
        self._row_numbers = next(iter(clean.row_numbers.values()), None)
        rows = self._rows()
        self._head_line, names = next(rows, (0, []))
        self._head = checked_head([text_of(name) for name in names])
        self.columns = [name for name in self._head if name]
        self.about_rows = self._sheet.height

    def batches(self, columns: Sequence[str], *, size: int, after: int = 0) -> Iterator[Batch]:
        """The wanted columns in batches of at most `size` rows, beginning with row after + 1; empty rows are none."""
        places = [(name, self._head.index(name)) for name in columns]
        number, page = 0, []
        for line, cells in self._rows():
            if line <= self._head_line:
                continue
            number += 1
            if number <= after:
                continue
            page.append((line, cells))
            if len(page) == size:
                yield _batch(page, places, number - size + 1)
                page = []
        if page:
            yield _batch(page, places, number - len(page) + 1)

    def _rows(self) -> Iterator[tuple[int, list[Any]]]:
        with _parsing():
            for index, cells in enumerate(self._sheet.iter_rows()):
                if any(cell != "" for cell in cells):
                    yield self._row_numbers[index] if self._row_numbers else index + 1, cells


def _first_sheet(file: Any) -> Any:
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415 - only for workbooks

    with _parsing():
        try:
            book = CalamineWorkbook.from_filelike(file)
        except PasswordError as error:
            raise Refused("reading.protected", gettext_noop("The workbook is protected by a password.")) from error
        sheets = [
            s
            for s in book.sheets_metadata
            if s.typ == SheetTypeEnum.WorkSheet and s.visible == SheetVisibleEnum.Visible
        ]
        if not sheets:
            raise Refused("reading.empty", gettext_noop("The workbook has no visible sheet."))
        return book.get_sheet_by_name(sheets[0].name)


@contextmanager
def _parsing() -> Iterator[None]:
    """Whatever a damaged workbook does to the parser is one plain sentence."""
    try:
        yield
    except (Refused, KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException as error:  # a panic of the parser is no Exception
        raise Refused("reading.damaged", gettext_noop("The workbook is damaged and cannot be read.")) from error


def _batch(page: list[tuple[int, list[Any]]], places: list[tuple[str, int]], first_row: int) -> Batch:
    columns = {
        name: [text_of(cells[place]) if place < len(cells) else "" for _, cells in page] for name, place in places
    }
    batch = Batch(first_row, [line for line, _ in page], columns, {})
    bad = dict(batch.bad)
    for name, values in columns.items():
        check_column(name, values, bad)
    return Batch(first_row, batch.lines, columns, bad)
