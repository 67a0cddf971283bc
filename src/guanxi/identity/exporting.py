"""Giving data out is an act: under its right, and in the journal before the file is anybody's (trust.md P8)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction

from guanxi.ground.exports.sheets import Sheet
from guanxi.ground.exports.writers import WRITERS
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act

NO_FORMAT = gettext_noop("“{name}” is no file this can write: end its name with {endings}.")


def give_out(kind: str, sheet: Sheet, file: Path, *, by: Principal, facts: Mapping[str, Any]) -> int:
    """Write a sheet into `file` (.csv, .xlsx, .parquet), journal it with `facts`, and return the number of rows.

    The file appears when it is complete. Raises Denied without the right to take data out, Refused for another ending.
    """
    require(by, Permission.EXPORT)
    write = writer_of(file)
    part = file.with_name(f".{file.name}.part")
    try:
        rows = write(sheet, part)
        payload = {"file": file.name, "rows": rows, "columns": list(sheet.columns)} | dict(facts)
        with transaction.atomic():  # no data leave that the journal does not show
            record_act("data.exported", by=by.actor, noun=Noun("export", kind), payload=payload)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return rows


def hand_out(backup: Path, *, by: Principal) -> BinaryIO:
    """Open a backup for somebody who takes it along; the journal shows it before a byte leaves.

    Raises Denied without the rights to administer and to take data out.
    """
    require(by, Permission.ADMINISTER)
    require(by, Permission.EXPORT)
    opened = backup.open("rb")
    payload = {"file": backup.name, "bytes": backup.stat().st_size}
    with transaction.atomic():
        record_act("backup.taken", by=by.actor, noun=Noun("backup", backup.stem[:40]), payload=payload)
    return opened


def writer_of(file: Path) -> Any:
    """What writes files of this ending. Raises Refused."""
    write = WRITERS.get(file.suffix.lower())
    if write is None:
        raise Refused("export.format", NO_FORMAT, name=excerpt(file.name), endings=" ".join(WRITERS))
    return write
