"""Who came in a year, from where and by whose word (`guanxi estimate acquisition`, ACQ-04, ACQ-06, ACQ-07)."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow as pa

from guanxi.ground.money import minor_digits
from guanxi.ground.refusals import gettext_noop
from guanxi.insight.appraisal.fitting import NO_DEALINGS
from guanxi.insight.appraisal.purchases import last_day
from guanxi.insight.appraisal.worth import USUAL, Worth, know_earned
from guanxi.insight.estimates.acquisition import (
    EXISTING,
    NEW,
    REGAINED,
    Effort,
    cost_of_acquisition,
    costs_by_cell,
    kinds_of_arrival,
    merge_upward,
    share_recommended,
)
from guanxi.insight.estimates.words import Said, Sentence
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.conversations.choices import Direction
from guanxi.record.market.queries import Spending

_SQL = Path(__file__).parent / "sql"

OUTWARD = int(Direction.OUT)
_MOST_PLACES = 200

_FIRST_CONTACT = """
    SELECT a.customer_id, days_between(min(v.day), min(a.arrived)) AS waited
    FROM arrivals a
    JOIN conversations v ON v.customer_id = a.customer_id AND v.day <= a.arrived AND (a.left_on IS NULL OR v.day > a.left_on)
    GROUP BY a.customer_id ORDER BY a.customer_id
