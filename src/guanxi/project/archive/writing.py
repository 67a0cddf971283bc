"""Making a backup while people work."""

import gzip
import hashlib
import io
import os
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.secrets import key_folder, keyring
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.insight.warehouse.places import places
from guanxi.journal.queries import journal_head
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.project.archive.form import (
    MANIFEST,
    MARK,
    POSTGRESQL_ENTRY,
    SQLITE_ENTRY,
    Manifest,
    digest_of,
    proofs_of,
)
from guanxi.project.archive.postgresql import run_tool

_THERE = gettext_noop("{file} is there already; a backup never overwrites anything.")
_SICK = gettext_noop("The record itself is damaged, so no backup was made: {problem}")
_KEYS_ELSEWHERE = gettext_noop(
    "The keys are not in the home but in {variable}; keep that, and make the backup without keys."
)


@dataclass(frozen=True)
class Made:
    """What a backup holds."""

    file: Path
    size: int
    entries: int
    with_keys: bool
    journal_head: str

    def as_json(self) -> dict[str, object]:
        """For `--json` and the record of the night."""
        return {
            "file": str(self.file),
            "bytes": self.size,
            "entries": self.entries,
            "with_keys": self.with_keys,
            "journal_head": self.journal_head,
        }


def make_backup(file: Path, *, by: Principal, with_keys: bool = False) -> Made:
    """Write a backup of the record and the files to `file`, whole or not at all; people go on working meanwhile.

    Refused when the file is there, the record is damaged, or (PostgreSQL) pg_dump is missing.
    """
    require(by, Permission.ADMINISTER)
    if file.exists():
        raise Refused("backup.there", _THERE, file=str(file))
    if with_keys and keyring().place is None:
        raise Refused("backup.keys_elsewhere", _KEYS_ELSEWHERE, variable="GUANXI_KEYS")
    file.parent.mkdir(parents=True, exist_ok=True)
    head = journal_head()
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
        aside = Path(folder)
        record = _copy_record(aside)
        entries = {record.name: record} | _files(aside) | (_keys() if with_keys else {})
        whole = aside / "whole"
        _write(whole, entries, head=head)
        whole.replace(file)
    made = Made(file, file.stat().st_size, len(entries), with_keys, head)
    with transaction.atomic():
        payload = {"bytes": made.size, "with_keys": with_keys}
        record_act("backup.made", by=by.actor, noun=Noun("backup", file.name[:40]), payload=payload)
    return made


def _copy_record(aside: Path) -> Path:
    if connection.vendor == "postgresql":
        dump = aside / POSTGRESQL_ENTRY
        run_tool("pg_dump", "--format=custom", "--compress=1", "--no-owner", "--no-privileges", f"--file={dump}")
        return dump
    copy, packed = aside / "record.sqlite3", aside / SQLITE_ENTRY
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)  # one consistent state, while others write
        target.execute("PRAGMA journal_mode=DELETE")
        [(answer,), *_] = target.execute("PRAGMA quick_check(1)").fetchall()
    if answer != "ok":
        raise Refused("backup.sick", _SICK, problem=answer)
    with copy.open("rb") as plain, gzip.open(packed, "wb", compresslevel=1) as target_file:
        shutil.copyfileobj(plain, target_file, 1 << 20)
    copy.unlink()
    return packed


def _files(aside: Path) -> dict[str, Path]:
    folder, trials = settings.GUANXI_HOME / "files", places().trials
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    entries = {f"files/{path.relative_to(folder).as_posix()}": path for path in found if path.parent != trials.parent}
    if trials.exists():  # the one file that is written anew: a refresh may do so between the two readings of _write
        copy = Path(shutil.copyfile(trials, aside / trials.name))
        entries[f"files/{trials.relative_to(folder).as_posix()}"] = copy
    return entries


def _keys() -> dict[str, Path]:
    return {f"keys/{path.name}": path for path in sorted(key_folder(settings.GUANXI_HOME).glob("*.key"))}


def _write(whole: Path, entries: dict[str, Path], *, head: str) -> None:
    """The tar with the manifest first, then the last line. Read twice: a file changed in between spoils the backup."""
    named: dict[str, tuple[int, str]] = {}
    for name, path in entries.items():
        size = path.stat().st_size
        with path.open("rb") as content:
            named[name] = (size, digest_of(content, size))
    applied = MigrationRecorder(connection).applied_migrations()
    manifest = Manifest(
        made_at=clock.now().isoformat(),
        vendor=connection.vendor,
        migrations=sorted(f"{app}.{name}" for app, name in applied),
        keys=proofs_of(keyring()),
        journal_head=head,
        entries=named,
    ).as_bytes()
    descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        hashed = _Hashed(target)
        with tarfile.open(fileobj=hashed, mode="w|", format=tarfile.PAX_FORMAT) as tar:  # type: ignore[call-overload] # a stream is only written to
            tar.addfile(_info(MANIFEST, len(manifest)), io.BytesIO(manifest))
            for name, path in entries.items():
                with path.open("rb") as content:
                    tar.addfile(_info(name, named[name][0]), content)
        target.write(MARK + hashed.sha.hexdigest().encode() + b"\n")
        target.flush()
        os.fsync(target.fileno())


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


class _Hashed:
    """A file to write to that keeps the SHA-256 of what went through."""

    def __init__(self, target: BinaryIO) -> None:
        self.target = target
        self.sha = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.sha.update(data)
        return self.target.write(data)
