"""Columns of dates and times as instants and local days."""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from guanxi.ground.clock import FIRST_YEAR, LAST_YEAR, parse_day, parse_moment
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.record.imports.importers import zones
from guanxi.record.imports.importers.columns import as_text
from guanxi.record.imports.reading.batches import BadRow, python_values, text_of

if TYPE_CHECKING:
    import numpy as np

_PLAIN_MOMENT = r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?$"
_OFFSET = re.compile(r"(?:[Zz]|[+-]\d{2}:?(?:\d{2})?)$", re.ASCII)
_MOST_AHEAD = 366  # days
_DAY_US = 86_400_000_000
_UNITS = {"D": _DAY_US, "s": 1_000_000, "ms": 1_000, "us": 1}
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_YEARS = tuple(
    (dt.datetime(year, 1, 1, tzinfo=dt.UTC) - _EPOCH) // dt.timedelta(microseconds=1)
    for year in (FIRST_YEAR, LAST_YEAR + 1)
)
_OUT_OF_RANGE = gettext_noop("“{text}” is not a date of our time: the year must be between {first} and {last}.")
_AHEAD = gettext_noop("“{text}” is more than a year ahead; what is recorded here has happened.")


@dataclass(slots=True)
class Moments:
    """Instants in microseconds since 1970 UTC, and local days since 1970-01-01."""

    instant: "np.ndarray"
    day: "np.ndarray"
    given: "np.ndarray"
    bad: dict[int, BadRow] = field(default_factory=dict)


def moments_of(name: str, values: Any, zone: ZoneInfo) -> Moments:
    """A column of dates or times; those without an offset are local times of `zone`, a bare date its local midnight.

    The day is the one that was written; only a time with an offset of its own is turned into the zone's day.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = None if isinstance(values, list) else values.type
    if kind is not None and (pa.types.is_timestamp(kind) or pa.types.is_date(kind)):
        given = ~pc.is_null(values).to_numpy(zero_copy_only=False)
        has_zone = pa.types.is_timestamp(kind) and kind.tz is not None
        moment = _microseconds(values)
        moments = _zoned(moment, given, zone) if has_zone else _local(moment, given, zone)
        _note_far(moments, name, moment, values)
        return moments
    return _text_moments(name, as_text(values), zone)


def far_ahead(name: str, moments: Moments, today: dt.date) -> dict[int, BadRow]:
    """Rows of days more than a year after today: dealings are what has happened, and one slip of a year would make
    every customer look long gone.
    """
    import numpy as np

    latest = (today - _EPOCH.date()).days + _MOST_AHEAD
    bad = {}
    for offset in np.flatnonzero(moments.given & (moments.day > latest)).tolist():
        text = (_EPOCH.date() + dt.timedelta(days=int(moments.day[offset]))).isoformat()
        bad[offset] = BadRow(name, Refused("dealings.far_ahead", _AHEAD, text=text), text)
    return bad


def far_ahead_day(name: str, text: str, today: dt.date) -> BadRow | None:
    """The same for one cell; None where it is sound, or no day at all, which others say."""
    try:
        day = parse_day(text.strip())
    except Refused:
        return None
    if day <= today + dt.timedelta(days=_MOST_AHEAD):
        return None
    return BadRow(name, Refused("dealings.far_ahead", _AHEAD, text=day.isoformat()), excerpt(text))


def _microseconds(values: Any) -> "np.ndarray":
    """Dates or timestamps of any unit as microseconds; what does not fit stays far out of range instead of wrapping."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = values.type
    whole = values.cast(pa.int32() if pa.types.is_date32(kind) else pa.int64()).cast(pa.int64())
    raw = pc.fill_null(whole, 0).to_numpy(zero_copy_only=False)
    unit = "D" if pa.types.is_date32(kind) else "ms" if pa.types.is_date64(kind) else kind.unit
    if unit == "ns":
        return raw // 1_000
    factor = _UNITS[unit]
    return np.clip(raw, -(2**62) // factor, 2**62 // factor) * factor


def _text_moments(name: str, array: Any, zone: ZoneInfo) -> Moments:
    import numpy as np
    import pyarrow.compute as pc

    text = pc.utf8_trim_whitespace(pc.fill_null(array, ""))
    given = pc.not_equal(text, "").to_numpy(zero_copy_only=False)
    encoded = text.dictionary_encode()
    words, code = encoded.dictionary, encoded.indices.to_numpy(zero_copy_only=False)
    local, plain = _plain_moments(words)
    found = _local(local, plain, zone)
    refused: dict[int, BadRow] = {}
    far = _far(local) & plain
    for place in np.flatnonzero(~plain | far).tolist():
        if cell := words[place].as_py():
            _moment_of(found, place, cell, zone, refused, name)
    moments = Moments(found.instant[code], found.day[code], given)
    for place, bad in refused.items():
        moments.bad |= dict.fromkeys(np.flatnonzero(code == place).tolist(), bad)
    return moments


def _plain_moments(words: Any) -> tuple["np.ndarray", "np.ndarray"]:
    """Distinct ISO dates and times as microseconds, and which of the words are such."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = pc.match_substring_regex(words, _PLAIN_MOMENT)
    try:
        moments = pc.if_else(plain, words, "1970-01-01").cast(pa.timestamp("us"))
    except pa.ArrowInvalid:  # 30 February: find it one by one
        return np.zeros(len(words), dtype=np.int64), np.zeros(len(words), dtype=bool)
    return moments.cast(pa.int64()).to_numpy(zero_copy_only=False), plain.to_numpy(zero_copy_only=False)


def _moment_of(found: Moments, place: int, cell: str, zone: ZoneInfo, refused: dict[int, BadRow], name: str) -> None:

    try:
        instant = parse_moment(cell, zone)
        found.instant[place] = (instant - _EPOCH) // dt.timedelta(microseconds=1)
        if _OFFSET.search(cell) and ":" in cell:
            day = instant.astimezone(zone).date()
        else:
            day = parse_day(cell)
        found.day[place] = (day - dt.date(1970, 1, 1)).days
    except (Refused, OverflowError) as error:
        refused[place] = BadRow(name, error if isinstance(error, Refused) else _out_of_range(cell), excerpt(cell))


def _local(local: "np.ndarray", given: "np.ndarray", zone: ZoneInfo) -> Moments:
    import numpy as np

    sane = given & ~_far(local)
    safe = np.where(sane, local, 0)
    return Moments(safe - zones.offsets_of_local(safe, zone), safe // _DAY_US, given)


def _zoned(instant: "np.ndarray", given: "np.ndarray", zone: ZoneInfo) -> Moments:
    import numpy as np

    sane = given & ~_far(instant)
    safe = np.where(sane, instant, 0)
    return Moments(safe, (safe + zones.offsets_of_instant(safe, zone)) // _DAY_US, given)


def _far(moment: "np.ndarray") -> "np.ndarray":
    return (moment < _YEARS[0]) | (moment >= _YEARS[1])


def _out_of_range(text: str) -> Refused:
    return Refused("clock.out_of_range", _OUT_OF_RANGE, text=excerpt(text), first=FIRST_YEAR, last=LAST_YEAR)


def _note_far(moments: Moments, name: str, moment: "np.ndarray", values: Any) -> None:
    import numpy as np

    for offset in np.flatnonzero(moments.given & _far(moment)).tolist():
        text = excerpt(text_of(next(iter(python_values(values[offset : offset + 1])))))
        moments.bad[offset] = BadRow(name, _out_of_range(text), text)
