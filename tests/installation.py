"""A real installation for one test: its own home, its own database, and the command line as people call it."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

_SERVER = os.environ.get("GUANXI_TEST_DATABASE_URL", "")


class Installation:
    """`home` and database of one installation; `run` calls guanxi in it."""

    def __init__(self, home: Path, *, like: "Installation | None" = None) -> None:
        """Empty, or a copy of another one (that nobody is using)."""
        self.home = home
        self.database = ""
        url = ""
        if like:
            shutil.copytree(like.home, home)
        if _SERVER:
            self.database = f"guanxi_test_{secrets.token_hex(6)}"
            _on_server(f"CREATE DATABASE {self.database}" + (f" TEMPLATE {like.database}" if like else ""))
            parts = conninfo_to_dict(_SERVER) | {"dbname": self.database}
            url = "postgresql:///?" + "&".join(f"{key}={value}" for key, value in parts.items())
        self.environment = {
            **{
                key: value for key, value in os.environ.items() if not key.startswith(("GUANXI_", "DJANGO_", "PYTEST_"))
            },
            "LC_ALL": "C.UTF-8",
            "GUANXI_HOME": str(home),
            "GUANXI_DATABASE_URL": url,
            "GUANXI_ASSETS_FROM_SOURCE": "1",
            "DJANGO_SETTINGS_MODULE": "guanxi.project.settings",
        }

    def close(self) -> None:
        """Remove the database; the home is the test's own folder."""
        if self.database:
            _on_server(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")

    def run(self, *arguments: str, expect: int = 0) -> subprocess.CompletedProcess[str]:
        """Call `guanxi …` and check its exit status."""
        done = self._call([sys.executable, "-m", "guanxi", *arguments])
        assert done.returncode == expect, f"{arguments} ended with {done.returncode}: {done.stdout}\n{done.stderr}"
        return done

    def json(self, *arguments: str, expect: int = 0) -> Any:
        """Call `guanxi … --json` and return what stands on standard output, which is one result and nothing else."""
        return json.loads(self.run(*arguments, "--json", expect=expect).stdout)

    def python(self, code: str, *, expect: int = 0) -> str:
        """Run a few lines inside the installation, Django set up; returns what they print."""
        done = self._call([sys.executable, "-c", f"import django; django.setup()\n{code}"])
        assert done.returncode == expect, done.stderr
        return done.stdout

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `guanxi …` and leave it running; its words come on standard error."""
        command = [sys.executable, "-m", "guanxi", *arguments]
        return subprocess.Popen(
            command, env=self.environment, stderr=subprocess.PIPE, text=True, start_new_session=True
        )

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table of the record, in order."""
        return json.loads(self.python(_ALL_ROWS))

    def _call(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=120, check=False)


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    """Whether the desk at an address lets people come to its door."""
    try:
        with urllib.request.urlopen(f"{url}/account/login/", timeout=5) as page:
            return page.status == 200
    except (OSError, urllib.error.URLError):
        return False


def _on_server(sql: str) -> None:
    with psycopg.connect(make_conninfo(_SERVER), autocommit=True) as server:
        server.execute(sql)


_ALL_ROWS = """
import json
from django.db import connection
found = {}
with connection.cursor() as cursor:
    for table in sorted(connection.introspection.table_names()):
        if table.startswith("customers_document_fts"):  # SQLite's index of the table customers_document; cannot be read whole
            continue
        cursor.execute(f'SELECT * FROM "{table}"')
        found[table] = sorted([bytes(c).hex() if isinstance(c, (bytes, memoryview)) else str(c) for c in row] for row in cursor)
print(json.dumps(found))
"""
