"""A workbench whose engine is Apache Spark: the same statements, on this machine or on a cluster.

Every table is a set of Parquet files in the scratch folder, shown to Spark as a temporary view: what one statement made is
on disk before the next reads it, so that no plan grows with the number of steps. On a cluster the scratch folder
(GUANXI_SPARK_SCRATCH) lies where every worker reaches it.
"""

import os
import shutil
import tempfile
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.insight.warehouse.spark_sql import Kind, Macros, Statement, statements_of
from guanxi.insight.warehouse.workbench import EDITION_SQL, MEMORY, PRELUDE, Workbench, quoted

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType

MASTER = "GUANXI_SPARK_MASTER"
SCRATCH = "GUANXI_SPARK_SCRATCH"

NO_PYSPARK = gettext_noop("Spark is not installed here. Install Guanxi with its extra “spark”, or refresh with DuckDB.")
NO_JAVA = gettext_noop("Spark needs Java 17 or 21, and none was found. Install it, or refresh with DuckDB.")
NO_MASTER = gettext_noop(
    "Spark does not begin on “{master}”. Check GUANXI_SPARK_MASTER and Java, or refresh with DuckDB."
)

_PRELUDE = "prelude_spark.sql"


@dataclass
class _Table:
    schema: "StructType"
    parts: list[Path] = field(default_factory=list)


