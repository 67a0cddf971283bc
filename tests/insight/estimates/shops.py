"""Purchase histories for the tests: the two public shops, and shops simulated from known parameters."""

import csv
import gzip
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Shop:
    """One row a customer known at the cut. Times in days; a purchase is a local day; baskets are means of such days."""

    frequency: Floats
    recency: Floats
    age: Floats
    basket: Floats  # of the repeat purchase days up to the cut; 0 without any
    later: Floats  # purchase days after the cut
    later_basket: Floats  # their mean; 0 without any

    @property
    def weeks(self) -> tuple[Floats, Floats, Floats]:
        return self.frequency, self.recency / 7, self.age / 7


def read_cdnow(folder: Path) -> dict[str, dict[int, float]]:
    """Amount by customer and day number of the CDNOW sample."""
    days: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    with gzip.open(folder / "cdnow_sample_transactions.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            if int(row["cds"]) > 0:
                days[row["customer_id"]][date.fromisoformat(row["date"]).toordinal()] += float(row["amount"])
    return days


def read_online_retail(folder: Path) -> dict[str, dict[int, float]]:
    """Amount by customer and local day number: with a customer, not cancelled, quantity and price above 0."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(folder / "online_retail_2010_2011.parquet")
    kept = pc.and_(pc.greater(table["quantity"], 0), pc.greater(table["unit_price"], 0))
    kept = pc.and_(kept, pc.invert(pc.starts_with(table["invoice"], "C")))
    table = table.filter(pc.and_(kept, pc.is_valid(table["customer_id"])))
    days: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    columns = [table[name].to_pylist() for name in ("customer_id", "invoice_date", "quantity", "unit_price")]
    for customer, at, quantity, price in zip(*columns, strict=True):
        days[str(customer)][at.date().toordinal()] += quantity * price
    return days


def cut(days: dict[str, dict[int, float]], until: str, end: str) -> Shop:
    """Histories up to a day (inclusive) and what came after it up to the end (inclusive)."""
    cut_day, last_day = date.fromisoformat(until).toordinal(), date.fromisoformat(end).toordinal()
    rows = []
    for amounts in days.values():
        before = sorted(day for day in amounts if day <= cut_day)
        after = [day for day in amounts if cut_day < day <= last_day]
        if not before:
            continue
        first, repeats = before[0], before[1:]
        basket = sum(amounts[day] for day in repeats) / len(repeats) if repeats else 0
        later_basket = sum(amounts[day] for day in after) / len(after) if after else 0
        rows.append((len(repeats), before[-1] - first, cut_day - first, basket, len(after), later_basket))
    return Shop(*np.array(rows, dtype=np.float64).T)


def simulate_bg_nbd(
    parameters: tuple[float, float, float, float], ages: Floats, seed: int
) -> tuple[Floats, Floats, Floats]:
    """(frequency, recency, age) in the unit of alpha, in continuous time."""
    r, alpha, a, b = parameters
    chance = np.random.default_rng(seed)
    rates = chance.gamma(r, 1 / alpha, len(ages))
    purchases_left = chance.geometric(np.clip(chance.beta(a, b, len(ages)), 1e-12, 1))
    return _simulate(chance, rates, (ages, purchases_left), ages)


def simulate_pareto_nbd(
    parameters: tuple[float, float, float, float], ages: Floats, seed: int
) -> tuple[Floats, Floats, Floats]:
    """(frequency, recency, age) in the unit of alpha and beta, in continuous time."""
    r, alpha, s, beta = parameters
    chance = np.random.default_rng(seed)
    rates = chance.gamma(r, 1 / alpha, len(ages))
    departure = chance.exponential(1 / np.maximum(chance.gamma(s, 1 / beta, len(ages)), 1e-300))
    return _simulate(chance, rates, (np.minimum(ages, departure), np.full(len(ages), 10**9)), ages)


def _simulate(chance, rates, limits, ages):
    """Purchases at the rates until a time or a number of purchases, whatever comes first."""
    ends, purchases_left = limits
    frequency, recency, now = np.zeros_like(ages), np.zeros_like(ages), np.zeros_like(ages)
    active = np.arange(len(ages))
    while len(active):
        now[active] += chance.exponential(1 / np.maximum(rates[active], 1e-300))
        active = active[now[active] <= ends[active]]
        frequency[active] += 1
        recency[active] = now[active]
        active = active[frequency[active] < purchases_left[active]]
    return frequency, recency, ages
