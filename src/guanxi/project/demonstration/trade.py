"""Three years of the many's dealings as arrays: cards, visits, policies, repayments, trips; and the shop, which carries
the season, so that all lines together have the file's weekdays, months and best sellers (shape.py). Pure, by seed.

Days are numbers from the first of the three years, time of trade without season runs in months (shape.even_months).
"""

from dataclasses import dataclass

import numpy as np

from guanxi.project.demonstration import assortment, shape
from guanxi.project.demonstration.assortment import ITEMS, Item
from guanxi.project.demonstration.population import Lives

CATEGORIES = ("", "餐饮", "超市", "加油", "住宿", "百货", "出行", "线上")
_TIERED = 6  # the first of the categories have price tiers (RSK-04)
_KEPT_LINES, _KEPT_TICKET = 0.5, 0.2  # of one who spends most elsewhere
_ORGANISATIONS = 0.32  # share of the shop's lines
_RARELY = 0.25  # who pays by card every week keeps an even habit: the season is that of the others
_REFUNDED = 0.017  # as in the file


@dataclass(slots=True)
class Lines:
    """Parallel arrays, one entry a line: customer (index), day, amount (minor units), product (index into all items),
    price tier (0: none), category (index), order (0: none) and quantity (0: not counted).
    """

    who: np.ndarray
    day: np.ndarray
    minor: np.ndarray
    item: np.ndarray
    tier: np.ndarray
    category: np.ndarray
    order: np.ndarray
    quantity: np.ndarray

    def __len__(self) -> int:
        return len(self.who)


def trade(random: np.random.Generator, lives: Lives, dates: np.ndarray) -> tuple[Lines, dict[str, np.ndarray]]:
    """All lines of the many, and which product of each family each customer keeps (index into the family; −1: none)."""
    time = shape.even_months(dates)
    cards, visits = _card_lines(random, lives, time), _visits(random, lives.car, lives, time, (2.4, 0.4))
    trips = _visits(random, lives.taxi, lives, time, (0.55, 0.6))
    dues, loans = _policy_days(random, lives, dates), _monthly_days(random, lives.bank, lives, dates)
    services = _monthly_days(random, lives.corp, lives, dates)
    small = {"GARAGE": visits, "TAXI": trips, "POLICY": dues, "BANK": loans, "CORP": services}
    sizes = _sizes(len(cards[0]), {key: len(part[0]) for key, part in small.items()})
    kept: dict[str, np.ndarray] = {}
    parts = [_cards(random, lives, cards, sizes["CARD"], kept)]
    parts += [_small(random, key, small[key], sizes[key], kept) for key in small]
    others = np.bincount(np.concatenate([part.day for part in parts]), minlength=len(dates)).astype(float)
    parts.append(_shop(random, lives, dates, others, sizes["SHOP"]))
    return join(parts), kept


def join(parts: list[Lines]) -> Lines:
    """Many lines from several."""
    return Lines(*(np.concatenate([getattr(part, name) for part in parts]) for name in Lines.__slots__))


def place_of(reference: str) -> int:
    """The place of a product among all items."""
    return _PLACES[reference]


_ALL = assortment.all_items()
_PLACES = {item.reference: place for place, item in enumerate(_ALL)}
_SOLD = [item for item in _ALL if item.family is not assortment.DEPOSIT]


def _sizes(cards: int, small: dict[str, int]) -> dict[str, np.ndarray]:
    """The share of all lines of each product of each family: cards are the best sellers, each small family a run of ranks
    that sells as much as it does, the shop has the rest. The shop's entry adds up to its number of lines.
    """
    share = shape.product_shares(len(_SOLD))
    top = len(ITEMS["CARD"])
    whole = cards / share[:top].sum()
    free = list(range(top, len(share)))
    sizes = {"CARD": share[:top]}
    for key, lines in sorted(small.items(), key=lambda one: -one[1]):
        count = len(ITEMS[key])
        sums = [share[free[start : start + count]].sum() for start in range(len(free) - count + 1)]
        start = int(np.argmin(np.abs(np.array(sums) - lines / whole)))
        sizes[key] = share[free[start : start + count]]
        free = free[:start] + free[start + count :]
    rest = share[free]
    return sizes | {"SHOP": rest / rest.sum() * (whole - cards - sum(small.values()))}


