"""Lists of any size given out (trust.md row 45): whole, in the language of whoever asks, noted with who and how much, and told
to whoever answers for the firm's data.
"""

import csv
import datetime as dt
import io
import logging

import pytest
from django.db import transaction
from django.utils import translation

from guanxi.faces.desk.lists import exporting
from guanxi.ground import clock
from guanxi.identity.exporting import EXPORTED, give_out_by_pieces
from guanxi.identity.models import Staff
from guanxi.identity.permissions import Denied, Permission
from guanxi.identity.queries import system_principal
from guanxi.journal.models import Act
from guanxi.journal.queries import latest_acts
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db
ALL = {"from": "sort=name&columns=name,state,created", "ending": "csv"}


@pytest.fixture
def small_steps(monkeypatch):
    monkeypatch.setattr(exporting, "_STEP", 3)


def rows_of(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))


def noted() -> list[tuple[str, int, dict]]:
    """What the journal says of exports, the newest first."""
    return [(act.kind, act.count, act.payload) for act in latest_acts(kinds=("data.export_begun", EXPORTED))]


def test_a_list_goes_out_whole_however_small_its_steps(scene, looking, monkeypatch):
    client = looking(scene, "chen")
    at_once = rows_of(client.post("/customers/file/", ALL))
    monkeypatch.setattr(exporting, "_STEP", 3)
    by_steps = rows_of(client.post("/customers/file/", ALL))
    assert by_steps == at_once
    assert len({row[0] for row in at_once[1:]}) == len(at_once) - 1 == 14
    assert [(kind, count) for kind, count, _ in noted()] == [(EXPORTED, 14), ("data.export_begun", 0)] * 2
    told = noted()[0][2]
    assert (told["rows"], told["whole"], told["columns"]) == (14, True, ["客户", "状态", "建档日期"])
    assert told["giving"] == noted()[1][2]["giving"]


def test_the_journal_knows_before_the_first_piece_leaves(scene, looking, small_steps):
    response = looking(scene, "chen").post("/customers/file/", ALL)
    assert [kind for kind, *_ in noted()] == ["data.export_begun"]
    act = Act.objects.get(kind="data.export_begun")
    assert (act.by_code, act.noun_code) == (scene.staff["chen"].code, "customers")
    rows_of(response)
    assert [kind for kind, *_ in noted()] == [EXPORTED, "data.export_begun"]


def test_a_reader_who_breaks_off_is_noted_with_what_really_went(scene):
    """The server closes what nobody reads any more; a real one, and a reader who hangs up, in the drill."""
    giving = give_out_by_pieces(
        "customers", ((2, b"a\r\nb\r\n") for _ in range(9)), by=scene.person("chen"), facts={"list": "customer"}
    )
    assert [next(giving), next(giving)] == [b"a\r\nb\r\n"] * 2
    giving.close()
    giving.close()
    assert [(kind, count) for kind, count, _ in noted()] == [(EXPORTED, 4), ("data.export_begun", 0)]
    assert noted()[0][2]["whole"] is False


def test_a_right_that_ends_on_the_way_ends_the_file(scene, looking, small_steps):
    response = looking(scene, "chen").post("/customers/file/", ALL)
    pieces = iter(response.streaming_content)
    next(pieces)
    Staff.objects.filter(pk=scene.staff["chen"].pk).update(role="manager")
    with pytest.raises(Denied):
        next(pieces)
    assert noted()[0][:2] == (EXPORTED, 3)
    assert noted()[0][2]["whole"] is False


def test_later_pieces_speak_the_language_of_the_request(scene, looking, small_steps):
    response = looking(scene, "chen", language="en").post("/customers/file/", ALL)
    with translation.override("zh-hans"):
        rows = rows_of(response)
    assert rows[0] == ["Customer", "State", "Entered"]
    assert {row[1] for row in rows[1:]} <= {"not yet known", "active", "watch", "alarm", "lapsed"}


def test_by_the_service_a_first_piece_that_is_refused_leaves_nothing(scene):
    def refused():
        raise Denied(Permission.EXPORT)
        yield 1, b""

    def pieces():
        yield 2, b"a\r\nb\r\n"
        yield 1, b"c\r\n"

    by = system_principal()
    with pytest.raises(Denied):
        give_out_by_pieces("customers", refused(), by=by, facts={})
    assert noted() == []
    giving = give_out_by_pieces("customers", pieces(), by=by, facts={"list": "customer"})
    assert b"".join(giving) == b"a\r\nb\r\nc\r\n"
    giving.close()
    assert [(kind, count) for kind, count, _ in noted()] == [(EXPORTED, 3), ("data.export_begun", 0)]
    with pytest.raises(Denied):
        give_out_by_pieces("customers", pieces(), by=scene.person("lin"), facts={})
    assert len(noted()) == 2


def test_more_rows_than_a_workbook_holds_are_refused_in_words_and_go_out_as_csv(scene, looking, monkeypatch):
    monkeypatch.setattr(exporting, "MOST_IN_WORKBOOK", 3)
    client = looking(scene, "chen")
    response = client.post("/customers/file/", ALL | {"ending": "xlsx"})
    assert response.status_code == 422
    assert "超过 3 行" in words_of(response) and "CSV" in words_of(response)
    assert noted() == []
    assert len(rows_of(client.post("/customers/file/", ALL))) == 15


def test_a_refusal_is_logged_with_who_and_what(scene, looking, caplog):
    with caplog.at_level(logging.WARNING, logger="guanxi.faces.shared.middleware"):
        assert looking(scene, "lin").post("/customers/file/", ALL).status_code == 403
    said = f"staff {scene.staff['lin'].code} (manager) was refused data.export: POST /customers/file/"
    assert said in caplog.text
    assert noted() == []


def test_the_administrator_sees_who_took_what_and_hears_of_much(scene, looking):
    by = scene.person("chen")
    rows_of(looking(scene, "chen").post("/customers/file/", ALL))
    admin = looking(scene, "li")
    assert "10,000" not in words_of(admin.get("/settings/"))
    shown = words_of(admin.get("/settings/data/"))
    assert "陈洁" in shown and "14 行" in shown
    with transaction.atomic():
        much = [Entry(Noun("export", "dealings"), {"rows": 10_001, "whole": False}, count=10_001)]
        record_acts(EXPORTED, much, by=by.actor)
    with clock.frozen(clock.now() - dt.timedelta(days=31)), transaction.atomic():
        record_acts(EXPORTED, [Entry(Noun("export", "holdings"), {"rows": 77}, count=77)], by=by.actor)
    shown = words_of(admin.get("/settings/data/"))
    assert "10,001 行" in shown and "77 行" not in shown
    assert "没有到头就断了" in shown
    assert "10,000" in words_of(admin.get("/settings/"))
    assert "10,000" not in words_of(looking(scene, "chen").get("/settings/"))


def test_an_export_whose_end_nobody_noted_is_shown_as_such(scene, looking, small_steps):
    looking(scene, "chen").post("/customers/file/", ALL)
    assert "结束没有记下" in words_of(looking(scene, "li").get("/settings/data/"))
