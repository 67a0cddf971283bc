"""A rehearsal: who would get which published offer, and why the others would not, before anybody is contacted.

It reads the current edition and the record and writes nothing. Same record, same edition: same answer.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from guanxi.engage.offers.queries import published_offers
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.insight.decisions.arbitration import Arbitration
from guanxi.insight.decisions.offers import asking
from guanxi.insight.decisions.offers.asked import agreed_on, alive_now
from guanxi.insight.decisions.offers.deciding import Asked, decide, fill_deciding, nowhere, stakes_of, weighed
from guanxi.insight.warehouse.reading import open_edition
from guanxi.insight.warehouse.record_view import open_record
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.consents.queries import unprofiled_ids

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
    offers = weighed(published)
    if not offers:
        raise Refused("rehearsal.no_offers", NO_OFFERS)
    with open_record() as record:
        asked = Asked(agreed_on(record, on), alive_now(record), unprofiled_ids(on))
    with open_edition(seconds=seconds) as bench:
        fill_deciding(bench, on, offers, asked)
        found = decide(bench, stakes_of(bench, on, offers, calls=calls))
        everybody = bench.scalar("SELECT count(*) FROM deciding")
        sent = found.decisions.filter(pc.not_equal(found.decisions["arm"], "control"))
        tiers, unknown = _by_tier(bench, found.decisions), nowhere(bench)
    named = asking.named_features(offers)
    return Rehearsal(
        as_of=on,
        customers=everybody,
        contacted=sent.num_rows,
        worth=_sum(sent, "score") + _sum(sent, "price"),
        worth_plain=_sum(sent, "score_plain"),
        prices=found.prices,
        offers=[_line(offer.reference, found) for offer in offers],
        tiers=tiers,
        not_weighed=[offer.reference for offer in published if not asking.is_priced(offer)],
        unknown={name: concerned for name, concerned in named.items() if name in unknown},
    )


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
