"""The first look at a file: its digest, what it is by content, whether it is packed, in which encoding it speaks."""

import codecs
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.utils.translation import gettext

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.record.imports.reading import encodings

BLOCK = 1 << 20
MAX_UNPACKED = 20 << 30  # bytes of text in a packed file
MAX_RATIO = 100  # unpacked : packed, beyond FREE bytes
FREE = 64 << 20

_TEXT, _WORKBOOK, _CARDS, _PARQUET = "csv", "xlsx", "vcard", "parquet"
_BY_NAME = {
    ".csv": _TEXT,
    ".tsv": _TEXT,
    ".txt": _TEXT,
    ".xlsx": _WORKBOOK,
    ".xlsm": _WORKBOOK,
    ".xls": "xls",
    ".vcf": _CARDS,
    ".parquet": _PARQUET,
}
_MAGIC = (
    (b"PAR1", _PARQUET),
    (b"PK\x03\x04", _WORKBOOK),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"GIF8", "picture"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"%PDF", "pdf"),
    (b"Rar!", "packed"),
    (b"7z\xbc\xaf", "packed"),
    (b"BZh", "packed"),
    (b"\x28\xb5\x2f\xfd", "packed"),
    (b"\x7fELF", "program"),
    (b"MZ\x90\x00", "program"),
)
_MARKUP = re.compile(rb"\s*<(?:!doctype|!--|\?xml|\?php|html|head|body|table|meta|script|svg|style|div)", re.IGNORECASE)
_KIND_WORDS = {
    _TEXT: gettext_noop("plain text"),
    _WORKBOOK: gettext_noop("an Excel workbook"),
    _CARDS: gettext_noop("contact cards"),
    _PARQUET: gettext_noop("a Parquet table"),
    "xls": gettext_noop("an old or protected Excel file"),
    "picture": gettext_noop("a picture"),
    "pdf": gettext_noop("a PDF document"),
    "packed": gettext_noop("a packed archive"),
    "program": gettext_noop("a program"),
    "page": gettext_noop("a web page"),
    "binary": gettext_noop("no text"),
}


_CHANGED = gettext_noop("{name} was changed while it was being read.")


@dataclass(frozen=True, slots=True)
class Scan:
    """What the first look found. `digest` is the SHA-256 of the file's bytes as they lie there, `lines` those of a text,
    `stamp` what tells that it is still the same (stamp_of).
    """

    path: Path
    digest: str
    format: str
    packed: bool
    encoding: str = ""
    quoted: bool = False
    lines: int = 0
    stamp: tuple[int, int, int] = (0, 0, 0)

    def is_unchanged(self) -> bool:
        """Whether the file is still the one that was looked at: its place on the disk, size and time of writing. One
        that was taken away is: whoever has it open reads on.
        """
        return not self.path.exists() or stamp_of(self.path) == self.stamp

    def check_unchanged(self) -> None:
        """Raise Refused when somebody has written into the file meanwhile."""
        if not self.is_unchanged():
            raise Refused("reading.changed", _CHANGED, name=excerpt(self.path.name))


def scan_file(path: Path, *, encoding: str = "", name: str = "") -> Scan:
    """Read the whole file once and say what it is. `name` is what the user called it, `encoding` what the user said.

    Raises Refused for what no reader takes: nothing inside, another kind of content than the name says, markup,
    pictures, archives that unpack to far more than they are, text whose encoding cannot be told.
    """
    stamp = stamp_of(path) if path.exists() else (0, 0, 0)  # before the first byte is read
    digest = digest_of(path)
    with path.open("rb") as file:
        start = file.read(512)
    packed = start.startswith(b"\x1f\x8b")
    if packed:
        with unpacked(path, packed=True) as file:
            start = file.read(512)
    name = name or path.name
    content = _content_of(start)
    _refuse_what_is_not_a_table(content, name, packed=packed)
    if content in (_TEXT, _CARDS):
        with unpacked(path, packed=packed) as file:
            found = encodings.detect(iter(lambda: file.read(BLOCK), b""), given=encoding)
        return Scan(path, digest, content, packed, found.name, found.quoted, found.lines, stamp)
    return Scan(path, digest, content, packed, stamp=stamp)


