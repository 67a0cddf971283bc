"""The page of schedules: what ticks, and a whole night on a small firm."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from guanxi.ground import clock
from guanxi.ground.jobs import queries as jobs
from guanxi.ground.jobs import registry
from guanxi.ground.jobs import schedules as engine
from guanxi.ground.jobs.choices import JobStatus
from guanxi.ground.jobs.models import Job
from guanxi.ground.jobs.worker import Ticker, Worker
from guanxi.ground.secrets import create_keys
from guanxi.identity import queries, services
from guanxi.insight.refresh.lock import alone
from guanxi.insight.warehouse.places import places
from guanxi.journal.queries import journal_head, latest_acts
from guanxi.project import schedules
from guanxi.project.archive import form
from guanxi.record.customers import search
from guanxi.record.customers.queries import find
from guanxi.record.customers.services import NewCustomer, erase_customer, register_customers, register_references
from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.models import Import
from guanxi.record.imports.queries import has_unfinished
from tests.crowd import wait_for_others

SYSTEM = queries.system_principal()


@pytest.fixture
def firm(transactional_db, tmp_path, settings):
    settings.GUANXI_HOME = tmp_path
    create_keys(tmp_path / "keys")
    services.found_firm(by=SYSTEM, name="合众", currency="CNY", zone="Asia/Shanghai", language="zh-hans")


def test_the_night_has_its_order_and_hour():
    nightly = registry.NIGHTLIES["nightly"]
    assert nightly.steps == ("backup", "close_day", "refresh", "expire_hypotheses", "retention", "report")
    assert set(nightly.steps) <= registry.JOBS.keys()  # a night promises only what it does
    assert nightly.at.isoformat() == "01:00:00"
    assert {"seal", "sweep", "schedules"} <= registry.TICKS.keys()
    assert registry.TICKS["schedules"].seconds == 60


@pytest.mark.usefixtures("firm")
def test_the_night_is_in_the_zone_of_the_firm():
    assert registry.NIGHTLIES["nightly"].zone() == "Asia/Shanghai"


@pytest.mark.usefixtures("firm")
def test_a_whole_night(tmp_path):
    founded = datetime(2026, 3, 1, 9, tzinfo=UTC)
    engine.start_due_runs(founded)
    assert engine.start_due_runs(founded + timedelta(hours=8)) == 1  # 01:00 in Shanghai
    engine.advance_runs()
    worker = Worker()
    while worker.work_once():
        pass
    [run] = jobs.latest_runs("nightly")
    assert run.steps == [(name, "done", "") for name in schedules.NIGHT]
    assert (run.due_on, run.finished_at is not None) == (date(2026, 3, 2), True)
    form.check_whole(tmp_path / "backups" / "2026-03-02.guanxi")
    assert jobs.find_job("refresh", "nightly:2026-03-02").result["customers"] == 0
    report = jobs.find_job("report", "nightly:2026-03-02").result
    assert report["steps"] == dict.fromkeys(schedules.NIGHT[:-1], "done")
    assert report["results"]["refresh"]["edition"]
    assert report["troubles"] == []
    [act] = latest_acts(kinds=["night.reported"])
    assert (act.noun.code, act.payload) == ("2026-03-02", {"steps": report["steps"], "troubles": 0})


@pytest.mark.usefixtures("firm")
def test_seven_backups_are_kept(tmp_path):
    for day in range(1, 11):
        schedules.back_up_nightly(f"2026-03-{day:02d}")
    (tmp_path / "backups" / "mine.guanxi").touch()
    schedules.back_up_nightly("2026-03-10")  # again after it was broken off
    names = sorted(path.name for path in (tmp_path / "backups").iterdir())
    assert names == [*(f"2026-03-{day:02d}.guanxi" for day in range(4, 11)), "mine.guanxi"]
    assert {line.kind for line in latest_acts(limit=11)} == {"backup.made"}


@pytest.mark.usefixtures("firm")
def test_a_refresh_by_hand_makes_the_nightly_one_wait_and_not_give_up():
    where = places()
    where.make()
    with alone(where.lock), pytest.raises(BlockingIOError):  # tried again later, as any error of the moment
        schedules.refresh_nightly("2026-03-02")
    assert schedules.refresh_nightly("2026-03-02")["customers"] == 0


@pytest.mark.usefixtures("firm")
def test_ticks_seal_the_journal():
    assert journal_head() == ""
    wait_for_others()
    done = Ticker("test").beat(1.0)
    assert {"seal", "sweep", "schedules"} <= set(done)
    assert journal_head() != ""


@pytest.mark.usefixtures("firm")
def test_the_house_is_kept():
    with clock.frozen(datetime(2030, 1, 1, tzinfo=UTC)):
        kept = schedules.keep_house("2030-01-01")
    files = dict.fromkeys(("files_not_imported", "files_of_nobody", "reports_of_imports", "uploads_cut_off"), 0)
    assert kept == {"jobs": 0, "index_steps": 0} | files


@pytest.mark.usefixtures("firm")
def test_the_report_says_what_went_wrong_in_the_night():
    engine.start_due_runs(datetime(2026, 3, 1, 9, tzinfo=UTC))
    engine.start_due_runs(datetime(2026, 3, 1, 17, tzinfo=UTC))
    engine.advance_runs()
    Job.objects.filter(name="backup").update(
        status=JobStatus.SET_ASIDE, trouble="No space left", finished_at=clock.now()
    )
    worker = Worker()
    while worker.work_once():
        pass
    [run] = jobs.latest_runs("nightly")
    assert run.steps[0] == ("backup", "set_aside", "No space left")
    report = jobs.find_job("report", "nightly:2026-03-02").result
    assert report["steps"]["backup"] == "set_aside"
    [trouble] = report["troubles"]
    assert trouble.startswith("jobs: ")
    assert "No space left" in trouble


@pytest.mark.usefixtures("firm")
def test_before_the_refresh_the_day_is_closed():
    """An import cut off in the evening is settled, customers are found, acts are sealed: the refresh reads a whole day."""
    Import.objects.create(
        kind="customers", file_name="gone.csv", digest="d", status=ImportStatus.RUNNING, started_at=clock.now(),
        by_kind="system", by_code="command",
    )  # fmt: skip
    register_references([f"R{n}" for n in range(2_100)], by=SYSTEM, source="test")
    assert search.count_missing() == 2_100
    wait_for_others()
    told = schedules.close_day("2026-03-02")
    assert (told["resumed"], told["made_findable"], told["sealed"]) == (0, 2_100, 2)
    assert (search.count_missing(), has_unfinished()) == (0, False)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL forgets by its own VACUUM")
@pytest.mark.usefixtures("firm")
def test_words_of_people_erased_leave_the_pages_of_the_index_in_the_night(monkeypatch):
    names = [NewCustomer(name=f"Quokka{n}", reference=f"Q{n}") for n in range(300)]
    rows = register_customers([NewCustomer(name="龘齉", reference="A1"), *names], by=SYSTEM, source="test")
    search.forget_words_in_steps()
    assert "齉" in _pages()  # of 龘齉: pages keep what a word has beyond the one before it
    monkeypatch.setattr(search, "forget_words", lambda: False)  # as with more than 50,000 customers
    erase_customer(rows[0].id, basis="asked", by=SYSTEM)
    assert "齉" in _pages()
    assert schedules.keep_house("2026-03-02")["index_steps"] >= 1
    assert "齉" not in _pages()
    assert schedules.keep_house("2026-03-03")["index_steps"] == 0  # nothing to do: nothing is rewritten
    assert len(search_for("quokka7")) == 1


def _pages() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT block FROM customers_document_fts_data")
        return b"".join(bytes(row[0]) for row in cursor.fetchall()).decode("utf-8", "ignore")


def search_for(text: str) -> list[str]:
    return [row.name for row in find(text, SYSTEM).rows if row.name.casefold() == text]


@pytest.mark.usefixtures("firm")
def test_an_import_that_was_cut_off_is_taken_up_by_the_worker():
    """What resuming does is tested with the imports; here: the tick asks for it once, and a worker settles it."""
    schedules._tick_imports()
    assert not Worker().work_once()
    Import.objects.create(
        kind="customers", file_name="gone.csv", digest="d", status=ImportStatus.RUNNING, started_at=clock.now(),
        by_kind="system", by_code="command",
    )  # fmt: skip
    schedules._tick_imports()
    schedules._tick_imports()
    assert Worker().work_once()
    assert not Worker().work_once()
    assert Import.objects.get().status == ImportStatus.FAILED  # its file is gone, and it says so
    assert not has_unfinished()
