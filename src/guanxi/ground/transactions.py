"""The writing transaction's number, as a column default made by the database."""

from typing import Any

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
