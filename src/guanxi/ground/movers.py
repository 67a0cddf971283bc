"""Bulk movers (ADBC) beside Django's own connection: columns instead of rows, for what moves whole tables.

The mover for SQLite brings a second copy of SQLite into the process. Two copies must never have the same file open in
one process: locks belong to processes, so each believes to be alone, and the one that closes first deletes the other's
write-ahead log (sqlite.org/howtocorrupt.html, 2.2.1; seen here as lost writes). So this thread's connection is closed
for as long as a mover works, and a process in which another thread holds one is refused: bulk work runs in a process
of its own, as `guanxi refresh` and `guanxi import` do.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection

_BUSY_MS = 20_000
# Of the file's beginning, pages are read where the system already holds them: what is looked up row by row costs half.
_MAPPED_BYTES = 1 << 30


@contextmanager
def open_mover(*, read_only: bool = False) -> Iterator[Any]:
    """An ADBC connection (DB-API) to the record's database.

    Reading: one consistent view from the first query to the end; whatever was begun is rolled back. Writing: each
    statement commits by itself, so that nobody waits for a long one. Close cursors before the end; between beginning
    and end do not use Django's connection, nor a transaction around it: RuntimeError where that would be unsafe.
    """
    driver = _to_sqlite(read_only=read_only) if connection.vendor == "sqlite" else _to_postgresql(read_only=read_only)
    try:
        yield driver
    finally:
        if read_only:
            driver.rollback()
        driver.close()


def _to_sqlite(*, read_only: bool) -> Any:
    from adbc_driver_sqlite import dbapi

    if connection.in_atomic_block:
        raise RuntimeError("A bulk mover cannot work inside a transaction on SQLite.")
    if not may_move():
        raise RuntimeError("A bulk mover needs a process of its own on SQLite: another thread has the record open.")
    address = f"file:{quote(str(connection.settings_dict['NAME']))}?mode={'ro' if read_only else 'rw'}"
    driver = dbapi.connect(address, autocommit=not read_only)  # a deferred transaction: with WAL nobody waits for it
    if read_only:
        _execute(driver, f"PRAGMA mmap_size = {_MAPPED_BYTES}")
    else:
        _execute(driver, f"PRAGMA busy_timeout = {_BUSY_MS}")
        _execute(driver, "PRAGMA synchronous = NORMAL")
    return driver


def may_move() -> bool:
    """Whether a mover may work in this process now. Closes this thread's connection to find out; Django opens it again."""
    if connection.vendor != "sqlite":
        return True
    if connection.in_atomic_block:
        return False
    connection.close()
    if not _is_open(Path(connection.settings_dict["NAME"])):
        return True
    gc.collect()  # connections of threads that are gone stand in reference cycles and close only now
    return not _is_open(Path(connection.settings_dict["NAME"]))


def _is_open(file: Path) -> bool:
    """Whether this process has a file open (Linux tells; elsewhere nothing is known, and bulk work has its own process)."""
    opened = Path("/proc/self/fd")
    return opened.exists() and any(_leads_to(link, file) for link in opened.iterdir())


def _leads_to(link: Path, file: Path) -> bool:
    try:
        return link.samefile(file)
    except OSError:  # closed meanwhile, or no file at all
        return False


def _to_postgresql(*, read_only: bool) -> Any:
    from adbc_driver_postgresql import dbapi

    driver = dbapi.connect(_postgresql_address(), autocommit=not read_only)
    if read_only:
        _execute(driver, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    return driver


def _postgresql_address() -> str:
    from psycopg.conninfo import make_conninfo

    settings = connection.settings_dict
    named = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    given = {theirs: str(settings[ours]) for ours, theirs in named.items() if settings.get(ours)}
    # what libpq knows came as text out of the URL; switches and numbers beside it are Django's
    options = {key: value for key, value in settings.get("OPTIONS", {}).items() if isinstance(value, str)}
    return make_conninfo("", **{**options, **given})


def _execute(driver: Any, sql: str) -> None:
    with driver.cursor() as cursor:
        cursor.execute(sql)
