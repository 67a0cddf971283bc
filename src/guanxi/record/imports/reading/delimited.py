"""Delimited text: CSV with comma, semicolon, tab or bar, quoted or not, in any encoding, gzip or plain.

Decoded first, then parsed: in GB18030 and Big5 the second byte of a character may look like a delimiter.
Quotes are read strictly. Where they do not match, the line at which the quote opened is the bad row, and the lines
that were swallowed by it are read again as rows of their own, so that one stray quote costs one row.
"""

import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.text.formulas import restored
from guanxi.record.imports.reading.batches import (
    MAX_COLUMNS,
    MAX_FIELD,
    BadRow,
    Batch,
    check_column,
    checked_head,
    too_long,
)
from guanxi.record.imports.reading.scanning import Scan, text_of_file

_MAX_LINE = 1_000_000  # characters of one line of the file; what goes beyond is skipped unread
_DELIMITERS = ",;\t|"
_QUOTES = gettext_noop("The quotation marks of this row do not match.")
_MORE = gettext_noop("The row has {count} cells but the head names {width} columns; is a delimiter unquoted?")
_LEFT = gettext_noop(
    "The row has {count} cells but the head names {width} columns, after a quotation mark that was never closed."
)

_Record = tuple[int, list[str], BadRow | None]


class DelimitedSource:
    """One delimited text, opened anew for each pass; nothing of it is held but the page being read."""

    format = "csv"

    def __init__(self, scan: Scan) -> None:
        self._scan = scan
        self.encoding = scan.encoding
        self.about_rows = scan.lines
        with text_of_file(scan) as text:
            self._delimiter = _delimiter_of(text)
        with text_of_file(scan) as text:
            head = next(_records(text, self._delimiter, width=0), None)
        if head is None or head[2] is not None:
            raise head[2].refusal if head and head[2] else Refused("reading.empty", gettext_noop("The file is empty."))
        if len(head[1]) > 10 * MAX_COLUMNS:
            head = (head[0], head[1][: MAX_COLUMNS + 1], None)
        self._head = checked_head(head[1])
        self.columns = [name for name in self._head if name]

    def batches(self, columns: Sequence[str], *, size: int, after: int = 0) -> Iterator[Batch]:
        """The wanted columns in batches of at most `size` rows, beginning with row after + 1."""
        with text_of_file(self._scan) as text:
            records = _records(text, self._delimiter, width=len(self._head))
            next(records, None)
            places = [(name, self._head.index(name)) for name in columns]
            for _ in range(after):
                if next(records, None) is None:
                    return
            number = after + 1
            while page := _page(records, size):
                yield _batch(page, places, number, len(self._head))
                number += len(page)


def _page(records: Iterator[_Record], size: int) -> list[_Record]:
    page = []
    for record in records:
        page.append(record)
        if len(page) == size:
            break
    return page


def _batch(page: list[_Record], places: list[tuple[str, int]], first_row: int, width: int) -> Batch:
    bad: dict[int, BadRow] = {offset: record[2] for offset, record in enumerate(page) if record[2] is not None}
    rows = [record[1] for record in page]
    for offset, cells in enumerate(rows):
        if len(cells) != width and offset not in bad:
            if len(cells) > width and any(cells[width:]):
                bad[offset] = BadRow("", Refused("reading.more_cells", _MORE, count=len(cells), width=width))
            elif len(cells) < width:
                rows[offset] = cells + [""] * (width - len(cells))
    empty = [""] * width
    for offset in bad:
        rows[offset] = empty
    columns = {name: [_restored(cells[place]) for cells in rows] for name, place in places}
    for name, values in columns.items():
        check_column(name, values, bad)
    return Batch(first_row, [record[0] for record in page], columns, bad)


def _restored(cell: str) -> str:
    """The apostrophe that our own exports put before formulas is taken away again."""
    return restored(cell) if cell[:1] == "'" else cell


class _Lines:
    """The lines of the text, capped, counted, and able to take back those that a bad record has swallowed."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._waiting: deque[tuple[str, bool]] = deque()
        self._record: list[tuple[str, bool]] = []
        self.number = 0
        self.is_left_over = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else self._read()
        if not line[0]:
            raise StopIteration
        self._record.append(line)
        self.number += 1
        return line[0]

    def begin(self) -> int:
        """Start a record; returns the number of its first line."""
        self._record.clear()
        self.is_left_over = bool(self._waiting)
        return self.number + 1

    def is_cut(self) -> bool:
        """Whether a line of this record was longer than any line may be."""
        return any(cut for _, cut in self._record)

    def give_back(self) -> None:
        """Read again, as rows of their own, all lines of this record but the first."""
        self._waiting.extendleft(reversed(self._record[1:]))
        self.number -= len(self._record) - 1

    @property
    def taken(self) -> int:
        return len(self._record)

    @property
    def first(self) -> str:
        return self._record[0][0] if self._record else ""

    def _read(self) -> tuple[str, bool]:
        line = self._text.readline(_MAX_LINE)
        if len(line) < _MAX_LINE or line.endswith(("\n", "\r")):
            return line, False
        while (more := self._text.readline(_MAX_LINE)) and not more.endswith(("\n", "\r")):
            pass
        return f"{line[:60]}\n".replace('"', ""), True


def _records(text: io.TextIOWrapper, delimiter: str, *, width: int) -> Iterator[_Record]:
    """(line, cells, why it is bad) of each record; blank lines are no records."""
    csv.field_size_limit(MAX_FIELD)
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, [], _broken(lines, error)
            lines.give_back()
            continue
        if lines.is_cut():
            yield line, [], too_long("", lines.first)
            lines.give_back()
        elif cells:
            bad = lines.is_left_over and len(cells) != width
            yield (
                line,
                cells,
                BadRow("", Refused("reading.quotes", _LEFT, count=len(cells), width=width)) if bad else None,
            )


def _broken(lines: _Lines, error: csv.Error) -> BadRow:
    if "field limit" in str(error) and lines.taken == 1:
        return too_long("", lines.first)
    return BadRow("", Refused("reading.quotes", _QUOTES), excerpt(lines.first.rstrip("\r\n")))


def _delimiter_of(text: io.TextIOWrapper) -> str:
    """The delimiter that stands in the head and, outside quotes, most evenly in the lines below it."""
    lines = []
    for _ in range(30):
        line = text.readline(_MAX_LINE)
        if not line:
            break
        if line.strip():
            lines.append("".join(line[:MAX_FIELD].split('"')[0::2]))
    if not lines:
        return ","
    counts = {delimiter: [line.count(delimiter) for line in lines] for delimiter in _DELIMITERS}
    return max(_DELIMITERS, key=lambda d: (counts[d][0] > 0, counts[d].count(counts[d][0]), counts[d][0]))
