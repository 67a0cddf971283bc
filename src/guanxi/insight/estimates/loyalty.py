"""Loyalty: five traits, two sides, and never more than was observed (decisioning 4.4).

A trait runs from 0 to 100 and is NaN where it was not observed: who made fewer than four purchases is not irregular, he is
not known. Repeat buying alone is not loyalty: behaviour and attitude are kept apart.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Words = NDArray[np.str_]

# Of T1 … T5 (decisioning 4.4).
WEIGHTS = (0.30, 0.20, 0.15, 0.20, 0.15)
CYCLES = 12
LEAST_PURCHASES = 4
MOST_FAMILIES = 5
LEAST_COVERAGE = 0.5
# Of purchases on days of rivals' promotions so many are to be expected, and so many other days to be lived through, before anything
# is said of them [j].
LEAST_EXPECTED, LEAST_DAYS = 2.0, 180
HIGH = 60.0

TRUE, LATENT, SPURIOUS, NONE = "true", "latent", "spurious", "none"
# Nobody was asked what he thinks of us: only what he does is known.
BEHAVIOURAL, NOT_SHOWN, UNKNOWN = "behavioural", "not_shown", ""

_T1, _T2, _T3, _T4, _T5 = range(5)
_EXACT = 1e-9  # 0.30 + 0.20 is 0.5 for people


@dataclass(frozen=True)
class Loyalty:
    """One entry a customer: the score 0 … 100 (NaN where less than half of the weights was observed), the weight that was
    observed, 0 … 1, and the side of behaviour, which rests on the traits T1, T2 and T4.
    """

    score: Floats
    coverage: Floats
    behaviour: Floats


def regular_repeat(active_cycles: ArrayLike, cv_squared: ArrayLike, purchases: ArrayLike) -> Floats:
    """T1: how many of the last twelve expected cycles saw a purchase, damped by the spread of the own gaps
    (`cv_squared`: their variance by their squared mean). Not observed below four purchases.
    """
    active = np.clip(np.asarray(active_cycles, dtype=np.float64), 0, CYCLES)
    trait = 100 * (active / CYCLES) / (1 + np.asarray(cv_squared, dtype=np.float64))
    return np.where(np.asarray(purchases) >= LEAST_PURCHASES, trait, np.nan)


def breadth(families_held: ArrayLike, families_relevant: ArrayLike) -> Floats:
    """T2: families held beyond the first, of those that such a customer could hold, at most five. Not observed where
    there is only one.
    """
    most = np.minimum(MOST_FAMILIES, np.asarray(families_relevant, dtype=np.float64))
    more = np.maximum(np.asarray(families_held, dtype=np.float64) - 1, 0)
    return np.where(most > 1, 100 * np.minimum(1, more / np.maximum(most - 1, 1)), np.nan)


def recommends(referrals: ArrayLike, answer: ArrayLike) -> Floats:
    """T3: 100 (1 - 0.5^referrals of 24 months) by 0.6, ten times the answer (0 … 10) to "would you recommend us?" by 0.4;
    what is NaN is left out.
    """
    behaviour = 100 * (1 - 0.5 ** np.asarray(referrals, dtype=np.float64))
    attitude = 10 * np.asarray(answer, dtype=np.float64)
    return _weighted([(0.6, behaviour), (0.4, attitude)])[0]


def immune(share_of_wallet: ArrayLike, rival_share: ArrayLike) -> Floats:
    """T4: share of wallet (0 … 1) and spend in known promotions of rivals ÷ what was expected then, half and half; what
    is NaN is left out.
    """
    kept = 100 * np.minimum(1, np.asarray(rival_share, dtype=np.float64))
    return _weighted([(0.5, 100 * np.asarray(share_of_wallet, dtype=np.float64)), (0.5, kept)])[0]


def rival_share(
    spent_then: ArrayLike, spent_else: ArrayLike, purchases_else: ArrayLike, days_then: ArrayLike, days_else: ArrayLike
) -> Floats:
    """Spend in known promotions of rivals ÷ what was expected then: what was spent on all other days of the same time, by the day.

    spent_*: in one unit of money; days_*: days lived through as a customer. NaN where fewer than two purchases were to be expected then,
    or fewer than 180 other days were lived through.
    """
    lived, then = np.asarray(days_else, dtype=np.float64), np.asarray(days_then, dtype=np.float64)
    share = np.divide(then, lived, out=np.zeros_like(lived), where=lived > 0)
    expected = np.asarray(spent_else, dtype=np.float64) * share
    purchases = np.asarray(purchases_else, dtype=np.float64) * share
    shown = (lived >= LEAST_DAYS) & (purchases >= LEAST_EXPECTED) & (expected > 0)
    return np.divide(
        np.asarray(spent_then, dtype=np.float64), expected, out=np.full_like(expected, np.nan), where=shown
    )


def tolerant(customer: ArrayLike, before: ArrayLike, after: ArrayLike, customers: int) -> Floats:
    """T5: spend in the 90 days after a failure of ours ÷ the 90 before, at most 1, the mean of a customer's failures.

    A row a failure, `customer` its number from 0; who spent nothing before cannot show it and does not count.
    """
    who, spent, came = (
        np.asarray(customer, dtype=np.int64),
        np.asarray(before, dtype=float),
        np.asarray(after, dtype=float),
    )
    shown = spent > 0
    kept = 100 * np.clip(came[shown] / spent[shown], 0, 1)
    counted = np.bincount(who[shown], minlength=customers)
    summed = np.bincount(who[shown], weights=kept, minlength=customers)
    return np.divide(summed, counted, out=np.full(customers, np.nan), where=counted > 0)


def share_of_wallet(rank: ArrayLike, suppliers: ArrayLike) -> Floats:
    """From "which place do we have among your n suppliers?": (1 - rank / (n + 1)) · 2 / n; first of two 0.67."""
    place, n = np.asarray(rank, dtype=np.float64), np.asarray(suppliers, dtype=np.float64)
    return (1 - place / (n + 1)) * 2 / n


def combine_traits(traits: ArrayLike) -> Loyalty:
    """Score, coverage and behaviour from T1 … T5 (five columns, a row a customer)."""
    columns = np.asarray(traits, dtype=np.float64).T
    if columns.ndim != 2 or len(columns) != len(WEIGHTS):
        raise ValueError("a row of five traits a customer is needed")
    score, coverage = _weighted(list(zip(WEIGHTS, columns, strict=True)))
    behaviour = _weighted([(WEIGHTS[place], columns[place]) for place in (_T1, _T2, _T4)])[0]
    enough = coverage >= LEAST_COVERAGE - _EXACT
    return Loyalty(np.where(enough, score, np.nan), coverage, np.where(enough, behaviour, np.nan))


def attitude(survey: ArrayLike, answer: ArrayLike) -> Floats:
    """What he thinks of us: the mean of what was answered of value, quality and satisfaction (three columns, 0 … 100) and
    ten times the answer to the question of recommending. No answer is NaN and never average.
    """
    items = np.column_stack([np.asarray(survey, dtype=np.float64), 10 * np.asarray(answer, dtype=np.float64)])
    return _weighted([(1.0, column) for column in items.T])[0]


def classify_loyalty(behaviour: ArrayLike, attitude: ArrayLike) -> Words:
    """The class of each customer, cut at 60 on both sides; UNKNOWN where too little of the behaviour was observed."""
    does, thinks = np.asarray(behaviour, dtype=np.float64), np.asarray(attitude, dtype=np.float64)
    repeats, asked, likes = does >= HIGH, np.isfinite(thinks), thinks >= HIGH
    conditions = [np.isnan(does), ~asked & repeats, ~asked, repeats & likes, likes, repeats]
    return np.select(conditions, [UNKNOWN, BEHAVIOURAL, NOT_SHOWN, TRUE, LATENT, SPURIOUS], default=NONE)


def is_worth_keeping(year_purchases: ArrayLike, traits: ArrayLike) -> NDArray[np.bool_]:
    """RET-08: at least two purchases in twelve months and one of the five traits at 60 or above."""
    shown = (np.nan_to_num(np.asarray(traits, dtype=np.float64), nan=-1) >= HIGH).any(axis=1)
    return shown & (np.asarray(year_purchases) >= 2)


def is_in_danger(distinct_signs: ArrayLike) -> NDArray[np.bool_]:
    """RET-08: at least two distinct signs of defection in 90 days."""
    return np.asarray(distinct_signs) >= 2


def _weighted(parts: list[tuple[float, Floats]]) -> tuple[Floats, Floats]:
    """The mean of what is known by its weights, NaN where nothing is, and the weight that was known."""
    known = sum((weight * np.isfinite(column) for weight, column in parts), np.zeros_like(parts[0][1]))
    total = sum((weight * np.nan_to_num(column, nan=0) for weight, column in parts), np.zeros_like(parts[0][1]))
    return np.divide(total, known, out=np.full_like(known, np.nan), where=known > 0), known
