"""Giving data out is an act: under its right, and in the journal before the file is anybody's (trust.md P8)."""

from collections.abc import Generator, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction

from guanxi.ground.exports.sheets import Sheet
from guanxi.ground.exports.writers import WRITERS
from guanxi.ground.ids import new_code
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.identity.permissions import Denied, Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import is_as_before
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_act, record_acts

BEGUN, EXPORTED, TAKEN = "data.export_begun", "data.exported", "backup.taken"
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
        _note(EXPORTED, kind, {"file": file.name, "rows": rows, "columns": list(sheet.columns)} | dict(facts), by=by)
        part.replace(file)  # no data leave that the journal does not show
    finally:
        part.unlink(missing_ok=True)
    return rows


class Giving:
    """Data on their way out, piece by piece. That they go stands in the journal before the first piece leaves, and how many
    rows really went when the last has gone, the reader breaks off (`close`), or the right ends on the way: Denied then.
    """

    def __init__(
        self, kind: str, pieces: Iterator[tuple[int, bytes]], *, by: Principal, facts: Mapping[str, Any]
    ) -> None:
        self.rows, self._is_over, self._kind, self._pieces, self._by = 0, False, kind, pieces, by
        self._facts = dict(facts) | {"giving": new_code()}
        _note(BEGUN, kind, self._facts, by=by)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            if self.rows and not is_as_before(self._by):
                raise Denied(Permission.EXPORT)
            count, piece = next(self._pieces)
        except BaseException as end:  # also a reader who hangs up: what went out is noted, however it ended
            self._end(is_whole=isinstance(end, StopIteration))
            raise
        self.rows += count
        return piece

    def close(self) -> None:
        """Nobody reads any more: after the end, or before it."""
        self._end(is_whole=False)

    def _end(self, *, is_whole: bool) -> None:
        if self._is_over:
            return
        self._is_over = True
        _note(EXPORTED, self._kind, self._facts | {"rows": self.rows, "whole": is_whole}, by=self._by)


def give_out_by_pieces(
    kind: str, pieces: Generator[tuple[int, bytes], None, None], *, by: Principal, facts: Mapping[str, Any]
) -> Giving:
    """Begin to give out a file that is made while it is read: pieces, each with how many rows are in it.

    Raises Denied without the right to take data out, and what the first piece refuses: nothing has left then.
    """
    require(by, Permission.EXPORT)
    first = list(islice(pieces, 1))
    return Giving(kind, chain(first, pieces), by=by, facts=facts)


def hand_out(backup: Path, *, by: Principal) -> BinaryIO:
    """Open a backup for somebody who takes it along; the journal shows it before a byte leaves.

    Raises Denied without the rights to administer and to take data out.
    """
    require(by, Permission.ADMINISTER)
    require(by, Permission.EXPORT)
    opened = backup.open("rb")
    payload = {"file": backup.name, "bytes": backup.stat().st_size}
    with transaction.atomic():
        record_act(TAKEN, by=by.actor, noun=Noun("backup", backup.stem[:40]), payload=payload)
    return opened


def writer_of(file: Path) -> Any:
    """What writes files of this ending. Raises Refused."""
    write = WRITERS.get(file.suffix.lower())
    if write is None:
        raise Refused("export.format", NO_FORMAT, name=excerpt(file.name), endings=" ".join(WRITERS))
    return write


def _note(act: str, kind: str, facts: Mapping[str, Any], *, by: Principal) -> None:
    """Write into the journal what is given out; its count is that of the rows."""
    with transaction.atomic():
        record_acts(act, [Entry(Noun("export", kind), facts, count=facts.get("rows", 0))], by=by.actor)
