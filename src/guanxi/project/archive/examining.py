"""Whether a backup could be restored: read whole, as a restore would read it, and opened; nothing of this home is touched."""

import gzip
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from guanxi.ground.refusals import Refused
from guanxi.ground.secrets import keyring
from guanxi.project.archive import form
from guanxi.project.archive.postgresql import run_tool
from guanxi.project.archive.restoring import manifest_of, take_out


@dataclass(frozen=True)
class Examined:
    """What a whole backup holds. `customers`: how many records of customers its record has (None where only a restore
    could count them); `newer`: a migration that this program does not know ('' for none); `has_keys`: whether it brings
    its keys; `opens_here`: whether the keys of this home open it.
    """

    made_at: str
    vendor: str
    files: int
    customers: int | None
    newer: str
    has_keys: bool
    opens_here: bool

    def as_json(self) -> dict[str, object]:
        """For the result of a job."""
        return asdict(self)


def examine_backup(file: Path) -> Examined:
    """Read every byte of a backup, compare it with what the backup says of itself, and open its record beside this one.

    Refused (backup.unknown, backup.damaged) when it could not be restored.
    """
    form.check_whole(file)
    with tarfile.open(file) as tar, tempfile.TemporaryDirectory(dir=file.parent, prefix=".verify-") as folder:
        manifest, aside = manifest_of(tar, file), Path(folder)
        take_out(tar, manifest, aside, file)
        customers = _opened(aside, file)
    unknown = sorted(set(manifest.migrations) - set(form.known_migrations()))
    return Examined(
        made_at=manifest.made_at,
        vendor=manifest.vendor,
        files=sum(name.startswith("files/") for name in manifest.entries),
        customers=customers,
        newer=unknown[0] if unknown else "",
        has_keys=any(name.startswith("keys/") for name in manifest.entries),
        opens_here=form.are_same_keys(keyring(), manifest.keys),
    )


def _opened(aside: Path, file: Path) -> int | None:
    """The record, opened: every page of it is read."""
    dump, packed, plain = aside / form.POSTGRESQL_ENTRY, aside / form.SQLITE_ENTRY, aside / "record.sqlite3"
    if dump.exists():
        run_tool("pg_restore", "--list", str(dump))
        return None
    with gzip.open(packed) as source, plain.open("wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
    with closing(sqlite3.connect(plain)) as record:
        [(answer,), *_] = record.execute("PRAGMA quick_check(1)").fetchall()
        if answer != "ok":
            raise Refused("backup.damaged", form.DAMAGED, file=file.name)
        [(customers,)] = record.execute("SELECT count(*) FROM customers_customer WHERE deleted_at IS NULL").fetchall()
    return int(customers)
