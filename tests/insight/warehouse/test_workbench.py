"""What a workbench does where the engine itself stumbles."""

import duckdb
import pytest

from guanxi.insight.warehouse.workbench import Workbench

TOLD = "Not implemented Error: Pushdown Filter Type BLOOM_FILTER is not currently supported in PyArrow Scans"


class Stumbling:
    """A connection that fails the first question with what duckdb-python #463 reports, or with something else."""

    def __init__(self, connection, words):
        self._connection, self._words, self.asked = connection, [words], []

    def execute(self, statement, *given):
        self.asked.append(str(statement))
        if self._words:
            raise duckdb.Error(self._words.pop())
        return self._connection.execute(statement, *given)

    def __getattr__(self, name):
        return getattr(self._connection, name)


def test_a_filter_that_a_scan_does_not_know_is_left_out_and_the_question_asked_again():
    with Workbench() as bench:
        bench._connection = Stumbling(bench._connection, TOLD)
        assert bench.arrow("SELECT 7 AS n").to_pylist() == [{"n": 7}]
        assert bench._connection.asked[1] == "SET disabled_optimizers = 'join_filter_pushdown'"
        bench._connection = Stumbling(bench._connection, TOLD)
        bench.run("CREATE TABLE t AS SELECT $n AS n", n=8)
        assert bench.scalar("SELECT n FROM t") == 8


def test_any_other_error_is_told():
    with Workbench() as bench:
        bench._connection = Stumbling(bench._connection, "Out of Memory Error")
        with pytest.raises(duckdb.Error, match="Memory"):
            bench.arrow("SELECT 7 AS n")
