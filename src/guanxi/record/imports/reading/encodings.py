"""In which encoding a file speaks: a BOM, strict UTF-8, else the statistics of GB18030 and Big5, else a named guess.

Nothing is replaced silently. A few lines in another encoding than the rest become row errors; a file that is half and
half, or too short to tell, is refused with the option that decides it.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from guanxi.ground.refusals import Refused, excerpt, gettext_noop

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH_LINE = re.compile(rb"[^\n\x80-\xff]*[\x80-\xff][^\n]*")
_SAMPLE = 2_000  # lines kept for the guess
_LONG = 4_096  # bytes of one line that are looked at
_MINORITY = 4  # one line in five of another encoding makes a mixed file
# charset-normalizer is asked only about what is neither UTF-8 nor Chinese, and only for what it can tell apart in short texts
_OTHERS = ["cp1252", "shift_jis", "euc_kr", "cp1251"]
_KNOWN = {
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "cp936": "gb18030",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "utf-16": "utf-16-le",  # said, and no mark stands there
    "utf-32": "utf-32-le",
}
# Encodings that files of tables are written in. Python knows others (idna, unicode_escape) that no reader may be given.
_WRITTEN = re.compile(
    r"ascii|utf-8(-sig)?|utf-(16|32)-[lb]e|gb18030|big5hkscs|iso8859-\d+|cp125\d|cp(437|720|737|775|85\d|86\d|874|932|949)|"
    r"shift_jis\w*|euc_(jp|kr|jis\w*)|koi8-[rtu]|mac-\w+|tis-620|johab|kz1048|ptcp154|hp-roman8"
)

_UNCLEAR = gettext_noop(
    "The encoding of the file cannot be told. Name it, for example --encoding gb18030, big5 or windows-1252; or save the file as UTF-8."
)
_MIXED = gettext_noop(
    "The file mixes encodings: {utf8} lines are UTF-8 and {other} are not. Save it in one encoding, or name one with --encoding."
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """`name` for Python's codecs; `quoted` whether a quotation mark stands anywhere in the file; `lines` how many it has."""

    name: str
    quoted: bool
    lines: int


@dataclass(slots=True)
class _Tally:
    utf8: int = 0
    other: int = 0
    quoted: bool = False
    lines: int = 0
    sample: list[bytes] = field(default_factory=list)

    def take(self, block: bytes) -> None:
        self.quoted = self.quoted or b'"' in block
        self.lines += block.count(b"\n")
        if block.isascii():
            return
        try:
            block.decode()
        except UnicodeDecodeError:
            self._take_lines(block)
        else:
            self.utf8 += block.count(b"\n") + 1

    def _take_lines(self, block: bytes) -> None:
        for match in _HIGH_LINE.finditer(block):
            line = match[0]
            try:
                line.decode()
            except UnicodeDecodeError:
                self.other += 1
                if len(self.sample) < _SAMPLE:
                    self.sample.append(line[:_LONG])
            else:
                self.utf8 += 1


def detect(blocks: Iterator[bytes], *, given: str = "") -> Encoding:
    """The encoding of a text read in blocks; `given` is what the user said and wins over everything but a BOM."""
    first = next(blocks, b"")
    known = next((name for bom, name in _BOMS if first.startswith(bom)), "")
    if not known and given:
        known = _codec(given)
    if not known and looks_like_utf16(first[:512]):
        known = "utf-16-le" if first[1:2] == b"\0" else "utf-16-be"
    tally = _Tally()
    rest = b""
    for block in _chain(first, blocks):
        whole, line_end, tail = (rest + block).rpartition(b"\n")
        if len(tail) > 1 << 22:  # one line of megabytes: look at it in pieces
            whole, line_end, tail = rest + block, b"", b""
        tally.take(whole + line_end)
        rest = tail
    tally.take(rest)
    return Encoding(known or _judge(tally), tally.quoted or known.startswith("utf-16"), tally.lines)


def looks_like_utf16(start: bytes) -> bool:
    """True when every second byte of a text's beginning is NUL: UTF-16 without its mark."""
    even, odd = start[0::2], start[1::2]
    half = len(start) // 2
    if half < 2:
        return False
    return (odd.count(0) * 5 > half * 2 and even.count(0) * 20 < half) or (
        even.count(0) * 5 > half * 2 and odd.count(0) * 20 < half
    )


def _judge(tally: _Tally) -> str:
    if not tally.other or tally.other * _MINORITY <= tally.utf8:
        return "utf-8"
    if tally.utf8 * _MINORITY > tally.other:
        raise Refused("reading.mixed_encodings", _MIXED, utf8=tally.utf8, other=tally.other)
    return _chinese(b"\n".join(tally.sample)) or _other(b"\n".join(tally.sample))


def _chinese(sample: bytes) -> str:
    """GB18030 or Big5 by how many of the characters are everyday ones in each: GB2312 level 1 and Big5 level 1."""
    gb = _everyday(sample, "gb18030", lambda lead, trail: 0xB0 <= lead <= 0xD7 and trail >= 0xA1)
    big5 = _everyday(sample, "big5hkscs", lambda lead, _: 0xA4 <= lead <= 0xC6)
    better, worse, name = (gb, big5, "gb18030") if gb >= big5 else (big5, gb, "big5hkscs")
    if better < 0.6:
        return ""
    if better - worse < 0.15:
        raise Refused("reading.encoding_unclear", _UNCLEAR)
    return name


def _everyday(sample: bytes, codec: str, is_everyday: Callable[[int, int], bool]) -> float:
    """Share of everyday characters among the wide ones, 0 where lines do not decode at all."""
    everyday = wide = broken = 0
    for line in sample.split(b"\n"):
        try:
            text = line.decode(codec)
        except UnicodeDecodeError:
            broken += 1
            continue
        for char in text:
            if char > "\x7f":
                code = char.encode(codec, "replace")  # four codes of Big5 are two characters each, one without a code
                wide += 1
                everyday += len(code) == 2 and is_everyday(code[0], code[1])
    if broken * 20 > sample.count(b"\n") + 1 or not wide:
        return 0.0
    return everyday / wide


def _other(sample: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - only for files that are neither UTF-8 nor Chinese

    best = from_bytes(sample, cp_isolation=_OTHERS).best()
    if best is None:
        raise Refused("reading.encoding_unclear", _UNCLEAR)
    return best.encoding


def _codec(given: str) -> str:
    try:
        name = codecs.lookup(given.strip()).name
    except (LookupError, ValueError):
        name = ""
    name = _KNOWN.get(name, name)
    if not _WRITTEN.fullmatch(name):
        raise Refused(
            "reading.unknown_encoding",
            gettext_noop("“{encoding}” is not an encoding; write it like utf-8, gb18030 or big5."),
            encoding=excerpt(given),
        )
    return name


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
