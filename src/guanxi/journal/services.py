"""Writing acts, called by every service inside its own transaction; and erasing what they say of one customer.

Sealing stands in `sealing.py`, verifying in `verifying.py`, reading in `queries.py`.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from guanxi.ground import clock
from guanxi.ground.secrets import keyring, new_key, seal
from guanxi.journal.models import Act, ActPayload, SubjectKey
from guanxi.journal.rules import ERASED, Actor, Noun, act_hash, payload_digest

_BATCH = 500
_KEYS = {"table": "journal_subjectkey", "column": "cipher"}


@dataclass(frozen=True)
class Entry:
    """One act to write. `subject` is the code of the customer whose data the payload holds ('' for none)."""

    noun: Noun
    payload: Mapping[str, Any] | None = None
    subject: str = ""
    count: int = 1


def record_act(
    kind: str, *, by: Actor, noun: Noun, payload: Mapping[str, Any] | None = None, subject: str = ""
) -> None:
    """Write one act, in the caller's transaction. `kind` is noun.past ("customer.registered")."""
    record_acts(kind, [Entry(noun, payload, subject)], by=by)


def record_acts(kind: str, entries: Sequence[Entry], *, by: Actor) -> None:
    """Write many acts of one kind by one actor with two inserts, in the caller's transaction.

    Payloads are JSON, encrypted under their subject's key; only their salted digest stands in the act.
    Raises TransactionManagementError outside a transaction: an act must stand or fall with what it tells of.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An act is recorded in the transaction of what was done.")
    at = clock.now()
    keys = _subject_keys({entry.subject for entry in entries if entry.payload is not None})
    prepared = [_prepare(kind, entry, by, at) for entry in entries]
    acts = Act.objects.bulk_create([act for act, _, _ in prepared], batch_size=_BATCH)
    payloads = [
        ActPayload(
            act_id=act.pk,
            salt=salt,
            cipher=seal(keys[entry.subject], body, about=f"journal:{act.row_hash.hex()}"),
        )
        for act, entry, (_, salt, body) in zip(acts, entries, prepared, strict=True)
        if body
    ]
    ActPayload.objects.bulk_create(payloads, batch_size=_BATCH)


@transaction.atomic
def erase_subject(code: str, *, by: Actor) -> int:
    """Destroy what the journal says of one customer: payloads and their key. Returns how many payloads there were.

    The acts stay, and with them the chain; an act of the erasure explains to `verify` why the payloads are gone.
    """
    if not code:
        raise ValueError("The installation's own acts are never erased.")
    # The key first: on PostgreSQL this waits for writers who hold it (_share_keys), and whoever comes later makes a new
    # one; the deletion of payloads that follows then sees all that the old key had locked.
    SubjectKey.objects.filter(subject=code).delete()
    of_subject = Act.objects.filter(subject=code).values("pk")
    erased, _ = ActPayload.objects.filter(act_id__in=of_subject).delete()
    record_act(ERASED, by=by, noun=Noun("customer", code), payload={"payloads": erased})
    return erased


def renew_subject_keys(*, after: str | None = None, limit: int = 500) -> tuple[int, str | None]:
    """Re-encrypt up to `limit` subject keys with the current data key, in one transaction, those behind `after` only.

    Returns (how many were renewed, the last subject looked at, None when there was none). For `guanxi rekey`.
    """
    ring = keyring()
    with transaction.atomic():
        keys = SubjectKey.objects.select_for_update().order_by("subject")
        rows = list((keys if after is None else keys.filter(subject__gt=after))[:limit])
        stale = [row for row in rows if not ring.is_current(bytes(row.cipher))]
        for row in stale:
            row.cipher = ring.encrypt(
                ring.decrypt(bytes(row.cipher), **_KEYS, row=row.subject), **_KEYS, row=row.subject
            )
        SubjectKey.objects.bulk_update(stale, ["cipher"])
    return len(stale), rows[-1].subject if rows else None


def _prepare(kind: str, entry: Entry, by: Actor, at: datetime) -> tuple[Act, bytes, bytes]:
    salt = os.urandom(16)
    body = b"" if entry.payload is None else json.dumps(entry.payload, ensure_ascii=False, default=str).encode()
    act = Act(
        at=at,
        kind=kind,
        by_kind=by.kind,
        by_code=by.code,
        noun_kind=entry.noun.kind,
        noun_code=entry.noun.code,
        subject=entry.subject,
        count=entry.count,
        payload_digest=payload_digest(salt, body) if body else b"",
    )
    act.row_hash = act_hash(act, keyring().journal_key)
    return act, salt, body


def _subject_keys(subjects: set[str]) -> dict[str, bytes]:
    """The opened payload key of each subject, made where there is none yet."""
    if not subjects:
        return {}
    ring = keyring()
    boxes = _share_keys(subjects)
    if missing := subjects - boxes.keys():
        fresh = [SubjectKey(subject=s, cipher=ring.encrypt(new_key(), **_KEYS, row=s)) for s in sorted(missing)]
        SubjectKey.objects.bulk_create(fresh, batch_size=_BATCH, ignore_conflicts=True)
        boxes |= _share_keys(missing)  # read again: somebody else may have made the same key a moment ago
    return {subject: ring.decrypt(box, **_KEYS, row=subject) for subject, box in boxes.items()}


def _share_keys(subjects: set[str]) -> dict[str, bytes]:
    """The stored keys of subjects; on PostgreSQL a customer's key is held against erasure until this act is committed.

    The installation's own key ('') is never erased, so nobody holds it.
    """
    wanted = sorted(subjects)
    if connection.vendor != "postgresql":
        rows = [
            row
            for start in range(0, len(wanted), _BATCH)
            for row in SubjectKey.objects.filter(subject__in=wanted[start : start + _BATCH]).values_list(
                "subject", "cipher"
            )
        ]
    else:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT subject, cipher FROM journal_subjectkey WHERE subject = '' AND '' = ANY(%s)", [wanted]
            )
            rows = cursor.fetchall()
            cursor.execute(
                "SELECT subject, cipher FROM journal_subjectkey WHERE subject = ANY(%s) AND subject <> ''"
                " ORDER BY subject FOR KEY SHARE",
                [wanted],
            )
            rows += cursor.fetchall()
    return {subject: bytes(cipher) for subject, cipher in rows}
