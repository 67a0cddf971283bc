"""The index of the largest table: taken away for a first large load, built again after it, repaired by doctor."""

from django.db import connection
from django.db.backends.utils import CursorWrapper

from guanxi.record.customers.bulk import on_postgresql
from guanxi.record.dealings.models import Dealing

TABLE = Dealing._meta.db_table
INDEX = "dealing_customer_day"
_CREATE = f"CREATE INDEX IF NOT EXISTS {INDEX} ON {TABLE} (customer_id, occurred_on DESC, id DESC)"
_LARGE = 200_000  # lines below which keeping the index costs less than building it


def may_drop_index(*, coming: int) -> bool:
    """Whether so many lines are coming, compared with those there are, that the index is better built after them."""
    return coming >= _LARGE and _about_rows() * 4 < coming


def make_room() -> None:
    """Give this connection the cache that loading lines is worth: the table grows at its end, so a middling one will do."""
    if not on_postgresql():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size=-49152")


def drop_index() -> None:
    """Take the index away (nothing happens when it is gone already)."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {INDEX}")


def has_index() -> bool:
    """Whether the index is there and whole."""
    with connection.cursor() as cursor:
        return any(
            details["index"] and name == INDEX
            for name, details in connection.introspection.get_constraints(cursor, TABLE).items()
        )


def repair_index() -> bool:
    """Build the index if it is missing; True when it was. For the end of a large load, and for doctor."""
    if has_index():
        return False
    with connection.cursor() as cursor:
        if on_postgresql():
            cursor.execute("SET maintenance_work_mem = '256MB'")
            cursor.execute(_CREATE)
            cursor.execute(f"ANALYZE {TABLE}")
        else:
            _build_on_sqlite(cursor)
    return True


def _build_on_sqlite(cursor: CursorWrapper) -> None:
    """SQLite sorts in as much memory as its cache may have, and the rest in memory too unless told otherwise."""
    if connection.in_atomic_block:  # neither can be changed within a transaction
        cursor.execute(_CREATE)
        return
    cursor.execute("PRAGMA cache_size")
    cache = cursor.fetchone()[0]
    cursor.execute("PRAGMA temp_store=FILE")
    cursor.execute("PRAGMA cache_size=-32768")
    cursor.execute(_CREATE)
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
