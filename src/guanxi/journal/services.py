"""Writing acts. Called by every service inside its own transaction; sealing and verifying stand in `sealing.py`."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guanxi.ground import clock
from guanxi.ground.secrets import keyring, new_key, seal
from guanxi.journal.models import Act, ActPayload, SubjectKey
from guanxi.journal.rules import Actor, Noun, act_hash

_BATCH = 500


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
    """
    at = clock.now()
    keys = _subject_keys({entry.subject for entry in entries if entry.payload is not None})
    prepared = [_prepare(kind, entry, by, at) for entry in entries]
    acts = Act.objects.bulk_create([act for act, _, _ in prepared], batch_size=_BATCH)
    payloads = [
        ActPayload(
            act_id=act.pk,
            subject=entry.subject,
            salt=salt,
            cipher=seal(keys[entry.subject], body, about=f"journal:{act.row_hash.hex()}"),
        )
        for act, entry, (_, salt, body) in zip(acts, entries, prepared, strict=True)
        if body
    ]
    ActPayload.objects.bulk_create(payloads, batch_size=_BATCH)


def _prepare(kind: str, entry: Entry, by: Actor, at: datetime) -> tuple[Act, bytes, bytes]:
    salt = os.urandom(16)
    body = b"" if entry.payload is None else json.dumps(entry.payload, ensure_ascii=False, default=str).encode()
    digest = hashlib.sha256(salt + body).digest() if body else b""
    act = Act(
        at=at,
        kind=kind,
        by_kind=by.kind,
        by_code=by.code,
        noun_kind=entry.noun.kind,
        noun_code=entry.noun.code,
        count=entry.count,
        payload_digest=digest,
    )
    act.row_hash = act_hash(act, keyring().journal_key)
    return act, salt, body


def _subject_keys(subjects: set[str]) -> dict[str, bytes]:
    """The opened payload key of each subject, made where there is none yet."""
    ring = keyring()
    keys = {
        row.subject: ring.decrypt(bytes(row.cipher), table="journal_subjectkey", column="cipher", row=row.subject)
        for row in SubjectKey.objects.filter(subject__in=subjects)
    }
    fresh = {subject: new_key() for subject in subjects - keys.keys()}
    SubjectKey.objects.bulk_create(
        [
            SubjectKey(subject=s, cipher=ring.encrypt(k, table="journal_subjectkey", column="cipher", row=s))
            for s, k in fresh.items()
        ],
        ignore_conflicts=True,
    )
    return keys | fresh
