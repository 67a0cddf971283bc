"""One connection to the engine over the edition being built; every step of a refresh works on it."""

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import duckdb
import pyarrow as pa

_T = TypeVar("_T")
_SQL = Path(__file__).parent / "sql"
# The tables of an edition.
EDITION_SQL = _SQL / "edition.sql"
# In each folder of SQL: what the engines call otherwise. Another engine runs its own of the same folder instead.
PRELUDE = "prelude_duckdb.sql"
# Estimates hold arrays beside the engine; together a refresh stays under 4 GB (speed.md).
MEMORY = os.environ.get("GUANXI_WAREHOUSE_MEMORY", "2GB")


class Unreadable(Exception):
    """The file is no edition of this engine."""


class Workbench:
    """Runs the warehouse's SQL, written in the common ground of DuckDB and Spark, with the prelude loaded.

    Parameters are named: `$as_of` in the SQL, `as_of=` in the call. Statements take those that they name; one that no
    statement names is an error of the caller and raises TypeError.
    """

    is_one_machine = True  # what it holds at a time has to fit into the memory of one

    def __init__(self, file: Path | str = ":memory:", *, spill: Path | None = None) -> None:
        self._connection = self._connect(file)
        if spill is not None:
            self._connection.execute("SET temp_directory = ?", [str(spill)])
        self._connection.execute("SET TimeZone = 'UTC'")
        self.run(_SQL / PRELUDE)

    def _connect(self, file: Path | str) -> duckdb.DuckDBPyConnection:
        try:
            return duckdb.connect(str(file), config={"memory_limit": MEMORY, "preserve_insertion_order": False})
        except duckdb.Error as error:
            raise Unreadable(str(error)) from error

    @classmethod
    def with_empty_edition(cls) -> Self:
        """A workbench in memory whose edition has every table and no row; for tests and dry runs."""
        bench = cls()
        bench.run(EDITION_SQL)
        return bench

    def run(self, sql: Path | str, **params: Any) -> None:
        """Execute the statements of a `.sql` file (a Path) or of a text, in order."""
        text = sql.read_text(encoding="utf-8") if isinstance(sql, Path) else sql
        unused = set(params)
        for statement in self._connection.extract_statements(text):
            unused -= statement.named_parameters
            self._tried(partial(self._connection.execute, statement, _named_in(statement, params)))
        if unused:
            raise TypeError(f"no statement names {', '.join(sorted(unused))}")

    def arrow(self, sql: Path | str, **params: Any) -> pa.Table:
        """Run a query and return its rows as an Arrow table. Give it an ORDER BY where the order matters."""
        text = sql.read_text(encoding="utf-8") if isinstance(sql, Path) else sql
        return self._tried(lambda: self._connection.execute(text, params or None).to_arrow_table())

    def _tried(self, work: Callable[[], _T]) -> _T:
        """Do it, and once more without filters that joins push down, where the engine pushed one that an Arrow scan does not know
        (duckdb-python #463: seen now and then, by the size of what is joined).
        """
        try:
            return work()
        except duckdb.Error as error:
            if "Pushdown Filter Type" not in str(error):
                raise
        self._connection.execute("SET disabled_optimizers = 'join_filter_pushdown'")
        return work()

    def scalar(self, sql: str, **params: Any) -> Any:
        """The first column of the first row; None when there is no row."""
        row = self._connection.execute(sql, params or None).fetchone()
        return None if row is None else row[0]

    def register(self, name: str, table: pa.Table | pa.RecordBatchReader) -> None:
        """Let queries read an Arrow table by a name until `unregister`. A stream is read once, by one query."""
        self._connection.register(name, table)

    def unregister(self, name: str) -> None:
        """Forget a registered table."""
        self._connection.unregister(name)

    def keep(self, name: str, table: pa.Table) -> None:
        """Write an Arrow table into the edition's table of that name, which it replaces in full."""
        self.register("_kept", table)
        try:
            columns = ", ".join(f'"{column}"' for column in table.column_names)
            self.run(f'DELETE FROM "{name}"; INSERT INTO "{name}" ({columns}) SELECT {columns} FROM _kept')  # noqa: S608 - names of our own tables
        finally:
            self.unregister("_kept")

    def write_parquet(self, rows: pa.Table | pa.RecordBatchReader, file: Path) -> None:
        """Write Arrow rows to a Parquet file, a stream without holding it in memory."""
        self.register("_written", rows)
        try:
            self.run(f"COPY _written TO {quoted(file)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)")
        finally:
            self.unregister("_written")

    def copy_parquet(self, query: str, file: Path, *, rows_a_group: int) -> None:
        """Write the rows of a query to a Parquet file in its order, so many in each group: the least that is read of it."""
        self.run(
            f"COPY ({query}) TO {quoted(file)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE {rows_a_group})"
        )

    def show_parquet(self, name: str, file: Path) -> None:
        """Let queries of this connection read a Parquet file by a name."""
        self.run(f'CREATE OR REPLACE TEMP VIEW "{name}" AS SELECT * FROM read_parquet({quoted(file)})')  # noqa: S608 - our own file

    def finish(self) -> None:
        """Bring the edition into its file, complete on disk, and close."""
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def quoted(text: object) -> str:
    """A text as a literal of SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def _named_in(statement: duckdb.Statement, params: Mapping[str, Any]) -> dict[str, Any] | None:
    return {name: params[name] for name in statement.named_parameters if name in params} or None
