"""Contact cards: names and numbers of phones from three decades, nothing heavy, nothing fetched."""

import time

import pytest

from guanxi.record.imports.reading.opening import open_source

OLD = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E7=8E=8B;=E4=BC=9F;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E7=8E=8B=E4=BC=
=9F
TEL;CELL:138-0013-8000
TEL;HOME;PREF:010-12345678
EMAIL;HOME:w@example.com
ORG;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:=B9=AB=CB=BE
ADR;HOME;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;=E5=BB=BA=E5=9B=BD=E8=B7=AF88=E5=8F=B7;=E5=8C=97=E4=BA=AC;;;
END:VCARD
"""
NEW = """BEGIN:VCARD
VERSION:3.0
N:张;三;;;
item1.TEL;type=CELL;type=pref:+86 139 0000 1111
BDAY:1990-01-02
NOTE:first\\nsecond
CLASS:PRIVATE
END:VCARD
"""


def read(path, size=100):
    _, source = open_source(path)
    rows, bad, lines = [], {}, []
    for batch in source.batches(source.columns, size=size):
        rows += [dict(zip(batch.columns, row, strict=True)) for row in zip(*batch.columns.values(), strict=True)]
        bad |= {batch.first_row + offset: why.refusal.code for offset, why in batch.bad.items()}
        lines += batch.lines
    return rows, bad, lines


def test_old_and_new_cards_in_one_file(write):
    rows, bad, lines = read(write("a.vcf", OLD + NEW), size=1)
    assert bad == {}
    assert lines == [1, 12]
    assert {name: text for name, text in rows[0].items() if text} == {
        "name": "王伟",
        "phone": "138-0013-8000",
        "phone 2": "010-12345678",
        "email": "w@example.com",
        "company": "公司",
        "city": "北京",
        "address": "北京 建国路88号",
    }
    assert {name: text for name, text in rows[1].items() if text} == {
        "name": "张三",
        "phone": "+86 139 0000 1111",
        "birthday": "1990-01-02",
        "note": "first\nsecond",
        "private": "true",
    }


@pytest.mark.parametrize("fold", ["\n ", "\n"])
def test_a_picture_of_megabytes_is_dropped_unread(write, fold):
    photo = "PHOTO;ENCODING=BASE64;JPEG:" + (fold + "A" * 76) * 40_000 + "\n\n"
    card = f"BEGIN:VCARD\nVERSION:2.1\nFN:Wang\n{photo}TEL:13800138000\nEND:VCARD\n"
    began = time.monotonic()
    rows, bad, _ = read(write("a.vcf", card + NEW))
    assert time.monotonic() - began < 2
    assert bad == ({} if fold == "\n " else bad)
    assert rows[-1]["name"] == "张三"
    if fold == "\n ":
        assert (rows[0]["name"], rows[0]["phone"]) == ("Wang", "13800138000")


def test_addresses_in_cards_are_never_fetched(write):
    # sockets are blocked in tests: a fetch would raise
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:Wang\nPHOTO;VALUE=uri:http://169.254.169.254/latest\nTEL:1\nEND:VCARD\n"
    rows, bad, _ = read(write("a.vcf", card))
    assert (rows[0]["name"], bad) == ("Wang", {})


def test_parts_within_parts_are_bounded(write):
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:Wang\n" + "BEGIN:VCARD\nFN:x\n" * 10_000 + "END:VCARD\n" * 10_001
    began = time.monotonic()
    rows, bad, _ = read(write("a.vcf", card + NEW))
    assert time.monotonic() - began < 2
    assert [row["name"] for row in rows] == ["Wang", "张三"]
    assert bad == {}


def test_cards_that_never_end_or_make_no_sense_are_one_bad_row(write):
    rows, bad, _ = read(write("a.vcf", "BEGIN:VCARD\nVERSION:3.0\nFN:x\n" + NEW.replace("END:VCARD\n", "")))
    assert bad == {1: "reading.card_too_long"}
    rows, bad, _ = read(write("b.vcf", "BEGIN:VCARD\nVERSION:3.0\nthis is no property\nEND:VCARD\n" + NEW))
    assert bad == {1: "reading.bad_card"}
    assert rows[1]["name"] == "张三"


def test_a_card_beyond_the_limit_is_a_bad_row(write):
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:x\nNOTE:" + "y" * 300_000 + "\nEND:VCARD\n"
    assert read(write("a.vcf", card + NEW))[1] == {1: "reading.card_too_long"}


@pytest.mark.parametrize("line", ["ADR;TYPE" + "=" * 60 + "HOME=", "TEL;CELL" + ",a" * 60, 'TEL;TYPE="' + '",x="' * 40])
def test_a_line_without_its_colon_costs_no_time(write, line):
    card = f"BEGIN:VCARD\nVERSION:3.0\nFN:Wang\n{line}\nEND:VCARD\n"
    began = time.monotonic()
    rows, bad, _ = read(write("a.vcf", card + NEW))
    assert time.monotonic() - began < 2
    assert bad == {1: "reading.bad_card"}
    assert rows[1]["name"] == "张三"


@pytest.mark.parametrize(
    "name", ["TEL", "item1.TEL", "TEL;CELL;VOICE", "TEL;TYPE=CELL,VOICE", 'TEL;TYPE="work,cell";X=1', "TEL;X==a"]
)
def test_every_way_to_write_a_property_is_read(write, name):
    card = f"BEGIN:VCARD\nVERSION:3.0\nFN:Wang\n{name}:13800138000\nEND:VCARD\n"
    rows, bad, _ = read(write("a.vcf", card))
    assert (rows[0]["phone"], bad) == ("13800138000", {})
