"""An import killed at any of its named points, twenty times each, ends like an unbroken one (trust.md D1, R1, R5)."""

from random import Random

import pytest

from tests.drills.deliveries import DELIVERIES, Delivery
from tests.drills.homes import Home
from tests.drills.judging import Unbroken, assert_honest, assert_like_unbroken
from tests.drills.pictures import picture_of
from tests.drills.points import ANY_MOMENT, REPETITIONS, kill_repeatedly, points

pytestmark = pytest.mark.drill

POINTS = [*points("import"), ANY_MOMENT]


@pytest.mark.parametrize("point", POINTS)
def test_killed_import_ends_like_an_unbroken_one(point, before, deliveries, unbroken_import, copy):
    names = list(deliveries)

    def begin(chain: int) -> _Scene:
        name = names[chain % len(names)]
        return _Scene(copy(before), deliveries[name], point, chain, unbroken_import(name))

    assert kill_repeatedly(begin) == REPETITIONS


@pytest.mark.parametrize("name", DELIVERIES)
@pytest.mark.parametrize("point", ["import.committed:1", "import.indexed:1"])
def test_what_a_killed_import_has_stored_can_be_taken_back(name, point, before, deliveries, copy):
    """Nothing is stored that the ledger does not know of: taken back by its ledger, no row and no cell of it is left."""
    home, delivery = copy(before), deliveries[name]
    with home.site_open():
        assert home.run_killed(point, *delivery.command, status=delivery.status) is None
    ((code, rows),) = home.rows("SELECT code, rows FROM imports_import ORDER BY id DESC LIMIT 1")
    assert rows > 0
    assert home.run("import", "--undo", code, "--json")["kept"] == []
    now, then = picture_of(home), picture_of(before)
    for table in then.keys() - {"dirty"}:  # the list of changed customers has grown
        assert now[table] == then[table], table


class _Scene:
    """One firm and one delivery, the import of which is killed and begun again."""

    def __init__(self, home: Home, delivery: Delivery, point: str, chain: int, unbroken: Unbroken) -> None:
        self._home, self._delivery, self._point, self._unbroken = home, delivery, point, unbroken
        self._is_first = chain == 0
        self._rng = Random(chain)
        self._told: dict | None = None

    def kill(self, passage: int) -> bool:
        command, status = self._delivery.command, self._delivery.status
        with self._home.site_open():
            if self._point == ANY_MOMENT:
                moment = self._rng.uniform(0.4, 1.0) * self._unbroken.seconds
                self._told = self._home.run_killed_after(moment, *command, status=status)
            else:
                self._told = self._home.run_killed(f"{self._point}:{passage}", *command, status=status)
        assert_honest(self._home)
        return self._told is None

    def end(self) -> None:
        with self._home.site_open():
            told = self._told or self._home.run(*self._delivery.command, status=self._delivery.status)
        assert_like_unbroken(self._home, told, self._unbroken)
        if self._is_first:
            assert self._home.run("doctor", "--json")["healthy"]
        self._home.drop()
