"""Phone forms (trust row 15)."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.ground.refusals import Refused
from guanxi.ground.text.phones import is_mainland_mobile, phone_form

MOBILE = "+8613800138000"


@pytest.mark.parametrize(
    "text",
    [
        "13800138000", "+86 138-0013-8000", "138 0013 8000", "138-0013-8000", "+8613800138000", "8613800138000", "0086 138 0013 8000",
        "(+86)13800138000", "１３８００１３８０００", "＋８６　１３８－００１３－８０００", " 13800138000\t", "13800138000.0",
        "'13800138000",
        "\u202d13800138000\u202c", "138\u00a00013\u20118000", "013800138000", "+86 (138) 0013 8000", "138.0013.8000",
    ],
)  # fmt: skip
def test_a_mainland_mobile_in_any_dress_is_one_number(text: str) -> None:
    assert phone_form(text) == MOBILE


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("19912345678", "+8619912345678"),
        ("010-62345678", "+861062345678"),
        ("(010) 6234 5678", "+861062345678"),
        ("0755-82828282", "+8675582828282"),
        ("+86 21 6234 5678", "+862162345678"),
        ("010.6234.5678", "+861062345678"),
        ("10086.0", "10086"),
        ("010-62345678转801", "+861062345678;ext=801"),
        ("010-62345678 ext. 801", "+861062345678;ext=801"),
        ("+861062345678;ext=801", "+861062345678;ext=801"),
        ("+44 20 7946 0958", "+442079460958"),
        ("0044 20 7946 0958", "+442079460958"),
        ("+1 (415) 555-2671", "+14155552671"),
        ("+852 2345 6789", "+85223456789"),
        ("10086", "10086"),
        ("95588", "95588"),
        ("110", "110"),
        ("0012", "0012"),
        ("400-810-6666", "4008106666"),
        ("+86 400 810 6666", "4008106666"),
        ("800 810 6666", "8008106666"),
    ],
)
def test_other_numbers(text: str, form: str) -> None:
    assert phone_form(text) == form


def test_the_region_decides_where_no_country_is_named() -> None:
    assert phone_form("020 7946 0958", "GB") == "+442079460958"
    assert phone_form("(415) 555-2671", "US") == "+14155552671"
    assert phone_form("+86 138 0013 8000", "GB") == MOBILE
    with pytest.raises(Refused):
        phone_form("13800138000", "GB")


@pytest.mark.parametrize("text", ["1.38E+10", "1.38001E+10", "1.38e+10", " １．３８Ｅ＋１０"])
def test_a_rounded_number_is_refused_and_the_cause_named(text: str) -> None:
    with pytest.raises(Refused) as refused:
        phone_form(text)
    assert refused.value.code == "phones.rounded"
    assert "spreadsheet" in str(refused.value)


def test_a_number_without_area_code_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        phone_form("6234 5678")
    assert refused.value.code == "phones.area_code_missing"


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "+", "12", "abc", "12345678901", "138001380001", "1380013800", "13800138000/13900139000", "13800138000,13900139000",
        "tel:13800138000", "1-800-FLOWERS", "=13800138000", "+86", "+999 1234 5678", "1" * 41,
        "13800138000\0", "138.0013.8000.1", "13800138000.5", "20.55", "1.5", "１２",
        "٠١٢٣٤٥٦٧٨٩", "+" * 30,
    ],
)  # fmt: skip
def test_what_is_no_phone_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        phone_form(text)
    assert refused.value.code == "phones.not_a_phone"
    assert len(str(refused.value)) < 100


MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@given(
    MOBILES,
    st.sampled_from(["", "+86", "86", "0086", "+86 ", "(+86) "]),
    st.sampled_from(["", " ", "-", "\u3000", "－", "\u200b"]),
    st.booleans(),
)
def test_every_mobile_in_every_dress_has_one_form(number: str, prefix: str, glue: str, wide: bool) -> None:
    dressed = prefix + glue.join([number[:3], number[3:7], number[7:]])
    if wide:
        dressed = dressed.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    assert phone_form(dressed) == f"+86{number}"
    assert is_mainland_mobile(phone_form(dressed))


@given(st.text(alphabet="0123456789+-() ext;=转.E", max_size=24))
def test_a_form_is_its_own_form_and_pure(text: str) -> None:
    try:
        form = phone_form(text)
    except Refused:
        return
    assert phone_form(form) == form
    assert form.isascii()
    assert form.partition(";ext=")[0].removeprefix("+").isdecimal()


@given(st.text(max_size=60))
def test_any_text_is_a_phone_or_refused(text: str) -> None:
    try:
        form = phone_form(text)
    except Refused:
        return
    assert 3 <= len(form) <= 30


def test_mobiles_do_not_load_the_big_library() -> None:
    script = (
        "import sys; from guanxi.ground.text.phones import phone_form as form;"
        "print(form('13800138000'), form('+86 138-0013-8000'), form('10086'), 'phonenumbers' in sys.modules)"
    )
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert printed == "+8613800138000 +8613800138000 10086 False\n"
