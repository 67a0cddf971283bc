"""What the journal knows of the world: actors and nouns as (kind, code)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Protocol


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
    count: int
    payload_digest: bytes


def act_hash(act: ActFields, key: bytes) -> bytes:
    """Keyed blake2b (32 bytes) over all fields of an act; each field is preceded by its length, so none can run
    into the next.
    """
    fields = (
        act.at.astimezone(UTC).isoformat(timespec="microseconds").encode(),
        act.kind.encode(),
        act.by_kind.encode(),
        act.by_code.encode(),
        act.noun_kind.encode(),
        act.noun_code.encode(),
        str(act.count).encode(),
        bytes(act.payload_digest),
    )
    body = b"".join(len(field).to_bytes(4, "big") + field for field in fields)
    return blake2b(body, key=key, digest_size=32).digest()
