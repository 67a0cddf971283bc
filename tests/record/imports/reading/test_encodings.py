"""In which encoding a file speaks: told from its bytes, refused when they do not tell, never replaced silently."""

import pytest

from guanxi.ground.refusals import Refused
from guanxi.record.imports.reading.opening import open_source
from guanxi.record.imports.reading.scanning import scan_file

SIMPLIFIED = "客户编号,姓名,地址\n1,王伟,北京市朝阳区建国路八十八号\n2,李娜,上海市浦东新区世纪大道一百号\n3,张强,广州市天河区体育东路\n"
TRADITIONAL = (
    "客戶編號,姓名,地址\n1,王偉,臺北市信義區市府路一號\n2,李娜,高雄市苓雅區四維三路\n3,張強,臺中市西屯區臺灣大道\n"
)


@pytest.mark.parametrize(
    ("text", "codec", "found"),
    [
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED + "4,𠮷野,东京\n", "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (TRADITIONAL + "4,\u00ca\u0304\u00ea\u030c,香港\n", "big5hkscs", "big5hkscs"),  # one code, two characters
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        ("name,city\nJürgen Müller,Köln\nFrançois Lefèvre,Besançon\nJosé Muñoz,Málaga\n", "cp1252", "cp1252"),
    ],
)
def test_encodings_are_told_from_the_bytes(write, text, codec, found):
    scan = scan_file(write("a.csv", text.encode(codec)))
    assert scan.encoding == found
    _, source = open_source(write("a.csv", text.encode(codec)))
    (batch,) = source.batches(source.columns, size=10)
    rows = [line.split(",") for line in text.splitlines()]
    assert [source.columns, *(list(row) for row in zip(*batch.columns.values(), strict=True))] == rows


def test_a_delimiter_inside_a_character_does_not_cut_it(write):
    # 0x7C, the bar, is the second byte of these characters: decode first, then parse
    text = "name|city\n" + "\n".join(f"{char}伟|北京市朝阳区" for char in "亅亊亖亗")
    raw = text.encode("gb18030")
    assert raw.count(b"|") >= 5
    _, source = open_source(write("a.csv", raw), encoding="gb18030")
    (batch,) = source.batches(["name", "city"], size=10)
    assert batch.texts("name") == ["亅伟", "亊伟", "亖伟", "亗伟"]


def test_a_file_of_two_encodings_is_refused(write):
    half = b"name\n" + "".join(f"北京市朝阳区{n}\n" for n in range(20)).encode()
    half += "".join(f"上海市浦东新区{n}\n" for n in range(20)).encode("gb18030")
    with pytest.raises(Refused) as refused:
        scan_file(write("a.csv", half))
    assert refused.value.code == "reading.mixed_encodings"
    assert refused.value.params == {"utf8": 20, "other": 20}


def test_what_the_bytes_do_not_tell_is_asked(write):
    with pytest.raises(Refused) as refused:
        scan_file(write("a.csv", b"name\n\xb0\xa1\n"))
    assert refused.value.code == "reading.encoding_unclear"
    assert scan_file(write("a.csv", b"name\n\xb0\xa1\n"), encoding="gb2312").encoding == "gb18030"
    assert scan_file(write("a.csv", b"name\n\xb0\xa1\n"), encoding="big5").encoding == "big5hkscs"


def test_an_unknown_encoding_is_refused(write):
    for name in ("klingon", "base64", "rot13", "\0", "idna", "punycode", "unicode_escape", "undefined", "x" * 9_999):
        with pytest.raises(Refused) as refused:
            scan_file(write("a.csv", "name\n王\n"), encoding=name)
        assert refused.value.code == "reading.unknown_encoding"


def test_utf_16_may_be_said_where_no_mark_stands(write):
    for codec in ("utf-16-le", "utf-16"):
        content = "name\n王\n".encode("utf-16-le")
        assert scan_file(write("a.csv", content), encoding=codec).encoding == "utf-16-le"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xls", b"<html><body><table><tr><td>name</td></tr></table>", "reading.not_a_table"),
        ("a.csv", b"  <!DOCTYPE html><p>x", "reading.not_a_table"),
        ("a.csv", b"GIF89a=1;alert(1)//,b\n1,2\n", "reading.not_a_table"),
        ("a.xlsx", b"name,phone\nx,1\n", "reading.wrong_name"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "reading.not_a_table"),
        ("a.csv", b"PAR1" + b"\0" * 50, "reading.wrong_name"),
        ("a.csv", b"PK\x03\x04" + b"\0" * 50, "reading.wrong_name"),
        ("a.csv", bytes(range(1, 32)) * 20, "reading.not_a_table"),
        ("a.bin", b"%PDF-1.7\n", "reading.not_a_table"),
        ("a.parquet", b"PAR1 this is not parquet PAR1", "reading.damaged"),
        ("a.xlsx", b"PK\x03\x04 this is not a zip", "reading.damaged"),
    ],
)
def test_content_decides_not_the_name(write, name, content, code):
    with pytest.raises(Refused) as refused:
        open_source(write(name, content))
    assert refused.value.code == code
