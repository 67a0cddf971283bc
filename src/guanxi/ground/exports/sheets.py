"""What an export is made of: named columns, as rows for people's files and as Arrow blocks for Parquet."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from guanxi.ground.refusals import Refused, excerpt, gettext_noop

if TYPE_CHECKING:
    import pyarrow as pa

NO_COLUMN = gettext_noop("There is no column “{column}”. There are: {columns}.")
_BLOCK = 5_000


class Kind(StrEnum):
    """What stands in a column. Money and numbers are floating point in Parquet and exact decimals elsewhere."""

    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    WHOLE = "whole"
    NUMBER = "number"
    FLAG = "flag"


class Sheet(Protocol):
    """Rows to be written."""

    @property
    def columns(self) -> Mapping[str, Kind]:
        """The columns in their order."""

    def rows(self) -> Iterator[Sequence[Any]]:
        """Cells in the order of the columns: text, date, datetime, int, Decimal, float, bool or None."""

    def blocks(self) -> Iterator["pa.Table"]:
        """The same in blocks, in the types of `schema_of`."""


@dataclass(frozen=True)
class RowSheet:
    """A sheet made of mappings, one a row."""

    columns: Mapping[str, Kind]
    read: Callable[[], Iterator[Mapping[str, Any]]]

    def rows(self) -> Iterator[Sequence[Any]]:
        """Cells as the noun's query gives them."""
        names = list(self.columns)
        return ([row[name] for name in names] for row in self.read())

    def blocks(self) -> Iterator["pa.Table"]:
        """Blocks of some thousand rows."""
        import pyarrow as pa

        schema, rows = schema_of(self.columns), self.rows()
        while block := list(islice(rows, _BLOCK)):
            cells = ([_plain(cell) for cell in column] for column in zip(*block, strict=True))
            arrays = [pa.array(column, field.type) for column, field in zip(cells, schema, strict=True)]
            yield pa.Table.from_arrays(arrays, schema=schema)


@dataclass(frozen=True)
class TableSheet:
    """A sheet made of Arrow tables. `digits` names the columns of money with the digits behind their point."""

    columns: Mapping[str, Kind]
    read: Callable[[], Iterator["pa.Table"]]
    digits: Mapping[str, int]

    def rows(self) -> Iterator[Sequence[Any]]:
        """Cells, money as decimals with all their digits."""
        for table in self.blocks():
            lists = [self._cells(name, table[name].to_pylist()) for name in self.columns]
            yield from zip(*lists, strict=True)

    def blocks(self) -> Iterator["pa.Table"]:
        """The tables, cast to the declared types."""
        schema = schema_of(self.columns)
        return (table.select(schema.names).cast(schema) for table in self.read())

    def _cells(self, name: str, cells: list[Any]) -> list[Any]:
        if name not in self.digits:
            return cells
        form = f".{self.digits[name]}f"
        return [None if cell is None else Decimal(format(cell, form)) for cell in cells]


def narrowed(sheet: Sheet, columns: Sequence[str]) -> Sheet:
    """The sheet with only these columns, in this order; all of them where none is named. Raises Refused."""
    if not columns:
        return sheet
    for column in columns:
        if column not in sheet.columns:
            raise Refused("export.column", NO_COLUMN, column=excerpt(column), columns=" ".join(sheet.columns))
    picked = {column: sheet.columns[column] for column in columns}
    if isinstance(sheet, TableSheet):
        return TableSheet(picked, sheet.read, sheet.digits)
    assert isinstance(sheet, RowSheet)  # noqa: S101 - the two kinds there are
    return RowSheet(picked, sheet.read)


def schema_of(columns: Mapping[str, Kind]) -> "pa.Schema":
    """The Arrow types of columns."""
    import pyarrow as pa

    types = {
        Kind.TEXT: pa.string(),
        Kind.DAY: pa.date32(),
        Kind.MOMENT: pa.timestamp("us", tz="UTC"),
        Kind.WHOLE: pa.int64(),
        Kind.NUMBER: pa.float64(),
        Kind.FLAG: pa.bool_(),
    }
    return pa.schema([(name, types[kind]) for name, kind in columns.items()])


def _plain(cell: Any) -> Any:
    return float(cell) if isinstance(cell, Decimal) else cell
