"""What surrounds the batches: rights on reports, previews, limits, the pace, the command."""

import json
import multiprocessing
import time

import pytest

from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.imports.folders import imports_folder
from guanxi.record.imports.models import Import
from guanxi.record.imports.queries import get_import, imports_page, problems_of, problems_report, rejected_report
from guanxi.record.imports.services import preview_file, site_open
from guanxi.record.imports.services.pace import Pace, is_alone
from tests.record.imports.test_dealings import BASIC, counts
from tests.stories.scene import SYSTEM

PEOPLE = "name,phone\n王伟,13800138000\n李娜,x\n"


def test_reports_of_others_are_not_there(take, scene):
    mine = take("customers", PEOPLE, by=scene.person("gao"))
    theirs = scene.person("xu")
    assert get_import(mine.code, principal=theirs) is None
    assert problems_report(mine.code, principal=theirs, folder=imports_folder()) is None
    assert rejected_report(mine.code, principal=theirs, folder=imports_folder()) is None
    assert problems_of(mine.code, principal=theirs) == []
    assert list(imports_page(principal=theirs)) == []
    own = get_import(mine.code, principal=scene.person("gao"))
    assert (own.counts.created, own.counts.failed, own.has_problems, own.file_name) == (1, 1, True, "rows.csv")
    told = problems_report(mine.code, principal=scene.person("gao"), folder=imports_folder())
    assert "".join(told).encode("utf-8-sig") == mine.problems.read_bytes()
    assert [row[:3] for row in problems_of(mine.code, principal=SYSTEM)] == [(2, 3, "phone")]
    assert [row.code for row in imports_page(principal=SYSTEM)] == [mine.code]
    with pytest.raises(Denied):
        imports_page(principal=scene.person("lin"))


def test_who_may_not_import_stores_nothing(take, scene):
    for name in ("lin", "du", "fei", "mei"):
        with pytest.raises(Denied):
            take("customers", PEOPLE, by=scene.person(name))
    assert not Import.objects.exists()


def test_a_preview_shows_how_the_file_is_read(scene, write):
    path = write("a.csv", "姓名,手机,x\n王伟,13800138000,1\n李娜,13900139000,2\n".encode("gb18030"))
    preview = preview_file(path, "customers", by=SYSTEM)
    assert (preview.format, preview.encoding, preview.columns, preview.missing) == (
        "csv",
        "gb18030",
        ["姓名", "手机", "x"],
        "",
    )
    assert preview.rows == [["王伟", "13800138000", "1"], ["李娜", "13900139000", "2"]]
    assert preview.mapping == {"name": ("姓名",), "phone": ("手机",)}
    assert "occurred_at" in preview_file(path, "dealings", by=SYSTEM).missing


def test_a_file_too_large_for_a_request_is_refused_before_anything(take):
    text = "name,phone\n" + "".join(f"n{n},138{n:08}\n" for n in range(6))
    with pytest.raises(Refused) as refused:
        take("customers", text, most_rows=5)
    assert refused.value.code == "imports.too_many_rows"
    assert not Import.objects.exists()
    assert counts(take("customers", text, most_rows=6))[1] == 6


def test_each_batch_is_one_act(take):
    take("dealings", BASIC, create_customers=True)
    acts = list(Act.objects.filter(kind__startswith="dealings.").values_list("kind", "noun_kind", "noun_code"))
    assert acts == [("dealings.imported", "import", Import.objects.get().code)]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"currency": "XXX"}, "money.unknown_currency"),
        ({"zone": "Mars/Olympus"}, "clock.unknown_zone"),
        ({"encoding": "klingon"}, "reading.unknown_encoding"),
        ({"feed": "x" * 65}, "imports.feed_too_long"),
        ({"feed": "a\udcff"}, "text.not_storable"),
        ({"feed": "a\0"}, "text.not_storable"),
        ({"fields": "customer=nobody"}, "mapping.unknown_column"),
        ({"fields": "customer=customer,owner=date"}, "mapping.unknown_field"),
        ({"fields": "customer=customer,amount=amount"}, "mapping.missing"),
    ],
)
def test_options_that_cannot_be_are_refused_before_anything(take, options, code):
    with pytest.raises(Refused) as refused:
        take("dealings", BASIC, **options)
    assert refused.value.code == code
    assert not Import.objects.exists()


def _hold_site(ready, done):
    with site_open():
        ready.set()
        done.wait(20)


@pytest.mark.both
def test_an_import_knows_whether_the_site_is_open(scene):
    from django.db import connection

    assert is_alone()
    context = multiprocessing.get_context("fork")
    ready, done = context.Event(), context.Event()
    server = context.Process(target=_hold_site, args=(ready, done))
    server.start()
    assert ready.wait(20)
    try:
        assert is_alone() == (connection.vendor == "postgresql")
        pace = Pace((500, 5000))
        assert pace.size == (5000 if connection.vendor == "postgresql" else 500)
        pace.took(pace.size, 0.4)
        if connection.vendor == "sqlite":
            assert pace.size == 200
            pace.took(200, 0.02)
            assert pace.size == 400
    finally:
        done.set()
        server.join(20)
    assert is_alone()


def test_a_short_last_batch_does_not_slow_the_next(scene):
    pace = Pace((500, 5000))
    assert pace.size == 5000
    pace.took(3, 0.0)
    assert pace.size == 5000


def test_two_thousand_contacts_take_seconds(take):
    """OPS-04 asks for 60 s, speed.md for 2 s from click to report; shared machines get a margin."""
    text = "姓名,手机\n" + "".join(f"客户{n},139{n:08}\n" for n in range(2000))
    began = time.process_time()
    report = take("customers", text, most_rows=5000)
    assert counts(report) == (2000, 2000, 0, 0, 0, 0)
    assert time.process_time() - began < 8
    assert json.loads(json.dumps(report.as_json()))["created"] == 2000
