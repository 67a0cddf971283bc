"""The writing transaction's number, as a column default made by the database; and acts of one kind one after the other."""

from typing import Any
from zlib import crc32

from django.db import connection, transaction
from django.db.models import BigIntegerField, Func


class CurrentTransaction(Func):
    """PostgreSQL's id of the current transaction; 0 on SQLite, which has one writer at a time.

    With it readers take rows of *finished* transactions only, by a window of ids (patterns.md section 5).
    """

    function = None
    template = "0"
    output_field = BigIntegerField()
    arity = 0

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, tuple[str | int, ...]]:
        return super().as_sql(compiler, connection, template="(pg_current_xact_id()::text::bigint)", **extra)


_SPACE = 0x6775_616E  # "guan": our part of the keys of two numbers


def hold_alone(what: str) -> None:
    """Let nobody else who names the same thing go on until the caller's transaction ends: for acts whose rule asks for rows that
    another may just be writing. Look after this, not before. SQLite has one writer at a time and needs none of it.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("What is held is held until a transaction ends: begin one.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_SPACE, crc32(what.encode()) - 2**31])
