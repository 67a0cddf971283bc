"""Where an import keeps its source and its report, and the lock that only one process holds."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import Error, connection

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.record.customers.bulk import on_postgresql

LOOK, TRIAL = "look.json", "trial.json"

_RUNNING = gettext_noop("This very file is being imported at this moment.")


def imports_folder() -> Path:
    """GUANXI_HOME/files/imports."""
    return Path(settings.GUANXI_HOME) / "files" / "imports"


def folder_of(code: str) -> Path:
    """The folder of one import, made when it is not there; readable by the installation only."""
    folder = imports_folder() / code
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def problems_path(code: str) -> Path:
    """Where the report of problems of one import stands, if there is one."""
    return imports_folder() / code / "problems.csv"


def doubles_path(code: str) -> Path:
    """Where the list of rows that are one customer stands, if there is one."""
    return imports_folder() / code / "duplicates.csv"


def rejected_path(code: str) -> Path:
    """Where the rows that were not stored stand as they came, if there are any."""
    return imports_folder() / code / "rejected.csv"


def place_of(path: Path) -> str:
    """Where a file lies, as a hash: a changed file is recognised by it, and no name of a folder is kept."""
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:32]


def keep_source(code: str, path: Path) -> Path:
    """Keep the file until the import is done, so that it can be resumed whatever happens to the original."""
    kept = folder_of(code) / f"source{''.join(path.suffixes[-2:])[:20]}"
    if not kept.exists() and path != kept:
        part = kept.with_name("source.part")
        part.unlink(missing_ok=True)
        try:
            os.link(path.resolve(), part)
        except OSError:
            shutil.copyfile(path, part)
        part.replace(kept)
    return kept


def kept_source(code: str) -> Path | None:
    """The file of an import that is not done yet."""
    folder = imports_folder() / code
    return (
        next((path for path in folder.glob("source*") if path.name != "source.part"), None) if folder.is_dir() else None
    )


def drop_source(code: str) -> None:
    """Remove the kept file, and what was noted when it was looked at: it holds people's data and is needed no more."""
    folder = imports_folder() / code
    if folder.is_dir():
        for path in [*folder.glob("source*"), folder / LOOK, folder / TRIAL]:
            path.unlink(missing_ok=True)


def has_folder(code: str) -> bool:
    """Whether an import keeps anything on the disk."""
    return (imports_folder() / code).is_dir()


def drop_folder(code: str) -> None:
    """Remove everything that an import keeps on the disk."""
    shutil.rmtree(imports_folder() / code, ignore_errors=True)


@contextmanager
def only_one(kind: str, digest: str) -> Iterator[None]:
    """Hold the lock of a file and kind; Refused when another process has it. Killing the process frees it."""
    folder = imports_folder() / ".locks"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{kind}-{digest[:24]}"
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused("imports.running", _RUNNING) from None
        with _only_one_server(int(digest[:15], 16)):
            yield
        # the empty file stays: whoever removed it could let two processes hold two files of one name


@contextmanager
def _only_one_server(key: int) -> Iterator[None]:
    """The same between servers that share a PostgreSQL but no folder."""
    if not on_postgresql():
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        if not cursor.fetchone()[0]:
            raise Refused("imports.running", _RUNNING)
    try:
        yield
    finally:
        with suppress(Error), connection.cursor() as cursor:  # without a connection there is no lock either
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
