"""Contact cards (vCard 2.1 and 3.0): one row a card. Pictures and sounds are dropped unread; no address is ever fetched."""

import re
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.record.imports.reading.batches import BadRow, Batch, check_column
from guanxi.record.imports.reading.scanning import Scan, text_of_file

COLUMNS = [
    "name", "phone", "phone 2", "phone 3", "email", "email 2", "company", "birthday", "address", "city", "gender", "note", "private",
]  # fmt: skip
_MAX_CARD = 200_000  # characters of one card without its pictures
_MAX_LINE = 1_000_000
_DROPPED = re.compile(r"(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY|AGENT|X-[\w-]+)[;:]", re.IGNORECASE)
_QUOTED_PRINTABLE = re.compile(r"ENCODING=QUOTED-PRINTABLE|;QUOTED-PRINTABLE", re.IGNORECASE)
_HAN = re.compile("[\u3400-\u9fff]")
# What a line begins with, tried without going back: the library's own pattern tries a line without its colon in
# exponentially many ways, and finds one that has it in the first.
_VALUE = r'(?:"[^"]*+"|[^";:,]*+)'
_LINE = re.compile(rf"(?:[\w-]++\.)?+[\w-]++;?(?:;[\w-]++(?:={_VALUE})?+(?:,{_VALUE})*+)*+:", re.ASCII)
_BAD_CARD = gettext_noop("The card cannot be read.")


class CardSource:
    """A file of cards."""

    format = "vcard"

    def __init__(self, scan: Scan) -> None:
        self._scan = scan
        self.encoding = scan.encoding
        self.about_rows = scan.lines // 6
        self.columns = list(COLUMNS)

    def batches(self, columns: Sequence[str], *, size: int, after: int = 0) -> Iterator[Batch]:
        """The wanted columns in batches of at most `size` cards, beginning with card after + 1."""
        page: list[tuple[int, dict[str, str] | BadRow]] = []
        number = 0
        for line, text in self._cards():
            number += 1
            if number <= after:
                continue
            page.append((line, _values_of(text)))
            if len(page) == size:
                yield _batch(page, columns, number - size + 1)
                page = []
        if page:
            yield _batch(page, columns, number - len(page) + 1)

    def _cards(self) -> Iterator[tuple[int, str]]:
        """(line, text without pictures) of each card; '' for one beyond the limits."""
        with text_of_file(self._scan) as text:
            card = _Card()
            for number, raw in enumerate(iter(lambda: text.readline(_MAX_LINE), ""), start=1):
                done = card.take(number, raw)
                if done is not None:
                    yield done
            if card.is_open:
                yield card.line, ""


class _Card:
    """Collects the lines of one card after another."""

    def __init__(self) -> None:
        self.is_open = False
        self.line = 0
        self._lines: list[str] = []
        self._size = 0
        self._depth = 0
        self._drops = False
        self._soft = False

    def take(self, number: int, raw: str) -> tuple[int, str] | None:
        line = raw.rstrip("\r\n")
        upper = line.strip()[:12].upper()
        if upper.startswith("BEGIN:"):
            return self._begin(number, line, is_card=upper == "BEGIN:VCARD")
        if not self.is_open:
            return None
        if upper.startswith("END:"):
            return self._end(line)
        if self._depth == 1:
            self._keep(line)
        return None

    def _begin(self, number: int, line: str, *, is_card: bool) -> tuple[int, str] | None:
        if self.is_open:
            self._depth += 1  # a card within a card is somebody else's: not read
            return None
        if is_card:
            self.is_open, self.line, self._lines, self._size, self._depth = True, number, [line], 0, 1
            self._drops = self._soft = False
        return None

    def _end(self, line: str) -> tuple[int, str] | None:
        self._depth -= 1
        if self._depth:
            return None
        self.is_open = False
        self._lines.append(line)
        return self.line, "" if self._size > _MAX_CARD else "\r\n".join(self._lines) + "\r\n"

    def _keep(self, line: str) -> None:
        is_continuation = line[:1] in {" ", "\t"} or self._soft
        if not is_continuation:
            self._drops = _DROPPED.match(line) is not None
            self._soft = False
        if is_continuation or _QUOTED_PRINTABLE.search(line[:200]):
            self._soft = line.endswith("=") and (self._soft or not is_continuation)
        if self._drops or self._size > _MAX_CARD:
            return
        self._size += len(line)
        if self._size <= _MAX_CARD:
            self._lines.append(line)


