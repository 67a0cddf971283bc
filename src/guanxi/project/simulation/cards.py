"""Synthetic cards, as decisioning.md 4.5 supposes them: many purchases a month, a month's sum around an own level, seasons, big
tickets, one-off empty months; and of whom part or all goes elsewhere, or who falls on hard times, each with its day.
"""

from dataclasses import dataclass

import numpy as np

LEFT, SWITCHED, FELL, LAPSED, TICKET = KINDS = ("left", "switched", "fell", "lapsed", "ticket")
CATEGORIES = np.array(["dining", "lodging", "groceries", "fuel", "retail"], dtype=object)
_NEVER = 10**6
_TIER_SIZE = np.array([1.0, 1.8, 3.2])  # [j] how much dearer a purchase of value, mid, premium is
_MIX = np.array([2.0, 2.5, 3.0])  # [j] the habits of paying by tier, as a Dirichlet
_CHEAP = np.array([0.70, 0.25, 0.05])  # [j] what who fell on hard times buys


@dataclass(frozen=True)
class CardTerms:
    """What cards are drawn from: the figures of decisioning.md 4.5 where it names them, [j] by judgement."""

    departure_rate: float = 0.01  # a month, by those who are still there as ever
    all_gone: float = 0.25  # [j] of the departures: the card is used no more
    kept: tuple[float, float] = (0.05, 0.50)  # [j] what stays of the others' spending
    fall_rate: float = 0.001  # [j] a month: hard times
    fallen_to: tuple[float, float] = (0.10, 0.45)  # [j]
    lapse_rate: float = 0.024  # of months without any purchase that mean nothing
    ticket_rate: float = 0.03  # of months with one big ticket
    ticket_size: tuple[float, float] = (1.0, 4.0)  # [j] usual months
    level: float = 4_000  # [j] median spend a month, in whole units
    level_spread: float = 0.5  # [j] of its logarithm
    month_spread: tuple[float, float] = (0.15, 0.40)  # [j] of the logarithm of a card's months
    season: float = 0.25  # [j] how far the best month lies above the mean
    quiet_months: int = 12  # [j] at the beginning, in which habits form and nobody leaves or lapses


@dataclass(frozen=True)
class Cards:
    """A row a card. level (分 a month), spread, busy (relative number of purchases), mix (cards × 3, by tier), day (from the
    first; _NEVER) on which it left, moved or fell, kind (place in KINDS of what happened then), kept (share that stays);
    lapsed (cards × months) and tickets (cards × months, in usual months; 0: none).
    """

    level: np.ndarray
    spread: np.ndarray
    busy: np.ndarray
    mix: np.ndarray
    day: np.ndarray
    kind: np.ndarray
    kept: np.ndarray
    lapsed: np.ndarray
    tickets: np.ndarray


@dataclass(frozen=True)
class Purchases:
    """Parallel arrays: card, day (from the first), amount (分 > 0), tier (1 value … 3 premium), category (place in CATEGORIES)."""

    card: np.ndarray
    day: np.ndarray
    amount: np.ndarray
    tier: np.ndarray
    category: np.ndarray


def begins_of(first_day: np.datetime64, days: int) -> np.ndarray:
    """The days (from the first) on which the calendar months begin, and the day after the last one."""
    dates = first_day + np.arange(days)
    months = dates.astype("datetime64[M]")
    return np.append(np.flatnonzero(np.append(True, months[1:] != months[:-1])), days)


def draw_cards(random: np.random.Generator, count: int, begins: np.ndarray, terms: CardTerms) -> Cards:
    """The hidden lives of `count` cards over the months that begin on `begins`."""
    months, quiet = len(begins) - 1, terms.quiet_months
    opened = int(begins[min(quiet, months)])
    rate = terms.departure_rate + terms.fall_rate
    day = opened + (random.exponential(-30.4375 / np.log1p(-rate), count)).astype(np.int64)
    falls = random.random(count) < terms.fall_rate / rate
    leaves = ~falls & (random.random(count) < terms.all_gone)
    kind = np.select([leaves, falls], [KINDS.index(LEFT), KINDS.index(FELL)], KINDS.index(SWITCHED))
    kept = np.where(falls, random.uniform(*terms.fallen_to, count), random.uniform(*terms.kept, count))
    later = np.arange(months) >= quiet
    size = random.uniform(*terms.ticket_size, (count, months))
    return Cards(
        level=random.lognormal(np.log(terms.level * 100), terms.level_spread, count),
        spread=random.uniform(*terms.month_spread, count),
        busy=random.gamma(4.0, 0.25, count) + 0.1,
        mix=random.dirichlet(_MIX, count),
        day=np.where(day < begins[-1], day, _NEVER),
        kind=kind,
        kept=np.where(leaves, 0.0, kept),
        lapsed=(random.random((count, months)) < terms.lapse_rate) & later,
        tickets=np.where(random.random((count, months)) < terms.ticket_rate, size, 0.0),
    )


