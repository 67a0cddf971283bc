"""Files of a contact: taken in by what they are, stored under a random name, gone with the contact and the person."""

import secrets
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.conversations.media import MOST_FILES, file_name, media_of
from guanxi.record.conversations.models import Attachment, Conversation
from guanxi.record.conversations.permissions import seen_conversations
from guanxi.record.conversations.places import place_of, root

_STEP = 500

_TOO_MANY = gettext_noop("A conversation keeps at most {most} files.")
_NOT_THERE = gettext_noop("This conversation is not found.")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: the sender's name for it, its content from the start, its size in bytes."""

    name: str
    content: BinaryIO
    size: int


@transaction.atomic
def attach_files(code: str, uploads: Sequence[Upload], *, by: Principal) -> list[str]:
    """Keep files with a contact in sight and return their codes; all of them or none.

    Raises Denied, and Refused: conversations.not_found, conversations.too_many_files, and as `media_of` does.
    """
    require(by, Permission.LOG_CONVERSATIONS)
    if not uploads:
        return []
    conversation = seen_conversations(by).filter(code=code).select_related("customer").first()
    if conversation is None:
        raise Refused("conversations.not_found", _NOT_THERE)
    if Attachment.objects.filter(conversation=conversation).count() + len(uploads) > MOST_FILES:
        raise Refused("conversations.too_many_files", _TOO_MANY, most=MOST_FILES)
    rows = []
    for upload in uploads:
        media_type, ending = media_of(upload.content, name=upload.name, size=upload.size)
        rows.append(
            Attachment(
                conversation=conversation,
                name=file_name(upload.name, ending),
                media_type=media_type,
                stored=_new_place(),
                size=upload.size,
                at=clock.now(),
            )
        )
    written: list[Path] = []
    try:
        for row, upload in zip(rows, uploads, strict=True):
            written.append(_write(row.stored, upload.content))
            row.save()
        Conversation.objects.filter(pk=conversation.pk).update(has_files=True)
        payload = {"files": len(rows)}
        noun, subject = Noun("conversation", code), conversation.customer.code
        record_act("conversation.file_added", by=by.actor, noun=noun, payload=payload, subject=subject)
    except BaseException:  # whatever happened, no file may stay without its row
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return [row.code for row in rows]


def drop_files(found: Iterable[Attachment]) -> None:
    """Delete files of contacts, in the caller's transaction: the rows now, what lies on the disk once it is certain."""
    rows = list(found)
    stored = [row.stored for row in rows]
    for start in range(0, len(rows), _STEP):
        Attachment.objects.filter(pk__in=[row.pk for row in rows[start : start + _STEP]]).delete()
    transaction.on_commit(lambda: _unlink(stored))


def sweep_files(before: float) -> int:
    """Remove files that no row names, written before `before` (seconds since 1970); returns how many.

    A machine that died between the file and its row leaves one.
    """
    known = set(Attachment.objects.values_list("stored", flat=True))
    gone = 0
    for path in root().glob("*/*"):
        if path.is_file() and path.stat().st_mtime < before and f"{path.parent.name}/{path.name}" not in known:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _new_place() -> str:
    name = secrets.token_hex(24)
    return f"{name[:2]}/{name[2:]}"


def _write(stored: str, content: BinaryIO) -> Path:
    path = place_of(stored)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content.seek(0)
    with path.open("xb") as file:
        path.chmod(0o600)
        shutil.copyfileobj(content, file)
    return path


def _unlink(stored: Sequence[str]) -> None:
    for name in stored:
        place_of(name).unlink(missing_ok=True)
