"""A rehearsal: who would get which published offer, and why the others would not, before anybody is contacted.

It reads the current edition and the record and writes nothing. Same record, same edition: same answer.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from guanxi.engage.offers.choices import Way
from guanxi.engage.offers.queries import PublishedOffer, published_offers
from guanxi.engage.policy.queries import check_variation
from guanxi.engage.policy.variation import Variation
from guanxi.identity.queries import firm, work_calendar
from guanxi.insight.decisions.arbitration import Arbitration
from guanxi.insight.decisions.offers import asking
from guanxi.insight.decisions.offers.asked import agreed_on, alive_now
from guanxi.insight.decisions.offers.caring import first_offers
from guanxi.insight.decisions.offers.deciding import (
    CLOSED,
    Asked,
    brought,
    decide,
    fill_deciding,
    nowhere,
    stakes_of,
    weighed,
)
from guanxi.insight.decisions.offers.evidence import Heard, but_of, read_trials
from guanxi.insight.decisions.offers.kept import current_run
from guanxi.insight.decisions.offers.likely import asks_for_next
from guanxi.insight.decisions.offers.noticed import UNDER_NOTICE, closed_by_notice
from guanxi.insight.decisions.offers.reserved import reserved_now
from guanxi.insight.decisions.offers.resting import said_by
from guanxi.insight.decisions.offers.stepping import steps_on
from guanxi.insight.decisions.offers.taught import Lessons
from guanxi.insight.decisions.offers.tiring import withdrawn_on
from guanxi.insight.decisions.offers.told import told_on
from guanxi.insight.decisions.sparing import REASONS, spared_on
from guanxi.insight.decisions.worked import worked_on
from guanxi.insight.warehouse.places import places
from guanxi.insight.warehouse.reading import open_edition
from guanxi.insight.warehouse.record_view import open_record
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.consents.queries import unprofiled_ids
from guanxi.record.holdings.owning import names_ending

SECONDS: Final = 600.0


@dataclass(frozen=True)
class Line:
    """One offer: customers who would be contacted, kept as controls or given it to explore; what that is reckoned to bring in
    ¥ after all charges (`worth`; `worth_plain` without levers and weights); and reason → customers of those who would not (a
    customer counts once a way).
    """

    offer: str
    chosen: int
    controls: int
    explored: int
    worth: float
    worth_plain: float
    reasons: dict[str, int]


@dataclass(frozen=True)
class Rehearsal:
    """What a run would decide. worth in ¥ of all who would be contacted, worth_plain the same without levers and weights, so
    that the difference is what these add to the reckoning and to nobody's money; ways: contacts by way; unknown: columns
    that rules name and nothing knows, with the offers concerned.
    """

    as_of: dt.date
    customers: int
    contacted: int
    worth: float
    worth_plain: float
    prices: dict[str, float]
    ways: dict[str, int]
    offers: list[Line]
    tiers: dict[str, dict[str, int]]
    not_weighed: list[str]
    unknown: dict[str, list[str]]

    def as_json(self) -> dict[str, Any]:
        """Money rounded to hundredths."""
        facts = asdict(self) | {"as_of": self.as_of.isoformat()}
        facts["prices"] = {name: round(price, 2) for name, price in self.prices.items()}
        for one in (facts, *facts["offers"]):
            one |= {name: round(one[name], 2) for name in ("worth", "worth_plain")}
        return facts


def rehearse(on: dt.date, *, calls: float | None = None, seconds: float = SECONDS) -> Rehearsal:
    """Decide over all published offers as of a day, by the firm's contact policy, capacities, levers and weights.

    calls: calls that people can make, instead of the capacity of that day.

    Raises Refused: rehearsal.no_offers, warehouse.no_edition, warehouse.too_long.
    """
    check_variation(Variation(), on)
    published = published_offers(on)
    offers = brought(published)
    asked, lessons = asked_on(on, published)
    asked = replace(asked, told=told_on(on, offers), asks_next=asks_for_next(offers))
    with open_edition(seconds=seconds) as bench:
        lessons = lessons.grown(bench, offers, on=on)
        fill_deciding(bench, on, offers, replace(asked, tree=lessons.tree))
        stakes = stakes_of(bench, on, offers, calls=calls, tree=lessons.tree)
        return told(bench, on, published, decide(bench, lessons.for_run(bench, stakes, on=on)))


def asked_on(on: dt.date, published: Sequence[PublishedOffer]) -> tuple[Asked, Lessons]:
    """What the record says beside the edition, as of a day, and what a run of that day would learn from; what the night's run
    closed to somebody is closed here too. published: the offers whose letters may have gone out.
    """
    unprofiled, house, calendar = unprofiled_ids(on), firm(), work_calendar(on)
    run = current_run()
    with open_record() as record:
        agreed, alive = agreed_on(record, on, zone=house.zone), alive_now(record, on, house.thresholds)
        said = said_by(record, on - dt.timedelta(days=1))
        steps = steps_on(record, on, published, calendar)
    closed = run.closed() if run and run.as_of <= on else CLOSED.empty_table()
    # for whom sales rest, and what contracts are under notice, is asked anew
    closed = closed.filter(pc.invert(pc.is_in(closed["reason"], pa.array(sorted(REASONS | {UNDER_NOTICE})))))
    closed = pa.concat_tables([closed.cast(CLOSED), closed_by_notice(names_ending(on), published)])
    asked = Asked(
        agreed,
        alive,
        unprofiled,
        closed,
        reserved_now(),
        spared_on(on),
        steps,
        worked=worked_on(on - dt.timedelta(days=1)),
        withdrawn=withdrawn_on(on),
    )
    return asked, Lessons(Heard(but_of(read_trials(places().trials), unprofiled), said))


def told(bench: Workbench, on: dt.date, published: Sequence[PublishedOffer], found: Arbitration) -> Rehearsal:
    """What a run over the offers came to, first those that are not weighed in money; `deciding` of the workbench is still that of it."""
    offers = [*first_offers(published), *weighed(published)]
    sent = found.decisions.filter(pc.not_equal(found.decisions["arm"], "control"))
    unknown = nowhere(bench)
    return Rehearsal(
        as_of=on,
        customers=bench.scalar("SELECT count(*) FROM deciding"),
        contacted=sent.num_rows,
        worth=_sum(sent, "score") + _sum(sent, "price"),
        worth_plain=_sum(sent, "score_plain"),
        prices=found.prices,
        ways=_ways(sent),
        offers=[_line(offer.reference, found) for offer in offers],
        tiers=_by_tier(bench, found.decisions),
        not_weighed=[offer.reference for offer in published if not asking.is_priced(offer)],
        unknown={name: concerned for name, concerned in asking.named_features(offers).items() if name in unknown},
    )


def _ways(sent: pa.Table) -> dict[str, int]:
    counted = pc.value_counts(sent["channel"]).to_pylist()
    found: dict[str, int] = {}
    for row in counted:
        way = Way(row["values"] % 10).name.lower()
        found[way] = found.get(way, 0) + row["counts"]
    return dict(sorted(found.items()))


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
        _sum(contacted, "score_plain"),
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
