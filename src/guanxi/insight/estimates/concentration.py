"""Concentration: how much of the value the best customers hold, measured and never assumed.

share(x) is the value of the best x per cent of customers over the value of all (decisioning 4.1). The top x per cent are
the ceiling of x per cent of the customers. Shares above 1 are normal where the tail loses money.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from guanxi.ground.refusals import gettext_noop

from .words import Sentence

NO_CUSTOMERS = gettext_noop("There are no customers to compare.")
NOTHING_TO_SHARE = gettext_noop(
    "All customers together are worth {total}: shares of a total that is not positive mean nothing."
)


@dataclass(frozen=True)
class Concentration:
    """Shares between 0 and 1 (or beyond, with losses); None, with the reason in `missing`, where the total is not positive.

    `curve` holds at most 101 points (share of customers, best first; share of value). `gini` is 0 when all are equal.
    """

    customers: int
    total: float
    top_1: float | None = None
    top_4: float | None = None
    top_20: float | None = None
    top_80: float | None = None
    bottom_20: float | None = None
    share_of_customers_for_80: float | None = None
    gini: float | None = None
    curve: tuple[tuple[float, float], ...] = ()
    missing: Sentence | None = None


def concentrate(values: ArrayLike) -> Concentration:
    """Concentration of one value a customer (whole minor units stay exact). Values must be finite, else ValueError."""
    column = np.asarray(values)
    column = column.astype(np.int64 if column.dtype.kind in "iu" else np.float64)
    if column.ndim != 1 or not np.isfinite(column).all():
        raise ValueError("values must be one column of finite numbers")
    customers = len(column)
    if not customers:
        return Concentration(0, 0.0, missing=Sentence(NO_CUSTOMERS))
    best_first = np.sort(column)[::-1]
    running = np.concatenate(([0], np.cumsum(best_first)))
    total = float(running[-1])
    if total <= 0:
        return Concentration(customers, total, missing=Sentence(NOTHING_TO_SHARE, {"total": f"{total:g}"}))
    held = running / total
    heads = _ceiling_of_percent(np.arange(101), customers)
    points = np.unique(heads)
    # The first count of customers that holds 80 %: with losers in the tail the running share may fall again.
    enough = int(np.argmax(running * 5 >= running[-1] * 4))
    return Concentration(
        customers=customers,
        total=total,
        top_1=float(held[heads[1]]),
        top_4=float(held[heads[4]]),
        top_20=float(held[heads[20]]),
        top_80=float(held[heads[80]]),
        bottom_20=float((running[-1] - running[customers - heads[20]]) / total),
        share_of_customers_for_80=enough / customers,
        gini=float((2 * np.sum(held[1:]) - 1) / customers - 1),
        curve=tuple((float(point / customers), float(held[point])) for point in points),
    )


def _ceiling_of_percent(percents: np.ndarray, customers: int) -> np.ndarray:
    """Exact in whole numbers: 20 % of 2,357 is 472, of 1,000 is 200 and never 201."""
    return -(-percents * customers // 100)