def _values_of(text: str) -> dict[str, str] | BadRow:
    import vobject  # noqa: PLC0415 - only for cards

    if not text:
        return BadRow("", Refused("reading.card_too_long", gettext_noop("The card is too long or never ends.")))
    try:
        if not all(_LINE.match(line) for line, _ in vobject.base.getLogicalLines(StringIO(text), True)):  # noqa: FBT003 - allowQP
            raise vobject.base.ParseError("a line without a name or a colon")
        card = next(iter(vobject.readComponents(text, allowQP=True)))
        return _fields(card.contents)
    except Exception:  # noqa: BLE001 - whatever a broken card does to the parser, it is one bad row
        name = next((line.partition(":")[2] for line in text.splitlines() if line.upper().startswith("FN")), "")
        return BadRow("", Refused("reading.bad_card", _BAD_CARD), excerpt(name))


def _fields(contents: dict[str, list[Any]]) -> dict[str, str]:
    phones = [_text(item.value) for item in contents.get("tel", [])]
    emails = [_text(item.value) for item in contents.get("email", [])]
    fields = dict(zip(("phone", "phone 2", "phone 3"), phones, strict=False)) | dict(
        zip(("email", "email 2"), emails, strict=False)
    )
    fields["name"] = _first(contents, "fn") or _structured_name(contents)
    fields["company"] = " ".join(part for part in _parts(contents, "org")[:1] if part)
    fields["birthday"] = _first(contents, "bday")
    fields["gender"] = _first(contents, "gender")
    fields["note"] = _first(contents, "note")
    fields["private"] = "true" if _first(contents, "class").upper() in {"PRIVATE", "CONFIDENTIAL"} else ""
    if adr := contents.get("adr"):
        address = adr[0].value
        fields["city"] = _text(getattr(address, "city", ""))
        parts = [_text(getattr(address, part, "")) for part in ("region", "city", "street", "extended", "box")]
        if not _HAN.search("".join(parts)):
            parts = [_text(getattr(address, part, "")) for part in ("box", "extended", "street", "city", "region")]
        fields["address"] = " ".join(part for part in parts if part)
    return fields


def _structured_name(contents: dict[str, list[Any]]) -> str:
    if not (names := contents.get("n")):
        return ""
    name = names[0].value
    family, given = _text(getattr(name, "family", "")), _text(getattr(name, "given", ""))
    return family + given if _HAN.search(family + given) else f"{given} {family}".strip()


def _first(contents: dict[str, list[Any]], field: str) -> str:
    return _text(contents[field][0].value) if contents.get(field) else ""


def _parts(contents: dict[str, list[Any]], field: str) -> list[str]:
    if not contents.get(field):
        return []
    value = contents[field][0].value
    return [_text(part) for part in value] if isinstance(value, list) else [_text(value)]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(_text(part) for part in value)
    return str(value or "").strip()


def _batch(page: list[tuple[int, dict[str, str] | BadRow]], columns: Sequence[str], first_row: int) -> Batch:
    bad = {offset: values for offset, (_, values) in enumerate(page) if isinstance(values, BadRow)}
    rows: list[dict[str, str]] = [values if isinstance(values, dict) else {} for _, values in page]
    table = {name: [row.get(name, "") for row in rows] for name in columns}
    for name, texts in table.items():
        check_column(name, texts, bad)
    return Batch(first_row, [line for line, _ in page], table, bad)
