"""Reading the current edition: read-only, nothing outside the file within reach, memory and time bounded."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.insight.warehouse.places import Places, places
from guanxi.insight.warehouse.workbench import Unreadable, Workbench

MEMORY = os.environ.get("GUANXI_READER_MEMORY", "1GB")
SECONDS = 60.0

NO_EDITION = gettext_noop("There are no figures yet: run “guanxi refresh” first.")
TOO_LONG = gettext_noop("This question took longer than {seconds} seconds and was stopped. Ask for less.")


class Reader(Workbench):
    """The current edition open for questions. It cannot write, reach files or the network, or change its settings."""

    def __init__(self, file: Path, *, spill: Path, seconds: float = SECONDS) -> None:
        super().__init__(file, spill=spill)
        self._seconds = seconds
        for setting in ("enable_external_access = false", "lock_configuration = true"):
            self._connection.execute(f"SET {setting}")

    def _connect(self, file: Path | str) -> duckdb.DuckDBPyConnection:
        try:
            return duckdb.connect(str(file), read_only=True, config={"memory_limit": MEMORY})
        except duckdb.Error as error:
            raise Unreadable(str(error)) from error

    def arrow(self, sql: Path | str, **params: Any) -> pa.Table:
        """As Workbench.arrow; raises Refused when the time is up."""
        with self._bounded():
            return super().arrow(sql, **params)

    def scalar(self, sql: str, **params: Any) -> Any:
        """As Workbench.scalar; raises Refused when the time is up."""
        with self._bounded():
            return super().scalar(sql, **params)

    @contextmanager
    def _bounded(self) -> Iterator[None]:
        watchdog = threading.Timer(self._seconds, self._connection.interrupt)
        watchdog.daemon = True
        watchdog.start()
        try:
            yield
        except duckdb.InterruptException as error:
            raise Refused("warehouse.too_long", TOO_LONG, seconds=round(self._seconds)) from error
        finally:
            watchdog.cancel()


@contextmanager
def open_edition(where: Places | None = None, *, seconds: float = SECONDS) -> Iterator[Reader]:
    """Open the current edition; a refresh meanwhile changes nothing for this reader. Raises Refused when there is none."""
    where = where or places()
    reader = _open(where, seconds)
    try:
        yield reader
    finally:
        reader.close()


def _open(where: Places, seconds: float) -> Reader:
    # Between reading the pointer and opening the file a refresh may have removed it: then the pointer names a newer one.
    for _ in range(3):
        name = where.current()
        if name is None:
            break
        try:
            return Reader(where.edition(name), spill=where.spill, seconds=seconds)
        except Unreadable:
            continue
    raise Refused("warehouse.no_edition", NO_EDITION)
