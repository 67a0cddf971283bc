"""How the demo's trade spreads over weekdays, months and products: as in a real shop's public file, not invented.

Measured on UCI “Online Retail” (shared/data/online_retail_2010_2011.parquet, 541,909 lines of 2010-12-01 to 2011-12-09):
lines by weekday over the whole file, lines by calendar month from 2010-12 to 2011-11 (one whole year), and the share of
all lines that the best-selling products make, by share of the 4,070 products. The shop traded on no Saturday, so the
demo's tills, cards and counters know none either; only single visits of the told stories may fall on one.
"""

import numpy as np

WEEKDAY_LINES = (95_111, 101_808, 94_565, 103_857, 82_193, 0, 64_375)  # Monday first
MONTH_LINES = (35_147, 27_707, 36_748, 29_916, 37_030, 36_874, 39_518, 35_284, 50_226, 60_742, 84_711, 42_481)
# (per cent of the products, best sellers first; share of the lines)
PRODUCT_CURVE = (
    (0.0, 0.0), (0.25, 0.0322), (0.5, 0.0556), (1.0, 0.0971), (2.0, 0.1631), (3.0, 0.2157), (5.0, 0.3), (7.5, 0.3844),
    (10.0, 0.4549), (15.0, 0.567), (20.0, 0.6541), (25.0, 0.7241), (30.0, 0.7813), (40.0, 0.868), (50.0, 0.9263),
    (60.0, 0.9625), (70.0, 0.9839), (80.0, 0.9946), (90.0, 0.9988), (100.0, 1.0),
)  # fmt: skip
_ROUNDS = 8


def weekday_shares() -> np.ndarray:
    """Share of lines by weekday, Monday first (7,)."""
    lines = np.array(WEEKDAY_LINES, dtype=float)
    return lines / lines.sum()


def month_shares() -> np.ndarray:
    """Share of lines by calendar month, January first (12,)."""
    lines = np.array(MONTH_LINES, dtype=float)
    return lines / lines.sum()


def product_shares(count: int) -> np.ndarray:
    """Share of lines of each of `count` products, best seller first (count,); falls, and adds up to 1."""
    # Between the points the curve bends as the logarithm does: close to Zipf's law, and never falling.
    rank, share = (np.array(column) for column in zip(*PRODUCT_CURVE, strict=True))
    whole = np.interp(np.log1p(np.arange(count + 1) * 100 / count), np.log1p(rank), share)
    return np.sort(np.diff(whole))[::-1]


def weekdays_of(dates: np.ndarray) -> np.ndarray:
    """Weekday of each day (datetime64[D]), 0 for Monday."""
    return (dates.astype(int) + 3) % 7


def months_of(dates: np.ndarray) -> np.ndarray:
    """Calendar month of each day (datetime64[D]), 0 for January."""
    return dates.astype("datetime64[M]").astype(int) % 12


def even_months(dates: np.ndarray) -> np.ndarray:
    """Cumulative time of trade without season (len + 1,): every whole month passes 1, its days by their weekday."""
    weights = weekday_shares()
    first, last = dates[0].astype("datetime64[M]"), dates[-1].astype("datetime64[M]") + 1
    whole = np.arange(first.astype("datetime64[D]"), last.astype("datetime64[D]"))
    month = whole.astype("datetime64[M]").astype(int)
    month -= month[0]
    share = weights[weekdays_of(whole)]
    share /= np.bincount(month, share)[month]
    begin = int((dates[0] - whole[0]).astype(int))
    return np.concatenate([[0.0], np.cumsum(share[begin : begin + len(dates)])])


def remaining_days(dates: np.ndarray, lines: int, others: np.ndarray) -> np.ndarray:
    """Share of `lines` that each day gets so that together with `others` (lines a day, no season) weekdays and calendar
    months have the file's shares: iterative proportional fitting of days to what is left of both.
    """
    weekday, month, whole = weekdays_of(dates), months_of(dates), lines + others.sum()
    by_weekday = np.maximum(weekday_shares() * whole - np.bincount(weekday, others, 7), 0)
    by_month = np.maximum(month_shares() * whole - np.bincount(month, others, 12), 0)
    share = np.ones(len(dates))
    for _ in range(_ROUNDS):
        for place, wanted in ((weekday, by_weekday), (month, by_month)):
            have = np.bincount(place, share, len(wanted))
            share *= np.divide(wanted, have, out=np.zeros(len(wanted)), where=have > 0)[place]
    return share / share.sum()
