"""Reading the record in bulk: one consistent view of it, streamed as Arrow columns of declared types (ADBC)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
from django.db import connection

from guanxi.ground.movers import open_mover

# Large enough that the driver's work per batch does not show, small enough to keep few rows in memory.
_BATCH_ROWS = "65536"
_DAY = re.compile(r"DAY\(([\w.]+)\)")
_DAYS_SINCE_1970 = re.compile(r"DAY_NUMBER\(([\w.]+)\)")


class RecordView:
    """The record as it stood at one moment. SQL is common to both databases but for two words:

    DAY(column) is a local day, to be declared pa.date32(); DAY_NUMBER(column) is its number counted from 1970-01-01.
    Text columns must not be NULL (coalesce them): SQLite tells its driver no types, which takes them from the rows.
    """

    def __init__(self, driver: Any, vendor: str) -> None:
        self._driver = driver
        self.vendor = vendor

    def stream(self, sql: str, schema: pa.Schema) -> pa.RecordBatchReader:
        """The rows of a query, column by column cast to the declared schema; read it before asking the next query."""
        cursor = self._driver.cursor()
        if self.vendor == "sqlite":
            cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": _BATCH_ROWS})
        cursor.execute(self._spoken(sql))
        return pa.RecordBatchReader.from_batches(schema, _cast(cursor, schema))

    def table(self, sql: str, schema: pa.Schema) -> pa.Table:
        """The rows of a small query."""
        return self.stream(sql, schema).read_all()

    def _spoken(self, sql: str) -> str:
        if self.vendor == "sqlite":
            sql = _DAYS_SINCE_1970.sub(r"(unixepoch(\1) / 86400)", sql)
            return _DAY.sub(r"unixepoch(\1) / 86400", sql)
        sql = _DAYS_SINCE_1970.sub(r"(\1 - DATE '1970-01-01')", sql)
        return _DAY.sub(r"\1", sql)


@contextmanager
def open_record() -> Iterator[RecordView]:
    """Open the record in one read transaction: SQLite's deferred one (WAL: nobody waits), PostgreSQL's REPEATABLE READ."""
    with open_mover(read_only=True) as driver:
        yield RecordView(driver, connection.vendor)


def _cast(cursor: Any, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    try:
        for batch in cursor.fetch_record_batch():
            columns = [_as_declared(column, field) for column, field in zip(batch.columns, schema, strict=True)]
            yield pa.record_batch(columns, schema=schema)
    finally:
        cursor.close()


def _as_declared(column: pa.Array, field: pa.Field) -> pa.Array:
    if column.type == field.type:
        return column
    if pa.types.is_date32(field.type):
        column = column.cast(pa.int32())
    elif pa.types.is_boolean(field.type) or pa.types.is_string(field.type):
        column = column.cast(pa.int64()) if pa.types.is_null(column.type) else column
    return column.cast(field.type)
