"""Calling PostgreSQL's own tools on the record's database."""

import os
import shutil
import subprocess

from django.db import connection

from guanxi.ground.refusals import Refused, excerpt, gettext_noop

_MISSING = gettext_noop(
    "The program {tool} is missing. Install PostgreSQL's client programs of the server's version, or back the database "
    "up with the server's own means."
)
_FAILED = gettext_noop("{tool} ended with an error: {words}")
# settings of the connection to the environment of libpq's programs
_NAMES = {"NAME": "PGDATABASE", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "HOST": "PGHOST", "PORT": "PGPORT"}
_OPTIONS = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "service": "PGSERVICE",
    "passfile": "PGPASSFILE",
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
}


def run_tool(tool: str, *arguments: str) -> None:
    """Run pg_dump or pg_restore on the record's database; the password goes by the environment, never on the line.

    Refused in words when the program is missing or fails.
    """
    program = shutil.which(tool)
    if program is None:
        raise Refused("backup.tool_missing", _MISSING, tool=tool)
    # a fixed program with fixed options; the only word from outside is a path, given as one argument
    done = subprocess.run(  # noqa: S603 - as said above
        [program, "--no-password", *arguments],
        env=os.environ | _environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Refused("backup.tool_failed", _FAILED, tool=tool, words=excerpt(done.stderr.strip(), 500))


def _environment() -> dict[str, str]:
    known = connection.settings_dict
    options = known.get("OPTIONS", {})
    given = {theirs: str(options[ours]) for ours, theirs in _OPTIONS.items() if options.get(ours)}
    return given | {theirs: str(known[ours]) for ours, theirs in _NAMES.items() if known.get(ours)}
