"""What a lost customer is worth in a second life, per offer, and whom not to pursue (decisioning 4.9, WIN-03, WIN-04).

The offer that wins back most is not the one worth most: ranking is by net value, never by the rate of return.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

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


Path = tuple[int | str, ...]  # type of reason, tier of the first life, offer by which he came back; () is all of them
Shares = Mapping[Path, float]


@dataclass(frozen=True)
class SecondLives:
    """What regained customers teach, by paths of type, tier and offer: what a year of the second life brings by the last year of the
    first, and how much longer or shorter than first thought they stay. Where a path is not there, that of its parent counts.
    """

    margin: Shares = field(default_factory=dict)
    stay: Shares = field(default_factory=dict)


@dataclass(frozen=True)
class Regained:
    """An entry a regained customer: type of his reason, tier of the first life, the offer he was pursued with ("" for none), the margin
    of the last year of his first life and of the first year of his second, and whether he was there in its second year (1, 0); NaN
    where these are not over.
    """

    types: ArrayLike
    tiers: ArrayLike
    offers: ArrayLike
    first_year: ArrayLike
    second_year: ArrayLike
    stayed: ArrayLike


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


def learn_second_lives(lives: Regained, first_life: float) -> SecondLives:
    """What they teach (decisioning.md 4.9). first_life: retention of the first life.

    Offers are drawn to the tier, tiers to the type, types to all of them together, and these to what was thought before there were
    any, each by the weight of thirty.
    """
    kind = np.asarray(lives.types, dtype=np.int64)
    of = [kind, np.asarray(lives.tiers, dtype=np.int64), np.asarray(lives.offers, dtype=np.str_)]
    before, after = np.asarray(lives.first_year, dtype=np.float64), np.asarray(lives.second_year, dtype=np.float64)
    here = np.asarray(lives.stayed, dtype=np.float64)
    thought = start_retention(np.full(len(kind), first_life), kind)
    spent, seen = np.isfinite(after) & (before > 0), np.isfinite(here) & (thought > 0)
    found = [
        _drawn([one[rows] for one in of], now[rows], then[rows], np.ones(int(rows.sum())))
        for rows, now, then in ((spent, after, before), (seen, here, thought))
    ]
    return SecondLives(*found)


def learn_chances(tried: Mapping[tuple[int, int], tuple[int, int]], first_guess: float) -> Shares:
    """P(won back) by one offer, by paths of type and tier: (type, tier) → how many were pursued with it and how many of them came
    back. Tiers are drawn to the type, types to all, all to the first guess, each by the weight of thirty.
    """
    rows = [(kind, tier, tries, wins) for (kind, tier), (tries, wins) in sorted(tried.items())]
    kinds, tiers, tries, wins = (np.array(column) for column in zip(*rows, strict=True)) if rows else [np.zeros(0)] * 4
    return _drawn([kinds, tiers], wins.astype(np.float64), tries.astype(np.float64), tries, begun=first_guess)


def look_up(shares: Shares, columns: Sequence[NDArray[Any]], *, otherwise: float = 1.0) -> Floats:
    """The share of each entry of the columns: of the longest path that there is."""
    found = np.full(len(columns[0]), shares.get((), otherwise))
    for path, share in sorted(shares.items(), key=lambda one: len(one[0])):
        if path and len(path) <= len(columns):
            found[_at(columns, path)] = share
    return found


def _drawn(
    of: Sequence[NDArray[Any]], now: Floats, then: Floats, weights: NDArray[Any], *, begun: float = 1.0
) -> Shares:
    """The sum of `now` by that of `then` by path, of those whose type is known and who have an offer; at least 0. The weight of an entry
    is how many it stands for.
    """
    found: dict[Path, float] = {(): _share(now, then, weights, begun)}
    for depth in range(1, len(of) + 1):
        named = np.logical_and.reduce([one != (0 if one.dtype.kind in "if" else "") for one in of[:depth]])
        rows = np.flatnonzero(named)
        codes = np.stack([np.unique(one[rows], return_inverse=True)[1] for one in of[:depth]])
        firsts = rows[np.unique(codes, axis=1, return_index=True)[1]] if len(rows) else rows
        for path in (tuple(one[row].item() for one in of[:depth]) for row in firsts):
            mine = _at(of, path)
            found[path] = _share(now[mine], then[mine], weights[mine], found[path[:-1]])
    return found


def _share(now: Floats, then: Floats, weights: NDArray[Any], parent: float) -> float:
    count = float(weights.sum())
    return max(0.0, float(shrink(count * now.sum() / then.sum(), count, parent))) if count else parent


def _at(columns: Sequence[NDArray[Any]], path: Path) -> NDArray[np.bool_]:
    return np.logical_and.reduce([column == value for column, value in zip(columns, path, strict=False)])


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
