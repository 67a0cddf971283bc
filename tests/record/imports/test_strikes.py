"""An import whose process dies again and again: the row to blame is set aside, else it stops and says so (D23, R14)."""

import pytest

from guanxi.ground.refusals import Refused
from guanxi.journal.models import Act
from guanxi.record.dealings.models import Dealing
from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.importers.dealings import DealingImporter
from guanxi.record.imports.models import Import
from guanxi.record.imports.queries import get_import, has_unfinished
from guanxi.record.imports.reading.delimited import DelimitedSource
from guanxi.record.imports.services import ImportOptions, import_file, resume_import, resume_imports, undo_import
from tests.record.imports.test_dealings import counts, problems
from tests.stories.scene import SYSTEM

ROWS = 60
OPTIONS = ImportOptions(create_customers=True)


def lines(rows: int = ROWS) -> str:
    return "customer,date,amount\n" + "".join(f"C{n % 7},2024-01-{n % 28 + 1:02},{n}\n" for n in range(1, rows + 1))


class Killed(BaseException):
    """The process dies: nothing in it can catch that."""


@pytest.fixture
def deadly(monkeypatch):
    """Amounts that kill whoever prepares a batch with one of them; returns the set and the sizes that were tried."""
    amounts, tried = set(), []
    original = DealingImporter.prepare

    def prepare(self, batch):
        tried.append(batch.count)
        if amounts & set(batch.texts("amount")):
            raise Killed
        return original(self, batch)

    monkeypatch.setattr(DealingImporter, "prepare", prepare)
    monkeypatch.setattr(DealingImporter, "batch", (20, 20))
    return amounts, tried


def work_until_it_ends(most: int = 40) -> int:
    """Workers die and are started again; how many died."""
    for deaths in range(most):
        try:
            resume_imports()
        except Killed:
            continue
        return deaths
    raise AssertionError("it is tried for ever")


@pytest.mark.parametrize("row", [1, 33, 60])
def test_a_row_that_kills_is_set_aside_and_the_rest_is_stored(scene, write, deadly, row):
    amounts, _ = deadly
    amounts.add(str(row))
    with pytest.raises(Killed):
        import_file(write("a.csv", lines()), "dealings", by=SYSTEM, options=OPTIONS)
    assert work_until_it_ends() == 2  # and the first: three in all
    record = Import.objects.get()
    assert (record.status, record.rows, record.created, record.failed) == (ImportStatus.DONE, ROWS, ROWS - 1, 1)
    assert record.reasons == {"imports.deadly": 1}
    assert list(record.problems.values_list("row", "line")) == [(row, row + 1)]
    assert sorted(Dealing.objects.values_list("amount", flat=True)) == [n * 100 for n in range(1, ROWS + 1) if n != row]


def test_rows_are_tried_alone_only_where_batches_have_killed(scene, write, deadly):
    amounts, tried = deadly
    amounts.add("30")
    with pytest.raises(Killed):
        import_file(write("a.csv", lines()), "dealings", by=SYSTEM, options=OPTIONS)
    assert tried == [20, 20]
    work_until_it_ends()
    assert tried == [20, 20, 20, *[1] * 10, *[1] * 30]


def test_when_every_row_kills_the_import_stops_and_says_so(scene, write, deadly):
    amounts, _ = deadly
    amounts |= {str(n) for n in range(1, ROWS + 1)}
    path = write("a.csv", lines())
    with pytest.raises(Killed):
        import_file(path, "dealings", by=SYSTEM, options=OPTIONS)
    assert work_until_it_ends() < 12
    row = get_import(Import.objects.get().code, principal=SYSTEM)
    assert row.status == ImportStatus.STOPPED
    assert row.counts.failed == 3
    assert "3" in row.words
    assert row.code in row.words


@pytest.fixture
def broken_disk(monkeypatch):
    """Reading beyond the 40th row kills, whatever the rows are, while the answer is True."""
    broken = [True]
    original = DelimitedSource.batches

    def batches(self, columns, *, size, after=0):
        for batch in original(self, columns, size=size, after=after):
            if broken[0] and batch.first_row + batch.count > 41:
                raise Killed
            yield batch

    monkeypatch.setattr(DelimitedSource, "batches", batches)
    monkeypatch.setattr(DealingImporter, "batch", (20, 20))
    return broken


