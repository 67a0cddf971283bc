"""Many rows at once: COPY on PostgreSQL, executemany on SQLite. Table and column names come from models, never from input.

bulk_create and bulk_update go through one object a row and miss the import's target by a factor of two
(docs/measurements.md), so the few tables that files fill are written here.
"""

# ruff: noqa: S608 - names come from models; every value is a parameter

import gc
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.db import connection, models

Row = Sequence[Any]
# Rows of one INSERT on SQLite: its own bookkeeping (AUTOINCREMENT's counter) costs as much as a narrow row.
_TOGETHER, _NARROW = 100, 12
_SQLITE_LOADING = "PRAGMA cache_size=-131072;PRAGMA wal_autocheckpoint=20000"
_SQLITE_USUAL = "PRAGMA cache_size=-8000;PRAGMA wal_autocheckpoint=1000"


def on_postgresql() -> bool:
    """Whether the record is on PostgreSQL (else SQLite)."""
    return connection.vendor == "postgresql"


def day(value: date | None) -> Any:
    """Return a day as the database driver takes it fastest: on SQLite the text it is stored as."""
    return value if value is None or on_postgresql() else value.isoformat()


def moment(value: datetime) -> Any:
    """Return an instant as the database stores it (Django's own form on SQLite)."""
    return connection.ops.adapt_datetimefield_value(value)


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """Reserve `count` primary keys of a table, in the caller's transaction, ascending."""
    if not count:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if on_postgresql():
            # pg_get_serial_sequence finds the sequence behind an identity column.
            cursor.execute(
                "SELECT nextval(s::regclass) FROM (SELECT pg_get_serial_sequence(%s, 'id') AS s) q, generate_series(1, %s)",
                [table, count],
            )
            return [row[0] for row in cursor.fetchall()]
        # SQLite has one writer: the transaction that asks holds the write lock, and rows written with an explicit key
        # move the counter themselves. A counter behind the table (rows restored by hand) would repeat keys.
        cursor.execute(
            f"SELECT MAX(COALESCE((SELECT seq FROM sqlite_sequence WHERE name = %s), 0),"
            f" COALESCE((SELECT MAX(id) FROM {table}), 0))",
            [table],
        )
        last = cursor.fetchone()[0]
        return list(range(last + 1, last + 1 + count))


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Write rows (values in the order of `columns`) into a model's table, in the caller's transaction.

    Raises django.db.IntegrityError when a constraint refuses one.
    """
    if not rows:
        return
    table, names = model._meta.db_table, ", ".join(f'"{column}"' for column in columns)
    if on_postgresql():
        _copy(f"COPY {table} ({names}) FROM STDIN", rows)
        return
    places = f"({', '.join(['%s'] * len(columns))})"
    together = _TOGETHER if len(columns) <= _NARROW else 1
    whole = len(rows) - len(rows) % together
    with connection.cursor() as cursor:
        for count, some in ((together, rows[:whole]), (1, rows[whole:])):
            steps = [list(chain.from_iterable(some[start : start + count])) for start in range(0, len(some), count)]
            if steps:
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES {', '.join([places] * count)}", steps)


def update(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row], *, guard: str = "") -> int:
    """Set columns of rows by key: each row is (id, *values in the order of `columns`). Returns how many rows it set.

    With `guard`, a column, each row is (id, value that the guard must have now, *values).
    """
    if not rows:
        return 0
    table = model._meta.db_table
    names = [*([guard] if guard else []), *columns]
    with connection.cursor() as cursor:
        if not on_postgresql():
            sets = ", ".join(f'"{column}" = %s' for column in columns)
            also = f' AND "{guard}" = %s' if guard else ""
            head = 2 if guard else 1
            cursor.executemany(
                f"UPDATE {table} SET {sets} WHERE id = %s{also}",
                [(*row[head:], *row[:head]) for row in rows],
            )
            return cursor.rowcount
        sets = ", ".join(f'"{column}" = given."new_{column}"' for column in columns)
        also = f' AND {table}."{guard}" = given."old_{guard}"' if guard else ""
        given = ", ".join([*([f'"old_{guard}"'] if guard else []), *(f'"new_{column}"' for column in columns)])
        arrays = ", ".join(f"%s::{_db_type(model, column)}[]" for column in names)
        cursor.execute(
            f"UPDATE {table} SET {sets} FROM unnest(%s::bigint[], {arrays}) AS given(id, {given})"
            f" WHERE {table}.id = given.id{also}",
            [list(column) for column in zip(*rows, strict=True)],
        )
        return cursor.rowcount


def delete_pairs(model: type[models.Model], columns: tuple[str, str], pairs: Sequence[tuple[int, int]]) -> None:
    """Delete the rows of a table that have one of the given pairs of integers in two columns."""
    if not pairs:
        return
    table, (one, other) = model._meta.db_table, columns
    with connection.cursor() as cursor:
        if on_postgresql():
            cursor.execute(
                f"DELETE FROM {table} USING unnest(%s::bigint[], %s::bigint[]) AS given(a, b)"
                f' WHERE "{one}" = given.a AND "{other}" = given.b',
                [[a for a, _ in pairs], [b for _, b in pairs]],
            )
            return
        cursor.executemany(f'DELETE FROM {table} WHERE "{one}" = %s AND "{other}" = %s', pairs)


def steps_of(values: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Return the values in lists of at most `size`."""
    given = list(values)
    return (given[start : start + size] for start in range(0, len(given), size))


def rows_of(sql: str, values: Iterable[Any], params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Return the rows of a query in which `{given}` stands for a list of integers or texts of any length.

    Write `WHERE id IN {given}`: it becomes one array parameter on PostgreSQL and one JSON parameter on SQLite.
    """
    given = list(values)
    if not given:
        return []
    with connection.cursor() as cursor:
        if on_postgresql():
            kind = "bigint" if isinstance(given[0], int) else "text"
            cursor.execute(sql.replace("IN {given}", f"= ANY(%s::{kind}[])"), [given, *params])
        else:
            text = json.dumps(given)
            cursor.execute(sql.replace("{given}", "(SELECT value FROM json_each(%s))"), [text, *params])
        return cursor.fetchall()


def analyse_new_tables() -> list[str]:
    """Have PostgreSQL look at the tables that it has never looked at, after a load; their names. Until it does so by itself it plans
    as for tables of another size: right after a million customers the first batch of dealings held all 3,000,000 identifiers
    against a list of 20,000 keys one by one, and had not ended after twenty minutes. Nothing on SQLite.
    """
    if not on_postgresql():
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND reltuples < 0"
            " AND pg_relation_size(oid) > 0 ORDER BY 1"
        )
        names = [str(row[0]) for row in cursor.fetchall()]
        for name in names:
            cursor.execute(f'ANALYZE "{name}"')
    return names


@contextmanager
def loading() -> Iterator[None]:
    """Give this process and its connection room for a large load: fewer rounds of the garbage collector over the many
    small objects of a batch; on SQLite a larger page cache and rarer checkpoints. A tenth to a fifth faster.
    """
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 50, 100)
    try:
        if not on_postgresql():
            _pragmas(_SQLITE_LOADING)
        yield
    finally:
        gc.set_threshold(*usual)
        if not on_postgresql():
            _pragmas(_SQLITE_USUAL)


def _pragmas(statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements.split(";"):
            cursor.execute(statement)


def _copy(statement: str, rows: Sequence[Row]) -> None:
    # The cursor's own methods translate errors; what happens inside the copy must be translated here.
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _db_type(model: type[models.Model], column: str) -> str:
    field = next(field for field in model._meta.concrete_fields if field.column == column)
    return str(field.db_type(connection))
