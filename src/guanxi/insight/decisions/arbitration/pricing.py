"""Shadow prices: what one unit of a scarce resource is worth in this run, so that demand meets supply (3.3, step 2).

Prices are whole millionths of ¥. One resource is priced exactly: the advantage of the first for whom nothing is left
(whatever lies between that and the advantage of the last admitted is a shadow price; this one leaves the last admitted a
score above 0). Several are the lowest point of the dual: what is left to everybody at the prices, plus what the units cost.
Then the line at the prices is filled to the last unit: best first, equals by the draw.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa

from guanxi.insight.decisions.arbitration.cutting import Floats, minimise_by_cuts
from guanxi.insight.decisions.arbitration.parts import each_part
from guanxi.insight.decisions.arbitration.terms import MICRO, OfferTerms
from guanxi.insight.warehouse.workbench import Workbench

_SQL = Path(__file__).parent / "sql"
_SIDES = "sides (customer_id BIGINT, draw BIGINT, ahead BIGINT, use DOUBLE, is_control BOOLEAN)"
_DEMANDED = "demanded (lane SMALLINT, customers BIGINT, worth BIGINT)"
_TAKEN = """SELECT lane, CAST(sum(customers) AS BIGINT) AS customers, CAST(sum(worth) AS BIGINT) AS worth FROM demanded
    GROUP BY lane ORDER BY lane"""
_PICKED = """picked (customer_id BIGINT, lane SMALLINT, treatment SMALLINT, net BIGINT, gain DOUBLE, amount DOUBLE, context DOUBLE,
    draw BIGINT, is_control BOOLEAN, price BIGINT, score BIGINT)"""
_NO_END = 1_000  # rounds of cutting; each bans somebody, so there is an end long before


@dataclass(frozen=True)
class Lanes:
    """uses: of each lane what one contact uses up of each resource that has a limit. capacity: units of those."""

    uses: tuple[Mapping[str, float], ...]
    capacity: Mapping[str, float]

    @classmethod
    def of(cls, offers: Sequence[OfferTerms], capacity: Mapping[str, float]) -> Self:
        """The different ways in which treatments use up what is limited. Raises ValueError for a negative number."""
        if any(units < 0 or math.isnan(units) for units in capacity.values()):
            raise ValueError("a capacity is 0 or more")
        found: dict[tuple[tuple[str, float], ...], None] = {}
        for offer in offers:
            for treatment in offer.treatments:
                found.setdefault(_limited(treatment.uses, capacity))
                found.setdefault(_limited(offer.uses(treatment, is_reserved=True), capacity))
        return cls(tuple(dict(key) for key in found), dict(capacity))

    def place(self, uses: Mapping[str, float]) -> int:
        """The lane of a treatment."""
        return self.uses.index(dict(_limited(uses, self.capacity)))


def settle_prices(bench: Workbench, lanes: Lanes, parts: int = 1) -> dict[str, float]:
    """Fill the table `picked` within the capacity and return the price in ¥ of a unit of each resource that has a limit. parts: in
    how many customers are taken (parts.py).
    """
    names = sorted(lanes.capacity)
    # Nothing is worth more than where no other limited resource is to be had in its place.
    highest = {name: _price(bench, lanes, name, parts) for name in names}
    prices = highest if len(names) < 2 else _together(bench, lanes, highest, parts)
    _show(bench, lanes, prices)
    _fill(bench, lanes, parts)
    return {name: prices[name] / MICRO for name in names}


def _together(bench: Workbench, lanes: Lanes, highest: Mapping[str, int], parts: int) -> dict[str, int]:
    names, units = list(highest), np.array([lanes.capacity[name] for name in highest])
    used = np.array([[uses.get(name, 0.0) for name in names] for uses in lanes.uses])

    def ask(point: Floats) -> tuple[float, Floats]:
        _show(bench, lanes, _whole(names, point))
        _in_parts(bench, _DEMANDED, "demand.sql", parts)
        taken = bench.arrow(_TAKEN)
        customers = taken["customers"].to_numpy().astype(np.float64)
        left = float(np.sum(taken["worth"].to_numpy().astype(np.float64)))
        return left + float(units @ point), units - customers @ used[taken["lane"].to_numpy()]

    return _whole(names, minimise_by_cuts(ask, np.array([float(highest[name]) for name in names])))


def _whole(names: Sequence[str], point: Floats) -> dict[str, int]:
    return {name: math.floor(price) for name, price in zip(names, point, strict=True)}


def _price(bench: Workbench, lanes: Lanes, resource: str, parts: int) -> int:
    """The price of a resource if no other limited one could be had."""
    rows = [(place, uses.get(resource, 0.0)) for place, uses in enumerate(lanes.uses) if not set(uses) - {resource}]
    bench.register("lane_of_resource", _table({"lane": pa.int16(), "use": pa.float64()}, rows))
    _in_parts(bench, _SIDES, "sides.sql", parts)
    price = bench.arrow(_SQL / "price.sql", units=float(lanes.capacity[resource]))["price"][0].as_py()
    bench.unregister("lane_of_resource")
    bench.run("DROP TABLE sides")
    return int(price)


def _in_parts(bench: Workbench, table: str, file: str, parts: int) -> None:
    """Make the table anew, and fill it by the file, which reads `best_of_part`."""
    bench.run(f"CREATE OR REPLACE TEMP TABLE {table}")
    for _part in each_part(bench, "best", parts):
        bench.run(_SQL / file)


def _fill(bench: Workbench, lanes: Lanes, parts: int) -> None:
    for _ in range(_NO_END):
        _in_parts(bench, _PICKED, "pick.sql", parts)
        over = [resource for resource in sorted(lanes.capacity) if _cut(bench, resource, lanes.capacity[resource])]
        if not over:
            break
    for resource in sorted(lanes.capacity):
        bench.run(_SQL / "left_over.sql", resource=resource, units=float(lanes.capacity[resource]))


def _cut(bench: Workbench, resource: str, units: float) -> bool:
    count = "SELECT count(*) FROM banned"
    before = bench.scalar(count)
    bench.run(_SQL / "cut.sql", resource=resource, units=float(units))
    return bool(bench.scalar(count) > before)


def _show(bench: Workbench, lanes: Lanes, prices: Mapping[str, int]) -> None:
    priced = [(place, price_of(uses, prices), bool(uses)) for place, uses in enumerate(lanes.uses)]
    bench.register("lanes", _table({"lane": pa.int16(), "price": pa.int64(), "is_scarce": pa.bool_()}, priced))
    used = [(place, name, use) for place, uses in enumerate(lanes.uses) for name, use in sorted(uses.items())]
    bench.register("uses", _table({"lane": pa.int16(), "resource": pa.string(), "use": pa.float64()}, used))


def price_of(uses: Mapping[str, float], prices: Mapping[str, int]) -> int:
    """What a contact costs of what is scarce, in millionths of ¥."""
    return sum(math.floor(prices[name] * use) for name, use in uses.items())


def micro_prices(prices: Mapping[str, float]) -> dict[str, int]:
    """Prices as `settle_prices` gave them, in the millionths in which they were found."""
    return {name: round(price * MICRO) for name, price in prices.items()}


def _limited(uses: Mapping[str, float], capacity: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted((name, float(use)) for name, use in uses.items() if name in capacity and use > 0))


def _table(types: Mapping[str, pa.DataType], rows: Sequence[tuple[object, ...]]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ([] for _ in types)
    return pa.table([pa.array(list(c), t) for c, t in zip(columns, types.values(), strict=True)], names=list(types))