def test_what_no_row_explains_stops_the_import_after_three_deaths(scene, write, broken_disk):
    path = write("a.csv", lines())
    with pytest.raises(Killed):
        import_file(path, "dealings", by=SYSTEM, options=OPTIONS)
    assert work_until_it_ends() == 2
    record = Import.objects.get()
    assert (record.status, record.rows, record.created, record.reason) == (
        *(ImportStatus.STOPPED, 40, 40, "imports.stopped"),
    )
    assert "40" in record.words
    assert not has_unfinished()
    assert Act.objects.filter(kind="import.stopped", noun_code=record.code).count() == 1
    assert resume_imports() == []  # and it stays so
    broken_disk[0] = False
    assert resume_imports() == []
    report = resume_import(record.code, by=SYSTEM)
    assert counts(report) == (ROWS, ROWS, 0, 0, 0, 0)
    assert Dealing.objects.count() == ROWS
    record.refresh_from_db()
    assert (record.status, record.words) == (ImportStatus.DONE, "")


def test_a_stopped_import_goes_on_with_the_same_command_too(scene, write, broken_disk):
    path = write("a.csv", lines())
    with pytest.raises(Killed):
        import_file(path, "dealings", by=SYSTEM, options=OPTIONS)
    work_until_it_ends()
    broken_disk[0] = False
    report = import_file(path, "dealings", by=SYSTEM, options=OPTIONS)
    assert report.resumed
    assert counts(report) == (ROWS, ROWS, 0, 0, 0, 0)
    assert Import.objects.count() == 1


def test_a_stopped_import_can_be_taken_back(scene, write, broken_disk):
    with pytest.raises(Killed):
        import_file(write("a.csv", lines()), "dealings", by=SYSTEM, options=OPTIONS)
    work_until_it_ends()
    undo_import(Import.objects.get().code, by=SYSTEM)
    assert not Dealing.objects.exists()


def test_deaths_with_progress_between_them_stop_nothing(scene, write, monkeypatch):
    """An import of hours on a machine that goes down each night."""
    monkeypatch.setattr(DealingImporter, "batch", (10, 10))
    original, calls = DealingImporter.write, []

    def write_once(self, prepared, *, stored):
        calls.append(prepared.batch.first_row)
        if calls.count(prepared.batch.first_row) == 1:
            raise Killed
        return original(self, prepared, stored=stored)

    monkeypatch.setattr(DealingImporter, "write", write_once)
    with pytest.raises(Killed):
        import_file(write("a.csv", lines()), "dealings", by=SYSTEM, options=OPTIONS)
    assert work_until_it_ends() == 5
    record = Import.objects.get()
    assert (record.status, record.created, record.failed) == (ImportStatus.DONE, ROWS, 0)


def test_an_error_that_comes_again_and_again_stops_the_import_too(scene, write, monkeypatch):
    def broken(self):
        raise ZeroDivisionError

    monkeypatch.setattr(DealingImporter, "finish", broken)
    with pytest.raises(ZeroDivisionError):
        import_file(write("a.csv", lines()), "dealings", by=SYSTEM, options=OPTIONS)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            resume_imports()
    assert resume_imports() == []
    assert Import.objects.get().status == ImportStatus.STOPPED


@pytest.mark.parametrize("code", ["nobody", "", "' OR 1=1--", "x\0", "zzzzzzzzzzzz"])
def test_nothing_is_resumed_by_a_code_that_is_none(scene, code):
    with pytest.raises(Refused) as refused:
        resume_import(code, by=SYSTEM)
    assert refused.value.code == "imports.not_found"


def test_what_is_done_or_of_others_is_not_resumed(take, scene):
    done = take("dealings", lines(), create_customers=True)
    assert problems(done) if done.problems else True
    for by in (SYSTEM, scene.person("gao")):
        with pytest.raises(Refused) as refused:
            resume_import(done.code, by=by)
        assert refused.value.code == "imports.not_found"
