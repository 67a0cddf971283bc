"""A file that changes between looking and storing, or while it is stored, is noticed and refused in plain words."""

import os

import pytest

from guanxi.ground.refusals import Refused
from guanxi.record.customers.models import Customer
from guanxi.record.dealings.models import Dealing
from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.folders import kept_source, problems_path
from guanxi.record.imports.importers.customers import CustomerImporter
from guanxi.record.imports.importers.dealings import DealingImporter
from guanxi.record.imports.models import Import
from guanxi.record.imports.queries import get_import
from guanxi.record.imports.services import ImportOptions, import_file, preview_file, resume_imports, undo_import
from tests.record.imports.test_dealings import counts
from tests.record.imports.test_resuming import Cut, cut_after
from tests.stories.scene import SYSTEM

ROWS = 50
TEXT = "customer,date,amount\n" + "".join(f"C{n % 7},2024-01-{n % 28 + 1:02},{n}\n" for n in range(1, ROWS + 1))
OPTIONS = ImportOptions(create_customers=True)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(DealingImporter, "batch", (10, 10))
    monkeypatch.setattr(CustomerImporter, "batch", (10, 10))


def run(path, *, progress=None, options=OPTIONS):
    return import_file(path, "dealings", by=SYSTEM, options=options, progress=progress)


def code_of(path, **options) -> str:
    with pytest.raises(Refused) as refused:
        run(path, **options)
    return refused.value.code


def test_a_file_changed_since_it_was_looked_at_is_refused(scene, write):
    path = write("a.csv", TEXT)
    seen = preview_file(path, "dealings", by=SYSTEM)
    path.write_text(TEXT.replace(",7\n", ",7000\n"))
    options = ImportOptions(create_customers=True, digest=seen.digest)
    assert code_of(path, options=options) == "imports.source_changed"
    assert not Import.objects.exists()
    path.write_text(TEXT)
    assert counts(run(path, options=options)) == (ROWS, ROWS, 0, 0, 0, 0)


def appended(path):
    with path.open("a") as file:
        file.write("C1,2024-02-01,999\n")


def overwritten(path):
    """As many bytes as before, in place."""
    with path.open("r+b") as file:
        file.write(TEXT.encode().replace(b"2024-01", b"2025-01"))


def shortened(path):
    os.truncate(path, len(TEXT.encode()[: len(TEXT) // 2].rpartition(b"\n")[0]) + 1)


def replaced(path):
    """As editors save: another file by the same name."""
    other = path.with_name("other")
    other.write_text(TEXT.replace(",5\n", ",500000\n"))
    other.replace(path)


@pytest.mark.parametrize("change", [appended, overwritten, shortened, replaced])
def test_a_file_changed_while_it_is_imported_stops_the_import(scene, write, small, change):
    path = write("a.csv", TEXT)
    done = []

    def progress(rows):
        if not done:
            change(path)
        done.append(rows)

    assert code_of(path, progress=progress) == "imports.source_changed"
    record = Import.objects.get()
    assert (record.status, record.rows, record.created) == (ImportStatus.FAILED, 10, 10)
    assert Dealing.objects.count() == 10  # what is stored is what the ledger says, and no more
    said = get_import(record.code, principal=SYSTEM).words
    assert "10" in said
    assert record.code in said
    assert kept_source(record.code) is None
    undo_import(record.code, by=SYSTEM)
    assert not Dealing.objects.exists()
    assert counts(run(path))[5] == 0


def test_a_file_that_is_taken_away_while_it_is_imported_is_read_to_its_end(scene, write, small):
    path = write("a.csv", TEXT)
    assert counts(run(path, progress=lambda rows: path.unlink(missing_ok=True))) == (ROWS, ROWS, 0, 0, 0, 0)


def test_skipped_rows_of_a_stopped_import_stand_in_its_report(scene, write, small):
    path = write("a.csv", TEXT.replace("C3,", ","))
    assert code_of(path, progress=lambda rows: appended(path)) == "imports.source_changed"
    record = Import.objects.get()
    assert record.skipped == 2
    assert len(problems_path(record.code).read_text(encoding="utf-8-sig").splitlines()) == 3


@pytest.mark.parametrize("change", [appended, overwritten, shortened])
def test_a_file_changed_before_it_is_resumed_is_refused_by_worker_and_person(scene, write, small, change):
    path = write("a.csv", TEXT)
    with pytest.raises(Cut):
        run(path, progress=cut_after(2))
    change(path)
    assert code_of(path) == "imports.half_of_another"
    assert Dealing.objects.count() == 20
    assert resume_imports() == []
    record = Import.objects.get()
    assert (record.status, record.reason) == (ImportStatus.FAILED, "imports.source_changed")
    assert record.code in record.words
    assert code_of(path) == "imports.half_of_another"  # its rows would come twice
    assert Dealing.objects.count() == 20
    undo_import(record.code, by=SYSTEM)
    assert counts(run(path))[5] == 0


def test_a_file_replaced_after_the_import_was_cut_off_waits_for_the_old_one(scene, write, small):
    path = write("a.csv", TEXT)
    with pytest.raises(Cut):
        run(path, progress=cut_after(2))
    replaced(path)
    assert code_of(path) == "imports.half_of_another"
    (report,) = resume_imports()  # the old content was kept
    assert counts(report) == (ROWS, ROWS, 0, 0, 0, 0)
    assert counts(run(path))[1] == ROWS


def test_files_of_the_same_name_in_other_folders_are_other_files(scene, tmp_path, small):
    paths = []
    for folder in ("north", "south"):
        (tmp_path / folder).mkdir()
        paths.append(tmp_path / folder / "customers.csv")
        paths[-1].write_text(f"reference,name\n{folder},王伟\n" + "".join(f"{folder}{n},李{n}\n" for n in range(20)))
    with pytest.raises(Cut):
        import_file(paths[0], "customers", by=SYSTEM, options=ImportOptions(), progress=cut_after(1))
    assert counts(import_file(paths[1], "customers", by=SYSTEM, options=ImportOptions()))[1] == 21
    assert counts(resume_imports()[0]) == (21, 21, 0, 0, 0, 0)
    assert Customer.objects.count() == 42