class SparkWorkbench(Workbench):
    """As Workbench, on Spark. Its tables are in no file until `finish` writes those of an edition into one of DuckDB's."""

    is_one_machine = False

    def __init__(self, file: Path | None = None, *, spill: Path | None = None) -> None:
        self._file = file
        self._spill = spill
        self._session = open_session()
        shared = os.environ.get(SCRATCH) or spill
        self._scratch = Path(tempfile.mkdtemp(prefix="spark-", dir=shared))
        # what customers bought lies there: it goes with the workbench, also where a step failed
        self._forget = weakref.finalize(self, shutil.rmtree, self._scratch, ignore_errors=True)
        self._macros = Macros()
        self._tables: dict[str, _Table] = {}
        self._written = 0
        self.run(Path(__file__).parent / "sql" / PRELUDE)

    @classmethod
    def with_empty_edition(cls) -> Self:
        """A workbench whose edition has every table and no row; for tests and dry runs."""
        bench = cls()
        bench.run(EDITION_SQL)
        return bench

    def run(self, sql: Path | str, **params: Any) -> None:
        """Execute the statements of a `.sql` file (a Path) or of a text, in order; of a prelude learn Spark's macros."""
        if isinstance(sql, Path) and sql.name == PRELUDE:
            self._macros.learn(sql.with_name(_PRELUDE).read_text(encoding="utf-8"))
            return
        text = sql.read_text(encoding="utf-8") if isinstance(sql, Path) else sql
        unused = set(params)
        for statement in statements_of(text, self._macros):
            unused -= statement.params
            self._execute(statement, {name: params[name] for name in statement.params})
        if unused:
            raise TypeError(f"no statement names {', '.join(sorted(unused))}")

    def arrow(self, sql: Path | str, **params: Any) -> pa.Table:
        """Run a query and return its rows as an Arrow table. Give it an ORDER BY where the order matters."""
        text = sql.read_text(encoding="utf-8") if isinstance(sql, Path) else sql
        (statement,) = statements_of(text, self._macros)
        return self._session.sql(statement.sql, args=params).toArrow()

    def scalar(self, sql: str, **params: Any) -> Any:
        """The first column of the first row; None when there is no row."""
        rows = self.arrow(sql, **params)
        return rows.column(0)[0].as_py() if rows.num_rows else None

    def register(self, name: str, table: pa.Table | pa.RecordBatchReader) -> None:
        """Let queries read Arrow rows by a name until `unregister`; they are written to the scratch folder at once."""
        self.unregister(name)
        part = self._part(name)
        part.mkdir()
        self.write_parquet(table, part / "rows.parquet")
        schema = self._session.read.parquet(str(part)).schema
        self._show(name, _Table(schema, [part]))

    def unregister(self, name: str) -> None:
        """Forget a table, registered or made, and its files."""
        self._session.catalog.dropTempView(name)
        known = self._tables.pop(name, None)
        for part in known.parts if known else ():
            shutil.rmtree(part, ignore_errors=True)

    def keep(self, name: str, table: pa.Table) -> None:
        """Write an Arrow table into the edition's table of that name, which it replaces in full."""
        self.register("_kept", table)
        schema = self._tables[name].schema
        given = {column.lower() for column in table.column_names}
        columns = (
            f"`{f.name}`" if f.name.lower() in given else f"CAST(NULL AS {f.dataType.simpleString()})" for f in schema
        )
        rows = self._session.sql(f"SELECT {', '.join(columns)} FROM _kept")  # noqa: S608 - names of our own tables
        self._replace(name, _Table(schema, [self._write(name, self._as(rows, schema))]))
        self.unregister("_kept")

    def write_parquet(self, rows: pa.Table | pa.RecordBatchReader, file: Path) -> None:
        """Write Arrow rows to a Parquet file, a stream without holding it in memory."""
        with pq.ParquetWriter(file, rows.schema, compression="zstd", compression_level=1) as writer:
            for batch in rows.to_batches() if isinstance(rows, pa.Table) else rows:
                writer.write_batch(batch)

    def copy_parquet(self, query: str, file: Path, *, rows_a_group: int) -> None:
        """Write the rows of a query to a Parquet file in its order, so many in each group: the least that is read of it."""
        pq.write_table(self.arrow(query), file, row_group_size=rows_a_group, compression="zstd", compression_level=1)

    def show_parquet(self, name: str, file: Path) -> None:
        """Let queries of this workbench read a Parquet file by a name."""
        self._session.read.parquet(str(file)).createOrReplaceTempView(name)

    def finish(self) -> None:
        """Write the edition's tables into the file of DuckDB that readers open, and close."""
        if self._file is not None:
            with Workbench(self._file, spill=self._spill) as edition:
                edition.run(EDITION_SQL)
                for name, parts in self._files():
                    files = ", ".join(quoted(f"{part}/*.parquet") for part in parts)
                    # the order that readers of single customers find quickly, as fill.sql leaves it
                    order = ", ".join(["1", "2"][: len(self._tables[name].schema)])
                    edition.run(f'INSERT INTO "{name}" SELECT * FROM read_parquet([{files}]) ORDER BY {order}')  # noqa: S608 - our own files
        self.close()

    def close(self) -> None:
        """Forget the tables and remove their files. The session stays for the next workbench of this process."""
        for name in list(self._tables):
            self.unregister(name)
        self._forget()

    def _files(self) -> list[tuple[str, list[Path]]]:
        made = statements_of(EDITION_SQL.read_text(encoding="utf-8"), self._macros)
        names = [statement.name for statement in made]
        return [(name, self._tables[name].parts) for name in names if self._tables[name].parts]

    def _execute(self, statement: Statement, params: dict[str, Any]) -> None:
        name = statement.name
        if statement.kind is Kind.DROP:
            self.unregister(name)
        elif statement.kind is Kind.VIEW:
            # kept as text, which names its tables anew whenever it is asked
            self._session.sql(f"CREATE OR REPLACE TEMPORARY VIEW `{name}` AS {statement.sql}")
        elif statement.kind is Kind.EMPTY:
            self._replace(name, _Table(_schema(statement.sql)))
        elif statement.kind is Kind.TABLE:
            rows = self._session.sql(statement.sql, args=params)
            self._replace(name, _Table(rows.schema, [self._write(name, rows)]))
        elif statement.kind is Kind.INSERT:
            table = self._tables[name]
            rows = self._as(self._session.sql(statement.sql, args=params), table.schema)
            table.parts.append(self._write(name, rows))
            self._show(name, table)
        elif statement.kind is Kind.DELETE and self._tables[name].parts:
            rows = self._session.sql(statement.sql, args=params)
            self._replace(name, _Table(rows.schema, [self._write(name, rows)]))

    def _as(self, rows: "DataFrame", schema: "StructType") -> "DataFrame":
        """Rows in the names and types of a table, column by column."""
        from pyspark.sql.functions import col  # noqa: PLC0415 - only where Spark is asked for

        named = rows.toDF(*schema.names)
        return named.select(*(col(f"`{field.name}`").cast(field.dataType) for field in schema))

    def _part(self, name: str) -> Path:
        self._written += 1
        return self._scratch / f"{name}-{self._written}"

    def _write(self, name: str, rows: "DataFrame") -> Path:
        part = self._part(name)
        rows.write.parquet(str(part))
        return part

    def _replace(self, name: str, table: _Table) -> None:
        before = self._tables.get(name)
        self._show(name, table)
        for part in before.parts if before else ():
            shutil.rmtree(part, ignore_errors=True)

    def _show(self, name: str, table: _Table) -> None:
        self._tables[name] = table
        if table.parts:
            rows = self._session.read.schema(table.schema).parquet(*(str(part) for part in table.parts))
        else:
            nothing = ", ".join(f"CAST(NULL AS {f.dataType.simpleString()}) AS `{f.name}`" for f in table.schema)
            rows = self._session.sql(f"SELECT {nothing} WHERE FALSE")
        rows.createOrReplaceTempView(name)


