"""Credit downshift (decisioning.md 4.7, RSK-02): spending collapsed and went to cheaper places. From the customer's own
purchases alone, on whitelisted categories alone; a case for a person to look at, never a decision.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from guanxi.insight import profile
from guanxi.insight.detectors.feed import Feed
from guanxi.insight.detectors.price_mix import DRAWS, Mix, Purchases, chances, mix_of
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.signals.choices import SignalKind, SignalState

TABLE = "credit_signals"
_SQL = Path(__file__).parent / "sql"
REGULAR = 10  # [j] of twelve months
OWED_MORE = 0.1  # [j] so much more than before the fall is more
_SIGNS = {"salary": "is_missing", "owed": "is_more"}
_BOUGHT = """
    SELECT c.place AS "case", t.amount, t.tier, t.found_by, t.day >= c.recent_from AS is_recent
    FROM credit_places c
    JOIN {tickets} t ON t.customer_id = c.customer_id
        AND (t.day BETWEEN c.base_from AND c.base_to OR t.day BETWEEN c.recent_from AND c.recent_to)
    ORDER BY c.place, t.day, t.amount, t.tier
"""
# Whoever has too few tickets cannot be judged: most, where few purchases have a price tier.
_PLACES = """
    CREATE OR REPLACE TEMP TABLE credit_places AS
    SELECT *, row_number() OVER (ORDER BY code, began) - 1 AS place FROM credit_cases
    WHERE customer_id IN (SELECT customer_id FROM {tickets} GROUP BY customer_id HAVING count(*) >= 2 * $purchases)
"""
_ROWS = pa.schema(
    {name: pa.string() for name in ("key", "kind", "state", "evidence", "facts")}
    | {name: pa.int64() for name in ("customer_id", "at_stake", "usual")}
    | {name: pa.date32() for name in ("occurred_on", "habit_from", "habit_to")}
    | {name: pa.float64() for name in ("severity", "probability")}
)


def detect(
    workbench: Workbench, *, as_of: dt.date, feed: Feed, given: Mapping[str, float], minor: int, keep: bool = False
) -> list[dict[str, Any]]:
    """Fill the table credit_signals from the spend drops of this run (table spend_signals); nothing has to wait.

    state: as the spend drop's where the mix went down for sure; watch where neither explanation can be ruled out. Those
    whose mix is unchanged, or too little known, have no row: theirs is a spend drop only.
    """
    del as_of, feed, minor, keep
    own = {name.removeprefix("credit_downshift."): value for name, value in given.items()}
    whole = {"base": int(own["base_cycles"]), "recent": int(own["recent_cycles"])}
    workbench.run(_SQL / "credit_cases.sql", z=own["z"], drop=own["drop"], **whole)
    first = workbench.scalar("SELECT min(base_from) FROM credit_cases")
    rows = list(_found(workbench, first, own)) if first else []
    workbench.register("credit_rows", pa.Table.from_pylist(rows, schema=_ROWS))
    workbench.run(f"CREATE OR REPLACE TEMP TABLE {TABLE} AS SELECT * FROM credit_rows")  # noqa: S608 - our own names
    workbench.unregister("credit_rows")
    return []


def _found(workbench: Workbench, first: dt.date, own: Mapping[str, float]) -> Iterator[dict[str, Any]]:
    """The rows of the cases, whose tickets begin on the day `first`."""
    tickets = profile.build(
        workbench,
        "tickets_by_tier",
        purpose=profile.Purpose.CREDIT_REVIEW,
        of="credit_cases",
        first=first,
        last=workbench.scalar("SELECT max(recent_to) FROM credit_cases"),
        least=int(own["tier_tickets"]),
        products=int(own["tier_products"]),
    )
    workbench.run(_PLACES.format(tickets=tickets), purchases=int(own["purchases"]))
    cases = workbench.arrow("SELECT * FROM credit_places ORDER BY place").to_pylist()
    if cases:
        support = _support(workbench, cases)
        yield from _judged(cases, workbench.arrow(_BOUGHT.format(tickets=tickets)), own, support)
    workbench.run(f"DROP TABLE credit_places; DROP TABLE {tickets}")


def _support(workbench: Workbench, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of each case what the record knows of salary and debt, by the names that the evidence gives it; {} where it knows nothing.

    A salary is regular that came in REGULAR of the months before the fall; it is missing where the latest month has none.
    """
    until = max(case["recent_to"] for case in cases)
    build = {"purpose": profile.Purpose.CREDIT_REVIEW, "of": "credit_places", "until": until}
    tables = [profile.build(workbench, name, **build) for name in ("income_months", "owed_months")]
    found = []
    for case, row in zip(cases, workbench.arrow(_SQL / "credit_support.sql").to_pylist(), strict=True):
        told: dict[str, Any] = {}
        if row["months"] >= REGULAR:
            came, latest = row["last_month"], case["recent_to"].replace(day=1)
            told["salary"] = {"usual": row["usual"], "last": came.isoformat(), "is_missing": came < latest}
        if row["before"] is not None and row["now"] is not None:
            is_more = row["now"] > row["before"] * (1 + OWED_MORE)
            told["owed"] = {"before": row["before"], "now": row["now"], "is_more": is_more}
        found.append(told)
    workbench.run("; ".join(f"DROP TABLE {table}" for table in tables))
    return found


