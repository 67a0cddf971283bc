"""An import that is cut off at any batch continues, and ends like one that was not."""

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanxi.ground.refusals import Refused
from guanxi.record.customers.models import Customer
from guanxi.record.dealings.models import Dealing
from guanxi.record.dealings.services import has_index
from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.folders import imports_folder, kept_source
from guanxi.record.imports.importers.dealings import DealingImporter
from guanxi.record.imports.importers.holdings import HoldingImporter
from guanxi.record.imports.mapping import parse_mapping
from guanxi.record.imports.models import Import, ImportBatch
from guanxi.record.imports.services import ImportOptions, import_file, resume_imports, undo_import
from tests.record.imports.tables import dealings_by_reference, holdings_by_reference
from tests.record.imports.test_dealings import counts
from tests.stories.scene import SYSTEM

ROWS = 97
TEXT = "customer,date,amount\n" + "".join(
    f"{'' if n % 11 == 0 else f'C{n % 7}'},2024-01-{n % 28 + 1:02},{'x' if n % 13 == 0 else n}\n"
    for n in range(1, ROWS + 1)
)
OPTIONS = ImportOptions(create_customers=True)


class Cut(Exception):
    """The power goes."""


def cut_after(batches):
    """A progress that lets so many batches be committed."""
    done = []

    def progress(rows):
        done.append(rows)
        if len(done) == batches:
            raise Cut

    return progress


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(DealingImporter, "batch", (10, 10))
    monkeypatch.setattr(HoldingImporter, "batch", (3, 3))


def run(path, *, progress=None, kind="dealings", options=OPTIONS, by=SYSTEM):
    return import_file(path, kind, by=by, options=options, progress=progress)


def report_of(path):
    return path.read_text(encoding="utf-8-sig")


def test_the_same_command_continues_after_the_last_batch(scene, write, small_batches):
    path = write("a.csv", TEXT)
    whole = run(path)
    expected, problems = dealings_by_reference(), report_of(whole.problems)
    undo_import(whole.code, by=SYSTEM)
    path = write("a.csv", TEXT)
    for number, batches in enumerate((1, 4, 2, 1)):
        with pytest.raises(Cut):
            run(path, progress=cut_after(batches))
        assert Import.objects.last().status == ImportStatus.RUNNING
        assert Dealing.objects.exists()
        assert Import.objects.count() == 2, number
    resumed = run(path)
    assert resumed.resumed
    assert counts(resumed) == counts(whole)
    assert resumed.counts == whole.counts
    assert dealings_by_reference() == expected
    assert report_of(resumed.problems) == problems
    assert resumed.code == Import.objects.last().code
    assert kept_source(resumed.code) is None


def test_a_dry_run_in_between_counts_what_is_stored_and_disturbs_nothing(scene, write, small_batches):
    path = write("a.csv", TEXT)
    with pytest.raises(Cut):
        run(path, progress=cut_after(3))
    stored = Dealing.objects.count()
    dry = run(path, options=ImportOptions(create_customers=True, dry_run=True))
    assert counts(dry) == (97, 82 - stored, 0, stored, 8, 7)
    assert (Dealing.objects.count(), Import.objects.count()) == (stored, 1)
    assert counts(run(path)) == (97, 82, 0, 0, 8, 7)


def test_a_worker_continues_what_was_cut_off(scene, write, small_batches):
    path = write("a.csv", TEXT)
    with pytest.raises(Cut):
        run(path, progress=cut_after(3))
    path.unlink()  # the installation has kept the file
    (report,) = resume_imports()
    assert counts(report) == (97, 82, 0, 0, 8, 7)
    assert resume_imports() == []
    assert Import.objects.get().status == ImportStatus.DONE


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_worker_writes_its_report_in_the_language_of_the_firm(scene, write, small_batches, language):
    """Whoever goes on with it, the report does not change its language in the middle."""
    with translation.override("zh-hans"):
        expected = report_of(run(write("a.csv", TEXT)).problems)
    undo_import(Import.objects.get().code, by=SYSTEM)
    with translation.override("zh-hans"), pytest.raises(Cut):
        run(write("a.csv", TEXT), progress=cut_after(3))
    with translation.override(language):
        (report,) = resume_imports()
    assert report_of(report.problems) == expected
    assert "不" in expected


