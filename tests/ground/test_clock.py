"""The clock: local days in odd zones, gaps and doubles of daylight saving, dates as files write them (trust row 114)."""
# ruff: noqa: DTZ001 - naive local times are what is tested here

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.ground.clock import (
    birthday_in,
    frozen,
    local_day,
    now,
    parse_day,
    parse_moment,
    start_of_day,
    to_utc,
    zone_named,
)
from guanxi.ground.refusals import Refused

SHANGHAI = "Asia/Shanghai"


def test_frozen_holds_time_and_lets_go() -> None:
    at = datetime(2011, 6, 30, 12, tzinfo=ZoneInfo(SHANGHAI))
    with frozen(at):
        assert now() == datetime(2011, 6, 30, 4, tzinfo=UTC)
        assert now().tzinfo is UTC
        with frozen(at + timedelta(days=1)):
            assert now().day == 1
        assert now().day == 30
    assert abs((now() - datetime.now(UTC)).total_seconds()) < 5


def test_frozen_and_local_day_want_aware_instants() -> None:
    with pytest.raises(ValueError, match="aware"), frozen(datetime(2011, 6, 30)):
        pass
    with pytest.raises(ValueError, match="aware"):
        local_day(datetime(2011, 6, 30), SHANGHAI)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        (SHANGHAI, date(2011, 7, 1)),
        ("UTC", date(2011, 6, 30)),
        ("Asia/Kathmandu", date(2011, 7, 1)),  # +05:45: 18:15 UTC is midnight
        ("Asia/Kolkata", date(2011, 6, 30)),  # +05:30: a quarter of an hour before it
        ("Pacific/Kiritimati", date(2011, 7, 1)),  # +14
        ("Pacific/Pago_Pago", date(2011, 6, 30)),  # -11
        (ZoneInfo("Europe/London"), date(2011, 6, 30)),
    ],
)
def test_local_day(zone: str | ZoneInfo, day: date) -> None:
    assert local_day(datetime(2011, 6, 30, 18, 15, tzinfo=UTC), zone) == day


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../../etc/passwd", "UTC'); COPY", "asia/shanghai", "/etc/localtime"]
)
def test_zones_are_a_closed_list(name: str) -> None:
    with pytest.raises(Refused) as refused:
        zone_named(name)
    assert refused.value.code == "clock.unknown_zone"


def test_a_local_time_in_a_gap_moves_forward_by_the_gap() -> None:
    # New York, 2021-03-14: 02:00 becomes 03:00
    assert to_utc(datetime(2021, 3, 14, 2, 30), "America/New_York") == datetime(2021, 3, 14, 7, 30, tzinfo=UTC)
    assert to_utc(datetime(2021, 3, 14, 3, 30), "America/New_York") == datetime(2021, 3, 14, 7, 30, tzinfo=UTC)
    # Lord Howe jumps half an hour only
    assert to_utc(datetime(2021, 10, 3, 2, 15), "Australia/Lord_Howe") == datetime(2021, 10, 2, 15, 45, tzinfo=UTC)


def test_a_local_time_that_happens_twice_is_the_first() -> None:
    first = datetime(2021, 11, 7, 5, 30, tzinfo=UTC)
    assert to_utc(datetime(2021, 11, 7, 1, 30), "America/New_York") == first
    assert to_utc(datetime(2021, 11, 7, 1, 30, fold=1), "America/New_York") == first


def test_start_of_day_where_midnight_is_skipped() -> None:
    # São Paulo, 2018-11-04: 00:00 becomes 01:00
    start = start_of_day(date(2018, 11, 4), "America/Sao_Paulo")
    assert start == datetime(2018, 11, 4, 3, tzinfo=UTC)
    assert local_day(start, "America/Sao_Paulo") == date(2018, 11, 4)
    assert local_day(start - timedelta(seconds=1), "America/Sao_Paulo") == date(2018, 11, 3)


ZONES = [
    SHANGHAI,
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "America/New_York",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Europe/London",
]


@given(st.dates(date(1970, 1, 1), date(2080, 1, 1)), st.sampled_from(ZONES))
def test_a_day_starts_within_itself(day: date, zone: str) -> None:
    start = start_of_day(day, zone)
    assert local_day(start, zone) == day
    assert local_day(start - timedelta(microseconds=1), zone) == day - timedelta(days=1)


