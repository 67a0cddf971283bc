"""Synthetic cards with their hidden truth, as in decisioning.md 4.5: seasons, big tickets, one-off empty months, switches."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from guanxi.insight.warehouse.workbench import Workbench

START = 2021 * 12  # January 2021 as a month number


@dataclass(frozen=True)
class Cards:
    """spend: (cards, months) in whole units; switched: month of the switch (months = never); lapsed: one-off empty months."""

    spend: np.ndarray
    switched: np.ndarray
    lapsed: np.ndarray


def make_cards(count: int, *, months: int = 48, warm_up: int = 24, seed: int = 1, switch_rate: float = 0.01) -> Cards:
    """Cards with a month's spread of 0.15 to 0.40, a season of ±25 %, 3 % big tickets, 2.4 % one-off empty months."""
    rng = np.random.default_rng(seed)
    level = rng.lognormal(np.log(4_000), 0.5, (count, 1))
    spread = rng.uniform(0.15, 0.40, (count, 1))
    season = 1 + 0.25 * np.sin(2 * np.pi * np.arange(months) / 12)
    spend = level * season * np.exp(spread * rng.standard_normal((count, months)) - spread**2 / 2)
    spend *= np.where(rng.random((count, months)) < 0.03, rng.uniform(2, 5, (count, months)), 1)
    lapsed = rng.random((count, months)) < 0.024
    lapsed[:, :warm_up] = False
    spend[lapsed] *= rng.uniform(0, 0.15, int(lapsed.sum()))
    switched = warm_up + rng.geometric(switch_rate, count) - 1
    switched = np.minimum(switched, months)
    after = np.arange(months) >= switched[:, None]
    spend = np.where(after, spend * rng.uniform(0.05, 0.50, (count, 1)), spend)
    return Cards(spend=np.where(spend < 5, 0, spend), switched=switched, lapsed=lapsed)


def edition_of(spend: np.ndarray) -> Workbench:
    """An edition whose months are these spends, with one line a month on its last-but-three day."""
    bench = Workbench.with_empty_edition()
    count = len(spend)
    bench.run("INSERT INTO firm (currency, zone, margin_rate) VALUES ('CNY', 'Asia/Shanghai', 1)")
    bench.run(
        "INSERT INTO customers (customer_id, code, stage, state, tier, segment) "
        f"SELECT i, 'c' || i, 3, 0, 9, '' FROM range({count}) r(i)"
    )
    who, when = np.nonzero(spend > 0)
    bench.register(
        "cells",
        pa.table({"who": who, "month": START + when, "gross": np.round(spend[who, when] * 100).astype(np.int64)}),
    )
    bench.run(
        "INSERT INTO months (customer_id, month, gross, net, lines) SELECT who, "
        "make_date(CAST(floor(month / 12) AS INTEGER), CAST(month % 12 AS INTEGER) + 1, 1), gross, gross, 1 FROM cells"
    )
    bench.unregister("cells")
    return bench


@dataclass(frozen=True)
class DailyCards:
    """Purchases of cards by day. who, day (from 1970-01-01), gross (whole units): a row a purchase; switched: the day of
    the switch (NEVER_ON: none); lapsed: (cards, months) one-off empty months.
    """

    who: np.ndarray
    day: np.ndarray
    gross: np.ndarray
    switched: np.ndarray
    lapsed: np.ndarray


NEVER_ON = 10**6


def make_daily_cards(count: int, *, months: int, warm_up: int, seed: int, kept: tuple[float, float]) -> DailyCards:
    """The cards of make_cards, each month in ten purchases on days of their own; of 1 % a month all but `kept` goes elsewhere
    from a day on.
    """
    cards = make_cards(count, months=months, warm_up=warm_up, seed=seed, switch_rate=1e-12)
    rng = np.random.default_rng([seed, 1])
    begin = np.array([(np.datetime64("1970-01") + (START + month - 1970 * 12)) for month in range(months + 1)])
    begin = begin.astype("datetime64[D]").astype(np.int64)
    parts = rng.dirichlet(np.full(10, 2.0), (count, months))
    days = begin[:-1, None] + np.floor(rng.random((count, months, 10)) * np.diff(begin)[:, None]).astype(np.int64)
    gross = cards.spend[:, :, None] * parts
    month = warm_up + rng.geometric(0.01, count) - 1
    place = np.minimum(month, months - 1)
    on = begin[place] + np.floor(rng.random(count) * np.diff(begin)[place]).astype(np.int64)
    switched = np.where(month < months, on, NEVER_ON)
    after = days >= switched[:, None, None]
    gross = np.where(after, gross * rng.uniform(*kept, (count, 1, 1)), gross)
    who = np.broadcast_to(np.arange(count)[:, None, None], days.shape)
    return DailyCards(who.ravel(), days.ravel(), gross.ravel(), switched, cards.lapsed)


def daily_edition_of(cards: DailyCards, *, tier: int = 1) -> Workbench:
    """An edition with these purchases by day and month; everybody in one tier."""
    bench = Workbench.with_empty_edition()
    bench.run("INSERT INTO firm (currency, zone, margin_rate) VALUES ('CNY', 'Asia/Shanghai', 1)")
    bench.run(
        "INSERT INTO customers (customer_id, code, stage, state, tier, segment) "
        f"SELECT i, 'c' || i, 3, 0, {tier}, '' FROM range({len(cards.switched)}) r(i)"
    )
    bench.register("bought_lines", pa.table({"who": cards.who, "day": cards.day, "gross": np.rint(cards.gross * 100)}))
    bench.run(
        """
        INSERT INTO days (customer_id, day, gross, net, lines, is_purchase, margin)
        SELECT who, days_after(DATE '1970-01-01', day), sum(gross), sum(gross), count(*), TRUE, sum(gross)
        FROM bought_lines WHERE gross > 0 GROUP BY who, day ORDER BY who, day;
        INSERT INTO months (customer_id, month, gross, net, lines)
        SELECT customer_id, month_of(day), sum(gross), sum(net), sum(lines) FROM days
        GROUP BY customer_id, month_of(day) ORDER BY ALL;
        INSERT INTO feed (day, lines, gross) SELECT day, sum(lines), sum(gross) FROM days GROUP BY day ORDER BY day;
        """
    )
    bench.unregister("bought_lines")
    return bench
