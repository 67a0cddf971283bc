"""What a lost customer is worth in a second life, per offer, and whom not to pursue (decisioning 4.9, WIN-03, WIN-04).

The offer that wins back most is not the one worth most: ranking is by net value, never by the rate of return.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .reasons import Reason
from .value import DISCOUNT, sum_of_years

Floats = NDArray[np.float64]

CONTACT = 12.0  # a call, in whole units of the currency (decisioning 3.3)
SHRINK = 30
# What is left of the retention of the first life, before there are regained customers to learn it from.
RETAINS = {Reason.NEED_UNMET: 0.95, Reason.BETTER_VALUE: 0.95, Reason.LOWER_PRICE: 0.55, Reason.CONDITIONS: 0.90}
MOST_TOUCHES = 3

LET_GO, PRICE_SEEKER, OUTSIDE, NO_WORTH = "let_go", "price_seeker", "outside", "no_worth"


@dataclass(frozen=True)
class SecondLives:
    """What regained customers teach, by type of reason: what a year of the second life brings by the last year of the first, and how
    much longer or shorter than first thought they stay. `margin[0]` and `stay[0]`: of all types together.
    """

    margin: Floats
    stay: Floats

    @classmethod
    def unknown(cls) -> "SecondLives":
        """Before anybody came back: a year brings what it brought, and they stay as first thought."""
        return cls(np.ones(len(Reason)), np.ones(len(Reason)))


@dataclass(frozen=True)
class WinBack:
    """One entry a customer. `offer`: the best of the offers, by its place; `value`: net, in the unit of the money given;
    `excluded`: why he is not pursued ("" where he is); `order`: places of those to pursue, best first.
    """

    offer: NDArray[np.int64]
    value: Floats
    excluded: NDArray[np.str_]
    order: NDArray[np.int64]


def second_lifetime_value(
    p_win: ArrayLike, margin: ArrayLike, retention: ArrayLike, incentive: ArrayLike, *, contact: float = CONTACT
) -> Floats:
    """P(won back) · [three years of margin at that retention, discounted by 10 % - incentive] - contact."""
    chance, earned = np.asarray(p_win, dtype=np.float64), np.asarray(margin, dtype=np.float64)
    life = earned * sum_of_years(retention, DISCOUNT) - np.asarray(incentive, dtype=np.float64)
    return chance * life - contact


def start_retention(first_life: ArrayLike, types: ArrayLike) -> Floats:
    """The retention of the second life before anything was learnt; 0 for types that are not pursued."""
    kind = np.asarray(types)
    kept = np.select([kind == reason for reason in RETAINS], list(RETAINS.values()), default=0.0)
    return np.asarray(first_life, dtype=np.float64) * kept


def expected_retention(first_life: ArrayLike, probabilities: ArrayLike) -> Floats:
    """The same where the type is not known: by the probabilities of the five, a row a customer."""
    kept = np.array([RETAINS.get(reason, 0.0) for reason in Reason if reason != Reason.UNKNOWN])
    return np.asarray(first_life, dtype=np.float64) * (np.asarray(probabilities, dtype=np.float64) @ kept)


def learn_second_lives(
    types: ArrayLike, first_year: ArrayLike, second_year: ArrayLike, stayed: ArrayLike, first_life: float
) -> SecondLives:
    """From a row a regained customer: the type of his reason, the margin of the last year of his first life and of the first year of his
    second, and whether he was there in its second year (1, 0); NaN where these are not over. first_life: retention of the first.

    Types are drawn to all of them together, and these to what was thought before there were any, each by the weight of thirty.
    """
    kind = np.asarray(types, dtype=np.int64)
    before, after = np.asarray(first_year, dtype=np.float64), np.asarray(second_year, dtype=np.float64)
    here = np.asarray(stayed, dtype=np.float64)
    thought = start_retention(np.full(len(kind), first_life), kind)
    spent, seen = np.isfinite(after) & (before > 0), np.isfinite(here) & (thought > 0)
    found = [
        _drawn(kind[rows], now[rows], then[rows]) for rows, now, then in ((spent, after, before), (seen, here, thought))
    ]
    return SecondLives(*(np.maximum(one, 0) for one in found))


def _drawn(kind: NDArray[np.int64], now: Floats, then: Floats) -> Floats:
    """The sum of `now` by that of `then`, by type: all together drawn to 1, each type to all together."""
    found = np.ones(len(Reason))
    if len(kind):
        found[:] = shrink(len(kind) * now.sum() / then.sum(), len(kind), 1.0)
    for one in np.unique(kind[kind > 0]):
        mine = kind == one
        found[one] = shrink(mine.sum() * now[mine].sum() / then[mine].sum(), mine.sum(), found[0])
    return found


def shrink(total: ArrayLike, count: ArrayLike, parent: ArrayLike) -> Floats:
    """A mean of few drawn to that of its parents: (total + 30 · parent) / (count + 30)."""
    seen = np.asarray(count, dtype=np.float64)
    return (np.asarray(total, dtype=np.float64) + SHRINK * np.asarray(parent, dtype=np.float64)) / (seen + SHRINK)


def plan_win_back(
    values: ArrayLike, types: ArrayLike, is_outside: ArrayLike, *, contact_units: ArrayLike = 1.0
) -> WinBack:
    """The best offer for each and who is pursued: `values` a row a customer, a column an offer.

    Not pursued: whom we let go, who only seeks the price, who left our area (who moved inside it stays), and who is worth
    nothing net. Ranked by value per unit of contact; equal ones in the order given.
    """
    table, kind = np.asarray(values, dtype=np.float64), np.asarray(types)
    if table.ndim != 2 or not table.shape[1]:
        raise ValueError("at least one offer is needed")
    offer = table.argmax(axis=1)
    best = table[np.arange(len(table)), offer]
    gone = (kind == Reason.CONDITIONS) & np.asarray(is_outside, dtype=bool)
    conditions = [kind == Reason.LET_GO, kind == Reason.LOWER_PRICE, gone, best <= 0]
    excluded = np.select(conditions, [LET_GO, PRICE_SEEKER, OUTSIDE, NO_WORTH], default="")
    ranked = np.argsort(-best / np.broadcast_to(np.asarray(contact_units, dtype=np.float64), best.shape), kind="stable")
    return WinBack(offer, best, excluded, ranked[excluded[ranked] == ""])