def _judged(
    cases: list[dict[str, Any]], bought: pa.Table, own: Mapping[str, float], support: Sequence[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    purchases = Purchases(*(bought[name].to_numpy() for name in ("case", "amount", "tier", "is_recent")))
    mix = mix_of(purchases, len(cases))
    known = (mix.purchases >= own["purchases"]) & (mix.purchases_before >= own["purchases"])
    same = (mix.change > -own["same_index"]) & (mix.divergence < own["same_divergence"])
    down = known & (mix.change <= -own["index_fall"]) & (mix.divergence >= own["divergence"])
    chance = np.full(len(cases), np.nan)
    if down.any():
        seeds = np.array([_seed(case) for case, is_down in zip(cases, down, strict=True) if is_down], dtype=np.uint64)
        chance[down] = chances(purchases.of(down, len(cases)), seeds)
    sure = down & (chance <= own["chance"])
    found_by = _found_by(bought)
    for place in np.flatnonzero(known & ~same & (mix.change < 0)).tolist():
        figures = _figures(mix, place)
        test = {"chance": None if np.isnan(chance[place]) else chance[place], "draws": DRAWS}
        given = test | {"tiers": found_by.get(place, {})} | dict(support[place])
        yield _row(cases[place], figures, given, is_sure=bool(sure[place]))


def _seed(case: Mapping[str, Any]) -> int:
    """By the customer and the month in which the fall began: the same case is shuffled in the same way."""
    return int.from_bytes(sha256(f"credit_downshift|{case['code']}|{case['began']}".encode()).digest()[:8])


def _found_by(bought: pa.Table) -> dict[int, dict[str, int]]:
    """Of each case the tiers that were found by products (product id → tier), not given with the purchase."""
    found: dict[int, dict[str, int]] = {}
    for row in bought.filter(bought["found_by"].is_valid()).to_pylist():
        found.setdefault(row["case"], {})[str(row["found_by"])] = row["tier"]
    return found


def _figures(mix: Mix, place: int) -> dict[str, Any]:
    return {
        "before": [_places(share, 4) for share in mix.before[place]],
        "after": [_places(share, 4) for share in mix.now[place]],
        "purchases_before": int(mix.purchases_before[place]),
        "purchases": int(mix.purchases[place]),
        "index_before": _places(mix.index_before[place], 2),
        "index": _places(mix.index[place], 2),
        "divergence": _places(mix.divergence[place], 3),
    }


def _row(case: Mapping[str, Any], figures: dict[str, Any], test: dict[str, Any], *, is_sure: bool) -> dict[str, Any]:
    spent = json.loads(case["spent"])
    is_over = case["spend_state"] in {SignalState.CLEARED, SignalState.EXPIRED}
    given = {name: case[name].isoformat() for name in ("base_to", "recent_from")} | test
    evidence = {
        "table": "dealings",
        "customer_id": case["customer_id"],
        "from": case["base_from"].isoformat(),
        "to": case["recent_to"].isoformat(),
        "measure": "tier_shares",
        "given": given | {"spent": spent, "z": case["z"], "highest": case["highest"], "is_sure": is_sure},
        "figures": figures,
    }
    facts = {"before": figures["before"], "after": figures["after"], "highest": case["highest"]}
    signs = [name for name, mark in _SIGNS.items() if test.get(name, {}).get(mark)]
    facts |= {"signs": signs} if signs else {}
    began = dt.date(case["began"] // 12, case["began"] % 12 + 1, 1).isoformat()
    return {
        "key": sha256(f"credit_downshift|{case['code']}|{began}".encode()).hexdigest()[:32],
        "kind": SignalKind.CREDIT_DOWNSHIFT.value,
        "state": case["spend_state"] if is_sure or is_over else SignalState.WATCH.value,
        "evidence": json.dumps(evidence, separators=(",", ":")),
        "facts": json.dumps(spent | facts, separators=(",", ":")),
        "severity": _places((figures["index_before"] - figures["index"]) / 2, 3),
        "probability": None,
        **{name: case[name] for name in ("customer_id", "at_stake", "usual", "occurred_on", "habit_from", "habit_to")},
    }


def _places(value: float, digits: int) -> float:
    return float(np.floor(value * 10**digits + 0.5) / 10**digits)