def _card_lines(random: np.random.Generator, lives: Lives, time: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Who pays by card on which day: a steady habit of his own, thinner once he spends most elsewhere."""
    often = np.exp(random.normal(np.log(4.2), 0.35, len(lives.start))).clip(2.2, 14)
    who, day = _renewals(random, lives.card, lives, time, 1 / often, 0.5)
    gone = (day >= lives.switch[who]) & (random.random(len(who)) > _KEPT_LINES)
    return who[~gone], day[~gone]


def _visits(
    random: np.random.Generator, does: np.ndarray, lives: Lives, time: np.ndarray, habit: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Visits about every so many months (habit: months, spread), with one to three lines each."""
    gap = habit[0] * np.exp(random.normal(0, 0.3, len(does)))
    who, day = _renewals(random, does, lives, time, gap, habit[1])
    lines = 1 + (random.random(len(who)) < 0.45).astype(int) + (random.random(len(who)) < 0.15)
    return np.repeat(who, lines), np.repeat(day, lines)


def _renewals(
    random: np.random.Generator, does: np.ndarray, lives: Lives, time: np.ndarray, gap: np.ndarray, spread: float
) -> tuple[np.ndarray, np.ndarray]:
    """Gamma gaps of that mean (months, one a customer) and coefficient of variation, within each customer's time."""
    who = np.flatnonzero(does)
    begin, end = time[lives.start[who]], time[lives.end[who]]
    most = int(((end - begin) / gap[who]).max(initial=0) * 1.5) + 8
    gaps = random.gamma(1 / spread**2, spread**2, (len(who), most)) * gap[who][:, None]
    at = begin[:, None] + random.random(len(who))[:, None] * gap[who][:, None] + np.cumsum(gaps, axis=1)
    row, column = np.nonzero(at < end[:, None])
    day = np.searchsorted(time, at[row, column], side="right") - 1
    return who[row], np.clip(day, lives.start[who[row]], lives.end[who[row]] - 1)


def _policy_days(random: np.random.Generator, lives: Lives, dates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Premiums once a year, or in four parts."""
    step = np.where(random.random(len(lives.start)) < 0.6, 365, 91)
    return _regular(lives.policy, lives, dates, random.integers(0, 365, len(lives.start)), step)


def _monthly_days(
    random: np.random.Generator, does: np.ndarray, lives: Lives, dates: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    return _regular(does, lives, dates, random.integers(0, 30, len(lives.start)), np.full(len(lives.start), 30.4))


def _regular(
    does: np.ndarray, lives: Lives, dates: np.ndarray, offset: np.ndarray, step: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Days that come again every so many days; what falls on a Saturday is booked on the Sunday after it."""
    who = np.flatnonzero(does)
    most = int(len(dates) / step[who].min(initial=len(dates))) + 2
    day = (lives.start[who] + offset[who])[:, None] + np.arange(most) * step[who][:, None]
    row, column = np.nonzero(day < lives.end[who][:, None] - 1)
    who, day = who[row], day[row, column].astype(np.int64)
    return who, day + (shape.weekdays_of(dates[day]) == 5)


def _cards(
    random: np.random.Generator, lives: Lives, drawn: tuple[np.ndarray, np.ndarray], size: np.ndarray, kept: dict
) -> Lines:
    who, day = drawn
    kept["CARD"] = own = _shared_out(random, who, len(lives.start), size)
    count = np.bincount(who, minlength=len(lives.start)).clip(1)
    months = ((lives.switch.clip(max=lives.end) - lives.start) / 30.44).clip(1)
    usual = lives.monthly * months / count * 100
    taste = random.beta(2, 2.5, len(lives.start))[who]
    drawn_tier = random.random(len(who))
    tier = np.where(drawn_tier < taste * 0.5, 3, np.where(drawn_tier < 0.35 + taste * 0.5, 2, 1))
    category = random.choice(np.arange(1, len(CATEGORIES)), len(who), p=[0.26, 0.24, 0.1, 0.04, 0.14, 0.08, 0.14])
    spread = np.exp(random.normal(-0.06, 0.35, len(who))) * np.array([0, 0.8, 1.0, 1.5])[tier]
    spread *= np.where(day >= lives.switch[who], _KEPT_TICKET, 1.0)
    minor = np.maximum(300, usual[who] * spread).astype(np.int64)
    tier = np.where(category < _TIERED, tier, 0)
    return _lines(who, day, minor, own[who], tier=tier, category=category)


def _small(
    random: np.random.Generator, key: str, drawn: tuple[np.ndarray, np.ndarray], size: np.ndarray, kept: dict
) -> Lines:
    """Lines of a small family: its own product stays with the customer of bank and insurer; visits take what is due."""
    who, day = drawn
    items = ITEMS[key]
    order = random.permutation(len(items))  # which of them sells best differs by seed
    if key in ("POLICY", "BANK", "CORP"):
        own = _shared_out(random, who, int(who.max(initial=-1)) + 1, size)
        own = np.where(own >= 0, order[own], -1)
        kept[key] = own
        number = own[who]
        grown = np.exp(random.normal(0, 0.35, len(own)))[who]  # the sum is the customer's own, and stays
    else:
        number = order[_quota(random, len(who), size)]
        grown = np.exp(random.normal(0, 0.12, len(who)))
    price = np.array([item.price for item in items])[number]
    minor = np.round(np.maximum(20, price * grown)).astype(np.int64) * 100
    return _lines(who, day, minor, number + _first_place(items), tier=np.full(len(who), 0))


def _shop(random: np.random.Generator, lives: Lives, dates: np.ndarray, others: np.ndarray, size: np.ndarray) -> Lines:
    """Orders with their lines, on the days that are left for them, by customers who are there that month."""
    wanted = int(size.sum())
    share = shape.remaining_days(dates, wanted, others)
    groups = (
        (lives.shop & lives.is_organisation, int(wanted * _ORGANISATIONS), 9.0),
        (lives.shop & ~lives.is_organisation, wanted - int(wanted * _ORGANISATIONS), 4.0),
    )
    parts, before = [], 0
    for does, lines, basket in groups:
        who, day, order = _orders(random, lives, dates, (does, lines, basket), share)
        parts.append((who, day, order + before))
        before += int(order.max(initial=0))
    who, day, order = (np.concatenate([part[place] for part in parts]) for place in range(3))
    items = ITEMS["SHOP"]
    number = random.permutation(len(items))[_quota(random, len(who), size)]
    price = np.array([item.price for item in items])[number]
    quantity = 1 + random.poisson(np.where(lives.is_organisation[who], 11.0, 0.6))
    quantity *= np.where(random.random(len(who)) < _REFUNDED, -1, 1)
    minor = price * quantity * 100
    return Lines(
        who, day, minor, number + _first_place(items), np.zeros(len(who), np.int64), np.zeros(len(who), np.int64),
        order, quantity,
    )  # fmt: skip


def _orders(
    random: np.random.Generator,
    lives: Lives,
    dates: np.ndarray,
    group: tuple[np.ndarray, int, float],
    share: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Customer, day and order of each line of one group (who, how many lines, lines an order)."""
    does, lines, basket = group
    size = random.geometric(1 / basket, int(lines / basket) + 1)
    size = size[: int(np.searchsorted(np.cumsum(size), lines)) + 1]
    # Evenly through the days' shares, so that chance does not blur the season.
    middle = (np.cumsum(size) - size / 2) / size.sum()
    day = np.searchsorted(np.cumsum(share), middle, side="right").clip(max=len(dates) - 1)
    month = (dates[day].astype("datetime64[M]") - dates[0].astype("datetime64[M]")).astype(int)
    rate = random.gamma(1.3, 1.0, len(does)) * does * np.where(lives.card, _RARELY, 1.0)
    who = np.zeros(len(day), dtype=np.int64)
    for one in np.unique(month):
        here = month == one
        opened, closed = int(day[here].min()), int(day[here].max())
        there = rate * (lives.start <= opened) * (lives.end > closed)
        chance = there if there.sum() else rate
        who[here] = random.choice(len(does), int(here.sum()), p=chance / chance.sum())
    number = np.arange(1, len(size) + 1)
    return np.repeat(who, size), np.repeat(day, size), np.repeat(number, size)


def _shared_out(random: np.random.Generator, who: np.ndarray, count: int, size: np.ndarray) -> np.ndarray:
    """One product for each customer, so that products have their shares of the lines (systematic sampling); −1: none."""
    lines = np.bincount(who, minlength=count)
    order = random.permutation(np.flatnonzero(lines))
    middle = (np.cumsum(lines[order]) - lines[order] / 2) / max(lines.sum(), 1)
    own = np.full(count, -1)
    own[order] = np.searchsorted(np.cumsum(size) / size.sum(), middle).clip(max=len(size) - 1)
    return own


def _quota(random: np.random.Generator, count: int, size: np.ndarray) -> np.ndarray:
    """`count` products in random order, each as often as its share says."""
    edges = np.round(np.cumsum(size) / size.sum() * count).astype(int)
    return random.permutation(np.searchsorted(edges, np.arange(count), side="right").clip(max=len(size) - 1))


def _first_place(items: list[Item]) -> int:
    return _PLACES[items[0].reference]


def _lines(
    who: np.ndarray,
    day: np.ndarray,
    minor: np.ndarray,
    item: np.ndarray,
    *,
    tier: np.ndarray,
    category: np.ndarray | None = None,
) -> Lines:
    nothing = np.zeros(len(who), dtype=np.int64)
    return Lines(who, day, minor, item, tier, nothing if category is None else category, nothing, nothing)
