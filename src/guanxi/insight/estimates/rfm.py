"""RFM: how recently, how often and for how much a customer bought, each as a score from 1 to 5 (decisioning 4.3).

It describes; it does not decide offers. Equal values get equal scores, whatever the order of the rows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Scores = NDArray[np.int8]

CHAMPION, AT_RISK, NEW, HIBERNATING, REGULAR = "champion", "at_risk", "new", "hibernating", "regular"


@dataclass(frozen=True)
class Rfm:
    """One entry a customer: scores 1 (worst) to 5 (best) and the class."""

    recency: Scores
    frequency: Scores
    monetary: Scores
    classes: NDArray[np.str_]


def score_rfm(
    recency_days: ArrayLike, purchases: ArrayLike, net_amount: ArrayLike, segments: ArrayLike | None = None
) -> Rfm:
    """Score days since the last purchase, purchases in 365 days and net amount in 365 days, within each segment.

    Few days score high. `segments` is any one column of comparable values; without it all customers are one segment.
    """
    recency = score_fifths(-np.asarray(recency_days, dtype=np.float64), segments)
    frequency = score_fifths(purchases, segments)
    monetary = score_fifths(net_amount, segments)
    return Rfm(recency, frequency, monetary, classify_rfm(recency, frequency, monetary))


def score_fifths(values: ArrayLike, segments: ArrayLike | None = None) -> Scores:
    """1 + floor(5 percent_rank), at most 5, in each segment; percent_rank = (least rank - 1) / (n - 1), 0 when alone."""
    column = np.asarray(values)
    if not np.isfinite(column).all():
        raise ValueError("values to be scored must be finite numbers")
    segment = np.zeros(len(column), dtype=np.int64)
    if segments is not None:
        segment = np.unique(np.asarray(segments), return_inverse=True)[1]
    order = np.lexsort((column, segment))
    sorted_values, sorted_segments = column[order], segment[order]
    sizes = np.bincount(segment)
    begins = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.int64)
    place = np.arange(len(column))
    new_value = np.ones(len(column), dtype=bool)
    new_value[1:] = (sorted_values[1:] != sorted_values[:-1]) | (sorted_segments[1:] != sorted_segments[:-1])
    below = np.maximum.accumulate(np.where(new_value, place, 0)) - begins[sorted_segments]
    others = np.maximum(sizes[sorted_segments] - 1, 1)
    scores = np.empty(len(column), dtype=np.int8)
    scores[order] = np.minimum(1 + 5 * below // others, 5)
    return scores


def classify_rfm(recency: Scores, frequency: Scores, monetary: Scores) -> NDArray[np.str_]:
    """The first class that fits: champion, at risk, new, hibernating, else regular."""
    conditions = [
        (recency >= 4) & (frequency >= 4) & (monetary >= 4),
        (recency <= 2) & (frequency >= 4) & (monetary >= 3),
        (recency >= 4) & (frequency == 1),
        (recency <= 2) & (frequency <= 2),
    ]
    return np.select(conditions, [CHAMPION, AT_RISK, NEW, HIBERNATING], default=REGULAR)
