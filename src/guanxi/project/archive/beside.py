"""Bringing a backup back while people work: into a second home beside this one, so that nothing is overwritten."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.db import connection

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.secrets import key_folder, keyring
from guanxi.project.archive.erasures import list_file

_THERE = gettext_noop("{place} is there already; nothing is ever overwritten. Look at it, and take it away first.")
_ELSEWHERE = gettext_noop(
    "On PostgreSQL a backup is brought back into a database of its own, by the commands on the page."
)
_FAILED = gettext_noop("It could not be brought back: {words}")


def second_home(file: Path) -> Path:
    """Where a backup of this home is brought back to."""
    home = Path(settings.GUANXI_HOME)
    return home.with_name(f"{home.name}-restored-{file.stem}")


def restore_beside(file: Path) -> dict[str, object]:
    """Restore a backup into a new home beside this one, with the keys of this one; returns where, and what came back.

    Refused, leaving nothing behind, when there is such a home already, or the backup does not fit. This home is only read.
    """
    if connection.vendor != "sqlite":
        raise Refused("restore.elsewhere", _ELSEWHERE)
    place = second_home(file)
    if place.exists():
        raise Refused("restore.there", _THERE, place=str(place))
    place.mkdir(mode=0o700)
    try:
        told = _restored(file, place)
    except BaseException:  # a stop too: no half home is left behind
        shutil.rmtree(place)
        raise
    return {"place": str(place), **told}


def _restored(file: Path, place: Path) -> dict[str, object]:
    if keyring().place is not None:  # else they are in the environment, which the other process has too
        shutil.copytree(key_folder(settings.GUANXI_HOME), key_folder(place))
    command = [sys.executable, "-m", "guanxi", "restore", str(file), "--json"]
    if list_file().exists():
        command += ["--erased", str(list_file())]
    environment = {name: value for name, value in os.environ.items() if name != "GUANXI_DATABASE_URL"}
    environment |= {"GUANXI_HOME": str(place), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if done.returncode:
        raise Refused("restore.failed", _FAILED, words=excerpt(done.stderr.strip(), 300))
    told: dict[str, object] = json.loads(done.stdout)
    return told
