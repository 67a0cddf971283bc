"""The many of the demo firm: customers of a card, a garage and a shop, with three years of dealings ending today.

Pure arrays by seed and day: the same seed on the same day gives the same firm. Money in minor units (分).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from guanxi.project.simulation import people

_DAYS = 3 * 365
_CARD, _GARAGE, _SHOP = "card", "garage", "shop"
_PRODUCTS = {
    _CARD: ("CARD-GOLD", "金卡消费"),
    _GARAGE: ("GARAGE-SERVICE", "养护"),
    _SHOP: ("SHOP-HOME", "家居用品"),
}
PRODUCTS = (
    {"reference": "CARD-GOLD", "name": "金卡消费", "family": "CARD", "margin_rate": 0.012},
    {"reference": "GARAGE-SERVICE", "name": "养护", "family": "GARAGE", "margin_rate": 0.06},
    {"reference": "SHOP-HOME", "name": "家居用品", "family": "SHOP", "margin_rate": 0.04},
)


@dataclass(frozen=True)
class Dealings:
    """Parallel arrays: index of the customer, day (datetime64[D]), second of the day, amount in minor units, line."""

    who: np.ndarray
    day: np.ndarray
    second: np.ndarray
    minor: np.ndarray
    line: np.ndarray


def customers(random: np.random.Generator, count: int, today: np.datetime64) -> pa.Table:
    """`count` people in the columns of `guanxi import customers`, with references D00000…"""
    table = people.people_table(random, 0, count, today)
    return table.set_column(0, "reference", pa.array([f"D{n:05d}" for n in range(count)]))


def dealings(random: np.random.Generator, count: int, today: np.datetime64) -> Dealings:
    """Three years of dealings of `count` customers up to yesterday."""
    lines = random.random((count, 3)) < np.array([0.75, 0.4, 0.5])
    lines[~lines.any(axis=1), 0] = True
    last = np.where(random.random(count) < 0.12, random.integers(200, _DAYS, count), _DAYS)  # some left on the way
    parts = [
        _visits(random, lines[:, 0], last, _Habit(_CARD, gap=4.0, spread=0.9, ticket=26_000)),
        _visits(random, lines[:, 1], last, _Habit(_GARAGE, gap=45.0, spread=0.25, ticket=48_000)),
        _visits(random, lines[:, 2], last, _Habit(_SHOP, gap=28.0, spread=0.7, ticket=19_000)),
    ]
    joined = [
        np.concatenate([getattr(part, name) for part in parts]) for name in ("who", "day", "second", "minor", "line")
    ]
    whole = Dealings(*joined)
    order = np.lexsort((whole.who, whole.second, whole.day))
    first = today - _DAYS
    return Dealings(
        whole.who[order], first + whole.day[order], whole.second[order], whole.minor[order], whole.line[order]
    )


def dealings_table(made: Dealings, references: np.ndarray) -> pa.Table:
    """Dealings in the columns of `guanxi import dealings`. references: reference of each customer index (object array)."""
    at = made.day.astype("datetime64[s]") + made.second.astype("timedelta64[s]")
    product = {line: reference for line, (reference, _) in _PRODUCTS.items()}
    amount = [f"{minor // 100}.{minor % 100:02d}" for minor in made.minor.tolist()]
    return pa.table(
        {
            "customer": pa.array(references[made.who].tolist(), pa.string()),
            "occurred_at": pa.array(at),
            "amount": pa.array(amount, pa.string()),
            "product": pa.array([product[line] for line in made.line.tolist()], pa.string()),
            "channel": pa.array(np.where(made.line == _CARD, "card", "branch").tolist(), pa.string()),
        }
    )


@dataclass(frozen=True)
class _Habit:
    """How one line is used: mean gap in days, spread of gaps (cv), middle ticket in minor units."""

    line: str
    gap: float
    spread: float
    ticket: int


def _visits(random: np.random.Generator, has: np.ndarray, last: np.ndarray, habit: _Habit) -> Dealings:
    """Renewal process with Gamma gaps around each customer's own mean, cut at his last day."""
    who = np.flatnonzero(has)
    own = habit.gap * np.exp(random.normal(0, 0.25, len(who)))
    most = int(_DAYS / habit.gap * 2.5) + 2
    shape = 1 / habit.spread**2
    gaps = random.gamma(shape, 1 / shape, (len(who), most)) * own[:, None]
    day = np.floor(random.random(len(who))[:, None] * own[:, None] + np.cumsum(gaps, axis=1)).astype(np.int64)
    row, column = np.nonzero(day < last[who][:, None])
    ticket = habit.ticket * np.exp(random.normal(0, 0.5, len(who)))
    minor = ticket[row] * np.exp(random.normal(-0.04, 0.3, len(row)))
    return Dealings(
        who=who[row],
        day=day[row, column],
        second=random.integers(9 * 3600, 21 * 3600, len(row)),
        minor=np.maximum(500, minor).astype(np.int64),
        line=np.full(len(row), habit.line, dtype=object),
    )
