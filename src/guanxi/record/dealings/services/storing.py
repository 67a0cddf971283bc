"""Lines into the table, as fast as each database takes them."""

from typing import TYPE_CHECKING, Any

from django.db import connection

from guanxi.record.customers.bulk import on_postgresql
from guanxi.record.dealings.models import Dealing
from guanxi.record.dealings.services.lines import postgresql_blocks, sqlite_statements

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

TABLE = Dealing._meta.db_table


def insert_lines(table: "pa.Table") -> "np.ndarray":
    """Insert all lines of a completed table, in the caller's transaction; returns their ids in row order.

    Raises django.db.IntegrityError when a reference is there already.
    """
    import pyarrow as pa

    if not len(table):
        return _range(0, 0)
    ids = next_ids(len(table))
    whole = table.add_column(0, pa.field("id", pa.int64(), nullable=False), pa.array(ids))
    if on_postgresql():
        _copy(whole)
    else:
        _insert(whole)
    return ids


def next_ids(count: int) -> "np.ndarray":
    """Reserve `count` ascending ids, in the caller's transaction."""
    import numpy as np

    with connection.cursor() as cursor:
        if not on_postgresql():
            # The transaction holds SQLite's only write lock, and rows with explicit ids move the counter themselves.
            cursor.execute(
                f"SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = '{TABLE}'), 0),"  # noqa: S608 - own table
                f" coalesce((SELECT max(id) FROM {TABLE}), 0))"
            )
            return _range(cursor.fetchone()[0] + 1, count)
        series = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) AS n FROM generate_series(1, %s)"
        cursor.execute(f"SELECT min(n), max(n) FROM ({series}) AS drawn", [TABLE, count])  # noqa: S608 - as above
        first, last = cursor.fetchone()
        if last - first + 1 == count:
            return _range(first, count)
        cursor.execute(series, [TABLE, count])  # somebody drew in between: take the trouble of fetching each
        return np.array([row[0] for row in cursor.fetchall()], dtype=np.int64)


def _range(first: int, count: int) -> "np.ndarray":
    import numpy as np

    return np.arange(first, first + count, dtype=np.int64)


def _insert(table: "pa.Table") -> None:
    # Straight to the driver: Django's cursor copies every row once more.
    connection.ensure_connection()
    driver: Any = connection.connection
    with connection.wrap_database_errors:
        for statement, rows in sqlite_statements(table, TABLE):
            driver.executemany(statement, rows)


def _copy(table: "pa.Table") -> None:
    columns, blocks = postgresql_blocks(table)
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f"COPY {TABLE} ({names}) FROM STDIN (FORMAT csv)"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for block in blocks:
            copy.write(block)
