"""Spending within the cycle, computed again from the rows it names: the last 30 days against the windows of 30 days before.

The formula of decisioning.md 4.5 with windows in the place of months; a window's season is the mean of its days' factors.
"""

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

WINDOW = 30


def seasons_of_windows(last: dt.date, season: Sequence[float] | None, windows: int) -> list[float]:
    """The factor of each of `windows` windows of 30 days, the one that ends on `last` first. season: January to December."""
    if season is None:
        return [1.0] * windows
    ends = (last - dt.timedelta(days=WINDOW * back) for back in range(windows))
    return [sum(season[(end - dt.timedelta(days=day)).month - 1] for day in range(WINDOW)) / WINDOW for end in ends]


def sums_of_windows(spent: Iterable[tuple[dt.date, int]], last: dt.date, windows: int) -> list[int]:
    """What was spent in each window, the one that ends on `last` first; days outside do not count."""
    sums = [0] * windows
    for day, amount in spent:
        back = (last - day).days // WINDOW
        if 0 <= back < windows:
            sums[back] += amount
    return sums


def gross_by_window(
    spent: Iterable[tuple[dt.date, int]], first: dt.date, last: dt.date, given: Mapping[str, Any]
) -> dict[str, Any]:
    """Figures of decisioning.md 4.5 within the cycle; money in minor units. `first` to `last`: whole windows."""
    windows = ((last - first).days + 1) // WINDOW
    sums = sums_of_windows(spent, last, windows)
    seasons = seasons_of_windows(last, given["season"], windows)
    now, *before = (amount / season for amount, season in zip(sums, seasons, strict=True))
    usual = median(before)
    offset = max(given["offset"], given["offset_share"] * usual)
    logs = [math.log(value + offset) for value in before]
    middle = median(logs)
    spread = 1.4826 * median(abs(value - middle) for value in logs)
    count = len(before)
    sigma = math.sqrt((count * spread**2 + given["weight"] * given["spread"] ** 2) / (count + given["weight"]))
    z = (math.log(now + offset) - middle - given["shift"]) / max(given["spread_floor"], sigma)
    here = usual * seasons[0]
    return {
        "usual": math.floor(here + 0.5),
        "now": sums[0],
        "below": math.floor(here - sums[0] + 0.5),
        "drop": _places(1 - now / usual, 4) if usual else 0.0,  # the rows may have been taken back since
        "z": _places(z, 2),
        "low": min(sums[1:]),
        "high": max(sums[1:]),
        "cycles": count,
    }


def _places(value: float, digits: int) -> float:
    return math.floor(value * 10**digits + 0.5) / 10**digits
