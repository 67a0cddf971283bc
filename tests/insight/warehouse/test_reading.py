"""Readers of an edition can do nothing but read, and not for ever."""

import duckdb
import pytest

from guanxi.ground.refusals import Refused
from guanxi.insight.warehouse.places import Places
from guanxi.insight.warehouse.reading import open_edition
from guanxi.insight.warehouse.workbench import Workbench
from tests.insight.warehouse.scene import new_places

_ENDLESS = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE hash(a.range * b.range) = 1"


def print_edition(where: Places, name: str, value: str) -> None:
    with Workbench(where.edition(name)) as bench:
        bench.run(
            "CREATE TABLE meta (name VARCHAR, value VARCHAR); INSERT INTO meta VALUES ('edition', $value)", value=value
        )
    where.point_to(name)


@pytest.fixture
def where(tmp_path) -> Places:
    return new_places(tmp_path)


def test_without_an_edition_it_says_what_to_do(where):
    with pytest.raises(Refused, match="guanxi refresh") as refusal, open_edition(where):
        pass
    assert refusal.value.code == "warehouse.no_edition"


def test_a_reader_keeps_its_edition_while_the_next_is_swapped_in(where):
    print_edition(where, "e1", "old")
    with open_edition(where) as first:
        print_edition(where, "e2", "new")
        where.edition("e1").unlink()
        with open_edition(where) as second:
            asked = "SELECT value FROM meta"
            assert (first.scalar(asked), second.scalar(asked)) == ("old", "new")


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE t (i INTEGER)",
        "DELETE FROM meta",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "COPY meta TO '/tmp/out.csv'",
        "ATTACH '/tmp/other.duckdb'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
    ],
)
def test_a_reader_cannot_write_or_reach_outside(where, sql):
    print_edition(where, "e1", "x")
    with open_edition(where) as reader, pytest.raises(duckdb.Error):
        reader.arrow(sql)


def test_a_question_without_end_is_stopped(where):
    print_edition(where, "e1", "x")
    with open_edition(where, seconds=0.2) as reader:
        with pytest.raises(Refused, match="stopped") as refusal:
            reader.scalar(_ENDLESS)
        assert refusal.value.code == "warehouse.too_long"
        assert reader.scalar("SELECT value FROM meta") == "x"


def test_the_pointer_to_a_removed_edition_is_no_edition(where):
    print_edition(where, "e1", "x")
    where.edition("e1").unlink()
    assert where.current() is None
