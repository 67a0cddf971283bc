"""Throw-away installations on SQLite or PostgreSQL, and the real command line run on them as a process of its own."""

import fcntl
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tests.drills.forks import Fork, fork

SERVER = os.environ.get("GUANXI_TEST_DATABASE_URL", "")
ROOT = Path(__file__).resolve().parents[2]
_LONGEST_S = 120


@dataclass(frozen=True)
class Home:
    """One installation: its folder, and the URL of its database ('' is SQLite in the folder)."""

    path: Path
    url: str

    @classmethod
    def new(cls, path: Path, *options: str) -> "Home":
        """A new firm; English words, so that what commands say can be compared."""
        home = cls(path, _database_url(path))
        if home.url:
            _on_server(f'DROP DATABASE IF EXISTS "{home._database}"', f'CREATE DATABASE "{home._database}"')
        home.run("init", "--language", "en", *options)
        return home

    def copy(self, path: Path) -> "Home":
        """The same installation again, on which no process works."""
        copied = Home(path, _database_url(path))
        shutil.copytree(self.path, path, symlinks=True)
        if self.url:
            _on_server(
                f'DROP DATABASE IF EXISTS "{copied._database}" WITH (FORCE)',
                f'CREATE DATABASE "{copied._database}" TEMPLATE "{self._database}"',
            )
        return copied

    def drop(self) -> None:
        """Remove the installation."""
        if self.url:
            _on_server(f'DROP DATABASE IF EXISTS "{self._database}" WITH (FORCE)')
        shutil.rmtree(self.path)

    def start(self, *command: str, **environment: str) -> "subprocess.Popen[str]":
        """Begin `guanxi command …` and return at once."""
        return self._start([sys.executable, "-m", "guanxi", *command], environment)

    def start_script(self, script: str, *arguments: str) -> "subprocess.Popen[str]":
        """Begin Python code in a process of its own, Django being set up."""
        return self._start([sys.executable, "-c", f"import django\ndjango.setup()\n{script}", *arguments], {})

    def run(self, *command: str, status: int = 0) -> Any:
        """Run a command to its end; what it prints as JSON, if it does. Fails when it ends with another status."""
        return _ended(self._fork(command), status)

    def run_killed(self, point: str, *command: str, status: int = 0) -> Any:
        """Run a command that kills itself at `point` (name:passage): None when it did, else as `run`."""
        process = self._fork(command, GUANXI_KILL_AT=point)
        return None if process.wait(_LONGEST_S) == -signal.SIGKILL else _ended(process, status)

    def run_killed_after(self, seconds: float, *command: str, status: int = 0) -> Any:
        """Run a command and kill it from outside at no named point: None when it was still running, else as `run`."""
        process = self._fork(command)
        if process.wait(seconds) is None and process.kill() == -signal.SIGKILL:
            return None
        return _ended(process, status)

    @contextmanager
    def site_open(self) -> Iterator[None]:
        """As if somebody served the site: imports then keep their transactions, and so their batches, small."""
        (self.path / "run").mkdir(exist_ok=True)
        with (self.path / "run" / "site.lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            yield

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Read the record past the product, as somebody who checks its books would."""
        if self.url:
            import psycopg

            with psycopg.connect(self.url) as connection:
                return connection.execute(sql).fetchall()
        with closing(sqlite3.connect(f"file:{self.path}/record.sqlite3?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchall()

    def _fork(self, command: tuple[str, ...], **environment: str) -> Fork:
        said = self.path.with_name(f"{self.path.name}-said")
        return fork(command, environment=self._environment() | environment, folder=ROOT, said=said)

    def _environment(self) -> dict[str, str]:
        own = {
            "GUANXI_HOME": str(self.path),
            "DJANGO_SETTINGS_MODULE": "guanxi.project.settings",
            "GUANXI_DATABASE_URL": self.url,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }
        given = {name: value for name, value in os.environ.items() if not name.startswith(("GUANXI_", "PYTHON", "COV"))}
        return given | own

    def _start(self, command: list[str], environment: dict[str, str]) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            command,
            env=self._environment() | environment,
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    @property
    def _database(self) -> str:
        return urlsplit(self.url).path.strip("/")


def finished(process: "subprocess.Popen[str]", status: int = 0) -> Any:
    """What a process printed as JSON once it has ended with `status`; its text where it printed none."""
    out, err = process.communicate(timeout=_LONGEST_S)
    return _answer(process.args, process.returncode, out, err, status)


def _ended(process: Fork, status: int) -> Any:
    returned = process.wait(_LONGEST_S)
    if returned is None:
        process.kill()
    return _answer(process.command, returned, *process.output(), status)


def _answer(command: Any, returned: int | None, out: str, err: str, status: int) -> Any:
    assert returned == status, f"{command}: ended with {returned}\n{out[-3000:]}\n{err[-3000:]}"
    assert "Traceback" not in err, err[-3000:]
    try:
        return json.loads(out)
    except ValueError:
        return out + err


def _database_url(path: Path) -> str:
    if not SERVER:
        return ""
    name = "drill_" + "".join(
        sign if sign.isalnum() else "_" for sign in f"{os.getpid()}_{path.parent.name}_{path.name}".lower()
    )
    return urlunsplit(urlsplit(SERVER)._replace(path=f"/{name[:60]}"))


def _on_server(*statements: str) -> None:
    import psycopg

    with psycopg.connect(SERVER, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