def draw_purchases(
    random: np.random.Generator, cards: Cards, total: int, begins: np.ndarray, season: np.ndarray
) -> Purchases:
    """Exactly `total` purchases of the cards; season: the factor of each month. Each month with spending has at least one.

    Raises ValueError where there are more such months than purchases.
    """
    until = np.minimum(begins[1:], np.where(cards.kept > 0, _NEVER, cards.day)[:, None])
    card, month = np.nonzero((until > begins[:-1]) & ~cards.lapsed)
    if len(card) > total:
        raise ValueError("Cards are used each month: there are fewer dealings than months.")
    length = (until - begins[:-1])[card, month]
    often = cards.busy[card] * length
    counts = 1 + random.multinomial(total - len(card), often / often.sum())
    cell = np.repeat(np.arange(len(card)), counts)
    who = card[cell]
    day = begins[month][cell] + np.floor(random.random(len(cell)) * length[cell]).astype(np.int64)
    after = day >= cards.day[who]
    tier = _tiers(random, cards, who, after)
    noise = cards.spread[card] * random.standard_normal(len(card)) - cards.spread[card] ** 2 / 2
    spend = cards.level[card] * season[month] * np.exp(noise) * length / np.diff(begins)[month]
    weight = random.gamma(2.0, 1.0, len(cell)) * _TIER_SIZE[tier - 1]
    amount = spend[cell] * weight / np.bincount(cell, weight)[cell]
    first = np.cumsum(counts) - counts
    amount[first] += cards.tickets[card, month] * cards.level[card]
    amount = np.maximum(100, np.where(after, amount * cards.kept[who], amount)).astype(np.int64)
    return Purchases(who, day, amount, tier, random.integers(0, len(CATEGORIES), len(cell)))


def season_of(first_day: np.datetime64, begins: np.ndarray, terms: CardTerms) -> np.ndarray:
    """The factor of each month: highest in April, lowest in October."""
    calendar = (first_day + begins[:-1]).astype("datetime64[M]").astype(int) % 12
    return 1 + terms.season * np.sin(2 * np.pi * calendar / 12)


def happenings(cards: Cards, begins: np.ndarray) -> dict[str, np.ndarray]:
    """What truly happened, a row each: card, kind, day and until (from the first; until: the first day after), share.

    share: what stays of the spending; of a big ticket its size in usual months.
    """
    moved = np.flatnonzero(cards.day < _NEVER)
    lapse, empty = np.nonzero(cards.lapsed & (begins[:-1] < cards.day[:, None]))
    buyer, bought = np.nonzero(cards.tickets * ~cards.lapsed * (begins[:-1] < cards.day[:, None]))
    end = np.full(len(moved), begins[-1])
    return {
        "card": np.concatenate([moved, lapse, buyer]),
        "kind": np.concatenate(
            [cards.kind[moved], np.full(len(lapse), KINDS.index(LAPSED)), np.full(len(buyer), KINDS.index(TICKET))]
        ),
        "day": np.concatenate([cards.day[moved], begins[empty], begins[bought]]),
        "until": np.concatenate([end, begins[empty + 1], begins[bought + 1]]),
        "share": np.concatenate([cards.kept[moved], np.zeros(len(lapse)), cards.tickets[buyer, bought]]),
    }


def _tiers(random: np.random.Generator, cards: Cards, who: np.ndarray, after: np.ndarray) -> np.ndarray:
    """The price tier of each purchase: by the card's own habit, and by that of hard times after a fall."""
    fell = after & (cards.kind[who] == KINDS.index(FELL))
    habit = np.where(fell[:, None], _CHEAP, cards.mix[who])
    return 1 + (random.random(len(who))[:, None] > np.cumsum(habit, axis=1)[:, :2]).sum(axis=1)
