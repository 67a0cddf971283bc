"""What the journal knows of the world: actors and nouns as (kind, code); and what its hashes cover."""

import hashlib
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Protocol

HASH_BYTES = 32
GENESIS = bytes(HASH_BYTES)  # what the first seal follows
ERASED = "journal.subject_erased"  # the act that explains why payloads of a subject are gone


@dataclass(frozen=True)
class Actor:
    """Who did it: `kind` (staff, system, portal, token, agent) and the public code."""

    kind: str
    code: str


@dataclass(frozen=True)
class Noun:
    """To what it was done: `kind` (customer, dealing, import …) and the public code."""

    kind: str
    code: str


class ActFields(Protocol):
    """What of an act its hash covers."""

    at: datetime
    kind: str
    by_kind: str
    by_code: str
    noun_kind: str
    noun_code: str
    subject: str
    count: int
    payload_digest: bytes | memoryview


class SealFields(Protocol):
    """What of a seal its hash covers."""

    at: datetime
    previous: bytes | memoryview
    epoch: int
    by_tx: bool
    mark_from: int
    mark_to: int
    id_from: int
    id_to: int
    count: int
    root: bytes | memoryview


def act_hash(act: ActFields, key: bytes) -> bytes:
    """Keyed blake2b (32 bytes) over all fields of an act but its id and transaction, which the seal covers."""
    return _hash(
        key,
        _instant(act.at),
        act.kind.encode(),
        act.by_kind.encode(),
        act.by_code.encode(),
        act.noun_kind.encode(),
        act.noun_code.encode(),
        act.subject.encode(),
        str(act.count).encode(),
        bytes(act.payload_digest),
    )


def payload_digest(salt: bytes, body: bytes) -> bytes:
    """SHA-256 of salt and payload. The salt is erased with the payload, so the digest left behind says nothing."""
    return hashlib.sha256(salt + body).digest()


def seal_hash(seal: SealFields, key: bytes) -> bytes:
    """Keyed blake2b (32 bytes) over all fields of a seal, among them the hash of the seal before it."""
    return _hash(
        key,
        _instant(seal.at),
        bytes(seal.previous),
        f"{seal.epoch} {int(seal.by_tx)} {seal.mark_from} {seal.mark_to}".encode(),
        f"{seal.id_from} {seal.id_to} {seal.count}".encode(),
        bytes(seal.root),
    )


class Root:
    """Keyed blake2b over (id, transaction, row hash) of the acts of one block, in the block's order."""

    def __init__(self, key: bytes) -> None:
        self._hash = blake2b(key=key, digest_size=HASH_BYTES)
        self.count = 0

    def add(self, act_id: int, tx: int, row_hash: bytes) -> None:
        """Take in the next act."""
        self._hash.update(struct.pack(">qq", act_id, tx) + row_hash)
        self.count += 1

    def digest(self) -> bytes:
        """Return the 32 bytes so far."""
        return self._hash.digest()


def _instant(at: datetime) -> bytes:
    return at.astimezone(UTC).isoformat(timespec="microseconds").encode()


def _hash(key: bytes, *fields: bytes) -> bytes:
    # each field is preceded by its length, so none can run into the next
    body = b"".join(len(field).to_bytes(4, "big") + field for field in fields)
    return blake2b(body, key=key, digest_size=HASH_BYTES).digest()
