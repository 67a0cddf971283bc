"""What is taken out: the right columns, exact figures, no live formula, and always a line in the journal."""

import csv
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from guanxi.ground.exports.sheets import Kind, RowSheet
from guanxi.ground.exports.writers import write_csv, write_parquet, write_xlsx
from guanxi.ground.refusals import Refused
from guanxi.ground.text.formulas import restored
from guanxi.identity.permissions import Denied
from guanxi.identity.principals import ANONYMOUS
from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight.refresh import refresh
from guanxi.journal.models import Act
from guanxi.project.exports import export
from guanxi.record.customers.models import Customer
from tests.insight.warehouse.scene import add_customers, add_dealings, day
from tests.trusting import trust_detectors

SYSTEM = system_principal()
STANDING = (
    "customer,tier,tier_strict,value,potential,frequency,recency_days,age_days,monetary,expected_purchases_365,"
    "lifetime_value,probability_alive,rfm,state,loyalty,loyalty_coverage,loss_risk,next_action,grade"
).split(",")


@pytest.fixture
def firm_with_figures(transactional_db, tmp_path, monkeypatch) -> list[int]:
    monkeypatch.setattr(settings, "GUANXI_HOME", tmp_path / "home")
    found_firm(by=SYSTEM, name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    trust_detectors()
    ids = add_customers(40)
    Customer.objects.filter(pk=ids[0]).update(reference="A-1")
    add_dealings([(pk, day(21 * n + place % 20), 1250 + 100 * place) for place, pk in enumerate(ids) for n in range(9)])
    add_customers(1)
    refresh(by=SYSTEM, as_of=day(220))
    return ids


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_standing_has_the_columns_of_the_contract_in_every_format(firm_with_figures, tmp_path):
    for name in ("s.csv", "s.xlsx", "s.parquet"):
        assert export("standing", tmp_path / name, by=SYSTEM) == 41
    table = pq.read_table(tmp_path / "s.parquet")
    assert table.column_names == STANDING
    first = table.to_pylist()[0]
    assert (first["customer"], first["tier"], first["frequency"], first["recency_days"], first["age_days"]) == (
        *("A-1", "C", 8, 220 - 168, 220),
    )
    assert (first["value"], first["monetary"], first["grade"]) == (112.5, 12.5, "C")
    assert 0 < first["loss_risk"] < 1
    assert first["loyalty"] is None
    never = table.to_pylist()[-1]
    assert (never["tier"], never["value"], never["frequency"], never["state"], never["rfm"]) == ("", 0.0, None, "", "")
    assert len(never["customer"]) == 12  # who has no reference is named by the code
    in_csv = rows_of(tmp_path / "s.csv")
    assert list(in_csv[0]) == STANDING
    assert (in_csv[0]["value"], in_csv[0]["monetary"], in_csv[-1]["frequency"]) == ("112.50", "12.5", "")
    page = load_workbook(tmp_path / "s.xlsx", read_only=True).active
    cells = list(page.iter_rows(values_only=True))
    assert list(cells[0]) == STANDING
    assert (cells[1][0], cells[1][3]) == ("A-1", 112.5)


def test_standing_of_another_day_is_computed_anew(firm_with_figures, tmp_path):
    export("standing", tmp_path / "then.parquet", by=SYSTEM, as_of=day(60))
    then = pq.read_table(tmp_path / "then.parquet").to_pylist()[0]
    assert (then["customer"], then["frequency"], then["recency_days"], then["age_days"]) == ("A-1", 2, 60 - 42, 60)


def test_columns_are_picked_in_the_order_asked(firm_with_figures, tmp_path):
    export("standing", tmp_path / "s.csv", by=SYSTEM, columns=["value", "customer"])
    assert rows_of(tmp_path / "s.csv")[0] == {"value": "112.50", "customer": "A-1"}


def test_dealings_signals_and_actions(firm_with_figures, tmp_path):
    assert export("dealings", tmp_path / "d.csv", by=SYSTEM) == 360
    line = rows_of(tmp_path / "d.csv")[0]
    assert (line["customer"], line["occurred_on"], line["amount"], line["currency"]) == (
        "A-1",
        "2026-01-01",
        "12.50",
        "CNY",
    )
    assert line["occurred_at"] == "2026-01-01T04:00:00+00:00"
    export("dealings", tmp_path / "d.parquet", by=SYSTEM)
    assert pq.read_table(tmp_path / "d.parquet")["amount"][0].as_py() == 12.5
    export("signals", tmp_path / "signals.csv", by=SYSTEM)
    head = (tmp_path / "signals.csv").read_text(encoding="utf-8").splitlines()[0].replace('"', "")
    assert head == "customer,kind,state,occurred_on,detected_on,severity,at_stake,explanation"
    export("actions", tmp_path / "actions.csv", by=SYSTEM)
    head = (tmp_path / "actions.csv").read_text(encoding="utf-8").splitlines()[0].replace('"', "")
    assert head == "customer,owner,rank,class,offer,channel,reason,value_at_stake,due_on,status"


def test_customers(firm_with_figures, tmp_path):
    Customer.objects.filter(pk=firm_with_figures[0]).update(name="=王小明")
    assert export("customers", tmp_path / "c.csv", by=SYSTEM) == 41
    line = rows_of(tmp_path / "c.csv")[0]
    assert (line["customer"], line["name"], line["tier"], line["value"], line["created_on"]) == (
        *("A-1", "'=王小明", "C", "113.00", "2026-01-01"),  # the headline value has three figures
    )
    export("customers", tmp_path / "c.parquet", by=SYSTEM)
    assert pq.read_table(tmp_path / "c.parquet")["name"][0].as_py() == "=王小明"


def test_every_export_is_journaled(firm_with_figures, tmp_path):
    export("standing", tmp_path / "s.csv", by=SYSTEM)
    act = Act.objects.get(kind="data.exported")
    assert (act.noun_kind, act.noun_code, act.by_kind) == ("export", "standing", "system")


def test_without_the_right_nothing_is_written(firm_with_figures, tmp_path):
    with pytest.raises(Denied):
        export("standing", tmp_path / "s.csv", by=ANONYMOUS)
    assert not (tmp_path / "s.csv").exists()
    assert not Act.objects.filter(kind="data.exported").exists()


@pytest.mark.parametrize(
    ("kind", "name", "columns", "words"),
    [
        ("secrets", "s.csv", [], "nothing called “secrets”"),
        ("standing", "s.pdf", [], "end its name with .csv .xlsx .parquet"),
        ("standing", "s.csv", ["password"], "no column “password”"),
        ("standing", "nowhere/s.csv", [], "no folder"),
    ],
)
def test_wrong_wishes_are_refused_in_words(firm_with_figures, tmp_path, kind, name, columns, words):
    with pytest.raises(Refused, match=words):
        export(kind, tmp_path / name, by=SYSTEM, columns=columns)
    assert not (tmp_path / name).exists()


@pytest.mark.django_db(transaction=True)
def test_before_the_first_refresh_standing_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "GUANXI_HOME", tmp_path / "home")
    found_firm(by=SYSTEM, name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    trust_detectors()
    with pytest.raises(Refused, match="guanxi refresh"):
        export("standing", tmp_path / "s.csv", by=SYSTEM)
    assert list(tmp_path.glob("*.csv*")) == []


def sheet_of(*texts: str) -> RowSheet:
    def read() -> Iterator[dict[str, str]]:
        return ({"text": text} for text in texts)

    return RowSheet({"text": Kind.TEXT}, read)


FORMULAS = [
    f"{before}{sign}1+cmd|' /C calc'!A0"
    for sign in ("=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦")
    for before in ("", " ", "\t", "\r", "\n", "\u200b", "'")
]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_formula_lives_in_a_csv_and_it_comes_back_as_it_was(tmp_path, text):
    write_csv(sheet_of(text), tmp_path / "x.csv")
    written = rows_of(tmp_path / "x.csv")[0]["text"]
    assert written == "'" + text
    assert restored(written) == text


@pytest.mark.parametrize("text", FORMULAS)
def test_no_formula_lives_in_a_workbook_and_it_comes_back_as_it_was(tmp_path, text):
    write_xlsx(sheet_of(text), tmp_path / "x.xlsx")
    cell = load_workbook(tmp_path / "x.xlsx").active["A2"]
    assert cell.data_type == "s"
    assert cell.value == text.replace("\r", "\n")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_any_text_comes_back_from_a_csv(tmp_path_factory, text):
    file = tmp_path_factory.mktemp("csv") / "x.csv"
    write_csv(sheet_of(text), file)
    assert restored(rows_of(file)[0]["text"]) == text


def test_numbers_days_and_moments_are_plain(tmp_path):
    cells = {
        "money": Decimal("-1234567890123.40"),
        "small": Decimal("0.000001"),
        "number": 0.1,
        "whole": -3,
        "flag": True,
        "day": dt.date(1899, 12, 31),
        "at": dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC),
        "none": None,
    }
    kinds = [Kind.NUMBER, Kind.NUMBER, Kind.NUMBER, Kind.WHOLE, Kind.FLAG, Kind.DAY, Kind.MOMENT, Kind.TEXT]
    sheet = RowSheet(dict(zip(cells, kinds, strict=True)), lambda: iter([cells]))
    write_csv(sheet, tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text().splitlines()[1] == (
        "-1234567890123.40,0.000001,0.1,-3,true,1899-12-31,2026-01-02T03:04:00+00:00,"
    )
    write_xlsx(sheet, tmp_path / "x.xlsx")
    row = [cell.value for cell in load_workbook(tmp_path / "x.xlsx").active[2]]
    assert row == [-1234567890123.4, 0.000001, 0.1, -3, True, "1899-12-31", "2026-01-02T03:04:00+00:00", None]
    write_parquet(sheet, tmp_path / "x.parquet")
    kept = pq.read_table(tmp_path / "x.parquet").to_pylist()[0]
    assert kept == cells | {"money": -1234567890123.4, "small": 0.000001}
