"""The table of standing, built aside and switched by name (patterns.md section 7)."""

import time
from typing import TYPE_CHECKING, Any

from django.db import OperationalError, connection, models, transaction

from guanxi.ground.movers import open_mover
from guanxi.record.standing.models import Standing

if TYPE_CHECKING:
    import pyarrow as pa

_TABLE = Standing._meta.db_table
_NEW, _OLD = f"{_TABLE}_new", f"{_TABLE}_old"
_STEP = 20_000  # rows a commit on SQLite: the lock is held about 30 ms
_TRIES = 20


def schema() -> "pa.Schema":
    """The Arrow types of the columns of Standing, in their order."""
    import pyarrow as pa

    types = {
        models.BigIntegerField: pa.int64(),
        models.IntegerField: pa.int32(),
        models.SmallIntegerField: pa.int16(),
        models.BooleanField: pa.bool_(),
        models.FloatField: pa.float64(),
        models.DateField: pa.date32(),
        models.CharField: pa.string(),
    }
    return pa.schema([(column.attname, types[type(column)]) for column in Standing._meta.fields])


def build_aside(rows: "pa.Table") -> None:
    """Write `rows` into a new table beside the present one; what an interrupted run left there is removed first."""
    columns = schema()
    rows = rows.select(columns.names).cast(columns)
    _run(f'DROP TABLE IF EXISTS "{_NEW}"')
    drop_old()
    _run(_creation())
    with open_mover() as mover, mover.cursor() as cursor:
        if connection.vendor == "sqlite":
            for step in rows.to_batches(max_chunksize=_STEP):
                cursor.adbc_ingest(_NEW, step, mode="append")
            return
        if rows.num_rows:
            cursor.adbc_ingest(_NEW, rows, mode="append")
        cursor.execute(f'ALTER TABLE "{_NEW}" ADD CONSTRAINT "{_NEW}_pkey" PRIMARY KEY (customer_id)')
        cursor.execute(f'VACUUM ANALYZE "{_NEW}"')


def switch() -> None:
    """Give the new table the name, in the caller's transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _wait_for_lock(cursor)
        cursor.execute(f'ALTER TABLE "{_TABLE}" RENAME TO "{_OLD}"')
        cursor.execute(f'ALTER TABLE "{_NEW}" RENAME TO "{_TABLE}"')


def drop_old() -> None:
    """Drop what was replaced; on PostgreSQL the new key then takes the usual name."""
    _run(f'DROP TABLE IF EXISTS "{_OLD}"')
    if connection.vendor == "postgresql":
        _run(f'ALTER INDEX IF EXISTS "{_NEW}_pkey" RENAME TO "{_TABLE}_pkey"')


def _creation() -> str:
    if connection.vendor == "postgresql":
        return f'CREATE TABLE "{_NEW}" (LIKE "{_TABLE}" INCLUDING DEFAULTS INCLUDING CONSTRAINTS)'
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = %s", [_TABLE])
        made: str = cursor.fetchone()[0]
    return made.replace(f'"{_TABLE}"', f'"{_NEW}"', 1)


def _wait_for_lock(cursor: Any) -> None:
    """Take the table's lock in short tries: waiting longer for it would make every reader wait behind us."""
    cursor.execute("SET LOCAL lock_timeout = '200ms'")
    for left in reversed(range(_TRIES)):
        try:
            with transaction.atomic():
                cursor.execute(f'LOCK TABLE "{_TABLE}" IN ACCESS EXCLUSIVE MODE')
        except OperationalError:
            if not left:
                raise
            time.sleep(0.2)
        else:
            return


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
