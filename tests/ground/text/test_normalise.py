"""Normal forms and hidden characters (trust rows 10, 14, 22, 115)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.ground.refusals import Refused
from guanxi.ground.text.normalise import (
    account_form,
    checked,
    email_form,
    has_hidden,
    is_rounded,
    name_form,
    plate_form,
    policy_form,
    reference_form,
    show_hidden,
)


@pytest.mark.parametrize(
    ("text", "position", "name"),
    [("a\0b", 2, "NUL"), ("\0", 1, "NUL"), ("张三\ud83d", 3, "U+D83D"), ("\udc00x", 1, "U+DC00")],
)
def test_what_no_database_stores_is_refused_with_its_position(text: str, position: int, name: str) -> None:
    with pytest.raises(Refused) as refused:
        checked(text)
    assert refused.value.code == "text.not_storable"
    assert refused.value.params == {"position": position, "name": name}


NAMES = [
    "Null",
    "true",
    "O'Brien",
    "张",
    "𠮷",
    "👨‍👩‍👧",
    "محمد",
    "שלום",
    "x" * 200,
    "{{7*7}}",
    "<script>alert(1)</script>",
    "=1+1",
    "None",
    "0",
]


@pytest.mark.parametrize("name", NAMES)
def test_odd_names_are_stored_as_given_and_have_a_form(name: str) -> None:
    assert checked(name) == name
    assert name_form(name)
    assert show_hidden(name) == name


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("张三", "张三"),
        (" 张 三 ", "张三"),
        ("张\u3000三", "张三"),
        ("张\u200b三", "张三"),
        ("\u202e张三", "张三"),
        ("买买提•吐尔逊", "买买提·吐尔逊"),
        ("买买提 ・ 吐尔逊", "买买提·吐尔逊"),
        ("Ｊｏｈｎ  Smith", "john smith"),
        ("JOHN\tSMITH", "john smith"),
        ("Straße", "strasse"),
        ("O'Brien", "o'brien"),
        ("张 John", "张john"),
        ("\uf900", "豈"),
        ("", ""),
        ("\u200b", ""),
    ],
)
def test_name_form(name: str, form: str) -> None:
    assert name_form(name) == form


@given(st.text(max_size=40))
def test_a_name_form_is_its_own_form(name: str) -> None:
    form = name_form(name)
    assert form == form.strip()
    assert not any(space in form for space in ("  ", "\t", "\u3000", "\u200b"))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Zhang.San@Example.COM", "zhang.san@example.com"),
        ("  z@example.com ", "z@example.com"),
        ("z @ example.com", "z@example.com"),
        ("ｚ＠ｅｘａｍｐｌｅ．ｃｏｍ", "z@example.com"),
        ("a+b@example.com", "a+b@example.com"),
        ("z@例子.中国", "z@xn--fsqu00a.xn--fiqs8s"),
        ("z@XN--FSQU00A.xn--fiqs8s", "z@xn--fsqu00a.xn--fiqs8s"),
        ("z@例子。中国", "z@xn--fsqu00a.xn--fiqs8s"),
        ("z@example.com.", "z@example.com"),
        ("张三@example.com", "张三@example.com"),
        ("o'brien@example.com", "o'brien@example.com"),
    ],
)
def test_email_form(text: str, form: str) -> None:
    assert email_form(text) == form


def test_plus_tags_are_kept_apart() -> None:
    assert email_form("a+b@example.com") != email_form("a@example.com")


@pytest.mark.parametrize(
    "text",
    [
        "", "@", "z", "z@", "@example.com", "z@example", "z@example..com", "z@-a.com", "a b@example.com", "a@b@example.com",
        ".z@example.com",
        "z.@example.com", "z..z@example.com", "z@127.0.0.1", "z@[::1]", "z@exam ple.com", "z<z@example.com>", "z@example.com\r\nBcc: x@y.z",
        "z\u202e@example.com", "z@ex\u200b\u200dample .com", "z" * 65 + "@example.com", "z@" + "a." * 200 + "com",
        "z@" + "é" * 5_000 + ".com", "z@a_b.com",
    ],
)  # fmt: skip
def test_what_is_no_email_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        email_form(text)
    assert refused.value.code == "text.not_an_email"


@given(st.emails())
def test_every_email_form_is_its_own_form(text: str) -> None:
    try:
        form = email_form(text)
    except Refused:
        return
    assert email_form(form) == form
    assert email_form(text.upper()) == form or not text.isascii()


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("京A12345", "京A12345"),
        ("京a·12345", "京A12345"),
        ("粤B-D12345", "粤BD12345"),
        (" 沪 Ａ ８８８８８ ", "沪A88888"),
        ("AB12 CDE", "AB12CDE"),
    ],
)
def test_plate_form(text: str, form: str) -> None:
    assert plate_form(text) == form


@pytest.mark.parametrize("text", ["", "京", "京A1234567890123", "京A;DROP", "=1+1"])
def test_what_is_no_plate_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        plate_form(text)


def test_policies_and_accounts() -> None:
    assert policy_form(" pico-2011 0630/01 ") == "PICO2011063001"
    assert account_form("6222 0212 3456 7890 123") == "6222021234567890123"
    assert account_form("００１２-３４５６") == "00123456"
    for wrong in ("", "1", "(x)", "6.22202E+18"):
        with pytest.raises(Refused):
            account_form(wrong)
        with pytest.raises(Refused):
            policy_form(wrong)


def test_references_keep_case_dashes_and_leading_zeros() -> None:
    assert reference_form(" 0012 ") == "0012"
    assert reference_form("Ab-0012  x") == "Ab-0012 x"
    assert reference_form("００１２") == "0012"
    assert reference_form("1E5") == "1E5"
    for wrong in ("", " ", "\u200b", "x" * 201):
        with pytest.raises(Refused):
            reference_form(wrong)


@pytest.mark.parametrize("text", ["1.38E+10", "1.38e+10", "1E+10", " 6.22202E+18", "１．３８Ｅ＋１０", "-1.5E+3"])
def test_rounded_numbers_are_known(text: str) -> None:
    assert is_rounded(text)
    with pytest.raises(Refused) as refused:
        reference_form(text)
    assert refused.value.code == "text.rounded"
    assert "spreadsheet" in str(refused.value)


@pytest.mark.parametrize("text", ["13800138000", "E10", "12E34", "1.38", "abc", "", "1E", "1E5", "DEF-1E+1"])
def test_whole_numbers_and_words_are_not_rounded(text: str) -> None:
    assert not is_rounded(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("gpj.\u202eexe", "gpj.⟨U+202E⟩exe"),
        ("张\u200b三", "张⟨U+200B⟩三"),
        ("\ufeffx", "⟨U+FEFF⟩x"),
        ("a\u2066b\u2069", "a⟨U+2066⟩b⟨U+2069⟩"),
        ("a\x07b", "a⟨U+0007⟩b"),
        ("\u3164", "⟨U+3164⟩"),
        ("x\U000e0041", "x⟨U+E0041⟩"),
        ("a\u200db", "a⟨U+200D⟩b"),
        ("👨‍👩‍👧\u200b", "👨‍👩‍👧⟨U+200B⟩"),
    ],
)
def test_hidden_characters_are_marked(text: str, shown: str) -> None:
    assert has_hidden(text)
    assert show_hidden(text) == shown


@pytest.mark.parametrize("text", ["张三", "John Smith", "👨‍👩‍👧", "محمد", "a\nb\tc", "é", "买买提·吐尔逊", ""])
def test_plain_text_is_not_marked(text: str) -> None:
    assert not has_hidden(text)
    assert show_hidden(text) == text


@given(st.text(max_size=40))
def test_shown_text_hides_nothing(text: str) -> None:
    assert not has_hidden(show_hidden(text))
