"""The second step of an offer: what is said some time after its letter or leaflet went out (LEV-06, RET-06). Pure."""

import datetime as dt
import re
from calendar import monthrange
from typing import Final

from guanxi.ground.workdays import Calendar

# So long after its day a second step may still be made; then it has lapsed [j].
OPEN_DAYS: Final = 14
_AFTER = re.compile(r"([1-9][0-9]?|1[0-7][0-9]|180)d|([1-9]|1[0-2])m")


def is_after(text: str) -> bool:
    """Whether a text says how long after a letter something comes: 1d … 180d, 1m … 12m."""
    return _AFTER.fullmatch(text) is not None


def step_day(after: str, went_on: dt.date, calendar: Calendar) -> dt.date:
    """The first day of a second step: so many days, or the same day so many months later, clipped to the end of the month
    (decisioning.md 3.4); then the next business day. Raises ValueError where `after` says no time.
    """
    found = _AFTER.fullmatch(after)
    if found is None:
        raise ValueError(f"no time after a letter: {after!r}")
    if found[1]:
        day = went_on + dt.timedelta(days=int(found[1]))
    else:
        years, month = divmod(went_on.month - 1 + int(found[2]), 12)
        year, month = went_on.year + years, month + 1
        day = dt.date(year, month, min(went_on.day, monthrange(year, month)[1]))
    return calendar.after(day - dt.timedelta(days=1), 1)
