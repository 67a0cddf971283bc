"""Synthetic trade: who buys how often, until when, for how much; and who quietly moves most of it elsewhere.

The model (all hidden from the product, written to `truth.parquet`): buying rate ~ Gamma(0.9), lifetime ~ exponential with a
Gamma rate (Pareto/NBD), days weighted by season and weekday, basket value log-normal around an own mean, products by Zipf.
A switcher keeps `_KEPT` of his rate from his switch day on. Dealings are drawn conditional on their exact total number.
With rhythms each customer's visits keep a distance of his own, Gamma gaps whose coefficient of variation is his `unevenness`
(1: at random moments, as without rhythms).
"""

from dataclasses import dataclass

import numpy as np

from guanxi.project.simulation.cards import KINDS, LEFT, SWITCHED

_KEPT = 0.1
_UNEVEN = (0.2, 1.0)
_SEASON = np.array([1.05, 0.85, 0.95, 0.98, 1.02, 1.0, 0.97, 0.96, 1.0, 1.02, 1.08, 1.12])
_WEEK = np.array([0.92, 0.9, 0.92, 0.98, 1.12, 1.2, 0.96])  # Monday first


@dataclass(frozen=True)
class Truth:
    """Per customer: start, end (first day gone; = days when still there), switch (= end when none), rate, basket mean in 分,
    and how uneven the gaps between visits are.
    """

    start: np.ndarray
    end: np.ndarray
    switch: np.ndarray
    rate: np.ndarray
    basket: np.ndarray
    unevenness: np.ndarray


def intensity(first_day: np.datetime64, days: int) -> np.ndarray:
    """Cumulative weight of the days 0…`days` (length days + 1), by month and weekday."""
    dates = first_day + np.arange(days)
    month = dates.astype("datetime64[M]").astype(int) % 12
    weekday = (dates.astype(int) + 3) % 7
    return np.concatenate([[0.0], np.cumsum(_SEASON[month] * _WEEK[weekday])])


def draw_truth(random: np.random.Generator, count: int, days: int, *, rhythms: bool = False) -> Truth:
    """The hidden lives of `count` customers over `days` days; rhythms: each has his own, else all buy at random moments."""
    start = np.where(random.random(count) < 0.5, 0, random.integers(0, max(1, int(days * 0.8)), count))
    lifetime = random.exponential(1 / random.gamma(0.8, 1 / (days * 0.9), count).clip(1e-6))
    end = np.minimum(days, start + 1 + lifetime.astype(np.int64).clip(0, days))
    switched = random.random(count) < 1 - 0.99 ** ((end - start) / 30.4)
    when = start + (random.random(count) * (end - start)).astype(np.int64)
    return Truth(
        start=start,
        end=end,
        switch=np.where(switched, when, end),
        rate=random.gamma(0.9, 1.0, count) + 0.02,
        basket=np.exp(random.normal(np.log(18_000), 0.9, count)).clip(300, 5_000_000),
        unevenness=random.uniform(*_UNEVEN, count) if rhythms else np.ones(count),
    )


def happenings(truth: Truth, days: int) -> dict[str, np.ndarray]:
    """What truly happened, a row each, as cards.happenings tells it: who moved most of his buying elsewhere, who left."""
    moved, left = np.flatnonzero(truth.switch < truth.end), np.flatnonzero(truth.end < days)
    kind = np.repeat([KINDS.index(SWITCHED), KINDS.index(LEFT)], [len(moved), len(left)])
    return {
        "card": np.concatenate([moved, left]),
        "kind": kind,
        "day": np.concatenate([truth.switch[moved], truth.end[left]]),
        "until": np.concatenate([truth.end[moved], np.full(len(left), days)]),
        "share": np.repeat([_KEPT, 0.0], [len(moved), len(left)]),
    }


def share_out(random: np.random.Generator, truth: Truth, total: int, cumulative: np.ndarray) -> np.ndarray:
    """How many of `total` dealings each customer makes (int64, sums to `total`)."""
    full, rest = _weights(truth, cumulative)
    weight = truth.rate * (full + _KEPT * rest)
    return random.multinomial(total, weight / weight.sum())


def draw_days(random: np.random.Generator, truth: Truth, who: np.ndarray, cumulative: np.ndarray) -> np.ndarray:
    """The day number of one dealing of each customer in `who` (indices, repeated)."""
    full, rest = _weights(truth, cumulative)
    place = _places(random, truth, who) * (full + _KEPT * rest)[who]
    before = place <= full[who]
    level = np.where(
        before, cumulative[truth.start][who] + place, cumulative[truth.switch][who] + (place - full[who]) / _KEPT
    )
    day = np.searchsorted(cumulative, level, side="right") - 1
    return np.clip(day, truth.start[who], truth.end[who] - 1)


def _places(random: np.random.Generator, truth: Truth, who: np.ndarray) -> np.ndarray:
    """Where in his life (0 … 1) each dealing stands: anywhere, or after Gamma gaps that fill it. who: ascending."""
    if not len(who) or (truth.unevenness == 1).all():
        return random.random(len(who))
    shape = 1 / truth.unevenness**2
    gap = random.gamma(shape[who])
    person, begin, count = np.unique(who, return_index=True, return_counts=True)
    first = random.random(len(person))  # the first comes somewhere within its gap, and so does the end after the last
    gap[begin] *= first
    run = np.cumsum(gap)
    before = np.repeat(run[begin] - gap[begin], count)
    after = random.gamma(shape[person]) * random.random(len(person))
    total = run[begin + count - 1] - (run[begin] - gap[begin]) + after
    return (run - before) / np.repeat(total, count)


def draw_amounts(random: np.random.Generator, truth: Truth, who: np.ndarray) -> np.ndarray:
    """Amounts in minor units (int64 > 0)."""
    spread = np.exp(random.normal(-0.125, 0.5, len(who)))
    return np.maximum(100, (truth.basket[who] * spread)).astype(np.int64)


def zipf(random: np.random.Generator, products: int, count: int, exponent: float = 1.05) -> np.ndarray:
    """Product numbers 0…products−1 by Zipf's law."""
    weight = 1 / np.arange(1, products + 1) ** exponent
    return np.searchsorted(np.cumsum(weight / weight.sum()), random.random(count)).clip(0, products - 1)


def _weights(truth: Truth, cumulative: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    full = cumulative[truth.switch] - cumulative[truth.start]
    rest = cumulative[truth.end] - cumulative[truth.switch]
    return full, rest
