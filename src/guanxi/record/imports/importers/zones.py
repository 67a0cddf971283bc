"""Offsets of a time zone for whole arrays, by the rules of ground.clock: a gap is moved forward by its length, and a
local time that happens twice is its first occurrence.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import numpy as np

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000
_STEP = timedelta(hours=12)  # no zone changes its offset twice in half a day


def offsets_of_local(local: "np.ndarray", zone: ZoneInfo) -> "np.ndarray":
    """Microseconds to subtract from local times (microseconds since 1970, without zone) to get UTC."""
    import numpy as np

    years = _years(local)
    switch, offset = _changes(zone, *years)
    # The new offset begins where both readings agree: after the gap, and after the second pass of an overlap began.
    threshold = switch + np.maximum(offset[:-1], offset[1:])
    return offset[np.searchsorted(threshold, local, side="right")]


def offsets_of_instant(instant: "np.ndarray", zone: ZoneInfo) -> "np.ndarray":
    """Microseconds to add to instants (microseconds since 1970 UTC) to get local time."""
    import numpy as np

    switch, offset = _changes(zone, *_years(instant))
    return offset[np.searchsorted(switch, instant, side="right")]


def _years(moments: "np.ndarray") -> tuple[int, int]:
    if not len(moments):
        return 1970, 1970
    first = (_EPOCH + timedelta(microseconds=int(moments.min()))).year
    last = (_EPOCH + timedelta(microseconds=int(moments.max()))).year
    return max(first - 1, 2), min(last + 1, 9998)


def _changes(zone: ZoneInfo, first: int, last: int) -> tuple["np.ndarray", "np.ndarray"]:
    """Instants at which the offset changes between two years, and the offsets before, between and after them."""
    import numpy as np

    switches: list[int] = []
    offsets: list[int] = [_offset(datetime(first, 1, 1, tzinfo=UTC), zone)]
    for year in range(first, last + 1):
        for instant, offset in _changes_in(zone, year):
            switches.append(instant)
            offsets.append(offset)
    return np.array(switches, dtype=np.int64), np.array(offsets, dtype=np.int64)


@lru_cache(maxsize=4096)
def _changes_in(zone: ZoneInfo, year: int) -> tuple[tuple[int, int], ...]:
    found = []
    at, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    before = _offset(at, zone)
    while at < end:
        after = _offset(at + _STEP, zone)
        if after != before:
            found.append((_switch(at, at + _STEP, before, zone), after))
            before = after
        at += _STEP
    return tuple(found)


def _switch(low: datetime, high: datetime, before: int, zone: ZoneInfo) -> int:
    """The second at which the offset stops being `before`."""
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if middle <= low:
            break
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return int((high - _EPOCH).total_seconds()) * _SECOND


def _offset(instant: datetime, zone: ZoneInfo) -> int:
    offset = instant.astimezone(zone).utcoffset()
    return int(offset.total_seconds() * _SECOND) if offset is not None else 0