"""

NO_COSTS = gettext_noop(
    "No costs of acquisition are on record (media, lists, incentives, hours, onboarding): what a new customer costs, when that "
    "is earned back, and why one kind costs more than another cannot be said."
)
NO_SOURCES = gettext_noop("No new customer has a source.")
NO_WORDS = gettext_noop("Nobody is recorded as having come by somebody’s word.")
NO_RULE = gettext_noop("No rule can be compared: these are counts of what happened, and forecast nothing.")


def tell_acquisition(
    bench: Workbench,
    *,
    as_of: date | None,
    currency: str,
    spendings: Sequence[Spending] = (),
    rule: Worth = USUAL,
) -> dict[str, Any]:
    """New and regained customers of the year that ends with `as_of` (default: the last day of the data), as JSON.

    By kind and source, cells under 30 new customers joined with their parents; `value` is what their year brought
    each, as the house earns (`rule`), in whole units of `currency`.
    spendings: what was spent on winning customers in that year, as entered; `cost` is that
    of one new customer, `costs` by cell.
    """
    to = as_of or last_day(bench)
    if to is None:
        return _answer(
            None,
            {"new": 0, "regained": 0, "existing": 0, "cells": [], "cost": None, "costs": []},
            [Sentence(NO_DEALINGS)],
        )
    told, missing = count_arrivals(read_arrivals(bench, as_of=to, rule=rule), currency=currency)
    costs = tell_costs(spendings, currency=currency)
    won = sum(row["reached"][-1] for row in costs if row["reached"])
    told |= {"cost": cost_of_acquisition([row["spent"] for row in costs], won), "costs": costs}
    if not costs:
        missing.insert(0, Sentence(NO_COSTS))
    return _answer(to, told, missing)


def read_arrivals(bench: Workbench, *, as_of: date, rule: Worth = USUAL) -> pa.Table:
    """A row a customer who bought in the year that ends with `as_of` (sql/arrivals.sql); rule: by what the house earns."""
    know_earned(bench, rule)
    return bench.arrow(_SQL / "arrivals.sql", as_of=as_of)


def tell_conversion(bench: Workbench, rows: pa.Table) -> dict[str, dict[str, float]]:
    """The median days from the first contact to the purchase, of who came back within the year (contacts since the last purchase
    before) and of who came new (WIN-03); only of those spoken with before, counted as `customers`. rows: as read_arrivals has them.
    """
    bench.register("arrivals", rows)
    spoken = bench.arrow(_FIRST_CONTACT)
    bench.unregister("arrivals")
    absent, gap = (rows[name].cast("float64").to_numpy(zero_copy_only=False) for name in ("absent", "gap"))
    kinds = dict(zip(rows["customer_id"].to_pylist(), kinds_of_arrival(absent, gap).tolist(), strict=True))
    days: dict[str, list[int]] = {REGAINED: [], NEW: []}
    for customer, waited in zip(spoken["customer_id"].to_pylist(), spoken["waited"].to_pylist(), strict=True):
        if kinds[customer] in days:
            days[kinds[customer]].append(waited)
    return {kind: {"customers": len(of), "median_days": float(median(of))} for kind, of in days.items() if of}


def count_arrivals(rows: pa.Table, *, currency: str) -> tuple[dict[str, Any], list[Sentence]]:
    """Figures of these arrivals, and in words what is missing."""
    absent, gap = (rows[name].cast("float64").to_numpy(zero_copy_only=False) for name in ("absent", "gap"))
    kind = kinds_of_arrival(absent, gap)
    came = kind == NEW
    word = rows["was_recommended"].to_numpy(zero_copy_only=False).astype(bool)
    recommended = int((came & word).sum())
    places = rows.select(["segment", "source", "worth"]).filter(pa.array(came)).group_by(["segment", "source"])
    counted = places.aggregate([([], "count_all"), ("worth", "sum")]).to_pylist()
    told: dict[str, Any] = {
        "places": _tell_places(rows.filter(pa.array(came)), 10 ** minor_digits(currency)),
        **{name: int((kind == name).sum()) for name in (NEW, REGAINED, EXISTING)},
        "recommended": recommended,
        "share_recommended": share_recommended(recommended, int(came.sum())),
        "cells": _tell_cells(counted, 10 ** minor_digits(currency)),
    }
    missing = []
    if not any(row["source"] for row in counted):
        missing.append(Sentence(NO_SOURCES))
    if not word.any():
        missing.append(Sentence(NO_WORDS))
    return told, missing


def count_contacts(bench: Workbench, *, as_of: date) -> dict[int, int]:
    """Contacts of the year that ends with `as_of` with customers who had bought before it and bought in it, that went out from us, by
    channel.
    """
    rows = bench.arrow(_SQL / "keeping.sql", as_of=as_of, outward=OUTWARD).to_pylist()
    return {row["channel"]: row["contacts"] for row in rows}


def _tell_places(rows: pa.Table, unit: int) -> list[list[Any]]:
    """[kind, source, new customers, what they brought, days since they came] of the most frequent sources, unmerged."""
    grouped = rows.group_by(["segment", "source"])
    found = grouped.aggregate([([], "count_all"), ("worth", "sum"), ("days_here", "sum")]).to_pylist()
    found.sort(key=lambda row: (-row["count_all"], row["segment"], row["source"]))
    return [
        [row["segment"], row["source"], row["count_all"], row["worth_sum"] / unit, row["days_here_sum"]]
        for row in found[:_MOST_PLACES]
    ]


def tell_costs(spendings: Sequence[Spending], *, currency: str) -> list[dict[str, Any]]:
    """What new customers cost by cell, the dearest first: spent, each and cost per lead in whole units of `currency`, people and
    rates by stage (ACQ-07).
    """
    unit = 10 ** minor_digits(currency)
    found = costs_by_cell([Effort(one.cell, one.spent / unit, one.reached) for one in spendings])
    return [
        {
            "cell": list(one.cell),
            "spent": one.cost,
            "reached": list(one.reached),
            "each": one.each,
            "lead": one.funnel.cost_per_lead if one.funnel else None,
            "rates": list(one.funnel.conversions) if one.funnel else None,
        }
        for one in found
    ]


def _tell_cells(counted: list[dict[str, Any]], unit: int) -> list[dict[str, Any]]:
    """Cells of kind and source with the new customers of each and what one brought, small ones joined."""
    cells = [(row["segment"], row["source"]) for row in counted]
    joined: dict[tuple[str, ...], list[float]] = {}
    for cell, row in zip(merge_upward(cells, [row["count_all"] for row in counted]), counted, strict=True):
        found = joined.setdefault(cell, [0, 0.0])
        found[0] += row["count_all"]
        found[1] += row["worth_sum"] / unit
    return [
        {"cell": list(cell), "new": int(count), "value": total / count if count else None}
        for cell, (count, total) in sorted(joined.items(), key=lambda item: (-item[1][0], item[0]))
    ]


def _answer(to: date | None, told: dict[str, Any], missing: list[Sentence]) -> dict[str, Any]:
    reason = missing[0] if to is None else Sentence(NO_RULE)
    return {
        "model": "acquisition",
        "as_of": to and to.isoformat(),
        "customers": sum(told[name] for name in (NEW, REGAINED, EXISTING)),
        **told,
        "grade": "C",
        "grade_reason": Said(reason),
        "missing": [Said(sentence) for sentence in missing],
    }
