"""Time: the present moment, local days, and the dates people write in files.

Rules, stated once:
- An instant is an aware UTC datetime. A local day is a date, fixed at writing in a named zone.
- A local time inside a daylight-saving gap (02:30 when 02:00 jumps to 03:00) is moved forward by the length of the
  gap (03:30), as PostgreSQL, java.time and PEP 495 do. A local time that happens twice is its first occurrence.
- A birthday on 29 February is kept on 28 February in common years.
- Years before FIRST_YEAR and after LAST_YEAR are slips of the pen, or the 9999-12-31 that other systems write for "never".
"""

import calendar
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

from guanxi.ground.refusals import Refused, excerpt, gettext_noop

FIRST_YEAR, LAST_YEAR = 1800, 2199
Day = TypeVar("Day", date, datetime)

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)

_DATE = r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|(\d{2})(\d{2})|年(\d{1,2})月(\d{1,2})[日号])"
_TIME = r"(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?|[时点](?:(\d{1,2})分(?:(\d{1,2})秒)?)?)"
_OFFSET = r"(Z|z|[+-]\d{2}(?::?\d{2})?)"
_MOMENT = re.compile(rf"{_DATE}(?:(?:[T ]\s*|(?<=[日号])){_TIME}\s*{_OFFSET}?)?", re.ASCII)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９－／：．，　＋", "0123456789-/:., +")

_NOT_A_DATE = gettext_noop("“{text}” is not a date; write it like 2011-06-30, 2011/6/30, 20110630 or 2011年6月30日.")
_NOT_A_MOMENT = gettext_noop("“{text}” is not a date or time; write it like 2011-06-30 or 2011-06-30 14:05:33.")
_FAR = gettext_noop("“{text}” is not a date of our time: the year must be between {first} and {last}.")


def now() -> datetime:
    """Return the present instant in UTC, or the frozen one inside `frozen`."""
    return _frozen.get() or datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Let now() answer `at` (an aware instant) inside the block; for tests and the demo."""
    if at.tzinfo is None:
        raise ValueError("frozen needs an aware instant")
    instant = at.astimezone(UTC)
    token = _frozen.set(instant)
    try:
        yield instant
    finally:
        _frozen.reset(token)


def zone_named(name: str | ZoneInfo) -> ZoneInfo:
    """Return the zone of an IANA name ("Asia/Shanghai"); anything outside the closed list is Refused."""
    if isinstance(name, ZoneInfo):
        return name
    if name not in zone_names():
        raise Refused(
            "clock.unknown_zone",
            gettext_noop("“{zone}” is not a time zone; write it like Asia/Shanghai."),
            zone=excerpt(name),
        )
    return ZoneInfo(name)


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Return every zone name this machine knows."""
    return frozenset(available_timezones())


def local_day(instant: datetime, zone: str | ZoneInfo) -> date:
    """Return the calendar day of an aware instant in a zone."""
    if instant.tzinfo is None:
        raise ValueError("local_day needs an aware instant")
    return instant.astimezone(zone_named(zone)).date()


def start_of_day(day: date, zone: str | ZoneInfo) -> datetime:
    """Return the first instant of a local day in UTC (where midnight is skipped: the moment the clock jumps)."""
    return to_utc(datetime.combine(day, time()), zone)


def to_utc(moment: datetime, zone: str | ZoneInfo) -> datetime:
    """Return a datetime as UTC; a naive one is local time of `zone` (gap moved forward, twice = first)."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone_named(zone), fold=0)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise Refused("clock.out_of_range", _NOT_A_MOMENT, text=str(moment)) from error


def parse_moment(text: str | date, zone: str | ZoneInfo) -> datetime:
    """Return the instant a cell of a file means, in UTC; dates without time are the start of their local day.

    Forms: 2011-06-30, 2011/6/30, 2011.6.30, 20110630, 2011年6月30日, each alone or followed by 14:05, 14:05:33,
    14:05:33.123456 or 14时5分33秒, and that by Z, +08:00, +0800 or +08; also date and datetime values (Excel, Parquet).
    A time with its own offset ignores `zone`. Raises Refused.
    """
    if isinstance(text, datetime):
        return to_utc(of_our_time(text), zone)
    if isinstance(text, date):
        return start_of_day(of_our_time(text), zone)
    return to_utc(_read(text, "clock.not_a_moment", _NOT_A_MOMENT), zone)


def parse_day(text: str | date) -> date:
    """Return the day a cell means; a time behind it is cut off, the day stays as written. Raises Refused."""
    if isinstance(text, datetime):
        return of_our_time(text).date()
    if isinstance(text, date):
        return of_our_time(text)
    if len(text) == 10 and text[4] == text[7] == "-" and text.isascii():  # the common form, three times as fast
        try:
            return of_our_time(date.fromisoformat(text))
        except Refused:
            raise
        except ValueError:
            pass
    return _read(text, "clock.not_a_date", _NOT_A_DATE).date()


def of_our_time(day: Day, *, text: str = "") -> Day:
    """Return a date or datetime as it is; Refused (clock.out_of_range) outside the years that are taken. text: as it
    was written.
    """
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return day
    raise Refused("clock.out_of_range", _FAR, text=excerpt(text or day), first=FIRST_YEAR, last=LAST_YEAR)


def birthday_in(year: int, month: int, day: int) -> date:
    """Return the day a birthday (month, day) is kept in a year: 29 February on 28 February in common years."""
    if (month, day) == (2, 29) and not calendar.isleap(year):
        return date(year, 2, 28)
    return date(year, month, day)


def _read(text: str, code: str, words: str) -> datetime:
    match = _MOMENT.fullmatch(text.translate(_FULL_WIDTH).strip()) if len(text) <= 64 else None
    try:
        if match is None:
            raise ValueError
        moment = _moment_of(match.groups())
    except ValueError as error:
        raise Refused(code, words, text=excerpt(text)) from error
    return of_our_time(moment, text=text)


def _moment_of(parts: tuple[str | None, ...]) -> datetime:
    # groups: year, five pairs of month and day (one filled), then hour, m, s, fraction, 分, 秒, offset
    year, *rest = parts
    month, day = (int(part) for part in rest[:10] if part is not None)
    hour, minute, second, fraction, fen, miao, offset = rest[10:]
    return datetime(
        int(year or 0),
        month,
        day,
        int(hour or 0),
        int(minute or fen or 0),
        int(second or miao or 0),
        int((fraction or "0")[:6].ljust(6, "0")),
        tzinfo=_offset_of(offset),
    )


def _offset_of(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text in "Zz":
        return UTC
    digits = text[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
