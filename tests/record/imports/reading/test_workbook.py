"""Workbooks: cells as a person sees them; archives, dimensions and markup that attack are refused or harmless."""

import datetime as dt
import io
import time
import zipfile
from contextlib import suppress

import openpyxl
import pytest

from guanxi.ground.refusals import Refused
from guanxi.record.imports.reading.opening import open_source
from guanxi.record.imports.reading.workbook_safety import MAX_CELLS

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
RELATION = '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>'
BOOK = (
    '<?xml version="1.0"?>{}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
SHEET = '<?xml version="1.0"?>{head}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{dimension}<sheetData>{rows}</sheetData></worksheet>'


def archive(
    rows: str, *, dimension: str = "", head: str = "", book_head: str = "", extra: dict[str, bytes] | None = None
) -> bytes:
    """A workbook of one hand-written sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", CONTENT_TYPES)
        file.writestr("_rels/.rels", RELS.format(RELATION.format("officeDocument", "xl/workbook.xml")))
        file.writestr("xl/workbook.xml", BOOK.format(book_head))
        file.writestr("xl/_rels/workbook.xml.rels", RELS.format(RELATION.format("worksheet", "worksheets/sheet1.xml")))
        file.writestr("xl/worksheets/sheet1.xml", SHEET.format(rows=rows, dimension=dimension, head=head))
        for name, content in (extra or {}).items():
            file.writestr(name, content)
    return out.getvalue()


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def read(path):
    _, source = open_source(path)
    batches = list(source.batches(source.columns, size=3))
    rows = [list(row) for batch in batches for row in zip(*(batch.texts(name) for name in source.columns), strict=True)]
    return source.columns, [line for batch in batches for line in batch.lines], rows


def test_cells_are_texts_as_a_person_sees_them(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([None, None])
    sheet.append(["name", "phone", "day", "at", "amount", "yes"])
    sheet.append(["王伟", "0012", dt.date(2011, 6, 30), dt.datetime.fromisoformat("2011-06-30T14:05:00"), 1.5, True])
    sheet.append([None] * 6)
    sheet.append(["=1+1 as text", 13800138000, None, None, 1e-7, False])
    sheet["A5"].data_type = "s"
    book.save(tmp_path / "a.xlsx")
    columns, lines, rows = read(tmp_path / "a.xlsx")
    assert columns == ["name", "phone", "day", "at", "amount", "yes"]
    assert lines == [3, 5]
    assert rows == [
        ["王伟", "0012", "2011-06-30", "2011-06-30 14:05:00", "1.5", "true"],
        ["=1+1 as text", "13800138000", "", "", "0.0000001", "false"],
    ]


def test_one_cell_at_the_far_end_is_one_row(write):
    rows = (
        f'<row r="1">{cell("A1", "name")}{cell("XFD1", "far")}</row><row r="1048576">{cell("XFD1048576", "end")}</row>'
    )
    began = time.monotonic()
    columns, lines, found = read(write("a.xlsx", archive(rows, dimension='<dimension ref="A1:XFD1048576"/>')))
    assert time.monotonic() - began < 2
    assert (columns, lines, found) == (["name", "far"], [1048576], [["", "end"]])


def test_a_declared_dimension_of_billions_is_not_believed(write):
    rows = f'<row r="1">{cell("A1", "name")}</row><row r="2">{cell("A2", "王")}</row>'
    began = time.monotonic()
    assert read(write("a.xlsx", archive(rows, dimension='<dimension ref="A1:XFD1048576"/>')))[2] == [["王"]]
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("place", ["E202602303", "C" + "4" * 32, "AAAAAA1", "c20260230"])
def test_a_place_that_no_sheet_has_is_refused_before_the_parser_believes_it(write, place):
    rows = f'<row r="1">{cell("A1", "n")}{cell("B1", "m")}</row><row r="2">{cell("A2", "1")}{cell(place, "2")}</row>'
    with pytest.raises(Refused) as refusal:
        read(write("a.xlsx", archive(rows)))
    assert refusal.value.code == "reading.damaged"


@pytest.mark.parametrize("far", ["xfd1048576", "XfD1048576"])
def test_a_far_cell_in_small_letters_is_one_row_as_well(write, far):
    rows = f'<row r="1">{cell("a1", "n")}</row><row r="1048576">{cell(far, "9").replace(" r=", " r = ")}</row>'
    began = time.monotonic()
    with suppress(Refused):  # or damaged: the parser may know no small letters
        read(write("a.xlsx", archive(rows)))
    assert time.monotonic() - began < 2


def test_scattered_cells_beyond_every_limit_are_refused(write):
    steps = int(MAX_CELLS**0.5) + 2
    letters = [
        (chr(65 + a) if a >= 0 else "") + chr(65 + b) + chr(65 + c)
        for a in range(-1, 20)
        for b in range(26)
        for c in range(26)
    ]
    rows = "".join(f'<row r="{n + 1}">{cell(f"{letters[n]}{n + 1}", "x")}</row>' for n in range(steps))
    with pytest.raises(Refused) as refused:
        read(write("a.xlsx", archive(rows)))
    assert refused.value.code == "reading.sheet_too_large"


def test_a_bomb_is_refused_before_it_is_parsed(write):
    bomb = archive(f'<row r="1">{cell("A1", "0" * (120 << 20))}</row>')
    assert len(bomb) < 1 << 20
    with pytest.raises(Refused) as refused:
        read(write("a.xlsx", bomb))
    assert refused.value.code == "reading.unpacks_to_too_much"
    assert refused.value.params["ratio"] > 100


def test_a_part_that_lies_about_its_size_is_refused(write):
    bomb = bytearray(archive(f'<row r="1">{cell("A1", "0" * (40 << 20))}</row>'))
    place = bomb.rindex(b"xl/worksheets/sheet1.xml") - 46  # the entry of the central directory
    bomb[place + 24 : place + 28] = (1000).to_bytes(4, "little")
    with pytest.raises(Refused) as refused:
        read(write("a.xlsx", bytes(bomb)))
    assert refused.value.code == "reading.damaged"


@pytest.mark.parametrize("where", ["head", "book_head"])
@pytest.mark.parametrize(
    "markup", ['<!DOCTYPE x [<!ENTITY e "boom">]>', '<!DOCTYPE x SYSTEM "http://169.254.169.254/">']
)
def test_document_types_and_entities_are_refused(write, where, markup):
    with pytest.raises(Refused) as refused:
        read(write("a.xlsx", archive(f'<row r="1">{cell("A1", "&e;")}</row>', **{where: markup})))
    assert refused.value.code == "reading.markup"


def test_a_doctype_across_a_block_border_is_found(write):
    padding = "<!--" + "x" * ((1 << 20) - 60) + "-->"
    with pytest.raises(Refused) as refused:
        read(write("a.xlsx", archive("", head=padding + "<!DOCTYPE x>")))
    assert refused.value.code == "reading.markup"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (archive(""), "reading.empty"),
        (archive(f'<row r="1">{cell("A1", "a")}{cell("B1", "a")}</row>'), "reading.duplicate_columns"),
        (archive("<row><c><v>1</v></row>"), "reading.damaged"),
        (b"PK\x03\x04", "reading.damaged"),
    ],
)
def test_workbooks_that_hold_no_table(write, content, code):
    with pytest.raises(Refused) as refused:
        read(write("a.xlsx", content))
    assert refused.value.code == code


def test_another_archive_is_no_workbook(write):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("evil.php", "<?php")
    with pytest.raises(Refused) as refused:
        read(write("a.xlsx", out.getvalue()))
    assert refused.value.code == "reading.not_a_workbook"


def test_only_tables_reach_the_parser(write):
    extra = {
        "xl/vbaProject.bin": b"\0" * 1000,
        "xl/media/image1.png": b"\x89PNG",
        "customXml/item1.xml": b"<!DOCTYPE x>",
    }
    rows = f'<row r="1">{cell("A1", "name")}</row><row r="2">{cell("A2", "王")}</row>'
    assert read(write("a.xlsx", archive(rows, extra=extra)))[2] == [["王"]]
