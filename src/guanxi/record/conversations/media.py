"""What a file is, by its content and never by what somebody says it is (trust.md, rows 98 to 101). Pure.

An allow-list: pictures, PDF, plain text, documents of the office kind. Nothing else is kept, and nothing is ever shown
inside a page: files are only handed out to be saved.
"""

import re
import zipfile
from io import BytesIO
from typing import BinaryIO

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.text.normalise import checked, show_hidden

MOST_BYTES = 10 * 2**20
MOST_FILES = 5
MAX_NAME = 120

_HEAD = 16
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"GIF87a", "image/gif", "gif"),
    (b"GIF89a", "image/gif", "gif"),
    (b"%PDF-", "application/pdf", "pdf"),
)
_OFFICE = {
    "word/document.xml": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xl/workbook.xml": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "ppt/presentation.xml": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
}
_MOST_MEMBERS = 5_000
_TEXT = ("text/plain", "txt")
_PLACES = re.compile(r"[\\/]")

_NOT_KEPT = gettext_noop("“{name}” is of no kind that is kept here: pictures, PDF, text, and documents of an office.")
_TOO_LARGE = gettext_noop("“{name}” is larger than {most} MB.")
_EMPTY = gettext_noop("“{name}” is empty.")


def file_name(name: str, ending: str) -> str:
    """The name of a file as people called it, without its folder, hidden characters written out, with the ending of what
    the content is. Raises Refused for a name that no database stores.
    """
    own = show_hidden(checked(_PLACES.split(name)[-1])).strip().strip(".") or "file"
    stem = own.rsplit(".", 1)[0] if "." in own else own
    return f"{stem[: MAX_NAME - len(ending) - 1]}.{ending}"


def media_of(content: BinaryIO, *, name: str, size: int) -> tuple[str, str]:
    """(media type, ending) of a file by its content, read from its start. Raises Refused: conversations.file_empty,
    conversations.file_too_large, conversations.file_kind.
    """
    shown = excerpt(show_hidden(name))
    if size == 0:
        raise Refused("conversations.file_empty", _EMPTY, name=shown)
    if size > MOST_BYTES:
        raise Refused("conversations.file_too_large", _TOO_LARGE, name=shown, most=MOST_BYTES >> 20)
    content.seek(0)
    data = content.read(MOST_BYTES + 1)
    found = _kind_of(data)
    if found is None:
        raise Refused("conversations.file_kind", _NOT_KEPT, name=shown)
    return found


def _kind_of(data: bytes) -> tuple[str, str] | None:
    head = data[:_HEAD]
    for mark, media_type, ending in _PICTURES:
        if head.startswith(mark):
            return media_type, ending
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp", "webp"
    if head.startswith(b"PK\x03\x04"):
        return _office_of(data)
    return _TEXT if _is_text(data) else None


def _office_of(data: bytes) -> tuple[str, str] | None:
    """By the names inside; nothing is unpacked. A document that carries macros is none that is kept."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = {entry.filename for entry in archive.infolist()[:_MOST_MEMBERS]}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError):
        return None
    if "[Content_Types].xml" not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    return next((kind for part, kind in _OFFICE.items() if part in names), None)


def _is_text(data: bytes) -> bool:
    """Text that a person typed: no control characters, and no mark-up that a browser would run."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        start = text.lstrip()[:512].lower()
        if re.match(r"<(!doctype|\?xml|html|svg|script|body|head|iframe|img|a\b)", start):
            return False
        return not re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text)
    return False