def test_what_cannot_be_continued_is_given_up_and_keeps_its_rows(scene, write, small_batches):
    path = write("a.csv", TEXT)
    with pytest.raises(Cut):
        run(path, progress=cut_after(3))
    stored = Dealing.objects.count()
    kept_source(Import.objects.get().code).unlink()
    assert resume_imports() == []
    assert Import.objects.get().status == ImportStatus.FAILED
    assert Dealing.objects.count() == stored
    assert counts(run(path)) == (97, 82 - stored, 0, stored, 8, 7)


def test_a_file_that_was_appended_to_meanwhile_is_not_continued_by_itself(scene, write, small_batches):
    path = write("a.csv", TEXT)
    with pytest.raises(Cut):
        run(path, progress=cut_after(3))
    stored = Dealing.objects.count()
    with path.open("a") as file:
        file.write(TEXT.splitlines()[1] + "\n")
    assert resume_imports() == []
    assert resume_imports() == []
    assert Import.objects.get().status == ImportStatus.FAILED
    assert Dealing.objects.count() == stored


def test_a_cut_off_import_of_another_user_or_mapping_is_not_touched(scene, write, small_batches):
    from dataclasses import replace

    path = write("a.csv", TEXT)
    with pytest.raises(Cut):
        run(path, progress=cut_after(3))
    other = replace(SYSTEM, code="somebody")
    with pytest.raises(Refused) as refused:
        run(path, by=other)
    assert refused.value.code == "imports.other_user"
    with pytest.raises(Refused) as refused:
        run(path, options=ImportOptions(create_customers=True, currency="GBP"))
    assert refused.value.code == "imports.other_mapping"


def test_a_running_import_is_not_started_twice(scene, write, small_batches):
    path = write("a.csv", TEXT)
    seen = []

    def again(rows):
        if not seen:
            with pytest.raises(Refused) as refused:
                run(path)
            seen.append(refused.value.code)

    assert counts(run(path, progress=again))[0] == ROWS
    assert seen == ["imports.running"]
    assert Import.objects.count() == 1


def test_an_undo_that_is_cut_off_continues(scene, write, small_batches, monkeypatch):
    report = run(write("a.csv", TEXT))
    original, calls = DealingImporter.remove, []

    def remove(self, ids):
        calls.append(ids)
        if len(calls) == 4:
            raise Cut
        return original(self, ids)

    monkeypatch.setattr(DealingImporter, "remove", remove)
    with pytest.raises(Cut):
        undo_import(report.code, by=SYSTEM)
    assert Import.objects.get().status == ImportStatus.UNDOING
    assert 0 < Dealing.objects.count() < 82
    assert resume_imports() == []
    assert Import.objects.get().status == ImportStatus.UNDONE
    assert not Dealing.objects.exists()
    assert not Customer.objects.filter(gone=0).exists()


def test_a_row_that_the_database_refuses_is_found_and_counted(scene, write, small_batches):
    """Half of a batch at a time, until the row to blame stands alone."""
    from django.db import connection

    trigger = (
        "CREATE TRIGGER t BEFORE INSERT ON dealings_dealing WHEN NEW.amount = 4200 BEGIN SELECT RAISE(ABORT, 'no'); END"
        if connection.vendor == "sqlite"
        else "ALTER TABLE dealings_dealing ADD CONSTRAINT t CHECK (amount <> 4200)"
    )
    with connection.cursor() as cursor:
        cursor.execute(trigger)
    report = run(write("a.csv", TEXT))
    assert counts(report) == (97, 81, 0, 0, 8, 8)
    assert report.counts.reasons["imports.unexpected"] == 1
    assert Import.objects.get().problems.get(reason="imports.unexpected").row == 42
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TRIGGER t" if connection.vendor == "sqlite" else "ALTER TABLE dealings_dealing DROP CONSTRAINT t"
        )


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 40))
def test_the_size_of_batches_changes_nothing(scene, write, monkeypatch, size):
    """A row meets what rows before it have made, in the same batch or another."""
    text = "reference,customer,product,status,opened_on\n" + "".join(
        f"H{n % 5},C{n % 3},P{n % 4},{['open', 'closed', ''][n % 3]},{'' if n % 2 else '2020-01-01'}\n"
        for n in range(40)
    )
    results = []
    for batch in (40, size):
        monkeypatch.setattr(HoldingImporter, "batch", (batch, batch))
        report = run(write("h.csv", text), kind="holdings")
        results.append((counts(report), holdings_by_reference()))
        undo_import(report.code, by=SYSTEM)
    assert results[0] == results[1]


