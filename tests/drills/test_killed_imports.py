"""An import killed at any of its named points, twenty times each, ends like an unbroken one (trust.md D1, R1, R5)."""

import time
from dataclasses import dataclass
from functools import cache
from random import Random

import pytest

from tests.drills.deliveries import Delivery
from tests.drills.homes import Home
from tests.drills.pictures import Picture, acts_of, ledger_of, picture_of
from tests.drills.points import ANY_MOMENT, REPETITIONS, kill_repeatedly, points

pytestmark = pytest.mark.drill

POINTS = [*points("import"), ANY_MOMENT]
# Beyond these a run counts its batches differently when it was cut off; what they add up to is in the ledger.
_ACTS_BY_BATCH = {"dealings.imported", "holdings.imported", "customers.imported"}


@dataclass(frozen=True)
class Unbroken:
    """What one delivery leaves when nobody disturbs it."""

    picture: Picture
    ledger: Picture
    acts: dict[str, int]
    seconds: float


@pytest.fixture(scope="session")
def unbroken(before, deliveries, drill_folder):
    """What each delivery leaves in the record when nobody disturbs it, and how long that takes."""

    @cache
    def run(name: str) -> Unbroken:
        home = before.copy(drill_folder / f"unbroken-{name}")
        began = time.monotonic()
        with home.site_open():
            home.run(*deliveries[name].command, status=deliveries[name].status)
        left = Unbroken(picture_of(home), ledger_of(home), acts_of(home), time.monotonic() - began)
        home.drop()
        return left

    return run


@pytest.mark.parametrize("point", POINTS)
def test_killed_import_ends_like_an_unbroken_one(point, before, deliveries, unbroken, copy):
    names = list(deliveries)

    def begin(chain: int) -> _Scene:
        name = names[chain % len(names)]
        return _Scene(copy(before), deliveries[name], point, chain, unbroken(name))

    assert kill_repeatedly(begin) == REPETITIONS


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
        _assert_honest(self._home)
        return self._told is None

    def end(self) -> None:
        with self._home.site_open():
            told = self._told or self._home.run(*self._delivery.command, status=self._delivery.status)
        _assert_like_unbroken(self._home, told, self._unbroken)
        if self._is_first:
            assert self._home.run("doctor", "--json")["healthy"]
        self._home.drop()


def _assert_honest(home: Home) -> None:
    """What stands in the record is what the ledger shows, to the row."""
    imports = home.rows(
        "SELECT id, kind, rows, created, updated, unchanged, skipped, failed FROM imports_import ORDER BY id"
    )
    for import_id, _, rows, *counts in imports:
        assert sum(counts) == rows
        covered = home.rows(
            f"SELECT first_row, count FROM imports_importbatch WHERE import_ref_id = {import_id} ORDER BY 1"
        )
        assert sum(count for _, count in covered) == rows
        assert [first for first, _ in covered] == [
            1 + sum(count for _, count in covered[:n]) for n in range(len(covered))
        ]
    fates = [ledger_of(home, code) for (code,) in home.rows("SELECT code FROM imports_import ORDER BY id")]
    created = {"customers": 0, "dealings": 0, "holdings": 0}
    made = {"customers": 0, "products": 0}
    for (_, kind, *_), ledger in zip(imports, fates, strict=True):
        named = [fate[1] for fate in ledger["fates"].values() if fate[0] == 1]
        assert not [name for name in named if name is None or "is not there" in name], (
            "the ledger shows what is not stored"
        )
        created[kind] += len(named)
        for noun, _ in ledger["made"]:
            made[noun] += 1
    stands = {noun: home.rows(f"SELECT count(*) FROM {table}")[0][0] for noun, table in _TABLES.items()}
    assert stands == {
        "customers": created["customers"] + made["customers"],
        "dealings": created["dealings"],
        "holdings": created["holdings"],
        "products": made["products"],
    }, "something is stored that the ledger does not show"


_IMPORTS_BEFORE = 3  # of the firm before its deliveries
_TABLES = {
    "customers": "customers_customer",
    "dealings": "dealings_dealing",
    "holdings": "holdings_holding",
    "products": "catalogue_product",
}


def _assert_like_unbroken(home: Home, told: dict, unbroken: Unbroken) -> None:
    picture, ledger, acts = unbroken.picture, unbroken.ledger, unbroken.acts
    codes = [code for (code,) in home.rows(f"SELECT code FROM imports_import WHERE id > {_IMPORTS_BEFORE} ORDER BY id")]
    own = ledger_of(home, codes[0])
    assert told["import"] == codes[-1]
    if len(codes) == 1:
        counts = ("rows", "created", "updated", "unchanged", "skipped", "failed")
        assert [told[name] for name in counts] == own["head"][1:7]
    else:  # cut off when it was done already: the command has found the same file again, each time
        assert told["created"] == 0
    _assert_honest(home)
    for part in ("fates", "head", "made", "problems", "images"):
        assert own[part] == ledger[part], part
    now = picture_of(home)
    for table in picture:
        assert now[table] == picture[table], table
    if len(codes) == 1:
        done = {kind: count for kind, count in acts_of(home).items() if kind not in _ACTS_BY_BATCH}
        assert done == {kind: count for kind, count in acts.items() if kind not in _ACTS_BY_BATCH}
    assert home.rows("SELECT count(*) FROM imports_import WHERE status <> 3") == [(0,)]
