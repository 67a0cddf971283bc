"""Who was erased stays erased, after a restore too: the list of erasures is kept beside the record, and done again.

The list (GUANXI_HOME/erased.json) holds keyed hashes, codes, days and bases, and nothing about anybody. It belongs to
what is copied off the machine with the backups.
"""

import json
import os
from pathlib import Path

from django.conf import settings

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.queries import system_principal
from guanxi.record.customers.services import reapply_tombstones, tombstones

_NO_LIST = gettext_noop("{file} is no list of erasures.")
Stone = tuple[int, str, str, str]


def list_file() -> Path:
    """Where the list of this installation stands."""
    return Path(settings.GUANXI_HOME) / "erased.json"


def keep_list() -> bool:
    """Write the list when somebody was erased since; whole or not at all. Called every minute."""
    stones, file = tombstones(), list_file()
    if not stones and not file.exists():
        return False
    known = {tuple(stone) for stone in _read(file)} if file.exists() else set()
    if known >= set(stones):  # never shorter: a record restored from before knows less than the list
        return False
    part = file.with_name(".erased.json")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        json.dump(sorted(known | set(stones)), target)
        target.flush()
        os.fsync(target.fileno())
    part.replace(file)
    return True


def erase_again(file: Path | None = None) -> int:
    """Erase whoever the list names and this record still knows; returns how many. `file` defaults to the home's list."""
    file = file or list_file()
    if not file.exists():
        return 0
    return reapply_tombstones(_read(file), by=system_principal())


def _read(file: Path) -> list[Stone]:
    try:
        return [
            (int(key), str(code), str(day), str(basis)) for key, code, day, basis in json.loads(file.read_text("utf-8"))
        ]
    except (ValueError, TypeError) as error:
        raise Refused("restore.no_list", _NO_LIST, file=file.name) from error
