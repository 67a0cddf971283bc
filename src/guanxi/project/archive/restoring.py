"""Restoring a backup into an empty home: everything is checked before anything is written."""

import gzip
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from guanxi.ground.outbox.services import hold_all
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.secrets import create_keys, key_folder, keyring
from guanxi.identity.queries import system_principal
from guanxi.journal.rules import Noun
from guanxi.journal.sealing import start_epoch
from guanxi.journal.services import record_act
from guanxi.project.archive import form
from guanxi.project.archive.erasures import erase_again
from guanxi.project.archive.postgresql import run_tool

_NOT_EMPTY = gettext_noop("There is a record already ({place}). A backup is restored into an empty home only.")
_OTHER_VENDOR = gettext_noop(
    "The backup is of {theirs}, and this installation uses {ours}. Set GUANXI_DATABASE_URL to match."
)
_NEWER = gettext_noop("The backup was made by a newer version of Guanxi ({migration} is unknown here). Update first.")
_KEYS_MISSING = gettext_noop("The backup holds no keys. Put the keys kept with it into {place}, then restore again.")
_OTHER_KEYS = gettext_noop("The keys in {place} are not the keys of this backup: what is encrypted could not be read.")
_HELD = "Restored from a backup: it may have been sent since."


@dataclass(frozen=True)
class Restored:
    """What came back. `held`: messages that waited when the backup was made and are now for a person to judge;
    `erased`: people erased since the backup was made, erased again.
    """

    made_at: str
    files: int
    held: int
    erased: int

    def as_json(self) -> dict[str, object]:
        """For `--json`."""
        return {"made_at": self.made_at, "files": self.files, "held": self.held, "erased": self.erased}


def restore_backup(file: Path, *, erased: Path | None = None) -> Restored:
    """Bring a backup back into an empty home. Refused, with nothing written, when anything does not fit.

    The warehouse is built by the next refresh. Waiting messages are held, because they may have been sent since; whoever
    the list `erased` names (default: the list in the home) is erased again.
    """
    form.check_whole(file)
    with tarfile.open(file) as tar:
        manifest = manifest_of(tar, file)
        _check_place(manifest)
        settings.GUANXI_HOME.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=settings.GUANXI_HOME, prefix=".restore-") as folder:
            aside = Path(folder)
            take_out(tar, manifest, aside, file)
            if _are_keys_wanted(manifest, aside / "keys"):
                _bring_keys(aside / "keys")
            _put_in_place(manifest, aside)
    call_command("migrate", verbosity=0, interactive=False)
    files = sum(name.startswith("files/") for name in manifest.entries)
    return Restored(manifest.made_at, files, _begin_again(manifest), erase_again(erased))


def manifest_of(tar: tarfile.TarFile, file: Path) -> form.Manifest:
    """What an opened backup says of itself. Refused when it is none."""
    first = tar.next()
    content = tar.extractfile(first) if first is not None and first.name == form.MANIFEST else None
    return form.read_manifest(content.read() if content else b"", file=file)


def _check_place(manifest: form.Manifest) -> None:
    if manifest.vendor != connection.vendor:
        raise Refused("restore.other_database", _OTHER_VENDOR, theirs=manifest.vendor, ours=connection.vendor)
    if unknown := sorted(set(manifest.migrations) - set(form.known_migrations())):
        raise Refused("restore.newer", _NEWER, migration=excerpt(unknown[0]))
    if connection.vendor == "postgresql":
        if connection.introspection.table_names():
            raise Refused("restore.not_empty", _NOT_EMPTY, place=connection.settings_dict["NAME"])
    elif _has_tables(_sqlite_file()):
        raise Refused("restore.not_empty", _NOT_EMPTY, place=str(_sqlite_file()))
    files = settings.GUANXI_HOME / "files"
    if files.exists() and any(files.iterdir()):
        raise Refused("restore.not_empty", _NOT_EMPTY, place=str(files))


