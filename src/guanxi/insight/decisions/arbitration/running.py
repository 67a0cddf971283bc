"""One arbitration: all customers, all offers, every way; gates, value, prices of what is scarce, one decision each.

Decisioning.md 3.3 and 3.8. Reads `deciding` of the workbench, a row a customer: customer_id, code, cell (INTEGER), opt_out
(P of opting out at one more contact), why_<channel> (place of the reason why that channel is closed, 0 where it is open),
and whatever the conditions and values of the offers name. Same rows, same terms: same decisions, bit for bit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from guanxi.insight.decisions.arbitration.arms import threshold
from guanxi.insight.decisions.arbitration.offering import REGARDED, gates_sql, offered_sql, valued_sql
from guanxi.insight.decisions.arbitration.parts import each_part, parts_of
from guanxi.insight.decisions.arbitration.pricing import Lanes, settle_prices
from guanxi.insight.decisions.arbitration.terms import Chances, OfferTerms, Policy, named_reasons
from guanxi.insight.warehouse.workbench import Workbench

_SQL = Path(__file__).parent / "sql"
_LOST = {0: "chosen", -1: "not_worth_it", -2: "not_sure_enough", -3: "another_first", -4: "no_capacity"}
_TREATMENTS = pa.schema(
    [
        ("treatment", pa.int16()),
        ("code", pa.string()),
        ("channel", pa.int16()),
        ("lane", pa.int16()),
        ("lane_reserved", pa.int16()),
        ("cost", pa.float64()),
        ("risk", pa.float64()),
        ("lever", pa.float64()),
        ("control_below", pa.int32()),
        ("is_explored", pa.bool_()),
    ]
)
_WAYS = pa.schema(
    [
        ("offer", pa.int16()),
        ("treatment", pa.int16()),
        ("lane", pa.int16()),
        ("lane_reserved", pa.int16()),
        ("channel", pa.int16()),
        ("cell", pa.int32()),
        ("p", pa.float64()),
        ("tau", pa.float64()),
        ("is_sure", pa.bool_()),
        ("cost", pa.float64()),
        ("risk", pa.float64()),
        ("lever", pa.float64()),
    ]
)
_CONTEXTS = pa.schema([("customer_id", pa.int64()), ("offer", pa.int16()), ("context", pa.float64())])
_WAY_CONTEXTS = _CONTEXTS.insert(2, pa.field("channel", pa.int16()))


@dataclass(frozen=True)
class Arbitration:
    """decisions: an Arrow row a customer who gets one. prices: ¥ a unit of each limited resource. rejects: rows of
    {"offer", "channel" (None: whatever the channel), "reason", "customers"}; the reason "chosen" counts who got it.
    """

    decisions: pa.Table
    prices: dict[str, float]
    rejects: list[dict[str, Any]]


def arbitrate(
    bench: Workbench,
    offers: Sequence[OfferTerms],
    chances: Chances,
    policy: Policy,
    *,
    contexts: pa.Table | None = None,
    way_contexts: pa.Table | None = None,
    parts: int | None = None,
) -> Arbitration:
    """Decide for every customer of `deciding`.

    contexts: rows of customer_id, offer (code) and context, the sum of weights that count for them; who is not there has 0.
    way_contexts: the same with channel: what counts on that way instead. parts: in how many the customers are taken (parts.py), the
    same decisions in any.

    Raises ValueError for no offer, and where an offer's channel has no chance for a cell of `deciding`.
    """
    if not any(offer.treatments for offer in offers):
        raise ValueError("without offers there is nothing to decide")
    lanes = Lanes.of(offers, policy.capacity)
    treatments = _treatments(offers, lanes)
    cells = bench.arrow("SELECT DISTINCT cell FROM deciding ORDER BY cell")["cell"].to_pylist()
    bench.register("treatments", treatments)
    bench.register("ways", _ways(treatments, [offer.code for offer in offers], cells, (chances, policy)))
    bench.register("contexts", _contexts(contexts, offers, _CONTEXTS))
    bench.register("way_contexts", _contexts(way_contexts, offers, _WAY_CONTEXTS))
    bench.register("policy", _policy(policy))
    bench.run(_SQL / "prelude_duckdb.sql")
    channels = sorted(set(treatments["channel"].to_pylist()))
    reasons = named_reasons(offers, policy)
    bench.run(f"CREATE OR REPLACE TEMP VIEW {REGARDED} AS SELECT * FROM deciding")  # noqa: S608 - our own names
    bench.run(f"CREATE OR REPLACE TEMP VIEW gates AS {gates_sql(offers, reasons, channels)}")
    bench.run("CREATE OR REPLACE TEMP TABLE gated AS SELECT * FROM gates LIMIT 0")
    bench.run(f"CREATE OR REPLACE TEMP VIEW offered AS {offered_sql(offers, channels, 'gated')}")
    bench.run(f"CREATE OR REPLACE TEMP VIEW valued AS {valued_sql(_SQL / 'valued.sql', channels)}")
    parts = parts_of(bench) if parts is None else parts
    bench.run(_SQL / "begin.sql")
    for _part in each_part(bench, "deciding", parts):
        regard(bench, "deciding_of_part")
        bench.run(_SQL / "reduce.sql")
    prices = settle_prices(bench, lanes, parts)
    bench.run(_SQL / "explorers.sql")
    regard(bench, "explorers")
    bench.run(_SQL / "explore.sql")
    decisions = bench.arrow(_SQL / "decisions.sql")
    return Arbitration(decisions, prices, _rejects(bench, offers, treatments, reasons))


def regard(bench: Workbench, rows: str) -> None:
    """Let the views `offered` and `valued` be of some rows of `deciding`, those in the table `rows`: what is asked of few costs little.
    Every gate is looked at once, here; what reads the views reads the numbers of its reasons (the table `gated`).
    """
    bench.run(f"CREATE OR REPLACE TEMP VIEW {REGARDED} AS SELECT * FROM {rows}")  # noqa: S608 - our own names
    bench.run("CREATE OR REPLACE TEMP TABLE gated AS SELECT * FROM gates")


def _treatments(offers: Sequence[OfferTerms], lanes: Lanes) -> pa.Table:
    ways = [(offer, treatment) for offer in offers for treatment in offer.treatments]
    rows = [
        {
            "treatment": number,
            "code": offer.code,
            "channel": way.channel,
            "lane": lanes.place(way.uses),
            "lane_reserved": lanes.place(offer.uses(way, is_reserved=True)),
            "cost": way.cost,
            "risk": offer.risk,
            "lever": offer.lever,
            "control_below": threshold(offer.control),
            "is_explored": offer.is_explored,
        }
        for number, (offer, way) in enumerate(ways)
    ]
    return pa.Table.from_pylist(rows, schema=_TREATMENTS)


def _ways(treatments: pa.Table, codes: Sequence[str], cells: Sequence[int], known: tuple[Chances, Policy]) -> pa.Table:
    """A row a treatment and cell. Sure enough: P(gain > 0) reaches the policy's bound, the estimate taken as normal."""
    chances, policy = known
    bound = NormalDist().inv_cdf(policy.sure_enough)
    rows = []
    for way in treatments.to_pylist():
        for cell in cells:
            chance = chances.get((way["code"], way["channel"], cell))
            if chance is None:
                raise ValueError(f"no chance of {way['code']} on channel {way['channel']} for cell {cell}")
            facts = {"offer": codes.index(way["code"]), "cell": cell, "p": chance.p, "tau": chance.tau}
            rows.append({**way, **facts, "is_sure": chance.tau > 0 and chance.tau >= bound * chance.sd})
    return pa.Table.from_pylist([{name: row[name] for name in _WAYS.names} for row in rows], schema=_WAYS)


