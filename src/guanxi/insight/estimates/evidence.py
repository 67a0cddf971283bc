"""Is there enough to estimate from, and is it well formed?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi.ground.refusals import Refused, gettext_noop

Floats = NDArray[np.float64]

# Set by judgement: with fewer, two or four parameters describe chance and not customers.
LEAST_CUSTOMERS = 20
LEAST_REPEATERS = 5

NO_CUSTOMERS = gettext_noop("There are no customers with purchases yet.")
NO_REPEATERS = gettext_noop("No customer has bought a second time yet, so nothing can be said about the next purchase.")
FEW_CUSTOMERS = gettext_noop("Only {customers} customers have bought; at least {least} are needed.")
FEW_REPEATERS = gettext_noop("Only {customers} customers have bought again; at least {least} are needed.")


class NotEnoughData(Refused):
    """The data cannot carry the estimate, with the reason in words."""


@dataclass(frozen=True)
class Histories:
    """One row a customer: repeat purchases, age at the last purchase, age now, and how many customers the row stands for."""

    frequency: Floats
    recency: Floats
    age: Floats
    weights: Floats


def read_histories(
    frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, weights: ArrayLike | None = None
) -> Histories:
    """Check four columns of equal length and return them as floats; rows of weight 0 are dropped.

    Raises ValueError for what no purchase history can be: lengths that differ, a frequency that is not a whole number
    of at least 0, a recency outside [0, age], a repeat purchase without recency or the reverse, a negative weight.
    """
    columns = [np.atleast_1d(np.asarray(column, dtype=np.float64)) for column in (frequency, recency, age)]
    shape = columns[0].shape
    columns.append(np.ones(shape) if weights is None else np.atleast_1d(np.asarray(weights, dtype=np.float64)))
    if len(shape) != 1 or any(column.shape != shape for column in columns):
        raise ValueError("frequency, recency, age and weights must be columns of equal length")
    if not all(np.isfinite(column).all() for column in columns):
        raise ValueError("frequency, recency, age and weights must be finite numbers")
    histories = Histories(*columns)
    _check_values(histories)
    if weights is not None and (histories.weights == 0).any():
        kept = histories.weights > 0
        histories = Histories(*(column[kept] for column in columns))
    return histories


def require_repeaters(histories: Histories) -> None:
    """Raise NotEnoughData unless there are LEAST_CUSTOMERS customers and LEAST_REPEATERS of them bought again."""
    customers = float(histories.weights.sum())
    repeaters = float(histories.weights[histories.frequency > 0].sum())
    if customers == 0:
        raise NotEnoughData("estimate.no_customers", NO_CUSTOMERS)
    if customers < LEAST_CUSTOMERS:
        raise NotEnoughData("estimate.few_customers", FEW_CUSTOMERS, customers=round(customers), least=LEAST_CUSTOMERS)
    if repeaters == 0:
        raise NotEnoughData("estimate.no_repeaters", NO_REPEATERS)
    if repeaters < LEAST_REPEATERS:
        raise NotEnoughData("estimate.few_repeaters", FEW_REPEATERS, customers=round(repeaters), least=LEAST_REPEATERS)


def whole(number: float) -> float:
    """The same number, as an int where it is whole: people and JSON want 2357, not 2357.0."""
    return int(number) if number.is_integer() else number


def _check_values(rows: Histories) -> None:
    if (rows.frequency < 0).any() or (rows.frequency != np.rint(rows.frequency)).any():
        raise ValueError("frequency must be a whole number of repeat purchases, 0 or more")
    if (rows.recency < 0).any() or (rows.recency > rows.age).any():
        raise ValueError("recency must lie between 0 and age")
    if ((rows.frequency > 0) != (rows.recency > 0)).any():
        raise ValueError("recency must be above 0 exactly where there are repeat purchases")
    if (rows.weights < 0).any():
        raise ValueError("weights must not be negative")
