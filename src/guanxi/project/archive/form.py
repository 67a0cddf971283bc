"""The form of a backup file: its manifest, its last line, and how both are checked."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from django.db.migrations.loader import MigrationLoader

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.secrets import KeyRing

FORMAT = 1
MANIFEST = "manifest.json"
SQLITE_ENTRY, POSTGRESQL_ENTRY = "record.sqlite3.gz", "record.pgdump"
MARK = b"\nguanxi sha256 "
LAST_LINE = len(MARK) + 64 + 1
_BLOCK = 1 << 20
_PROBE = {"table": "backup", "column": "probe", "row": "1"}

DAMAGED = gettext_noop("The backup {file} is damaged or not whole. Take another one.")
_NO_BACKUP = gettext_noop("{file} is no backup of Guanxi.")


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. `entries`: name to (size, SHA-256 as hex)."""

    made_at: str
    vendor: str
    migrations: list[str]
    keys: dict[str, Any]
    journal_head: str
    entries: dict[str, tuple[int, str]] = field(default_factory=dict)
    format: int = FORMAT

    def as_bytes(self) -> bytes:
        """The manifest as it stands in the file."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def read_manifest(body: bytes, *, file: Path) -> Manifest:
    """The manifest of a backup. Refused for another form."""
    try:
        known = json.loads(body)
        if known.pop("format") != FORMAT:
            raise ValueError
        return Manifest(**known)
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("backup.unknown", _NO_BACKUP, file=file.name) from error


def digest_of(file: BinaryIO, size: int) -> str:
    """SHA-256 of the next `size` bytes, as hex."""
    sha = hashlib.sha256()
    for block in _blocks(file, size):
        sha.update(block)
    return sha.hexdigest()


def check_whole(path: Path) -> int:
    """Check the last line against everything before it; returns the size without it. Refused when a byte is not right."""
    size = path.stat().st_size - LAST_LINE
    if size < 0:
        raise Refused("backup.unknown", _NO_BACKUP, file=path.name)
    with path.open("rb") as file:
        found = digest_of(file, size)
        if file.read(LAST_LINE) != MARK + found.encode() + b"\n":
            raise Refused("backup.damaged", DAMAGED, file=path.name)
    return size


def known_migrations() -> list[str]:
    """Every migration this program knows, as app.name."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return sorted(f"{app}.{name}" for app, name in loader.disk_migrations)


def proofs_of(ring: KeyRing) -> dict[str, Any]:
    """What proves later that keys are the same, and says nothing about them."""
    return {
        "data": ring.data_keys,
        "probe": ring.encrypt(b"guanxi", **_PROBE).hex(),
        "blind": ring.blind_digest("backup", "proof").hex(),
        "journal": hashlib.blake2b(b"backup proof", key=ring.journal_key).hexdigest(),
    }


def are_same_keys(ring: KeyRing, proofs: dict[str, Any]) -> bool:
    """True when a ring opens what a backup with these proofs holds."""
    mine = proofs_of(ring)
    if mine["blind"] != proofs["blind"] or mine["journal"] != proofs["journal"]:
        return False
    try:
        return ring.decrypt(bytes.fromhex(proofs["probe"]), **_PROBE) == b"guanxi" and set(proofs["data"]) <= set(
            mine["data"]
        )
    except Refused:
        return False


def _blocks(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (block := file.read(min(_BLOCK, size))):
        size -= len(block)
        yield block