def open_session() -> "SparkSession":
    """This process's session of Spark, begun when there is none. Raises Refused where pyspark, Java or the master is missing."""
    try:
        from py4j.protocol import Py4JError  # noqa: PLC0415 - only where Spark is asked for
        from pyspark.errors import PySparkException  # noqa: PLC0415
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError as error:
        raise Refused("refresh.no_pyspark", NO_PYSPARK) from error
    if not os.environ.get("JAVA_HOME") and shutil.which("java") is None:
        raise Refused("refresh.no_java", NO_JAVA)
    master = os.environ.get(MASTER) or "local[*]"
    builder = SparkSession.builder.appName("guanxi")
    for name, value in _settings(master).items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate().newSession()
    except (PySparkException, Py4JError) as error:
        raise Refused("refresh.no_master", NO_MASTER, master=master) from error


def close_session() -> None:
    """End this process's Spark, if it runs."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - only where Spark is asked for

    running = SparkSession.getActiveSession()
    if running is not None:
        running.stop()


def executor_totals() -> dict[str, float]:
    """What the executors of the running session did in all: their number, tasks, MB shuffled and read, seconds in tasks and
    of those in the collection of garbage. Raises Refused as `open_session`.
    """
    gateway = open_session().sparkContext._jsc  # noqa: SLF001 - what Spark's own page shows has no way in Python
    context = gateway.sc()
    context.listenerBus().waitUntilEmpty()
    seen = context.statusStore().executorList(False)  # noqa: FBT003 - Java has no keywords
    members = [seen.apply(place) for place in range(seen.size())]
    workers = [one for one in members if one.id() != "driver"] or members

    def total(name: str, unit: float) -> float:
        return round(sum(getattr(one, name)() for one in workers) / unit, 1)

    return {
        "executors": len(workers),
        "tasks": total("totalTasks", 1),
        "shuffled_mb": total("totalShuffleWrite", 1e6),
        "read_mb": total("totalInputBytes", 1e6),
        "task_s": total("totalDuration", 1e3),
        "gc_s": total("totalGCTime", 1e3),
    }


def _settings(master: str) -> dict[str, str]:
    """What makes Spark mean what DuckDB means, and keep to this machine when it is the only one.

    Outside of ANSI a quotient by zero is NULL, as DuckDB's. The rest is a matter of the cluster's spark-defaults.conf.
    """
    alone = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    if master.startswith("local"):
        alone["spark.sql.shuffle.partitions"] = str(2 * (os.cpu_count() or 1))
    return {
        "spark.master": master,
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "false",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.driver.memory": MEMORY.removesuffix("B"),
        "spark.driver.maxResultSize": "0",
        "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
        "spark.sql.warehouse.dir": str(
            Path(tempfile.gettempdir()) / "guanxi-spark"
        ),  # never used: no table is Spark's own
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        **(alone if master.startswith("local") or "//127.0.0.1" in master else {}),
    }


def _schema(columns: str) -> "StructType":
    from pyspark.sql.types import StructType  # noqa: PLC0415 - only where Spark is asked for

    return StructType.fromDDL(columns)
