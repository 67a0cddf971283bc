"""Resident identity numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.ground.refusals import Refused
from guanxi.ground.text.resident_ids import ResidentId, check_character, read_resident_id

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("text", "normal", "birthday", "gender"),
    [
        ("11010519491231002X", "11010519491231002X", date(1949, 12, 31), "female"),  # the example of GB 11643-1999
        ("11010519491231002x", "11010519491231002X", date(1949, 12, 31), "female"),
        ("440524188001010014", "440524188001010014", date(1880, 1, 1), "male"),  # its second example
        ("１１０１０５ 19491231-002Ｘ", "11010519491231002X", date(1949, 12, 31), "female"),
        ("110105491231002", "11010519491231002X", date(1949, 12, 31), "female"),
        ("110105000229003", "110105190002290039", None, ""),
    ],
)
def test_read_resident_id(text: str, normal: str, birthday: date | None, gender: str) -> None:
    if birthday is None:  # 1900 was no leap year
        with pytest.raises(Refused) as refused:
            read_resident_id(text, today=TODAY)
        assert refused.value.code == "resident_ids.birth_date"
    else:
        assert read_resident_id(text, today=TODAY) == ResidentId(normal, birthday, gender)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "form"), ("1101051949123100", "form"), ("11010519491231002", "form"), ("01010519491231002X", "form"),
        ("1101051949123100XX", "form"),
        ("1.10105E+17", "form"), ("110105194912310021", "check"), ("11010519491231003X", "check"), ("X" * 18, "form"),
        ("110105491331002", "birth_date"),
    ],
)  # fmt: skip
def test_what_is_no_id_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_resident_id(text, today=TODAY)
    assert refused.value.code == f"resident_ids.{code}"


def _number(birthday: date, order: int = 123) -> str:
    first = f"110101{birthday:%Y%m%d}{order:03}"
    return first + check_character(first)


def test_a_birth_date_after_today_is_refused() -> None:
    assert read_resident_id(_number(TODAY), today=TODAY).birthday == TODAY
    with pytest.raises(Refused) as refused:
        read_resident_id(_number(date(2026, 3, 2)), today=TODAY)
    assert refused.value.code == "resident_ids.birth_date"
    with pytest.raises(Refused):
        read_resident_id(_number(date(1849, 3, 2)), today=TODAY)


def test_refusals_do_not_repeat_the_number() -> None:
    for text in ("110105194912310021", _number(date(2030, 1, 1))):
        with pytest.raises(Refused) as refused:
            read_resident_id(text, today=TODAY)
        assert text not in str(refused.value)


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999))
def test_what_was_composed_is_read(birthday: date, order: int) -> None:
    read = read_resident_id(_number(birthday, order), today=TODAY)
    assert (read.birthday, read.gender) == (birthday, "male" if order % 2 else "female")
    assert read_resident_id(read.normal, today=TODAY) == read


@given(st.dates(date(1950, 1, 1), date(1999, 12, 31)), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(birthday: date, order: int, position: int, change: int) -> None:
    number = _number(birthday, order)
    wrong = number[:position] + str((int(number[position]) + change) % 10) + number[position + 1 :]
    with pytest.raises(Refused):
        read_resident_id(wrong, today=TODAY)
