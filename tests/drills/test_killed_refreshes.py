"""A refresh killed at any of its named points, twenty times each, ends like an unbroken one (trust.md D1, issue: `make drill`)."""

import time
from random import Random

import pytest

from guanxi.insight.warehouse.places import Places
from guanxi.insight.warehouse.reading import open_edition
from tests.drills.homes import Home
from tests.drills.pictures import Names, Rows, acts_of, edition_of, picture_of, table_of
from tests.drills.points import ANY_MOMENT, REPETITIONS, kill_repeatedly, points

pytestmark = pytest.mark.drill

POINTS = [*points("refresh"), ANY_MOMENT]
COMMAND = ("refresh", "--as-of", "2025-06-30", "--json")
_OURS = {"customers", "dealings", "signals", "actions", "as_of"}


@pytest.fixture(scope="session")
def unbroken(history, drill_folder):
    """What a refresh that nobody disturbs says, leaves in record, edition and journal, and how long it takes."""
    home = history.copy(drill_folder / "unbroken-refresh")
    began = time.monotonic()
    told = home.run(*COMMAND)
    seconds = time.monotonic() - began
    assert told["incremental"] is True
    assert told["signals"]["inactivity"]["alarm"] > 0
    assert told["actions"] > 0
    left = told, picture_of(home), edition_of(home), acts_of(home), seconds
    home.drop()
    return left


@pytest.mark.parametrize("point", POINTS)
def test_killed_refresh_ends_like_an_unbroken_one(point, history, unbroken, copy):
    assert kill_repeatedly(lambda chain: _Scene(copy(history), point, chain, unbroken)) == REPETITIONS


class _Scene:
    """One firm, the refresh of which is killed and begun again."""

    def __init__(self, home: Home, point: str, chain: int, unbroken: tuple) -> None:
        self._home, self._point, self._unbroken = home, point, unbroken
        self._is_first = chain == 0
        self._rng = Random(chain)
        self._edition, self._standing = _edition_as_read(home), _standing_of(home)
        self._told: dict | None = None

    def kill(self, passage: int) -> bool:
        if self._point == ANY_MOMENT:
            self._told = self._home.run_killed_after(self._rng.uniform(0.4, 1.0) * self._unbroken[-1], *COMMAND)
        else:
            self._told = self._home.run_killed(f"{self._point}:{passage}", *COMMAND)
        _assert_readable(self._home, {self._edition, _edition_of(self._unbroken)})
        assert _standing_of(self._home) in (self._standing, self._unbroken[1]["standing_standing"])
        return self._told is None

    def end(self) -> None:
        told = self._told or self._home.run(*COMMAND)
        self._assert_like_unbroken(told)
        if self._is_first:
            assert self._home.run("doctor", "--json")["healthy"]
        self._home.drop()

    def _assert_like_unbroken(self, told: dict) -> None:
        said, picture, edition, acts, _ = self._unbroken
        assert {key: told[key] for key in _OURS} == {key: said[key] for key in _OURS}
        now = picture_of(self._home)
        for table in picture:
            assert now[table] == picture[table], table
        assert now["dirty"] == set()
        assert edition_of(self._home) == edition
        heads = "customers.headlines_written"
        assert acts_of(self._home)[heads] == acts[heads], "heads were changed and the journal does not say so"
        warehouse = self._home.path / "warehouse"
        left = {
            folder: [path.name.split(".")[0] for path in (warehouse / folder).iterdir()]
            for folder in ("editions", "snapshots")
        }
        assert left == {"editions": [told["edition"]], "snapshots": [told["edition"]]}, "something was left behind"
        tables = {row[0] for row in self._home.rows(_TABLES["postgresql" if self._home.url else "sqlite"])}
        assert tables == {table for table in picture if table.startswith("standing")}, "built aside, or not judged"
        assert self._home.rows("SELECT count(*) FROM standing_edition WHERE published_at IS NOT NULL")[0][0] >= 2


_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'standing%'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE tablename LIKE 'standing%'",
}


def _edition_as_read(home: Home) -> tuple[int, int, int]:
    """Customers, dealings and estimates of the current edition, read as the product's pages read it."""
    with open_edition(Places(home.path / "warehouse")) as book:
        return tuple(
            book.scalar(sql)
            for sql in (
                "SELECT count(*) FROM customers",
                "SELECT CAST(coalesce(sum(lines), 0) AS BIGINT) FROM checks",
                "SELECT count(*) FROM estimates",
            )
        )


def _standing_of(home: Home) -> Rows:
    """Where customers stand: between a kill and the next run all of the last edition or all of the new one."""
    return table_of(home, Names(home), "standing_standing")


def _edition_of(unbroken: tuple) -> tuple[int, int, int]:
    told, _, edition, *_ = unbroken
    return told["customers"], told["dealings"], edition["estimates"][0]


def _assert_readable(home: Home, allowed: set[tuple[int, int, int]]) -> None:
    """Between a kill and the next run: the last edition, or the new one, whole; standing whole; signals and actions sane."""
    assert _edition_as_read(home) in allowed
    standing = home.rows("SELECT count(*) FROM standing_standing")[0][0]
    assert standing in {estimates for _, _, estimates in allowed} | {customers for customers, _, _ in allowed}
    assert home.rows(
        "SELECT count(*) FROM signals_signal WHERE customer_id NOT IN (SELECT id FROM customers_customer)"
    ) == [(0,)]
    assert home.rows("SELECT count(*) - count(DISTINCT key) FROM signals_signal") == [(0,)]
    assert home.rows("SELECT count(*) - count(DISTINCT key) FROM actions_action") == [(0,)]
