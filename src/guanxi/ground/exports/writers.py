"""Writing a sheet as CSV, as a workbook, as Parquet. Formulas stay texts in all of them.

CSV: UTF-8, texts quoted; a text that a spreadsheet would run gets an apostrophe before it (ground.text.formulas), which
our importers take away again. Workbook: such a text is a string cell and stays as it is. None is an empty cell.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from guanxi.ground.exports.sheets import Sheet, schema_of
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.text.formulas import neutralised

TOO_MANY_ROWS = gettext_noop("A workbook holds {rows} rows at most: export as .csv or .parquet.")

_MOST_ROWS = 1_048_575  # and the head
_FIRST_DAY = date(1900, 3, 1)  # before it, spreadsheets count a day that never was


def write_csv(sheet: Sheet, file: Path) -> int:
    """Write a CSV and return the number of rows."""
    rows = 0
    with file.open("wb") as out:
        for count, piece in csv_pieces(sheet):
            out.write(piece)
            rows += count
    return rows


def csv_pieces(sheet: Sheet, *, each: int = 1_000) -> Iterator[tuple[int, bytes]]:
    """The same CSV piece by piece, each with how many of its rows are in it: no more than one piece is held."""
    rows, text = sheet.rows(), ",".join(_quoted(name) for name in sheet.columns) + "\r\n"
    while True:
        lines = [",".join(_csv_cell(cell) for cell in row) + "\r\n" for row in islice(rows, each)]
        if text or lines:
            yield len(lines), (text + "".join(lines)).encode()
        if len(lines) < each:
            return
        text = ""


def write_xlsx(sheet: Sheet, file: Path) -> int:
    """Write a workbook of one sheet and return the number of rows."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    page = book.create_sheet()

    def text_cell(text: str) -> Any:
        cell = WriteOnlyCell(page, _legal(text))
        cell.data_type = "s"  # past the guessing, which takes a text that begins with = for a formula
        return cell

    page.append([text_cell(name) for name in sheet.columns])
    rows = 0
    for row in sheet.rows():
        rows += 1
        if rows > _MOST_ROWS:
            raise Refused("export.too_many", TOO_MANY_ROWS, rows=f"{_MOST_ROWS:,}")
        page.append([text_cell(cell) if isinstance(cell, str) else cell for cell in map(_book_cell, row)])
    book.save(file)
    return rows


def write_parquet(sheet: Sheet, file: Path) -> int:
    """Write a Parquet file and return the number of rows."""
    import pyarrow.parquet as pq

    rows = 0
    with pq.ParquetWriter(file, schema_of(sheet.columns), compression="zstd") as writer:
        for block in sheet.blocks():
            writer.write_table(block)
            rows += block.num_rows
    return rows


WRITERS: dict[str, Callable[[Sheet, Path], int]] = {".csv": write_csv, ".xlsx": write_xlsx, ".parquet": write_parquet}


def _csv_cell(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _quoted(neutralised(cell))
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return format(cell, "f") if isinstance(cell, Decimal) else repr(cell)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _book_cell(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.isoformat()  # a workbook knows no zones
    if isinstance(cell, date) and cell < _FIRST_DAY:
        return cell.isoformat()
    return cell


def _legal(text: str) -> str:
    """Control characters cannot stand in a workbook; a sign that one was there can."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text)
