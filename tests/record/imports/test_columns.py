"""Whole columns read as single cells would be: numbers exactly, moments by the clock's rules."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from guanxi.ground import clock
from guanxi.ground.money import line_amount, parse_amount, to_minor
from guanxi.ground.refusals import Refused
from guanxi.record.imports.importers.columns import codes_of, texts_at, used_texts
from guanxi.record.imports.importers.moments import moments_of
from guanxi.record.imports.importers.numbers import half_up, line_amounts, numbers_of
from tests.chances import examples

LONDON, SHANGHAI, APIA = ZoneInfo("Europe/London"), ZoneInfo("Asia/Shanghai"), ZoneInfo("Pacific/Apia")
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
ONE = np.zeros(1, dtype=np.int64)


def amount_of(text, digits=2):
    """(minor, refusal code) of one cell of amounts."""
    amount, bad = line_amounts(numbers_of("amount", [text]), None, None, [digits], ONE)
    return int(amount[0]), bad[0].refusal.code if bad else ""


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("0", 0),
        ("29.33", 2933),
        ("-4.005", -401),
        ("4.005", 401),
        ("0.005", 1),
        ("1,234.50", 123450),
        ("１２．５", 1250),
        ("(98)", -9800),
        ("¥ 1,000", 100000),
        ("12元", 1200),
        ("999999999.994", 99999999999),
        ("0.0049999999", 0),
        ("8999999999999.99", 899999999999999),
    ],
)
def test_amounts_are_exact_and_half_up(text, minor):
    assert amount_of(text) == (minor, "")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "dealings.no_amount"),
        ("1.38E+10", "money.not_an_amount"),
        ("abc", "money.not_an_amount"),
        ("NaN", "money.not_an_amount"),
        ("1.234,50", "money.not_an_amount"),
        ("9000000000000", "money.too_large"),
        ("9" * 30, "money.too_large"),
    ],
)
def test_amounts_that_are_refused_name_the_reason(text, code):
    assert amount_of(text)[1] == code


@settings(max_examples=examples(300), deadline=None)
@given(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=8),
    st.sampled_from([0, 2, 3]),
)
@example(Decimal("0.00499999"), 2)
@example(Decimal("-0.00500000"), 2)
def test_a_column_of_amounts_is_each_amount(value, digits):
    currency = {0: "JPY", 2: "CNY", 3: "KWD"}[digits]
    assert amount_of(f"{value:f}", digits) == (to_minor(f"{value:f}", currency), "")


@settings(max_examples=examples(300), deadline=None)
@given(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**6), max_value=10**6, places=3),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**7, places=6),
)
@example(Decimal(3), Decimal("0.10"))
@example(Decimal("999999.999"), Decimal("9999999.999999"))
def test_a_line_is_quantity_times_price_half_up_once(quantity, price):
    amount, bad = line_amounts(None, numbers_of("q", [f"{quantity:f}"]), numbers_of("p", [f"{price:f}"]), [2], ONE)
    assert bad == {}
    assert int(amount[0]) == line_amount(quantity, int(price * 1_000_000), "CNY")


def test_a_product_too_large_is_refused_and_its_neighbours_are_not():
    amount, bad = line_amounts(
        None, numbers_of("q", ["999999999", "2"]), numbers_of("p", ["999999999", "3"]), [2], np.zeros(2, dtype=np.int64)
    )
    assert {offset: why.refusal.code for offset, why in bad.items()} == {0: "money.too_large"}
    assert amount[1] == 600


def test_a_negative_quantity_is_a_refund_whatever_the_sign_of_the_amount():
    both = np.zeros(3, dtype=np.int64)
    amount, bad = line_amounts(
        numbers_of("a", ["10", "-10", "10"]), numbers_of("q", ["-1", "-1", "1"]), None, [2], both
    )
    assert (amount.tolist(), bad) == ([-1000, -1000, 1000], {})


def test_the_amount_given_wins_over_quantity_and_price():
    amount, _ = line_amounts(
        numbers_of("a", ["5", ""]),
        numbers_of("q", ["2", "2"]),
        numbers_of("p", ["3", "3"]),
        [2],
        np.zeros(2, dtype=np.int64),
    )
    assert amount.tolist() == [500, 600]


def test_each_row_is_rounded_in_its_own_currency():
    amount, _ = line_amounts(numbers_of("a", ["1.555"] * 3), None, None, [2, 0, 3], np.array([0, 1, 2]))
    assert amount.tolist() == [156, 2, 1555]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([1.25, None, -3.5, float("nan")]),
        pa.array([Decimal("1.25"), None, Decimal("-3.5"), None]),
        pa.array([Decimal("1.250000"), None, Decimal("-3.500000"), None], pa.decimal128(38, 6)),
        ["1.25", "", " -3.50 ", "\t"],
        pa.array(["1.25", None, "-3.5", ""]),
    ],
)
def test_numbers_of_every_type(values):
    numbers = numbers_of("n", values)
    assert numbers.micro[numbers.given].tolist() == [1_250_000, -3_500_000]
    assert numbers.given.tolist() == [True, False, True, False]
    assert numbers.bad == {}


def test_integers_too_large_are_refused():
    numbers = numbers_of("n", pa.array([5, -(2**62), None, 2**62]))
    assert sorted(numbers.bad) == [1, 3]
    assert numbers.micro[0] == 5_000_000
    assert numbers_of("n", pa.array([Decimal(10) ** 30])).bad[0].refusal.code == "money.too_large"
    assert numbers_of("n", pa.array([float("inf")])).bad[0].refusal.code == "money.not_an_amount"


@given(st.integers(-(2**63) + 1, 2**63 - 1), st.sampled_from([1, 10, 10**4, 10**6, 10**10]))
def test_half_up_rounds_ties_away_from_zero(numerator, denominator):
    exact = (Decimal(numerator) / denominator).quantize(Decimal(1), ROUND_HALF_UP)
    assert int(half_up(np.array([numerator]), denominator)[0]) == int(exact)


MOMENTS = [
    "2011-06-30",
    "2011/6/30",
    "20110630",
    "2011年6月30日",
    "2011-06-30 14:05",
    "2011-06-30T14:05:33",
    "2011-06-30 14:05:33.123456",
    "2011-06-30 14:05:33+08:00",
    "2011-06-30T23:30:00Z",
    "2011-03-27 01:30:00",  # skipped in London
    "2010-10-31 01:30:00",  # twice in London
    "1986-05-04 00:30:00",  # skipped in Shanghai
    "2011年6月30日14时5分33秒",
]


@pytest.mark.parametrize("zone", [LONDON, SHANGHAI, APIA], ids=str)
def test_a_column_of_moments_is_each_moment(zone):
    column = [*MOMENTS, "", "  ", *MOMENTS[:3]]
    moments = moments_of("at", column, zone)
    for offset, text in enumerate(column):
        if not text.strip():
            assert not moments.given[offset]
            continue
        instant = clock.parse_moment(text, zone)
        assert moments.instant[offset] == (instant - EPOCH) // dt.timedelta(microseconds=1), text
        day = clock.local_day(instant, zone) if "+" in text or "Z" in text else clock.parse_day(text)
        assert dt.date(1970, 1, 1) + dt.timedelta(days=int(moments.day[offset])) == day, text
    assert moments.bad == {}


def test_a_day_is_the_one_that_was_written():
    # 30 December 2011 was skipped in Apia: the instant is the next day's, the day stays as written
    moments = moments_of("at", ["2011-12-30"], APIA)
    assert int(moments.day[0]) == (dt.date(2011, 12, 30) - dt.date(1970, 1, 1)).days


@pytest.mark.parametrize("text", ["30.13.2011", "2011-02-30", "yesterday", "2011-06-30 25:00", "1.38E+10", "99999999"])
def test_moments_that_are_refused_leave_their_neighbours_alone(text):
    moments = moments_of("at", ["2011-02-28", text, "2011-03-01 10:00:00"], LONDON)
    assert list(moments.bad) == [1]
    assert moments.bad[1].value == text
    assert moments.day[[0, 2]].tolist() == [15033, 15034]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([dt.datetime.fromisoformat("2011-07-01T00:30:00"), None]),
        pa.array([dt.datetime.fromisoformat("2011-07-01T00:30:00"), None], pa.timestamp("ns")),
        pa.array([dt.datetime(2011, 6, 30, 23, 30, tzinfo=dt.UTC), None]),
    ],
)
def test_timestamps_of_parquet(values):
    moments = moments_of("at", values, LONDON)
    assert moments.instant[0] == (dt.datetime(2011, 6, 30, 23, 30, tzinfo=dt.UTC) - EPOCH) // dt.timedelta(
        microseconds=1
    )
    assert int(moments.day[0]) == (dt.date(2011, 7, 1) - dt.date(1970, 1, 1)).days
    assert moments.given.tolist() == [True, False]


def test_dates_of_parquet_are_local_midnight():
    moments = moments_of("at", pa.array([dt.date(1997, 1, 1)]), SHANGHAI)
    assert moments.instant[0] == (dt.datetime(1996, 12, 31, 16, tzinfo=dt.UTC) - EPOCH) // dt.timedelta(microseconds=1)


def test_timestamps_of_no_time_are_refused():
    moments = moments_of("at", pa.array([2**62, 0], pa.timestamp("us")), LONDON)
    assert list(moments.bad) == [0]


@settings(max_examples=examples(200), deadline=None)
@given(
    st.lists(
        st.datetimes(dt.datetime.fromisoformat("1950-01-01T00:00"), dt.datetime.fromisoformat("2037-12-31T00:00")),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from(
        [
            "Europe/London",
            "Asia/Shanghai",
            "America/Sao_Paulo",
            "Australia/Lord_Howe",
            "Africa/Casablanca",
            "Asia/Kathmandu",
        ]
    ),
)
def test_arrays_of_local_times_follow_the_clock(moments, zone):
    found = moments_of("at", pa.array(moments, pa.timestamp("us")), ZoneInfo(zone)).instant
    assert found.tolist() == [(clock.to_utc(m, zone) - EPOCH) // dt.timedelta(microseconds=1) for m in moments]


def test_codes_name_each_distinct_text_once_and_trim():
    codes = codes_of(["a", " a", "", "b", "  ", "a\t"])
    assert [codes.distinct[code] if code >= 0 else None for code in codes.code] == ["a", "a", None, "b", None, "a"]
    assert len(set(codes.distinct)) == len(codes.distinct)
    assert codes.rows_of(int(codes.code[0])).tolist() == [0, 1, 5]
    wanted = np.array([False, True, True, True, True, False])
    assert sorted(used_texts(codes, wanted).values()) == ["a", "b"]
    assert texts_at(codes, np.array([0, 2, 3])).to_pylist() == ["a", "", "b"]
    assert codes_of(pa.array([17850.0, None, 3.0])).distinct == ["17850", "3"]
    assert codes_of(pa.array([1.5, 2.0])).distinct == ["1.5", "2"]
    assert codes_of(pa.array([7, None])).code.tolist() == [0, -1]


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_refused(text):
    numbers = numbers_of("n", [text])
    if numbers.given[0] and not numbers.bad:
        assert abs(int(numbers.micro[0]) - parse_amount(text) * 1_000_000) <= 1
    elif numbers.bad:
        with pytest.raises(Refused):
            to_minor(text, "CNY")