def take_out(tar: tarfile.TarFile, manifest: form.Manifest, aside: Path, file: Path) -> None:
    """Write the named entries, and only those, aside; each is compared with what the manifest says of it."""
    for info in tar:
        if info.name == form.MANIFEST:
            continue
        path = Path(info.name)
        if info.name not in manifest.entries or not info.isreg() or path.is_absolute() or ".." in path.parts:
            raise Refused("backup.damaged", form.DAMAGED, file=file.name)
        content = tar.extractfile(info)
        target = aside / path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if content is None or _copy(content, target) != tuple(manifest.entries[info.name]):
            raise Refused("backup.damaged", form.DAMAGED, file=file.name)
    if missing := [name for name in manifest.entries if not (aside / name).exists()]:
        raise Refused("backup.damaged", form.DAMAGED, file=f"{file.name} ({missing[0]})")


def _copy(content: IO[bytes], target: Path) -> tuple[int, str]:
    with target.open("wb") as file:
        shutil.copyfileobj(content, file, 1 << 20)
    size = target.stat().st_size
    with target.open("rb") as file:
        return size, form.digest_of(file, size)


def _are_keys_wanted(manifest: form.Manifest, brought: Path) -> bool:
    """True when the home has no keys and the backup brings them. Refused when neither has those that open it."""
    home = settings.GUANXI_HOME
    try:
        ring, is_wanted = keyring(home), False
    except Refused:
        if not brought.exists():
            raise Refused("restore.keys_missing", _KEYS_MISSING, place=str(key_folder(home))) from None
        ring, is_wanted = keyring(brought.parent), True
    if not form.are_same_keys(ring, manifest.keys):
        raise Refused("restore.other_keys", _OTHER_KEYS, place=str(ring.place or "GUANXI_KEYS"))
    return is_wanted


def _bring_keys(brought: Path) -> None:
    folder = key_folder(settings.GUANXI_HOME)
    folder.mkdir(mode=0o700, exist_ok=True)
    for key in brought.iterdir():
        key.chmod(0o600)
        key.replace(folder / key.name)
    create_keys(folder)  # makes none, since all are there, but lets this process read them


def _put_in_place(manifest: form.Manifest, aside: Path) -> None:
    """Files first, the record last: a home without a record is still empty, and the restore may be repeated."""
    home = settings.GUANXI_HOME
    if (aside / "files").exists():
        (home / "files").mkdir(mode=0o700, exist_ok=True)
        for path in (aside / "files").iterdir():
            path.replace(home / "files" / path.name)
    connection.close()
    if manifest.vendor == "postgresql":
        options = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
        database = f"--dbname={connection.settings_dict['NAME']}"
        run_tool("pg_restore", *options, database, str(aside / form.POSTGRESQL_ENTRY))
        return
    plain, record = aside / "record.sqlite3", _sqlite_file()
    with gzip.open(aside / form.SQLITE_ENTRY) as packed, plain.open("wb") as target:
        shutil.copyfileobj(packed, target, 1 << 20)
    for leftover in ("-wal", "-shm"):  # of a record that is gone: it must not be played into this one
        record.with_name(record.name + leftover).unlink(missing_ok=True)
    record.parent.mkdir(parents=True, exist_ok=True)
    plain.replace(record)


def _begin_again(manifest: form.Manifest) -> int:
    """What was true of the old database is not of this one: its transactions, and what waited to be sent."""
    start_epoch()
    with transaction.atomic():
        held = hold_all(_HELD)
        payload = {"made_at": manifest.made_at, "journal_head": manifest.journal_head, "held": held}
        record_act("backup.restored", by=system_principal().actor, noun=Noun("firm", "1"), payload=payload)
    return held


def _sqlite_file() -> Path:
    return Path(connection.settings_dict["NAME"])


def _has_tables(file: Path) -> bool:
    """True when a SQLite file holds anything; looking at it does not make one."""
    if not file.exists():
        return False
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as record:
        return bool(record.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall())
