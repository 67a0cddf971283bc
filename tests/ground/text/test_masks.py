"""Masks never show more of a short value than of a long one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.ground.text.masks import (
    MASKS,
    mask,
    mask_account,
    mask_email,
    mask_id_number,
    mask_name,
    mask_phone,
    mask_plate,
)


def test_the_three_of_the_statement() -> None:
    assert mask_phone("+8613800138000") == "138****8000"
    assert mask_id_number("11010119900307123X") == "1101**********123X"
    assert mask_name("张三") == "张*"


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("phone", "+8619912345678", "199****5678"),
        ("phone", "+442079460958", "+44****0958"),
        ("phone", "+861062345678;ext=801", "010****5678"),
        ("phone", "+862038790612", "020****0612"),
        ("phone", "+8675526001234", "0755****1234"),
        ("phone", "+867582345678", "0758****678"),  # seven digits behind the area: four of them stay hidden too
        ("phone", "+85223456789", "+852****6789"),
        ("phone", "+12125550123", "+1****0123"),
        ("phone", "+3725123456", "****"),  # four shown would leave three
        ("phone", "4008106666", "****"),
        ("phone", "10086", "****"),
        ("phone", "13800138000", "****"),  # not a form: nothing is shown
        ("id_number", "E12345678", "E1*****78"),
        ("id_number", "110105491231002", "11***********02"),
        ("id_number", "12345678", "********"),
        ("name", "张三丰", "张*"),
        ("name", "张", "*"),
        ("name", "欧阳修", "欧阳*"),
        ("name", "欧阳", "欧*"),
        ("name", "John Smith", "J*"),
        ("name", "𠮷野家", "𠮷*"),
        ("email", "zhang.san@example.com", "z***@example.com"),
        ("email", "z@example.com", "***@example.com"),
        ("email", "no address", "***"),
        ("plate", "京A12345", "京A***45"),
        ("plate", "粤BD12345", "粤B****45"),
        ("plate", "A12345", "******"),
        ("account", "6222021234567890123", "****0123"),
        ("account", "1234567", "****"),
        ("policy_number", "PICO2011063001", "****3001"),
        ("address", "北京市朝阳区", "****"),
        ("phone", "", ""),
    ],
)
def test_masks(kind: str, value: str, shown: str) -> None:
    assert mask(kind, value) == shown


@given(st.sampled_from(sorted(set(MASKS) - {"email"})), st.text(alphabet="0123456789ABCX+", min_size=1, max_size=20))
def test_at_least_as_much_is_hidden_as_shown_of_short_values(kind: str, value: str) -> None:
    shown = mask(kind, value)
    assert "*" in shown
    visible = len(shown.replace("*", ""))
    assert visible <= (8 if len(value) >= 11 else 4)
    assert visible < len(value) or value == "" or visible == 0


def test_mask_functions_are_those_of_the_table() -> None:
    assert (MASKS["account"], MASKS["plate"], MASKS["email"]) == (mask_account, mask_plate, mask_email)
