"""Cells and words, with hostile input and exact forms."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from guanxi.faces.shared import cells
from guanxi.faces.shared.lists import Drawing, Pen, Rows
from guanxi.faces.shared.words import dotted, labelled, listed, near
from guanxi.ground.sheets import Choice, Column, Kind

TODAY = dt.date(2026, 7, 9)  # a Thursday
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=1>',
    "' onmouseover='1",
    "{{7*7}}",
    "&lt;",
]


# made of figures and days by the database: text never gets there
NO_TEXT = (Kind.MONEY, Kind.NUMBER, Kind.DATE, Kind.MOMENT, Kind.RISK)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_escaped(text):
    assert not set("<>\"'") & set(cells.text(text))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", list(Kind))
def test_no_kind_of_cell_lets_markup_through(kind, text):
    """Every kind, given what it should never be given."""
    column = Column("it", "It", kind, mask="name" if kind == Kind.MASKED else "", choices=(Choice(text, text),))
    row = type("Row", (), {"it": None if kind in NO_TEXT else text, "code": "22222222222a"})()
    made = Rows((column, column), Drawing()).render([row], Pen(TODAY, "CNY"), lambda code: f"/customers/{code}/")
    assert "<script" not in made
    assert "<img" not in made
    assert "onmouseover='" not in made


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (1234567, "1,234,567"), (Decimal("12.500"), "12.5"), (Decimal("1E+3"), "1,000"), (None, "")],
)
def test_numbers_have_commas_and_no_idle_zeros(value, shown):
    assert cells.number(value) == shown


def test_moments_are_told_in_the_zone_of_the_firm():
    at = dt.datetime(2026, 7, 8, 16, 30, tzinfo=dt.UTC)
    with translation.override("en"):
        assert cells.moment_words(at, "Asia/Shanghai", dt.date(2026, 7, 9)) == "today 00:30"
    assert cells.moment_words(None, "Asia/Shanghai", TODAY) == "–"


def test_ticks_and_rows_of_another_currency():
    columns = (Column("it", "It"), Column("paid", "Paid", Kind.MONEY))
    row = type("Row", (), {"it": "<b>", "paid": 12_345, "currency": "JPY", "code": "22222222222a"})()
    made = Rows(columns, Drawing(currency="currency")).render([row], Pen(TODAY, "CNY"), lambda code: "", ticks=True)
    assert 'value="22222222222a"' in made and "data-tick" in made
    assert "12,345" in made and "<b>" not in made and "<a " not in made


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (0, "CNY", "0"), (1_430_000, "CNY", "14,300"), (-1_430_000, "CNY", "−14,300"), (149, "CNY", "1"), (150, "CNY", "2"),
        (-150, "CNY", "−2"), (12_345, "JPY", "12,345"), (1_499, "KWD", "1"), (1_500, "KWD", "2"), (None, "CNY", "–"),
    ],
)  # fmt: skip
def test_headline_amounts_are_whole_units_half_up(minor, currency, shown):
    assert cells.whole_amount(minor, currency) == shown


@pytest.mark.parametrize(
    ("minor", "shown"), [(41_850, "418.50"), (-6_500, "−65.00"), (123_456_789, "1,234,567.89"), (None, "–")]
)
def test_rows_show_every_digit(minor, shown):
    assert cells.amount(minor, "CNY") == shown


@pytest.mark.parametrize(
    ("days", "chinese", "english"),
    [
        (0, "今天", "today"), (-1, "昨天", "yesterday"), (1, "明天", "tomorrow"), (-6, "星期五", "Friday"), (6, "星期三", "Wednesday"),
        (-7, "7月2日", "2 Jul"), (7, "7月16日", "16 Jul"), (-200, "2025年12月21日", "21 Dec 2025"),
    ],
)  # fmt: skip
def test_days_are_near_or_absolute(days, chinese, english):
    day = TODAY + dt.timedelta(days=days)
    with translation.override("zh-hans"):
        assert cells.day_words(day, TODAY) == chinese
    with translation.override("en"):
        assert cells.day_words(day, TODAY) == english


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+8613800138000", "138 0013 8000"), ("138****8000", "138 •••• 8000"), ("+442079460958", "+442079460958"),
        ("+44****0958", "+44 •••• 0958"), ("020****0612", "020 •••• 0612"), ("+862012345678;ext=12", "020 1234 5678"), ("+861065001234", "010 6500 1234"), ("+8675526001234", "0755 2600 1234"), ("****", "••••"), ("", ""), ("<b>", "&lt;b&gt;"),
    ],
)  # fmt: skip
def test_phones_are_read_in_groups(number, shown):
    assert cells.phone(number) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026年6月只有 ¥400", "6月只有 ¥400"),
        ("2025年6月只有 ¥400", "2025年6月只有 ¥400"),
        ("2026年11月19日答应过，2026年11月21日前回话。", "11月19日答应过，11月21日前回话。"),
        ("Spending fell in June 2026 (−90.4%).", "Spending fell in June (−90.4%)."),
        ("On 19 November 2026 we promised", "On 19 November we promised"),
        ("Deposit 2026 ends on 20 July 2026.", "Deposit 2026 ends on 20 July."),
        ("¥2026", "¥2026"),
        ("ends on 20 July 2027.", "ends on 20 July 2027."),
    ],
)
def test_the_year_that_is_now_goes_unsaid(text, shown):
    assert near(text, TODAY) == shown


def test_lists_of_words_follow_the_language():
    with translation.override("zh-hans"):
        assert listed(["卡", "", "保险"]) == "卡、保险"
        assert labelled("电话", 3) == "电话：3"
    with translation.override("en"):
        assert listed(["card", None, "insurance"]) == "card, insurance"
        assert labelled("Calls", 3) == "Calls: 3"
    assert dotted(["a", "", "b"]) == "a · b"
