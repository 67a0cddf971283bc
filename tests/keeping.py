"""Scenes kept: built once a process through the real services; for every later test the rows they left are written back.

Building one costs most of a second, writing its rows back some hundredths. Rows are copied as the database holds them, so
nothing is lost on the way; search documents stand in no model and are made again by the product's one writer of them.
"""

import copy
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation

from guanxi.ground import clock
from guanxi.record.customers.models import Customer
from guanxi.record.customers.search import reindex_customers

Scene = TypeVar("Scene")
Rows = dict[str, Any]  # table -> its rows (SQLite), or PostgreSQL's own binary form of them

_kept: dict[Hashable, tuple[Any, Rows]] = {}


def kept(name: Hashable, build: Callable[[], Scene]) -> Scene:
    """The scene of that name; `build` makes it on an empty record, in the language of the installation. Where the clock is
    frozen, a scene is one of that instant.

    Everybody gets a copy: what a test does to its scene, in memory or in the database, no other test sees.
    """
    name = (name, clock._frozen.get())
    if name not in _kept:
        before = _all_rows()
        with translation.override(settings.LANGUAGE_CODE):
            built = build()
        _kept[name] = copy.deepcopy(built), _added(before, _all_rows())
        return built
    built, rows = _kept[name]
    with transaction.atomic():  # keys are checked at its end, so tables may come in any order
        for table, held in rows.items():
            _write(table, held)
        if customers := Customer.objects.values_list("pk", flat=True):
            reindex_customers(customers)
    return copy.deepcopy(built)


def _added(before: Rows, after: Rows) -> Rows:
    grown = {table: rows for table, rows in after.items() if rows != before.get(table)}
    assert not before.keys() & grown.keys(), f"a scene is kept from an empty record; there was {before.keys() & grown}"
    return grown


def _all_rows() -> Rows:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    read = _read_postgresql if connection.vendor == "postgresql" else _read_sqlite
    found = {table: read(table) for table in tables if not table.startswith("customers_document")}
    return {table: rows for table, rows in found.items() if rows}


def _read_sqlite(table: str) -> list[tuple[Any, ...]]:
    # a plus before a column takes its declared type away: values come as they are stored, not as Python's dates
    columns = ", ".join(f'+"{column}"' for column in _stored_columns(table))
    return _raw().execute(f'SELECT {columns} FROM "{table}"').fetchall()


def _read_postgresql(table: str) -> bytes:
    with _raw().cursor() as cursor:
        if not cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")').fetchone()[0]:
            return b""
        with cursor.copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as copied:
            return b"".join(copied)


def _write(table: str, held: Any) -> None:
    if connection.vendor == "postgresql":
        # its sequences are beyond these keys: they never go back, not after a test either
        with _raw().cursor() as cursor, cursor.copy(f'COPY "{table}" FROM STDIN (FORMAT binary)') as copied:
            copied.write(held)
        return
    columns = _stored_columns(table)
    names, places = ", ".join(f'"{column}"' for column in columns), ", ".join("?" * len(columns))
    _raw().executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', held)


def _stored_columns(table: str) -> list[str]:
    """Columns of a table of SQLite without those it computes."""
    return [row[1] for row in _raw().execute(f'PRAGMA table_info("{table}")')]


def _raw() -> Any:
    """The driver's own connection, inside Django's transaction."""
    connection.ensure_connection()
    return connection.connection