def stamp_of(path: Path) -> tuple[int, int, int]:
    """What changes when somebody writes into a file or puts another in its place. Raises OSError."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


@contextmanager
def unpacked(path: Path, *, packed: bool) -> Iterator[IO[bytes]]:
    """The bytes of the file, unpacked where it is gzip. Damaged or absurd archives are Refused while being read."""
    with path.open("rb") as file:
        yield io.BufferedReader(_Unpacking(file, path.stat().st_size), BLOCK) if packed else file


@contextmanager
def text_of_file(scan: Scan) -> Iterator[io.TextIOWrapper]:
    """The text of the file; bytes that the encoding cannot read become a lone surrogate, which rows are checked for."""
    with unpacked(scan.path, packed=scan.packed) as file:
        yield io.TextIOWrapper(file, encoding=scan.encoding, errors="guanxi.mark", newline="")


class _Unpacking(io.RawIOBase):
    """gzip that counts: nothing is written anywhere, but nobody waits for a terabyte of zeros."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._gzip = gzip.GzipFile(fileobj=file)
        self._size = max(size, 1)
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # of all buffers there are, BufferedReader hands in this one
        try:
            data = self._gzip.read(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise Refused("reading.damaged", gettext_noop("The packed file is damaged.")) from error
        self._read += len(data)
        if self._read > MAX_UNPACKED or (self._read > FREE and self._read > self._size * MAX_RATIO):
            raise absurd(self._read, self._size)
        buffer[: len(data)] = data
        return len(data)


def absurd(unpacked_size: int, size: int) -> Refused:
    """The refusal of a file that unpacks to far more than it is."""
    return Refused(
        "reading.unpacks_to_too_much",
        gettext_noop("The file unpacks to {ratio} times its size; it is refused as a possible attack."),
        ratio=unpacked_size // max(size, 1),
    )


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's bytes. Raises Refused when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Refused(
            "reading.no_file", gettext_noop("The file {name} cannot be read."), name=excerpt(path.name)
        ) from error


def _content_of(start: bytes) -> str:
    if not start.strip(b"\x00 \t\r\n"):
        raise Refused("reading.empty", gettext_noop("The file is empty: it has no head with the names of the columns."))
    for magic, content in _MAGIC:
        if start.startswith(magic):
            return content
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or encodings.looks_like_utf16(start):
        return _TEXT
    bare = start.removeprefix(codecs.BOM_UTF8)
    if _MARKUP.match(bare):
        return "page"
    if bare.lstrip()[:11].upper() == b"BEGIN:VCARD":
        return _CARDS
    controls = sum(byte < 32 and byte not in b"\t\r\n\f\x0b\x00\x1b" for byte in bare)
    return "binary" if controls * 10 > len(bare) or bare.count(0) * 3 > len(bare) else _TEXT


def _refuse_what_is_not_a_table(content: str, name: str, *, packed: bool) -> None:
    suffix = Path(name.lower().removesuffix(".gz") if packed else name.lower()).suffix
    said = _BY_NAME.get(suffix, "")
    if content not in (_TEXT, _WORKBOOK, _CARDS, _PARQUET) or (packed and content not in (_TEXT, _CARDS)):
        raise Refused(
            "reading.not_a_table",
            gettext_noop("{name} is {what}, not a table: save it as CSV or .xlsx and try again."),
            name=excerpt(name),
            what=gettext(_KIND_WORDS[content]),
        )
    if said and said != content:
        raise Refused(
            "reading.wrong_name",
            gettext_noop("{name} is {what}, not what its name says; nothing was read."),
            name=excerpt(name),
            what=gettext(_KIND_WORDS[content]),
        )


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


codecs.register_error("guanxi.mark", _mark)
