"""One SQL, two engines: what a refresh by Spark leaves behind is what one by DuckDB left, alone and on a cluster.

Integers, days and texts are equal, fractions to 1e-9 of themselves. Spark has to be there (requirements/spark.txt, Java 17).
"""

import datetime as dt
import math
import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.conf import settings
from django.utils import translation

from guanxi import insight
from guanxi.ground import clock
from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight.decisions.offers.contexts import weigh_contexts
from guanxi.insight.decisions.offers.tiring import THOUGHT, WITHDRAWN, learn_fatigue
from guanxi.insight.refresh import refresh
from guanxi.insight.warehouse import spark_workbench
from guanxi.insight.warehouse.places import places
from guanxi.insight.warehouse.reading import open_edition
from guanxi.insight.warehouse.spark_workbench import MASTER, SparkWorkbench, close_session, executor_totals
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.project.bench.cluster import standalone
from guanxi.project.demonstration import offering
from guanxi.project.demonstration.building import build_demo
from guanxi.record.actions.models import Action
from guanxi.record.customers.models import Customer
from guanxi.record.signals.models import Signal
from guanxi.record.standing.models import AlarmCell, Cell, Growth, Standing
from tests.insight.decisions.test_contexts import ALIVE, CARD, STAY, WEIGHTS
from tests.insight.refresh.lived import SCARCE, letters_went, live, lived_through
from tests.stories.demo import CUSTOMERS, NOON

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]

SYSTEM = system_principal("demo")
WORKERS = 2
REFRESHES = 6
CLOSE = 1e-9
TINY = 1e-12  # the small difference of two large numbers is known no better than they are
ROOM = Path(insight.__path__[0])
# Each engine's own hash of what a cycle was judged on: compared with what the same engine said before, never across.
OWN = {("kept_cycles", "inputs"), ("meta", "value")}


@pytest.fixture(autouse=True)
def _small_plans(monkeypatch):
    """Hundreds of plans over few rows: compiling them well costs more than it brings."""
    monkeypatch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")


