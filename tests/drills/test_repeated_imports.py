"""The same file twice changes nothing; an import taken back leaves nothing; taking back may be killed too (R6, D1)."""

from functools import cache

import pytest

from tests.drills.homes import Home
from tests.drills.pictures import ledger_of, picture_of
from tests.drills.points import REPETITIONS, kill_repeatedly, points

pytestmark = pytest.mark.drill

NAMES = ("dealings", "customers", "lines", "holdings")  # `lines` says two things about fifty references


@pytest.fixture(scope="session")
def taken_in(before, deliveries, drill_folder):
    """A firm after one delivery, and what the command said."""
    made: list[Home] = []

    @cache
    def run(name: str) -> tuple[Home, dict]:
        home = before.copy(drill_folder / f"taken-in-{name}")
        made.append(home)
        with home.site_open():
            return home, home.run(*deliveries[name].command, status=deliveries[name].status)

    yield run
    for home in made:
        home.drop()


@pytest.mark.parametrize("name", NAMES)
def test_same_file_twice_changes_nothing(name, taken_in, deliveries, copy, tmp_path):
    source, first = taken_in(name)
    assert first["created"] > 0
    home, delivery = copy(source), deliveries[name]
    stood = picture_of(home)
    renamed = tmp_path / "again.csv"
    renamed.write_bytes(delivery.file.read_bytes())
    for file in (delivery.file, renamed):
        told = home.run("import", delivery.kind, str(file), *delivery.options, "--json", status=delivery.status)
        assert told["created"] == 0
        assert told["updated"] == 0
        assert told["failed"] == first["failed"]
        assert told["skipped"] == first["skipped"]
        assert told["rows"] == first["rows"]
        assert told["unchanged"] == first["created"] + first["updated"] + first["unchanged"]
        now = picture_of(home)
        for table in stood:
            assert now[table] == stood[table], table


@pytest.mark.parametrize("name", NAMES)
def test_import_taken_back_leaves_nothing_and_can_be_done_again(name, before, taken_in, deliveries, copy):
    source, first = taken_in(name)
    home, delivery = copy(source), deliveries[name]
    undone = home.run("import", "--undo", first["import"], "--json")
    assert undone["kept"] == []
    assert undone["removed"] == first["created"]
    _assert_same_but_dirty(home, before)
    again = home.run(*delivery.command, status=delivery.status)
    counts = ("rows", "created", "updated", "unchanged", "skipped", "failed", "reasons")
    assert {count: again[count] for count in counts} == {count: first[count] for count in counts}
    _assert_same_but_dirty(home, source)


@pytest.mark.parametrize("point", points("undo"))
def test_killed_undo_ends_like_an_unbroken_one(point, before, taken_in, copy):
    class Scene:
        def __init__(self, chain: int) -> None:
            source, first = taken_in(NAMES[chain % len(NAMES)])
            self.home, self.command = copy(source), ("import", "--undo", first["import"], "--json")
            self.is_done = False

        def kill(self, passage: int) -> bool:
            self.is_done = self.home.run_killed(f"{point}:{passage}", *self.command) is not None
            _assert_taken_back_as_the_ledger_says(self.home)
            return not self.is_done

        def end(self) -> None:
            if not self.is_done:
                self.home.run(*self.command)
            _assert_same_but_dirty(self.home, before)
            self.home.drop()

    assert kill_repeatedly(Scene) == REPETITIONS


def _assert_same_but_dirty(home: Home, expected: Home) -> None:
    """Equal but for the list of changed customers, which has grown."""
    now, then = picture_of(home), picture_of(expected)
    for table in then.keys() - {"dirty"}:
        assert now[table] == then[table], table


def _assert_taken_back_as_the_ledger_says(home: Home) -> None:
    """Rows of batches that the ledger calls undone are gone, all others stand."""
    ((import_id, kind),) = home.rows("SELECT id, kind FROM imports_import ORDER BY id DESC LIMIT 1")
    batches = home.rows(f"SELECT first_row, count, undone FROM imports_importbatch WHERE import_ref_id = {import_id}")
    fates = ledger_of(home)["fates"]
    gone = {row[0] for row in home.rows("SELECT id FROM customers_customer WHERE deleted_at IS NOT NULL")}
    for first, count, undone in batches:
        created = [fates[row][1] for row in range(first, first + count) if fates[row][0] == 1]
        if kind != "customers":
            stand = [name for name in created if "is not there" not in name]
            assert len(stand) == (0 if undone else len(created))
    if kind == "customers":
        created_undone = sum(
            fates[row][0] == 1 for first, count, undone in batches if undone for row in range(first, first + count)
        )
        assert len(gone) == created_undone
