"""A new data key: rotate, then encrypt again, in batches that may be broken off and continued, whatever was encrypted.

Old keys stay for reading: backups, and programs that still run with them, need them. Journal payloads stand under keys
of their customers, which are renewed here; so the payloads themselves need not be touched.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from guanxi.ground import secrets
from guanxi.ground.outbox.services import renew_ciphers
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act, renew_subject_keys

Watch = Callable[[str, int], None]

BATCH = 500  # rows a transaction: about 10 ms of write lock


@dataclass(frozen=True)
class _Column:
    """A column of ciphers that no service renews; `place` is the column whose value each cipher is bound to."""

    table: str
    column: str
    place: str


# Every column named cipher stands here or is renewed by its own service below; tests/project compares with the tables.
IDENTIFIERS = _Column("customers_identifier", "cipher", "norm")
COVERED = {"customers_identifier", "journal_subjectkey", "outbox_outgoing"}


def rotate_key(*, by: Principal) -> int:
    """Make a new data key that encrypts from now on; returns its number. Refused when the keys come from outside."""
    require(by, Permission.ADMINISTER)
    ring = secrets.rotate(secrets.key_folder(settings.GUANXI_HOME))
    with transaction.atomic():
        record_act("keys.rotated", by=by.actor, noun=Noun("firm", "1"), payload={"key": ring.current})
    return ring.current


def renew_everything(*, by: Principal, watch: Watch = lambda what, done: None) -> dict[str, int]:
    """Encrypt again what stands under older keys; returns how many rows of what. Called again it goes on where it was."""
    require(by, Permission.ADMINISTER)
    return {
        "identifiers": _renew_column(IDENTIFIERS, watch),
        "journal": _renew(lambda after: renew_subject_keys(after=after, limit=BATCH), None, "journal", watch),
        "outbox": _renew(lambda after: renew_ciphers(after=after, limit=BATCH), 0, "outbox", watch),
    }


def _renew(step: Callable[[Any], tuple[int, Any]], start: Any, what: str, watch: Watch) -> int:
    """Call a service that renews one batch behind a place, until there is nothing behind it."""
    total, after = 0, start
    while True:
        renewed, last = step(after)
        total += renewed
        watch(what, total)
        if last is None:
            return total
        after = last


def _renew_column(what: _Column, watch: Watch) -> int:
    """Renew a column in the order of its ids. Older keys have lower numbers, which stand first in the cipher."""
    total, after = 0, 0
    while rows := _stale_rows(what, after):
        after = rows[-1][0]
        total += _renew_rows(what, rows)
        watch(what.table, total)
    return total


def _stale_rows(what: _Column, after: int) -> list[tuple[int, str, bytes]]:
    head = secrets.keyring().encrypt(b"", table="", column="", row="")[:3]  # format and number of the current key
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {what.place}, {what.column} FROM {what.table}"  # noqa: S608 - our own tables
            f" WHERE {what.column} < %s AND id > %s ORDER BY id LIMIT %s",
            [head, after, BATCH],
        )
        return [(pk, place, bytes(cipher)) for pk, place, cipher in cursor.fetchall()]


def _renew_rows(what: _Column, rows: list[tuple[int, str, bytes]]) -> int:
    """Write the new ciphers where the old one still stands: whoever changed a row meanwhile has used the new key."""
    ring = secrets.keyring()
    bound = {"table": what.table, "column": what.column}
    changes = [
        (ring.encrypt(ring.decrypt(cipher, **bound, row=place), **bound, row=place), pk, cipher)
        for pk, place, cipher in rows
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {what.table} SET {what.column} = %s WHERE id = %s AND {what.column} = %s",  # noqa: S608 - our own tables
            changes,
        )
    return len(changes)
