"""Money: exact minor units, half-up per line, strict reading, formats as people read them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.ground.money import MAX_MINOR, format_money, from_minor, line_amount, minor_digits, parse_amount, to_minor
from guanxi.ground.refusals import Refused


def test_minor_digits() -> None:
    assert [minor_digits(currency) for currency in ("CNY", "JPY", "KWD", "GBP", "CLF")] == [2, 0, 3, 2, 4]
    for wrong in ("", "cny", "RMB", "XXX"):
        with pytest.raises(Refused) as refused:
            minor_digits(wrong)
        assert refused.value.code == "money.unknown_currency"


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("12.345", "CNY", 1_235),
        ("12.344999", "CNY", 1_234),
        (Decimal("-12.345"), "CNY", -1_235),
        (Decimal("1.38E+3"), "CNY", 138_000),
        (4_000, "CNY", 400_000),
        ("0.5", "JPY", 1),
        ("-0.5", "JPY", -1),
        ("1.0005", "KWD", 1_001),
        ("89,999,999,999,999.99", "CNY", MAX_MINOR - 1),
    ],
)
def test_to_minor_rounds_half_up_away_from_zero(amount: Decimal | str | int, currency: str, minor: int) -> None:
    assert to_minor(amount, currency) == minor


def test_three_times_ten_cents_is_thirty() -> None:
    assert (
        sum(to_minor("0.10", "CNY") for _ in range(3))
        == to_minor("0.30", "CNY")
        == line_amount(3, 100_000, "CNY")
        == 30
    )


@pytest.mark.parametrize(
    "amount", ["90000000000000.00", Decimal("1E+400"), 9 * 10**15, "-" + "9" * 39, Decimal("1E+1000000")]
)
def test_amounts_beyond_the_bounds_are_refused(amount: Decimal | str | int) -> None:
    with pytest.raises(Refused) as refused:
        to_minor(amount, "CNY")
    assert refused.value.code == "money.too_large"


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity"), Decimal("-Infinity"), Decimal("sNaN")])
def test_no_number_is_refused(amount: Decimal) -> None:
    with pytest.raises(Refused) as refused:
        to_minor(amount, "CNY")
    assert refused.value.code == "money.not_an_amount"


def test_floats_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError, match="float"):
        to_minor(0.1, "CNY")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("quantity", "unit_price_micro", "currency", "minor"),
    [
        (6, 2_550_000, "GBP", 1_530),
        (-6, 2_550_000, "GBP", -1_530),
        (1, 4_999, "GBP", 0),
        (1, 5_000, "GBP", 1),
        (-1, 5_000, "GBP", -1),
        (Decimal("0.5"), 850_000, "GBP", 43),
        (Decimal("-0.5"), 850_000, "GBP", -43),
        (Decimal("1.234567890123"), 1_000_000, "CNY", 123),
        (80_995, 2_080_000, "GBP", 16_846_960),
        (3, 333_333, "JPY", 1),
        (0, 5, "CNY", 0),
    ],
)
def test_line_amount(quantity: Decimal | int, unit_price_micro: int, currency: str, minor: int) -> None:
    assert line_amount(quantity, unit_price_micro, currency) == minor


def test_line_amount_has_bounds() -> None:
    with pytest.raises(Refused):
        line_amount(10**10, 10**12, "CNY")
    with pytest.raises(Refused):
        line_amount(Decimal("1E+30"), 1, "CNY")


@given(st.integers(-(10**6), 10**6), st.integers(0, 10**10))
def test_a_refund_mirrors_its_sale_and_both_kinds_of_quantity_agree(quantity: int, price: int) -> None:
    amount = line_amount(quantity, price, "CNY")
    assert line_amount(-quantity, price, "CNY") == -amount
    assert line_amount(Decimal(quantity), price, "CNY") == amount


@given(st.integers(1 - MAX_MINOR, MAX_MINOR - 1), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_minor_units_survive_the_way_there_and_back(minor: int, currency: str) -> None:
    assert to_minor(from_minor(minor, currency), currency) == minor
    assert to_minor(format_money(minor, currency, "en", symbol=False), currency) == minor


def test_from_minor_is_exact() -> None:
    assert from_minor(1_235, "CNY") == Decimal("12.35")
    assert str(from_minor(-5, "KWD")) == "-0.005"
    assert from_minor(7, "JPY") == 7


@pytest.mark.parametrize(
    ("minor", "currency", "language", "options", "shown"),
    [
        (123_450, "CNY", "zh-hans", {}, "¥1,234.50"),
        (-9_800, "CNY", "en", {}, "\u2212¥98.00"),
        (-9_800, "CNY", "en", {"whole": True}, "\u2212¥98"),
        (418_000, "CNY", "zh-hans", {"whole": True}, "¥4,180"),
        (418_050, "CNY", "zh-hans", {"whole": True}, "¥4,180.50"),
        (0, "CNY", "en", {}, "¥0.00"),
        (-123_450, "USD", "en", {"symbol": False}, "\u22121,234.50"),
        (12_345_678, "CNY", "zh-hans", {"symbol": False, "unit": "万"}, "12.3 万"),
        (5, "KWD", "en", {}, "KWD 0.005"),
        (1_234, "JPY", "en", {}, "JP¥1,234"),
        (25, "GBP", "en", {}, "£0.25"),
        (101_000_000, "CNY", "zh-hans", {"unit": "万"}, "¥101 万"),
        (12_345_678, "CNY", "zh-hans", {"unit": "万"}, "¥12.3 万"),
        (12_350_000, "CNY", "zh-hans", {"unit": "万"}, "¥12.4 万"),
        (-1_234_567_800_000, "CNY", "zh-hans", {"unit": "万"}, "\u2212¥1,234,567.8 万"),
        (999_999, "CNY", "zh-hans", {"unit": "万"}, "¥9,999.99"),
        (12_345_678, "CNY", "en", {"unit": "万"}, "¥123,456.78"),
    ],
)
def test_format_money(minor: int, currency: str, language: str, options: dict[str, object], shown: str) -> None:
    assert format_money(minor, currency, language, **options) == shown  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234.5", "1234.5"),
        ("1,234.50", "1234.50"),
        ("1,234,567", "1234567"),
        ("-98", "-98"),
        ("+98", "98"),
        ("\u221298", "-98"),
        ("－９８．５", "-98.5"),
        ("１，２３４．５０", "1234.50"),
        ("¥1,234.50", "1234.50"),
        ("￥ 1,234.50", "1234.50"),
        ("-¥98", "-98"),
        ("¥-98", "-98"),
        ("$5", "5"),
        ("£5.00", "5.00"),
        ("CNY 12", "12"),
        ("12元", "12"),
        ("(1,234.50)", "-1234.50"),
        ("（5）", "-5"),
        (" 7 ", "7"),
        (".5", "0.5"),
        ("5.", "5"),
        ("007", "7"),
    ],
)
def test_amounts_as_people_write_them(text: str, amount: str) -> None:
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-", ".", "1.38E+10", "1e5", "NaN", "inf", "Infinity", "1,23", "12,34.5", "1234,567", "1 234", "1.234,50", "1.2.3", "--1",
        "-+1", "-¥-1", "(-5)", "(5", "5)", "¥", "元", "1_000", "0x10", "١٢٣", "1/2", "12%", "5 USD 3", "\0", "9" * 41, "5\n6",
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_amount(text)
    assert refused.value.code == "money.not_an_amount"
    assert len(str(refused.value)) < 160


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4))
def test_plain_and_grouped_decimals_are_read_exactly(amount: Decimal) -> None:
    assert parse_amount(f"{amount:f}") == amount
    assert parse_amount(f"{amount:,f}") == amount


@given(st.text(max_size=60))
def test_any_text_is_a_finite_amount_or_refused(text: str) -> None:
    try:
        amount = parse_amount(text)
    except Refused:
        return
    assert amount.is_finite()