rows = st.lists(
    st.tuples(st.sampled_from(["A", "B", "C", ""]), st.integers(1, 28), st.sampled_from(["1", "2.005", "-3", "x", ""])),
    min_size=1,
    max_size=20,
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_dealing(scene, write, rows, random):
    results = []
    for _ in range(2):
        text = "customer,date,amount\n" + "".join(f"{c},2024-01-{d:02},{a}\n" for c, d, a in rows)
        report = run(write("a.csv", text))
        results.append((report.counts, dealings_by_reference()))
        undo_import(report.code, by=SYSTEM)
        random.shuffle(rows)
    assert results[0] == results[1]


def test_a_first_large_load_takes_the_index_away_and_brings_it_back(scene, write, monkeypatch):
    from guanxi.record.dealings.services import indexes

    monkeypatch.setattr(indexes, "_LARGE", 50)
    path = write("a.csv", TEXT)
    seen = []
    monkeypatch.setattr(DealingImporter, "batch", (10, 10))
    with pytest.raises(Cut):
        run(path, progress=lambda rows: (seen.append(has_index()), cut_after(1)(rows)))
    assert seen == [False]
    run(path, progress=lambda rows: seen.append(has_index()))
    assert seen == [False] * 10
    assert has_index()
    assert (
        counts(run(write("b.csv", TEXT + "C1,2024-01-01,1\n"), progress=lambda rows: seen.append(has_index())))[1] == 83
    )
    assert seen[10:] == [True] * 10


def test_the_source_is_kept_only_while_it_is_needed(scene, write, small_batches):
    path = write("a.csv", TEXT)
    with pytest.raises(Cut):
        run(path, progress=cut_after(1))
    code = Import.objects.get().code
    folder = imports_folder() / code
    assert kept_source(code).read_text() == TEXT
    assert folder.stat().st_mode & 0o077 == 0
    run(path)
    assert sorted(file.name for file in folder.iterdir()) == ["problems.csv", "rejected.csv"]


def test_batches_are_counted_once(scene, write, small_batches):
    report = run(
        write("a.csv", TEXT),
        options=ImportOptions(
            create_customers=True, mapping=parse_mapping(["customer=customer,occurred_at=date,amount=amount"])
        ),
    )
    batches = ImportBatch.objects.filter(import_ref__code=report.code).order_by("first_row")
    assert sum(batch.count for batch in batches) == ROWS
    assert [batch.first_row for batch in batches] == sorted({batch.first_row for batch in batches})


def test_when_it_is_not_the_rows_the_import_stops_and_can_go_on(scene, write, monkeypatch):
    """A fault that meets every row is no reason to count a million rows as failed."""
    original = DealingImporter.write

    def broken(self, prepared, *, stored):
        if prepared.batch.first_row > 10:
            raise ZeroDivisionError
        return original(self, prepared, stored=stored)

    monkeypatch.setattr(DealingImporter, "batch", (10, 10))
    monkeypatch.setattr(DealingImporter, "write", broken)
    text = "customer,date,amount\n" + "".join(f"C{n % 7},2024-01-{n % 28 + 1:02},{n}\n" for n in range(300))
    path = write("a.csv", text)
    with pytest.raises(ZeroDivisionError):
        run(path)
    assert Import.objects.get().status == ImportStatus.RUNNING
    assert Import.objects.get().failed == 100
    monkeypatch.setattr(DealingImporter, "write", original)
    assert counts(run(path)) == (300, 200, 0, 0, 0, 100)
    assert counts(run(write("again.csv", text))) == (300, 100, 0, 200, 0, 0)
