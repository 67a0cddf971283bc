"""What every reader gives: batches of columns with the line of each row, and the rows that cannot be read."""

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from guanxi.ground.refusals import Refused, excerpt, gettext_noop

MAX_FIELD = 131_072  # characters of one cell
MAX_COLUMNS = 1_000

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NUL = gettext_noop("Character {position} is NUL, which cannot be stored.")
_UNDECODABLE = gettext_noop("Character {position} cannot be read in the encoding of this file.")
_TOO_LONG = gettext_noop("The cell has more than {limit} characters.")


@dataclass(frozen=True, slots=True)
class BadRow:
    """Why a row cannot be stored: the column ('' for the whole row), the refusal, and what stood there."""

    column: str
    refusal: Refused
    value: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive rows of a file.

    first_row: number of the first row; 1 is the first row below the head.
    lines:     line (or sheet row, or card) of each row in the file, as a person counts them.
    columns:   name → one value a row: a list of str, or an Arrow array (Parquet).
    bad:       offset in the batch → why that row cannot be read; its values are to be ignored.
    settled:   offset in the batch → id of the record in which the row stands already, so that nobody need try it.
    """

    first_row: int
    lines: Sequence[int]
    columns: Mapping[str, Any]
    bad: Mapping[int, BadRow] = field(default_factory=dict)
    settled: Mapping[int, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.lines)

    def texts(self, column: str) -> list[str]:
        """The column as text, '' where nothing stands; dates as ISO, whole floats without a fraction (17850.0 → 17850)."""
        values = self.columns[column]
        if isinstance(values, list):
            return values
        return [text_of(value) for value in python_values(values)]

    def slice(self, start: int, stop: int) -> "Batch":
        """Rows start … stop − 1 as a batch of their own."""
        return Batch(
            self.first_row + start,
            self.lines[start:stop],
            {name: values[start:stop] for name, values in self.columns.items()},
            {offset - start: bad for offset, bad in self.bad.items() if start <= offset < stop},
            {offset - start: row_id for offset, row_id in self.settled.items() if start <= offset < stop},
        )


class Source(Protocol):
    """One opened file. `columns` are the names of its head, `encoding` how its text is read ('' where that is fixed),
    `about_rows` roughly how many rows it has.
    """

    format: str
    columns: list[str]
    encoding: str
    about_rows: int

    def batches(self, columns: Sequence[str], *, size: int, after: int = 0) -> Iterator[Batch]:
        """The wanted columns in batches of at most `size` rows, beginning with row after + 1."""


def text_of(value: Any) -> str:
    """One typed cell as the text a person would have written."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() and not value.tzinfo else value.isoformat(" ")
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


def python_values(array: Any) -> list[Any]:
    """An Arrow array as Python values; a date or time that Python cannot hold is the number that stands for it."""
    try:
        return array.to_pylist()
    except (OverflowError, ValueError):  # year 5,881,580; nanoseconds
        return [_python_value(scalar) for scalar in array]


def check_column(name: str, values: list[str], bad: dict[int, BadRow]) -> None:
    """Note in `bad` each row of a column of text that holds what no database stores, or too much of it; the cell is
    emptied, since not even Arrow takes a lone surrogate.
    """
    joined = "\n".join(values)
    if _UNSTORABLE.search(joined):
        for offset, value in enumerate(values):
            if (match := _UNSTORABLE.search(value)) is not None:
                bad.setdefault(offset, _unstorable(name, value, match))
                values[offset] = ""
    if len(joined) > MAX_FIELD:
        for offset, value in enumerate(values):
            if len(value) > MAX_FIELD:
                bad.setdefault(offset, too_long(name, value))
                values[offset] = ""


def too_long(column: str, value: str) -> BadRow:
    """The row error of a cell beyond MAX_FIELD."""
    return BadRow(column, Refused("reading.cell_too_long", _TOO_LONG, limit=MAX_FIELD), excerpt(value))


def checked_head(names: Sequence[str]) -> list[str]:
    """The column names of a head, trimmed. Raises Refused for what no table should have."""
    head = [name.strip().removeprefix("\ufeff").strip() for name in names]
    while head and not head[-1]:
        head.pop()
    if not any(head):
        raise Refused("reading.empty", gettext_noop("The file is empty: it has no head with the names of the columns."))
    if len(head) > MAX_COLUMNS:
        raise Refused(
            "reading.too_many_columns",
            gettext_noop("The file has {count} columns; {limit} are the most that can be read."),
            count=len(head),
            limit=MAX_COLUMNS,
        )
    named = [name for name in head if name]
    if twice := sorted({name for name in named if named.count(name) > 1}) if len(set(named)) < len(named) else []:
        raise Refused(
            "reading.duplicate_columns",
            gettext_noop("Two columns have the same name: {names}. Give each column its own name."),
            names=excerpt(", ".join(twice), 120),
        )
    if broken := next((name for name in named if _UNSTORABLE.search(name) or len(name) > 200), None):
        raise Refused(
            "reading.bad_column_name",
            gettext_noop("The column name “{name}” cannot be read."),
            name=excerpt(broken.encode("utf-8", "replace").decode()),
        )
    return head


def _python_value(scalar: Any) -> Any:
    try:
        return scalar.as_py()
    except (OverflowError, ValueError):
        return str(scalar.value)


def _unstorable(name: str, value: str, match: re.Match[str]) -> BadRow:
    words, code = (_NUL, "reading.nul") if match[0] == "\0" else (_UNDECODABLE, "reading.undecodable")
    return BadRow(name, Refused(code, words, position=match.start() + 1), excerpt(value))


def _float_text(value: float) -> str:
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return str(value)
    if value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return f"{Decimal(repr(value)):f}"