@pytest.fixture
def firm(tmp_path, monkeypatch):
    """The demo firm with what lived.py adds to it, refreshed by DuckDB until one more refresh would change nothing."""
    monkeypatch.setattr(settings, "GUANXI_HOME", tmp_path)
    monkeypatch.setattr(settings, "PASSWORD_HASHERS", ["django.contrib.auth.hashers.MD5PasswordHasher"])
    monkeypatch.setattr(offering, "OFFERS", (*offering.OFFERS, SCARCE))
    with translation.override("en"), clock.frozen(NOON):
        found_firm(by=SYSTEM, name="和众集团", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
        build_demo(by=SYSTEM, customers=CUSTOMERS, seed=1)
        live(by=SYSTEM)
        refresh(by=SYSTEM, full=True)
        letters_went()
        settle()
        yield
    close_session()


def test_a_refresh_by_spark_leaves_what_one_by_duckdb_left(firm, monkeypatch):
    monkeypatch.delenv(MASTER, raising=False)
    before = everything()
    assert len(before["Signal"]) > 50 and len(before["Action"]) > 20 and len(before["days"]) > 10_000
    assert (len(before["surveys"]), len(before["promoted"]) > 5_000) == (40, True)
    lived_through()
    report = refresh(by=SYSTEM, engine="spark")
    assert (report.why_whole, report.customers) == ("engine", len(before["customers"]))
    compare(before, everything())
    assert not list(places().spill.iterdir()), "the scratch folder is left empty"
    # and DuckDB goes on from the edition that Spark built
    again = refresh(by=SYSTEM)
    assert (again.why_whole, again.customers) == ("", report.customers)
    compare(before, everything())


def test_a_cluster_of_two_workers_finds_the_same(firm, tmp_path, monkeypatch):
    before = everything()
    folder = tmp_path / "cluster"
    folder.mkdir()
    with standalone(folder, workers=WORKERS) as master:
        monkeypatch.setenv(MASTER, master)
        monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--conf spark.sql.shuffle.partitions=4 pyspark-shell")
        refresh(by=SYSTEM, engine="spark")
        context = spark_workbench.open_session().sparkContext
        assert context.master == master
        done = executor_totals()
        close_session()
    assert done["executors"] == WORKERS and min(done["tasks"], done["shuffled_mb"], done["task_s"]) > 0
    compare(before, everything())


def test_macros_mean_the_same_for_numbers_of_all_sizes():
    numbers = [
        0.0,
        0.1,
        1 / 3,
        2.5,
        -2.5,
        1e-3,
        0.00012,
        1e-5,
        -1.5e-7,
        9999999.5,
        1e7,
        12345678.9,
        1e15,
        1e16,
        -2.5e20,
    ]
    asked = [f"CAST(CAST({number!r} AS DOUBLE) AS STRING)" for number in numbers]
    asked += [f"CAST(pressure_of({channel}) AS DOUBLE)" for channel in range(10)]
    doubles = [f"CAST({number!r} AS DOUBLE)" for number in numbers[:8]]
    asked += [word for x in doubles for word in (f"nearest({x})", f"to_places({x}, 1000)", f"round({x}, 4)")]
    asked += [f"{name}([3.0, 1.0, 4.0, 1.5, 9.0])" for name in ("median_of", "mad_of", "size_of")]
    asked += ["median_of([2.0, 7.0])", "joined_of(['b', 'a', '中'])", "json_text('a\"b\\c中/x')", "key_of('客户')"]
    asked += ["draw_of('abc')", "bucket_of('hello')", "digest_of('x')", "micro_of(1.2345678)", "first_of_month(24313)"]
    asked += [f"{name}(DATE '2026-01-31', {n})" for name in ("days_after", "months_after") for n in (-40, -1, 0, 1, 13)]
    asked += ["days_between(DATE '2026-03-05', DATE '2026-01-01')", "month_of(DATE '2026-02-17')", "5 / 2", "-5 % 3"]
    asked += ["line_hash_of(CAST(9 AS BIGINT), CAST(-99887766 AS BIGINT), 2, DATE '2026-03-03', CAST(NULL AS BIGINT))"]
    with Workbench() as duck, SparkWorkbench() as spark:
        for bench in (duck, spark):
            for room in ("detectors", "decisions", "decisions/arbitration"):
                bench.run(ROOM / room / "sql" / "prelude_duckdb.sql")
        query = f"SELECT {', '.join(asked)}"
        left, right = (list(bench.arrow(query).to_pylist()[0].values()) for bench in (duck, spark))
    close_session()
    assert [word for word, a, b in zip(asked, left, right, strict=True) if not same(a, b)] == []


def test_what_a_contact_risks_and_what_weighs_today_is_the_same_by_either():
    draw, day = random.Random(5), dt.date(2026, 7, 6)
    talks = [
        {"customer_id": who, "day": day - dt.timedelta(days=draw.randint(1, 420)), "channel": draw.choice([2, 3, 4, 6]), "direction": 2, "outcome": 1}
        for who in range(150)
        for _ in range(draw.randint(0, 12))
    ]  # fmt: skip
    took = [{"customer_id": who, "day": day - dt.timedelta(days=draw.randint(1, 360))} for who in range(0, 150, 2)]
    said = [
        (who, kind, state)
        for who in range(9)
        for kind, state in (("new_home", "confirmed"), ("way_refused", "call"))[: who % 3]
    ]
    alive = pa.Table.from_pylist([dict(zip(ALIVE.names, one, strict=True)) for one in said], schema=ALIVE)
    found = []
    with Workbench() as duck, SparkWorkbench() as spark:
        for bench in (duck, spark):
            bench.register("given", pa.Table.from_pylist(talks))
            bench.run("CREATE OR REPLACE TEMP TABLE conversations AS SELECT * FROM given")
            bench.register("alive", alive)
            weighed = weigh_contexts(bench, [CARD, STAY], WEIGHTS)
            tired = learn_fatigue(bench, pa.Table.from_pylist(took, schema=WITHDRAWN), day)
            found.append((tired, weighed.of_offers.to_pylist(), weighed.of_ways.to_pylist()))
    close_session()
    assert found[0] == found[1]
    assert (found[0][0] != THOUGHT, len(found[0][1]), len(found[0][2])) == (True, 6, 3)


def settle() -> None:
    """Refresh by DuckDB until one more changes nothing: what is open of a scarce offer is reserved, and moves its price."""
    left = {}
    for _ in range(REFRESHES):
        refresh(by=SYSTEM, full=True)
        left, before = everything(), left
        if left == before:
            return
    pytest.fail(f"{REFRESHES} refreshes by one engine did not come to rest")


def everything() -> dict[str, list[tuple]]:
    """Every row of the current edition and of what the record took from it, without what names a run."""
    found = {model.__name__: rows_of(model) for model in (Standing, Cell, Growth, AlarmCell)}
    found["Signal"] = rows_of(Signal, "id", "code")
    found["Action"] = rows_of(Action, "id", "code", "version")
    found["Customer"] = sorted(Customer.objects.values_list("pk", "tier", "state", "value"))
    with open_edition() as edition:
        names = edition.arrow("SELECT table_name FROM duckdb_tables() WHERE NOT temporary")["table_name"].to_pylist()
        for name in names:
            table = edition.arrow(f'SELECT * FROM "{name}" ORDER BY ALL')
            columns = [table[c].to_pylist() for c in table.column_names if (name, c) not in OWN]
            found[name] = list(zip(*columns, strict=True))
    return found


def rows_of(model: Any, *without: str) -> list[tuple]:
    columns = [field.attname for field in model._meta.concrete_fields if field.attname not in {"id", *without}]
    return sorted(model.objects.values_list(*columns), key=str)


def compare(left: dict[str, list[tuple]], right: dict[str, list[tuple]]) -> None:
    """Of each table that differs: the number of rows, or the first that is another."""
    assert left.keys() == right.keys()
    found = [
        f"{name}: {len(rows)} and {len(right[name])}" for name, rows in left.items() if len(rows) != len(right[name])
    ]
    for name, rows in left.items():
        others = [(a, b) for a, b in zip(rows, right[name], strict=False) if not same(a, b)]
        found += [f"{name}: {len(others)} rows, {a} is not {b}" for a, b in others[:1]]
    assert found == []


def same(a: object, b: object) -> bool:
    """Equal, fractions to 1e-9 of themselves, whatever they stand in."""
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=CLOSE, abs_tol=TINY) or (math.isnan(a) and math.isnan(b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    return a == b
