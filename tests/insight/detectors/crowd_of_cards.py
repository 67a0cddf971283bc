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
