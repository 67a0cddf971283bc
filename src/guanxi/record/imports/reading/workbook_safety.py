"""A workbook is unpacked by us before anybody parses it: counted, checked, and only its tables copied on.

The parser then never sees the archive that came from outside: no lying sizes, no markup that expands, no dimension of
seventeen billion cells.
"""

import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.record.imports.reading.scanning import BLOCK, MAX_RATIO, absurd

MAX_CELLS = 8_000_000  # cells of the rectangle that the parser holds: about 300 MB
_FREE = 8 << 20  # unpacked bytes below which a high ratio harms nobody
_MAX_PART = 1 << 30
_MAX_PARTS = 2_000
_WANTED = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|"
    r"xl/(?:sharedStrings|styles)\.xml|xl/worksheets/[^/]+\.xml",
    re.IGNORECASE,
)
_MARKUP = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_PLACE = re.compile(rb"""\br\s*=\s*(["'])([A-Z]{0,3})(\d{1,7})\1""", re.IGNORECASE)
_CELL = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""", re.IGNORECASE)
# The parser counts such places modulo four milliards and then asks for memory for the rectangle up to them.
_NOWHERE = re.compile(rb"""\br\s*=\s*["'](?:[A-Z]{4,}\d|[A-Z]*\d{8})""", re.IGNORECASE)
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\b[^>]*/?>")

_DAMAGED = gettext_noop("The workbook is damaged and cannot be unpacked.")
_TOO_LARGE = gettext_noop("The sheet is too large for a workbook; save it as CSV and import that.")


@dataclass
class CleanWorkbook:
    """A copy that is safe to parse. `row_numbers[sheet path]` are the true rows of a sheet that had to be moved together."""

    file: IO[bytes]
    row_numbers: dict[str, list[int]]


def clean_copy(path: Path) -> CleanWorkbook:
    """Unpack, check and pack again what a table needs. Raises Refused for archives and sheets beyond the limits."""
    row_numbers: dict[str, list[int]] = {}
    out = tempfile.SpooledTemporaryFile(max_size=16 << 20)  # noqa: SIM115 - lives as long as the source that reads it
    try:
        with zipfile.ZipFile(path) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as copy:
            _check_sizes(archive, path.stat().st_size)
            for info in archive.infolist():
                if _WANTED.fullmatch(info.filename):
                    _copy_part(archive, info, copy, row_numbers)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        out.close()
        if isinstance(error, Refused):
            raise
        raise Refused("reading.damaged", _DAMAGED) from error
    out.seek(0)
    return CleanWorkbook(out, row_numbers)


def _check_sizes(archive: zipfile.ZipFile, size: int) -> None:
    parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    if "xl/workbook.xml" not in names:
        raise Refused("reading.not_a_workbook", gettext_noop("The file is an archive, not an Excel workbook."))
    if len(parts) > _MAX_PARTS or len(names) < len(parts):
        raise Refused("reading.damaged", _DAMAGED)
    total = sum(part.file_size for part in parts)
    if total > _FREE and (
        total > size * MAX_RATIO
        or any(p.file_size > max(p.compress_size, 1) * MAX_RATIO for p in parts if p.file_size > _FREE)
    ):
        raise absurd(total, size)
    if any(part.file_size > _MAX_PART for part in parts):
        raise Refused("reading.sheet_too_large", _TOO_LARGE)


def _copy_part(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, copy: zipfile.ZipFile, row_numbers: dict[str, list[int]]
) -> None:
    is_sheet = "worksheets/" in info.filename.lower()
    places = _Places() if is_sheet else None
    for block in _blocks(archive, info):
        if places:
            places.take(block)
    squeeze = places.squeeze() if places else None
    if squeeze:
        row_numbers[info.filename] = squeeze.rows
    with copy.open(zipfile.ZipInfo(info.filename), "w", force_zip64=True) as target:
        if squeeze:
            target.write(_DIMENSION.sub(b"", squeeze.apply(b"".join(_blocks(archive, info, overlap=0)))))
            return
        for number, block in enumerate(_blocks(archive, info, overlap=0)):
            target.write(_DIMENSION.sub(b"", block) if is_sheet and number == 0 else block)


def _blocks(archive: zipfile.ZipFile, info: zipfile.ZipInfo, overlap: int = 64) -> Iterator[bytes]:
    """A part in blocks, each beginning with the last bytes of the one before, so that no tag hides on a border."""
    read, rest = 0, b""
    with archive.open(info) as part:
        while block := part.read(BLOCK):
            read += len(block)
            if read > _MAX_PART:
                raise Refused("reading.sheet_too_large", _TOO_LARGE)
            whole = rest + block
            if overlap and (b"\0" in block or _MARKUP.search(whole)):
                raise Refused(
                    "reading.markup",
                    gettext_noop(
                        "The workbook contains a document type or entities; it is refused as a possible attack."
                    ),
                )
            yield whole
            rest = whole[-overlap:] if overlap else b""


class _Places:
    """Which rows and columns of a sheet hold cells."""

    def __init__(self) -> None:
        self._columns: set[bytes] = set()
        self._rows: set[int] = set()

    def take(self, block: bytes) -> None:
        if _NOWHERE.search(block):
            raise Refused("reading.damaged", _DAMAGED)
        found = _CELL.findall(block)
        self._columns.update(letters.upper() for letters in {letters for letters, _ in found})
        self._rows.update(int(row) for row in {row for _, row in found})

    def squeeze(self) -> "_Squeeze | None":
        """None when the rectangle is of a sane size; else how to move its rows and columns together."""
        if not self._rows:
            return None
        columns = sorted(self._columns, key=_number_of)
        width = _number_of(columns[-1]) - _number_of(columns[0]) + 1
        if width * (max(self._rows) - min(self._rows) + 1) <= MAX_CELLS:
            return None
        if len(columns) * len(self._rows) > MAX_CELLS:
            raise Refused("reading.sheet_too_large", _TOO_LARGE)
        return _Squeeze(sorted(self._rows), columns)


class _Squeeze:
    def __init__(self, rows: list[int], columns: list[bytes]) -> None:
        self.rows = rows
        self._row = {b"%d" % row: b"%d" % (rank + 1) for rank, row in enumerate(rows)}
        self._column = {letters: _letters_of(rank + 1) for rank, letters in enumerate(columns)} | {b"": b""}

    def apply(self, sheet: bytes) -> bytes:
        def moved(match: re.Match[bytes]) -> bytes:
            row, column = self._row.get(match[3]), self._column.get(match[2].upper())
            if row is None or column is None:  # a row without cells
                return b""
            return b"r=" + match[1] + column + row + match[1]

        return _PLACE.sub(moved, sheet)


def _number_of(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _letters_of(number: int) -> bytes:
    letters = b""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = bytes([65 + rest]) + letters
    return letters
