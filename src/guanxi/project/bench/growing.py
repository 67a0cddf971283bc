"""One process of the growth bench: a simulated firm from its snapshot to decisions, on one engine, without a record around it.

Spark runs on this machine as one process or, where executors are asked for, on a standalone cluster of so many.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from guanxi.project import set_up

if TYPE_CHECKING:
    from guanxi.insight.warehouse.workbench import Workbench

_PARTITIONS = 8  # of every shuffle, for any number of executors: their plans are the same
_TICK = os.sysconf("SC_CLK_TCK")
# The snapshot that a record of this firm would give. What the firm has none of (holdings, contacts …) is there, and empty.
_SNAPSHOT = {
    "customers": """SELECT CAST(substr(reference, 2) AS BIGINT) AS customer_id, reference AS code, reference,
        CAST(1 AS SMALLINT) AS kind, CAST(3 AS SMALLINT) AS stage, CAST(0 AS SMALLINT) AS state, CAST(9 AS SMALLINT) AS tier,
        CAST(NULL AS BIGINT) AS owner_id, CAST(1 AS BIGINT) AS team_id, CAST(hash(city) % 50 AS BIGINT) AS city_id,
        DATE '2023-07-01' AS created_on, CAST(0 AS BIGINT) AS value, birthday AS born_on, '' AS source FROM '{data}/customers.parquet'""",
    "products": """SELECT CAST(substr(reference, 2) AS BIGINT) AS product_id, reference, name, family,
        CAST(margin_rate * 1000000 AS BIGINT) AS margin_rate_ppm, CAST(0 AS TINYINT) AS is_premium FROM '{data}/products.parquet'""",
    "lines": """SELECT CAST(substr(customer, 2) AS BIGINT) AS customer_id, CAST(occurred_at AS DATE) AS day,
        CAST(amount * 100 AS BIGINT) AS amount, CAST(substr(product, 2) AS BIGINT) AS product_id,
        CAST(CASE WHEN amount < 0 THEN 1 ELSE 2 END AS TINYINT) AS kind, CAST(hash(product) % 6 AS TINYINT) AS category,
        CAST(0 AS TINYINT) AS price_tier, CAST(0 AS TINYINT) AS is_promoted FROM '{data}/dealings.parquet'""",
}


def main(data: str, engine: str, folder: str, executors: str = "0") -> None:
    """Run every step and print its CPU seconds as JSON, Spark's own processes included."""
    set_up()
    where = Path(folder)
    customers = _take_snapshot(Path(data), where)
    with _cluster(where, int(executors)):
        spent, counted = _measured(engine, where, customers)
    told = {name: round(sum(one[name] for one in spent.values()), 2) for name in ("cpu_s", "wall_s")}
    print(json.dumps({"customers": customers, "steps": spent, **counted, **told}))