def _contexts(contexts: pa.Table | None, offers: Sequence[OfferTerms], schema: pa.Schema) -> pa.Table:
    """The contexts with the places of their offers; those of other offers are left out."""
    if contexts is None:
        return schema.empty_table()
    codes = [offer.code for offer in offers]
    places = pc.index_in(contexts["offer"], pa.array(codes, pa.string()))
    placed = pa.table([places if name == "offer" else contexts[name] for name in schema.names], names=schema.names)
    return placed.filter(pc.is_valid(placed["offer"])).cast(schema)


def _policy(policy: Policy) -> pa.Table:
    return pa.table(
        {
            "permission_value": [float(policy.permission_value)],
            "explored_below": pa.array([threshold(policy.explored)], pa.int32()),
            "salt": [policy.salt],
            "run": [policy.run],
        }
    )


def _rejects(
    bench: Workbench, offers: Sequence[OfferTerms], treatments: pa.Table, reasons: Sequence[str]
) -> list[dict[str, Any]]:
    channels = treatments["channel"].to_pylist()
    told = []
    bench.run(_SQL / "unserved.sql")
    regard(bench, "unserved")
    for row in bench.arrow(_SQL / "counts.sql").to_pylist():
        reason = _LOST.get(row["why"]) if row["why"] <= 0 else reasons[row["why"]]
        channel = channels[row["treatment"]] if row["treatment"] >= 0 else None
        told.append(
            {
                "offer": offers[row["offer"]].code,
                "channel": channel,
                "reason": reason,
                "customers": row["customers"],
            }
        )
    return told
