"""The indexes of the largest table: taken away for a first large load, built again after it, repaired by doctor."""

from django.db import connection
from django.db.backends.utils import CursorWrapper

from guanxi.record.customers.bulk import on_postgresql
from guanxi.record.dealings.models import Dealing

TABLE = Dealing._meta.db_table
INDEXES = {  # one customer's lines, and the firm's by day
    "dealing_customer_day": "customer_id, occurred_on DESC, id DESC",
    "dealing_day": "occurred_on DESC, id DESC",
}
_CREATE = [f"CREATE INDEX IF NOT EXISTS {name} ON {TABLE} ({columns})" for name, columns in INDEXES.items()]
_LARGE = 200_000  # lines below which keeping the index costs less than building it


def may_drop_index(*, coming: int) -> bool:
    """Whether so many lines are coming, compared with those there are, that the indexes are better built after them."""
    return coming >= _LARGE and _about_rows() * 4 < coming


def make_room() -> None:
    """Give this connection the cache that loading lines is worth: the table grows at its end, so a middling one will do."""
    if not on_postgresql():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size=-49152")


def drop_index() -> None:
    """Take the indexes away (nothing happens when they are gone already)."""
    with connection.cursor() as cursor:
        for name in INDEXES:
            cursor.execute(f"DROP INDEX IF EXISTS {name}")


def has_index() -> bool:
    """Whether the indexes are there and whole."""
    with connection.cursor() as cursor:
        there = connection.introspection.get_constraints(cursor, TABLE)
        return all(name in there and there[name]["index"] for name in INDEXES)


def repair_index() -> bool:
    """Build the indexes that are missing; True when one was. For the end of a large load, and for doctor."""
    if has_index():
        return False
    with connection.cursor() as cursor:
        if on_postgresql():
            cursor.execute("SET maintenance_work_mem = '256MB'")
            for statement in _CREATE:
                cursor.execute(statement)
            cursor.execute(f"ANALYZE {TABLE}")
        else:
            _build_on_sqlite(cursor)
    return True


def _build_on_sqlite(cursor: CursorWrapper) -> None:
    """SQLite sorts in as much memory as its cache may have, and the rest in memory too unless told otherwise."""
    if connection.in_atomic_block:  # neither can be changed within a transaction
        for statement in _CREATE:
            cursor.execute(statement)
        return
    cursor.execute("PRAGMA cache_size")
    cache = cursor.fetchone()[0]
    cursor.execute("PRAGMA temp_store=FILE")
    cursor.execute("PRAGMA cache_size=-32768")
    for statement in _CREATE:
        cursor.execute(statement)
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.execute(f"PRAGMA cache_size={cache}")


def _about_rows() -> int:
    with connection.cursor() as cursor:
        if on_postgresql():
            cursor.execute("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = %s::regclass", [TABLE])
            if (rows := cursor.fetchone()[0]) > 0:
                return int(rows)
            cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM {TABLE} LIMIT {_LARGE}) AS part")  # noqa: S608 - own table
        else:
            cursor.execute(f"SELECT coalesce(max(id), 0) - coalesce(min(id), 0) FROM {TABLE}")  # noqa: S608 - own table
        return int(cursor.fetchone()[0])
