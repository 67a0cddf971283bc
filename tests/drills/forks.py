"""Commands of drills, forked from a process that has the libraries loaded already: a drill starts thousands of them.

Only what others wrote is loaded beforehand. Settings, our own code and the connection to the database begin anew in each
process, which comes in by the front door as `python -m guanxi` does.
"""

import multiprocessing
import os
import runpy
import signal
import sys
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([
    *("pyarrow.compute", "pyarrow.csv", "pyarrow.parquet", "duckdb", "numpy", "scipy.special", "scipy.optimize"),
    *("adbc_driver_sqlite.dbapi", "adbc_driver_postgresql.dbapi", "psycopg", "click", "charset_normalizer", "sqlparse"),
    *("cryptography.hazmat.primitives.ciphers.aead", "django.core.management", "django.db.migrations.executor"),
    *("django.db.models", "django.forms", "django.template", "django.views.i18n", "django.middleware.csrf"),
    *("django.db.backends.sqlite3.base", "django.db.backends.postgresql.base", "django.contrib.postgres.fields"),
])  # fmt: skip


@dataclass(frozen=True)
class Fork:
    """A command that runs, and the file beside which stands what it says."""

    command: tuple[str, ...]
    process: ForkServerProcess
    said: Path

    def wait(self, seconds: float) -> int | None:
        """How it ended (a signal as its negative number); None when it is still running after so many seconds."""
        self.process.join(seconds)
        return self.process.exitcode

    def kill(self) -> int | None:
        """Kill it, if it has not ended meanwhile; how it ended."""
        self.process.kill()
        return self.wait(60)

    def output(self) -> tuple[str, str]:
        """Its standard output and its standard error."""
        out, err = (self.said.with_suffix(suffix).read_text(encoding="utf-8") for suffix in (".out", ".err"))
        return out, err


def fork(command: tuple[str, ...], *, environment: dict[str, str], folder: Path, said: Path) -> Fork:
    """Begin `guanxi COMMAND` with exactly this environment, in a folder; it writes what it says to said.out and said.err."""
    process = _FORKS.Process(target=_run, args=(command, environment, folder, said))
    process.start()
    return Fork(command, process, said)


def _run(command: tuple[str, ...], environment: dict[str, str], folder: Path, said: Path) -> None:
    for descriptor, suffix in ((1, ".out"), (2, ".err")):
        os.dup2(os.open(said.with_suffix(suffix), os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path[:0] = environment["PYTHONPATH"].split(os.pathsep)
    sys.argv = ["guanxi", *command]
    runpy.run_module("guanxi", run_name="__main__", alter_sys=True)
