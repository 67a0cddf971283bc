"""A rehearsal: who would get which published offer, and why the others would not, before anybody is contacted.

It reads the current edition and the record and writes nothing. Same record, same edition: same answer.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from guanxi.engage.offers.choices import Way
from guanxi.engage.offers.grammar import ValueKind
from guanxi.engage.offers.queries import PublishedOffer, published_offers
from guanxi.engage.offers.vocabulary import vocabulary
from guanxi.engage.policy.queries import capacities, context_weights, lever_sums, policy_now
from guanxi.engage.policy.rules import HUNDREDTHS, LEAST_WEIGHT, MOST_WEIGHT
from guanxi.ground.money import minor_digits
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.queries import firm
from guanxi.insight.decisions.arbitration import Arbitration, Policy, arbitrate
from guanxi.insight.decisions.arbitration.arms import threshold
from guanxi.insight.decisions.offers import asking
from guanxi.insight.decisions.offers.asked import agreed_on, alive_now
from guanxi.insight.estimates.response import control_share
from guanxi.insight.warehouse.reading import open_edition
from guanxi.insight.warehouse.record_view import open_record
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.consents.queries import unprofiled_ids
from guanxi.record.conversations.choices import Direction
from guanxi.record.holdings.choices import HoldingStatus

HELD_OUT = 0.02  # of all customers, drawn anew each year: what all of it brings (decisioning.md 3.6)
EXPLORED = 0.02
_SQL = Path(__file__).parent / "sql"
_PRELUDES = (
    Path(__file__).parents[1] / "arbitration" / "sql" / "prelude_duckdb.sql",
    Path(__file__).parents[1] / "sql" / "prelude_duckdb.sql",
)

_TYPES = {
    ValueKind.NUMBER: "DOUBLE",
    ValueKind.TEXT: "VARCHAR",
    ValueKind.DAY: "DATE",
    ValueKind.FLAG: "BOOLEAN",
}

_WEIGHTS = pa.schema(
    [
        ("weight", pa.int32()),
        ("signal", pa.string()),
        ("state", pa.string()),
        ("offer", pa.string()),
        ("adds", pa.float64()),
    ]
)

NO_OFFERS = gettext_noop("No offer is published that is weighed in money: there is nothing to rehearse.")


@dataclass(frozen=True)
class Line:
    """One offer: customers who would be contacted, kept as controls or given it to explore; what that is reckoned to bring in
    ¥ after all charges (`worth`); and reason → customers of those who would not (a customer counts once a way).
    """

    offer: str
    chosen: int
    controls: int
    explored: int
    worth: float
    reasons: dict[str, int]


@dataclass(frozen=True)
class Rehearsal:
    """What a run would decide. worth in ¥ of all who would be contacted, worth_plain the same without levers and contexts; unknown: columns
    that rules name and nothing knows, with the offers concerned.
    """

    as_of: dt.date
    customers: int
    contacted: int
    worth: float
    worth_plain: float
    prices: dict[str, float]
    offers: list[Line]
    tiers: dict[str, dict[str, int]]
    not_weighed: list[str]
    unknown: dict[str, list[str]]

    def as_json(self) -> dict[str, Any]:
        """Money rounded to hundredths."""
        told = asdict(self) | {"as_of": self.as_of.isoformat()}
        for name in ("worth", "worth_plain"):
            told[name] = round(told[name], 2)
        told["prices"] = {name: round(price, 2) for name, price in self.prices.items()}
        told["offers"] = [line | {"worth": round(line["worth"], 2)} for line in told["offers"]]
        return told


def rehearse(on: dt.date, *, calls: float | None = None, seconds: float = 600.0) -> Rehearsal:
    """Decide over all published offers as of a day, by the firm's contact policy, capacities, levers and weights.

    calls: calls that people can make, instead of the capacity of that day.

    Raises Refused: rehearsal.no_offers, warehouse.no_edition, warehouse.too_long.
    """
    published = published_offers(on)
    weighed = [offer for offer in published if asking.is_priced(offer) and offer.treatments]
    if not weighed:
        raise Refused("rehearsal.no_offers", NO_OFFERS)
    with open_record() as record:
        agreed, alive = agreed_on(record, on), alive_now(record)
    with open_edition(seconds=seconds) as bench:
        for prelude in _PRELUDES:
            bench.run(prelude)
        _fill_deciding(bench, on, {"agreed": agreed, "alive": alive}, weighed)
        found = _decide(bench, on, weighed, calls)
        everybody = bench.scalar("SELECT count(*) FROM deciding")
        sent = found.decisions.filter(pc.not_equal(found.decisions["arm"], "control"))
        tiers, nowhere = _by_tier(bench, found.decisions), _nowhere(bench)
    named = asking.named_features(weighed)
    return Rehearsal(
        as_of=on,
        customers=everybody,
        contacted=sent.num_rows,
        worth=_sum(sent, "score") + _sum(sent, "price"),
        worth_plain=_sum(sent, "score_plain"),
        prices=found.prices,
        offers=[_line(offer.reference, found) for offer in weighed],
        tiers=tiers,
        not_weighed=[offer.reference for offer in published if not asking.is_priced(offer)],
        unknown={name: offers for name, offers in named.items() if name in nowhere},
    )


def _fill_deciding(bench: Workbench, on: dt.date, asked: dict[str, pa.Table], offers: Sequence[PublishedOffer]) -> None:
    for name, rows in asked.items():
        bench.register(name, rows)
    bench.register("unprofiled", pa.table({"customer_id": pa.array(unprofiled_ids(on), pa.int64())}))
    bench.run(
        _SQL / "deciding.sql",
        as_of=on,
        outward=int(Direction.OUT),
        open=int(HoldingStatus.OPEN),
        minor=float(10 ** minor_digits(firm().currency)),
        salt=_salt(on),
        held_out=threshold(HELD_OUT),
    )
    used = {asking.avenue(offer.purpose, one.way) for offer in offers for one in offer.treatments}
    closed = asking.closed_sql(policy_now())
    columns = [f"CAST({closed[number]} AS SMALLINT) AS why_{number}" for number in sorted(used)]
    columns += [f"CAST(NULL AS {_TYPES[kind]}) AS {name}" for name, kind in _nowhere(bench).items()]
    bench.run(f"CREATE OR REPLACE TEMP TABLE deciding AS SELECT *, {', '.join(columns)} FROM known")  # noqa: S608 - our own names
    for name in ("agreed", "unprofiled"):
        bench.unregister(name)


def _nowhere(bench: Workbench) -> dict[str, ValueKind]:
    """Columns that offers may name and that nothing here knows: a rule on one of them passes nobody."""
    known = set(bench.arrow("SELECT * FROM known LIMIT 0").column_names)
    return {feature.name: feature.kind for feature in vocabulary().features.values() if feature.name not in known}


def _decide(bench: Workbench, on: dt.date, offers: Sequence[PublishedOffer], calls: float | None) -> Arbitration:
    capacity = {asking.resource_of(way): float(units) for way, units in capacities(on).items() if units is not None}
    capacity |= {f"stock:{offer.reference}": float(offer.stock) for offer in offers if offer.stock is not None}
    if calls is not None:
        capacity[asking.resource_of(Way.CALL)] = calls
    cells = bench.arrow("SELECT DISTINCT cell FROM deciding ORDER BY cell")["cell"].to_pylist()
    added = lever_sums(on)
    controls = control_share(0)
    terms = [
        asking.terms_of(offer, controls=controls, lever=added.get(offer.reference, 0) / HUNDREDTHS) for offer in offers
    ]
    policy = Policy(capacity, explored=EXPLORED, salt="offers|", run=f"{on}|", channel_reasons=asking.CLOSED)
    chances = asking.begun_with(asking.learning_ways(offers), cells)
    return arbitrate(bench, terms, chances, policy, contexts=_contexts(bench, on, offers))


def _contexts(bench: Workbench, on: dt.date, offers: Sequence[PublishedOffer]) -> pa.Table:
    """customer_id, offer, and the sum of the weights that his signals give it, each weight once."""
    rows = [
        {
            "weight": number,
            "signal": one.signal,
            "state": one.state,
            "offer": offer.reference,
            "adds": one.weight / HUNDREDTHS,
        }
        for number, one in enumerate(context_weights(on))
        for offer in offers
        if one.offer in {"", offer.reference} and one.issue in {None, offer.issue}
    ]
    bench.register("weights", pa.Table.from_pylist(rows, schema=_WEIGHTS))
    found = bench.arrow(
        """SELECT customer_id, offer, least($most, greatest($least, sum(adds))) AS context
        FROM (SELECT DISTINCT a.customer_id, w.weight, w.offer, w.adds FROM alive a
            JOIN weights w ON w.signal = a.kind AND w.state IN ('', a.state)) t
        GROUP BY customer_id, offer ORDER BY customer_id, offer""",
        most=MOST_WEIGHT / HUNDREDTHS,
        least=LEAST_WEIGHT / HUNDREDTHS,
    )
    bench.unregister("weights")
    return found


def _line(reference: str, found: Arbitration) -> Line:
    rows = found.decisions.filter(pc.equal(found.decisions["offer"], reference))
    reasons: dict[str, int] = {}
    for reject in found.rejects:
        if reject["offer"] == reference and reject["reason"] != "chosen":
            reasons[reject["reason"]] = reasons.get(reject["reason"], 0) + reject["customers"]
    arms = {arm: _count(rows, arm) for arm in ("chosen", "control", "explore")}
    contacted = rows.filter(pc.not_equal(rows["arm"], "control"))
    return Line(
        reference,
        arms["chosen"],
        arms["control"],
        arms["explore"],
        _sum(contacted, "score") + _sum(contacted, "price"),
        reasons,
    )


def _by_tier(bench: Workbench, decisions: pa.Table) -> dict[str, dict[str, int]]:
    """Tier → offer → customers who would be contacted with it; "" for none."""
    bench.register("decided", decisions)
    rows = bench.arrow(
        """SELECT coalesce(k.tier, '') AS tier, coalesce(d.offer, '') AS offer, count(*) AS customers
        FROM deciding k LEFT JOIN decided d ON d.customer_id = k.customer_id AND d.arm <> 'control'
        GROUP BY 1, 2 ORDER BY 1, 2"""
    ).to_pylist()
    bench.unregister("decided")
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["tier"], {})[row["offer"]] = row["customers"]
    return found


def _count(decisions: pa.Table, arm: str) -> int:
    return int(pc.sum(pc.equal(decisions["arm"], arm)).as_py() or 0)


def _sum(decisions: pa.Table, column: str) -> float:
    return float(pc.sum(decisions[column]).as_py() or 0.0)


def _salt(on: dt.date) -> str:
    """The holdout is drawn anew each year."""
    return f"{on.year}|"
