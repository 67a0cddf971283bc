"""The warehouse's SQL in Spark's words: what is said, without an engine. What Spark answers is compared in the drills."""

import re
from pathlib import Path

import pytest

from guanxi import insight
from guanxi.insight.warehouse.spark_sql import Kind, Macros, Statement, statements_of

ROOM = Path(insight.__path__[0])
PRELUDES = sorted(ROOM.rglob("prelude_duckdb.sql"))
# What a refresh runs; increments (take_out) and back-tests are DuckDB's alone.
FILES = [
    file
    for folder in ("warehouse", "profile", "appraisal", "detectors", "decisions", "refresh")
    for file in sorted((ROOM / folder).rglob("*.sql"))
    if not file.name.startswith(("prelude_", "backtest_", "take_out"))
]


def learnt() -> Macros:
    macros = Macros()
    for prelude in sorted(PRELUDES, key=lambda file: len(file.parts)):
        macros.learn(prelude.with_name("prelude_spark.sql").read_text(encoding="utf-8"))
    return macros


def spoken(sql: str, macros: Macros | None = None) -> Statement:
    (statement,) = statements_of(sql, macros or learnt())
    return statement


@pytest.mark.parametrize("prelude", PRELUDES, ids=lambda file: file.parent.parent.name)
def test_each_macro_has_its_twin(prelude):
    named = re.compile(r"MACRO (\w+)\(([^)]*)\)")
    twin = prelude.with_name("prelude_spark.sql").read_text(encoding="utf-8")
    own = dict(named.findall(prelude.read_text(encoding="utf-8")))
    assert own and own == {name: given for name, given in named.findall(twin) if name != "words_of"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_statement_of_a_refresh_can_be_said(file):
    macros = learnt()
    ours = {name for prelude in PRELUDES for name in re.findall(r"MACRO (\w+)\(", prelude.read_text(encoding="utf-8"))}
    statements = list(statements_of(file.read_text(encoding="utf-8"), macros))
    assert statements
    for statement in statements:
        called = set(re.findall(r"(\w+)\(", statement.sql.lower()))
        assert not called & ours, "a macro was left as a call"
        assert statement.params == set(re.findall(r"(?<!:):([a-z_]\w*)", re.sub(r"'[^']*'", "", statement.sql)))


def test_statements_say_what_they_do_to_which_table():
    text = """
        CREATE TABLE a (x BIGINT, y VARCHAR);
        CREATE OR REPLACE TEMP TABLE b AS SELECT x FROM a WHERE x > $least ORDER BY x;
        CREATE OR REPLACE TEMP VIEW c AS SELECT * FROM b;
        INSERT INTO a (y) SELECT 'z' AS y;
        INSERT INTO a VALUES ($one, 'q');
        DELETE FROM a WHERE x IN (SELECT x FROM b);
        DROP TABLE IF EXISTS b
    """
    found = [(one.kind, one.name, one.sql, set(one.params), one.columns) for one in statements_of(text, learnt())]
    stays = "SELECT * FROM a WHERE NOT COALESCE(x IN (SELECT x FROM b), FALSE)"
    assert found == [
        (Kind.EMPTY, "a", "x BIGINT, y STRING", set(), ()),
        (Kind.TABLE, "b", "SELECT x FROM a WHERE x > :least", {"least"}, ()),
        (Kind.VIEW, "c", "SELECT * FROM b", set(), ()),
        (Kind.INSERT, "a", "SELECT 'z' AS y", set(), ("y",)),
        (Kind.INSERT, "a", "VALUES (:one, 'q')", {"one"}, ()),
        (Kind.DELETE, "a", stays, set(), ()),
        (Kind.DROP, "b", "", set(), ()),
    ]


def test_what_is_spelt_alike_and_means_otherwise_is_spelt_out():
    macros = Macros()
    macros.learn("CREATE MACRO words_of(x) AS written(x);")
    assert spoken("SELECT 0.5 * x FROM t", macros).sql == "SELECT CAST(0.5 AS DOUBLE) * x FROM t"
    assert spoken("SELECT CAST(x AS VARCHAR) FROM t", macros).sql == "SELECT (WRITTEN((x))) FROM t"
    places = "CAST(ROUND((x) * POWER(CAST(10 AS DOUBLE), 6)) AS DOUBLE) / POWER(CAST(10 AS DOUBLE), 6)"
    assert spoken("SELECT round(x, 6) FROM t", macros).sql == f"SELECT ({places}) FROM t"
    assert spoken("SELECT x FROM t ORDER BY x", macros).sql == "SELECT x FROM t ORDER BY x NULLS LAST"


def test_macros_stand_for_their_bodies_and_keep_what_they_are_given_together():
    macros = Macros()
    macros.learn(
        "-- a comment; with a semicolon\nCREATE MACRO twice(n) AS 2 * n;\nCREATE MACRO four(n) AS twice(twice(n));"
    )
    assert spoken("SELECT twice(a + b) FROM t", macros).sql == "SELECT (2 * (a + b)) FROM t"
    assert spoken("SELECT four(twice(1)) AS n FROM t", macros).sql.count("2 *") == 3
    macros.learn("CREATE MACRO twice(n) AS n + n;")
    assert spoken("SELECT twice(t.a) FROM t", macros).sql == "SELECT ((t.a) + (t.a)) FROM t"
    with pytest.raises(ValueError, match="takes 1 arguments"):
        spoken("SELECT twice(1, 2)", macros)
    with pytest.raises(ValueError, match="not a macro"):
        macros.learn("SELECT 1;")


@pytest.mark.parametrize("text", ["UPDATE a SET x = 1", "TRUNCATE a", "SET TimeZone = 'UTC'"])
def test_what_spark_has_no_table_for_is_refused(text):
    with pytest.raises(ValueError, match="no statement of a workbench on Spark"):
        list(statements_of(text, learnt()))


def test_what_is_gathered_in_an_order_is_sorted_behind_its_keys():
    macros = Macros()
    said = spoken("SELECT array_agg(name ORDER BY place, name) AS names FROM t", macros).sql
    row = "STRUCT(place AS key_0, name AS key_1, name AS said)"
    assert said == f"SELECT TRANSFORM(ARRAY_SORT(COLLECT_LIST({row})), gathered -> gathered.said) AS names FROM t"
    assert spoken("SELECT list_has_any(a, ['x'])", macros).sql == "SELECT ARRAYS_OVERLAP(a, ARRAY('x'))"
    with pytest.raises(ValueError, match="ascending"):
        spoken("SELECT array_agg(name ORDER BY place DESC) FROM t", macros)