JUNE_30 = datetime(2011, 6, 29, 16, tzinfo=UTC)
AFTERNOON = datetime(2011, 6, 30, 6, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2011-06-30", JUNE_30),
        ("2011/6/30", JUNE_30),
        ("2011.6.30", JUNE_30),
        ("20110630", JUNE_30),
        ("2011年6月30日", JUNE_30),
        (" ２０１１－０６－３０ ", JUNE_30),
        (date(2011, 6, 30), JUNE_30),
        (datetime(2011, 6, 30), JUNE_30),
        ("2011-06-30 14:05", AFTERNOON),
        ("2011-06-30T14:05", AFTERNOON),
        ("2011/6/30 14:05:00", AFTERNOON),
        ("2011年6月30日14时5分", AFTERNOON),
        ("2011-06-30 14:05+08:00", AFTERNOON),
        ("2011-06-30 14:05 +0800", AFTERNOON),
        ("2011-06-30T06:05:00Z", AFTERNOON),
        ("2011-06-30 00:35-05:30", AFTERNOON),
        ("2011-06-30 14:05:33", AFTERNOON.replace(second=33)),
        ("2011-06-30 14:05:33.5", AFTERNOON.replace(second=33, microsecond=500_000)),
        ("2011-06-30 14:05:33.123456789", AFTERNOON.replace(second=33, microsecond=123_456)),
        (datetime(2011, 6, 30, 6, 5, tzinfo=UTC), AFTERNOON),
    ],
)
def test_moments_as_files_write_them(text: str | date, instant: datetime) -> None:
    assert parse_moment(text, SHANGHAI) == instant
    assert parse_moment(text, SHANGHAI).tzinfo is UTC


WRONG = [
    "", "x", "2011-02-29", "2011-13-01", "30/06/2011", "06/30/2011", "1/2/2011", "2011-06", "201106", "2011-W26-4", "40724",
    "2011-06-30 25:00", "2011-06-30 24:00", "2011-06-30 14:60", "2011-06-30 14:05:60", "2011-06-30 14:05+99:99", "0000-01-01",
    "2011-06/30", "2011-06-30\n2011-06-30", "2011063014:05", "٢٠١١-٠٦-٣٠", "1.1E+10", "9" * 5_000, "2011-06-30\0",
]  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_moment_is_refused_with_words(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_moment(text, SHANGHAI)
    assert refused.value.code == "clock.not_a_moment"
    assert "2011-06-30" in str(refused.value)
    assert len(str(refused.value)) < 200


FAR = [
    "0001-01-01", "1799-12-31", "2200-01-01", "9999-12-31", "99991231", "9999年12月31日", "9999-12-31 23:59:59Z",
    date(9999, 12, 31), datetime(1, 1, 1, 12),
]  # fmt: skip


@pytest.mark.parametrize("text", FAR)
def test_days_that_are_not_of_our_time_are_refused(text: str | date) -> None:
    for read in (parse_day, lambda text: parse_moment(text, SHANGHAI)):
        with pytest.raises(Refused) as refused:
            read(text)
        assert refused.value.code == "clock.out_of_range"
        assert "1800" in str(refused.value)


def test_the_first_and_the_last_day_of_our_time_are_taken() -> None:
    assert parse_day("1800-01-01") == date(1800, 1, 1)
    assert parse_moment("2199-12-31", SHANGHAI) == datetime(2199, 12, 30, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "1984-02-29",
        "1984/2/29",
        "19840229",
        "1984年2月29日",
        "1984-02-29 23:59:59",
        "1984-02-29T00:00:00Z",
        datetime(1984, 2, 29, 9),
        date(1984, 2, 29),
    ],
)
def test_days_as_files_write_them(text: str | date) -> None:
    assert parse_day(text) == date(1984, 2, 29)


@pytest.mark.parametrize("text", ["1985-02-29", "", "29.02.1984", "1984-02-2x", "1984-W09-3"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_day(text)
    assert refused.value.code == "clock.not_a_date"


@given(st.dates(date(1800, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read_back_in_every_form(day: date) -> None:
    forms = [
        day.isoformat(),
        f"{day.year:04}/{day.month}/{day.day}",
        f"{day.year:04}{day.month:02}{day.day:02}",
        f"{day.year:04}年{day.month}月{day.day}日",
    ]
    assert {parse_day(form) for form in forms} == {day}


@given(st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 31)))
def test_every_utc_moment_is_read_back(moment: datetime) -> None:
    assert parse_moment(moment.isoformat(), "UTC") == moment.replace(tzinfo=UTC)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        moment = parse_moment(text, SHANGHAI)
    except Refused:
        return
    assert moment.tzinfo is UTC


def test_birthday_on_29_february() -> None:
    assert birthday_in(2023, 2, 29) == date(2023, 2, 28)
    assert birthday_in(2024, 2, 29) == date(2024, 2, 29)
    assert birthday_in(2100, 2, 29) == date(2100, 2, 28)
    assert birthday_in(2023, 2, 28) == date(2023, 2, 28)
    assert birthday_in(2023, 12, 31) == date(2023, 12, 31)
    with pytest.raises(ValueError):
        birthday_in(2023, 4, 31)


def test_a_birthday_comes_once_in_every_year() -> None:
    for year in range(1999, 2030):
        assert birthday_in(year, 2, 29).year == year