def _cluster(where: Path, executors: int) -> AbstractContextManager[object]:
    """A cluster of so many executors that sessions of this process begin on; 0: none."""
    if not executors:
        return nullcontext()
    from guanxi.insight.warehouse.spark_workbench import MASTER  # noqa: PLC0415 - set up first
    from guanxi.project.bench.cluster import standalone  # noqa: PLC0415

    @contextmanager
    def begun() -> Iterator[None]:
        folder = where / "cluster"
        folder.mkdir()
        with standalone(folder, workers=executors) as master:
            plans = f"--conf spark.sql.shuffle.partitions={_PARTITIONS} pyspark-shell"
            os.environ |= {MASTER: master, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_SUBMIT_ARGS": plans}
            yield

    return begun()


def _measured(engine: str, where: Path, customers: int) -> tuple[dict[str, dict[str, float]], dict[str, object]]:
    """What each step took, and what was found and, by Spark, shuffled."""
    from guanxi.insight.warehouse.spark_workbench import SparkWorkbench, close_session, executor_totals  # noqa: PLC0415 - set up first
    from guanxi.insight.warehouse.workbench import Workbench  # noqa: PLC0415

    spent: dict[str, dict[str, float]] = {}
    with _step("start", spent):
        file = where / f"{engine}.duckdb"
        bench = SparkWorkbench(file, spill=where) if engine == "spark" else Workbench(file, spill=where)
    counted = _work(bench, where, customers, spent)
    with _step("file", spent):
        bench.finish()
    if engine == "spark":
        counted |= executor_totals()
        close_session()
    return spent, counted


def _work(bench: "Workbench", where: Path, customers: int, spent: dict[str, dict[str, float]]) -> dict[str, object]:
    from guanxi.ground.workdays import Calendar  # noqa: PLC0415 - set up first
    from guanxi.insight import decisions, detectors  # noqa: PLC0415
    from guanxi.insight.appraisal.customers import appraise_customers  # noqa: PLC0415
    from guanxi.insight.appraisal.loyalty import appraise_loyalty  # noqa: PLC0415
    from guanxi.insight.appraisal.tiering import Memory  # noqa: PLC0415
    from guanxi.insight.decisions.limits import Reviews  # noqa: PLC0415
    from guanxi.insight.decisions.running import Given  # noqa: PLC0415
    from guanxi.project.bench.deciding import decide_all  # noqa: PLC0415

    with _step("edition", spent):
        _fill(bench, where)
    as_of: date = bench.scalar("SELECT max(day) FROM feed")
    with _step("purchases and estimates", spent):
        bench.keep("estimates", appraise_customers(bench, as_of=as_of, memory=Memory(None, as_of)).rows)
        bench.keep("loyalty", appraise_loyalty(bench, as_of=as_of).rows)
    with _step("detectors", spent):
        signals = detectors.run(bench, as_of=as_of, keep=True)
    known = Given(answers=(), silenced=(), unprofiled=(), reviews=Reviews(limits={}), calendar=Calendar())
    with _step("candidates and choice", spent):
        actions = decisions.run(bench, as_of=as_of, **known)
    bench.show_parquet("deciding", where / "deciding.parquet")
    with _step("arbitration over 40 offers", spent):
        found = decide_all(bench, customers)
    return {"signals": signals.num_rows, "actions": actions.num_rows, "decisions": int(str(found["decisions"]))}


def _fill(bench: "Workbench", where: Path) -> None:
    from guanxi.insight.warehouse import workbench  # noqa: PLC0415 - set up first
    from guanxi.insight.warehouse.sources import SOURCES  # noqa: PLC0415

    bench.run(workbench.EDITION_SQL)
    bench.run("INSERT INTO firm VALUES ('CNY', 'Asia/Shanghai', 0.3)")
    for source in SOURCES:
        bench.show_parquet(f"new_{source.name}", where / f"{source.name}.parquet")
    bench.run("CREATE OR REPLACE TEMP VIEW fresh_days AS SELECT * FROM days")
    bench.run(workbench.EDITION_SQL.with_name("fill.sql"))


def _take_snapshot(data: Path, where: Path) -> int:
    """Write the snapshot and a row of `deciding` for everybody; the number of customers."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - heavy

    from guanxi.insight.warehouse.sources import SOURCES  # noqa: PLC0415 - set up first
    from guanxi.insight.warehouse.workbench import Workbench  # noqa: PLC0415
    from guanxi.project.bench.deciding import make_people  # noqa: PLC0415

    with Workbench() as bench:
        for source in SOURCES:
            query = _SNAPSHOT.get(source.name)
            rows = bench.arrow(query.format(data=data)).cast(source.schema) if query else source.schema.empty_table()
            pq.write_table(rows, where / f"{source.name}.parquet")
        customers = int(bench.scalar(f"SELECT count(*) FROM '{where}/customers.parquet'"))  # noqa: S608 - our own file
        make_people(bench, customers)
        bench.copy_parquet("SELECT * FROM deciding", where / "deciding.parquet", rows_a_group=131_072)
    return customers


@contextmanager
def _step(name: str, spent: dict[str, dict[str, float]]) -> Iterator[None]:
    wall, cpu = time.perf_counter(), _cpu_s()
    yield
    spent[name] = {"cpu_s": round(_cpu_s() - cpu, 2), "wall_s": round(time.perf_counter() - wall, 2)}


def _cpu_s() -> float:
    """CPU seconds of this process and of those it has started and not yet waited for."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:  # has ended meanwhile
            continue
        pid = int(file.parent.name)
        parents[pid], ticks[pid] = int(fields[1]), sum(int(field) for field in fields[11:15])
    own = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in own} - own:
        own |= more
    return sum(ticks.get(pid, 0) for pid in own) / _TICK


if __name__ == "__main__":
    main(*sys.argv[1:])
