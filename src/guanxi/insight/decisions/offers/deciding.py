"""The ground of decisions over offers, the same for a refresh, a rehearsal and one customer: a row a customer, the offers as
arbitration sees them, the numbers of the policy, what is known of answers.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import pyarrow as pa

from guanxi.engage.offers.choices import Way
from guanxi.engage.offers.grammar import ValueKind
from guanxi.engage.offers.queries import PublishedOffer
from guanxi.engage.offers.stock import units_of
from guanxi.engage.offers.vocabulary import vocabulary
from guanxi.engage.policy.queries import contact_policy
from guanxi.engage.policy.rules import HUNDREDTHS, Line, has_statement
from guanxi.engage.policy.variation import ContactPolicy
from guanxi.ground.money import minor_digits
from guanxi.identity.queries import firm
from guanxi.insight import profile
from guanxi.insight.appraisal.worth import Basis, worth_rule
from guanxi.insight.decisions.arbitration import Arbitration, OfferTerms, Policy, arbitrate
from guanxi.insight.decisions.arbitration.arms import threshold
from guanxi.insight.decisions.arbitration.terms import Chances
from guanxi.insight.decisions.offers import asking
from guanxi.insight.decisions.offers.caring import class_sql, first_offers, in_class_order, place_first, with_first
from guanxi.insight.decisions.offers.cells import BEGINNING, TRAITS, Tree, bands_sql, require_allowed
from guanxi.insight.decisions.offers.contexts import Contexts, weigh_contexts
from guanxi.insight.decisions.offers.likely import fill_nexts, no_nexts
from guanxi.insight.decisions.offers.stepping import STEPS
from guanxi.insight.decisions.offers.tiring import WITHDRAWN, learn_fatigue
from guanxi.insight.decisions.offers.told import Told
from guanxi.insight.decisions.sparing import SPARED, closed_by
from guanxi.insight.decisions.worked import WORKED
from guanxi.insight.estimates.response import Answers, control_share
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.actions.choices import ActionClass
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.signals.rules import DETECTED

HELD_OUT = 0.02  # of all customers, drawn anew each year: what all of it brings (decisioning.md 3.6)
EXPLORED = 0.02
SALT = "offers|"
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
# What is closed to somebody, whatever it is worth.
CLOSED = pa.schema([("customer_id", pa.int64()), ("offer", pa.string()), ("reason", pa.string())])
# To whom an offer is proposed already: a unit of its stock is kept for him.
RESERVED = pa.schema([("customer_id", pa.int64()), ("offer", pa.string())])


@dataclass(frozen=True)
class Asked:
    """What decisions take from beside the edition. agreed: customer_id, purpose, channel of consents that stand; alive: customer_id,
    kind, state, at_stake (minor units, a month) of signals that are open; unprofiled: who wants no advice from own data; closed:
    customer_id, offer ("" every one, "class:<n>", "issue:<n>", or a reference), reason (asking.CLOSING) of what is closed to somebody;
    reserved: customer_id, offer of what is proposed and still open; steps: whose letter or leaflet went out (stepping.py);
    told: what customers told of themselves (told.py); spared: for whom sales rest, and why (sparing.py), which closes more;
    worked: work that reached customers (worked.py);
    asks_next: whether a rule asks what comes next (likely.py); tree: which gives him his cell; withdrawn: of tiring.py.
    """

    agreed: pa.Table
    alive: pa.Table
    unprofiled: Sequence[int] = ()
    closed: pa.Table = field(default_factory=CLOSED.empty_table)
    reserved: pa.Table = field(default_factory=RESERVED.empty_table)
    spared: pa.Table = field(default_factory=SPARED.empty_table)
    steps: pa.Table = field(default_factory=STEPS.empty_table)
    told: Told = field(default_factory=Told, kw_only=True)
    worked: pa.Table = field(default_factory=WORKED.empty_table, kw_only=True)
    withdrawn: pa.Table = field(default_factory=WITHDRAWN.empty_table, kw_only=True)
    tree: Tree = field(default=BEGINNING, kw_only=True)
    asks_next: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class Stakes:
    """The numbers of one run: the offers in the order of `terms`, the policy with its capacities, chances by offer, avenue and
    cell, and what weighs on the offers of whom (contexts.py). `first` and `gates`:
    the offers that come before them and are not weighed in money (caring.py), and their terms. tree: whose groups the chances
    are of, its cells among them; evidence: what they were learned from.
    """

    offers: tuple[PublishedOffer, ...]
    terms: tuple[OfferTerms, ...]
    policy: Policy
    chances: Chances
    contexts: Contexts
    first: tuple[PublishedOffer, ...] = ()
    gates: tuple[OfferTerms, ...] = ()
    tree: Tree = BEGINNING
    evidence: Mapping[tuple[str, int], Answers] = field(default_factory=dict)


@dataclass(frozen=True)
class Decided:
    """A run over offers: by which numbers, and what came of it. trials: of evidence.py, with those that it begins; rests: of
    resting.py, what rested for whom because of which answer.
    """

    stakes: Stakes
    found: Arbitration
    trials: pa.Table | None = None
    rests: pa.Table | None = None


def brought(offers: Sequence[PublishedOffer]) -> list[PublishedOffer]:
    """Those of some offers that a run decides over: with a way to bring them."""
    return [offer for offer in offers if offer.treatments]


def weighed(offers: Sequence[PublishedOffer]) -> list[PublishedOffer]:
    """Those of some offers that arbitration weighs: priced, and with a way to bring them."""
    return [offer for offer in offers if asking.is_priced(offer) and offer.treatments]


def fill_deciding(
    bench: Workbench, on: dt.date, offers: Sequence[PublishedOffer], asked: Asked, *, only: str = ""
) -> None:
    """Make the tables `known` and `deciding` of the workbench, a row a customer of the edition as of a day, and `alive`. only: a
    table with the customer_id of those who get a row, where that is not everybody.
    """
    fill_known(bench, on, asked, only=only)
    close_ways(bench, offers, contact_policy(on).lines, on=on, tree=asked.tree)


def fill_known(bench: Workbench, on: dt.date, asked: Asked, *, only: str = "") -> None:
    """Make the tables `known` and `alive`: what stands of each customer, whatever is offered and whatever the policy is. only: as
    of fill_deciding.
    """
    for prelude in _PRELUDES:
        bench.run(prelude)
    some = f"SEMI JOIN {only} USING (customer_id)" if only else ""
    bench.run(f"CREATE OR REPLACE TEMP VIEW asked_of AS SELECT * FROM customers {some}")  # noqa: S608 - a table of our own
    if asked.asks_next:
        fill_nexts(bench, on)
    else:
        no_nexts(bench)
    bench.register("agreed", asked.agreed)
    bench.register("alive", asked.alive)
    bench.register("closed", pa.concat_tables([asked.closed, closed_by(asked.spared)]))
    bench.register("spared", asked.spared)
    bench.register("reserved", asked.reserved)
    bench.register("steps", asked.steps)
    bench.register("worked", asked.worked)
    asked.told.register_in(bench)
    # where premiums are what comes in, what is paid out is a claim, and nobody gives anything back
    gives_back = worth_rule(firm().thresholds).basis is not Basis.PREMIUMS
    minor = float(10 ** minor_digits(firm().currency))
    profile.build_headlines(
        bench,
        of="asked_of",
        as_of=on,
        at=on,
        outward=int(Direction.OUT),
        inward=int(Direction.IN),
        no_answer=int(Outcome.NO_ANSWER),
        open=int(HoldingStatus.OPEN),
        minor=minor,
        gives_back=gives_back,
        detected=sorted(DETECTED),
    )
    bench.register("unprofiled", pa.table({"customer_id": pa.array(asked.unprofiled, pa.int64())}))
    tired = asdict(learn_fatigue(bench, asked.withdrawn, on))
    bench.run(_SQL / "deciding.sql", minor=minor, salt=holdout_salt(on), held_out=threshold(HELD_OUT), **tired)
    for name in ("agreed", "unprofiled", "reserved", "spared", "steps", "worked"):
        bench.unregister(name)


def close_ways(
    bench: Workbench,
    offers: Sequence[PublishedOffer],
    lines: Mapping[str, Line],
    *,
    on: dt.date,
    tree: Tree = BEGINNING,
) -> None:
    """Make `deciding` of `known`: with the reason why each way of the offers is closed by the lines of a policy, the class of
    what comes first for a customer (caring.py), and his cell in the tree. Raises Refused as cells.require_allowed.
    """
    require_allowed((trait.name for trait in TRAITS), vocabulary())
    used = {asking.avenue(offer.purpose, one.way) for offer in offers for one in offer.treatments}
    closed = asking.closed_sql(lines, asking.least_pressures(offers))
    columns = [f"CAST({closed[number]} AS SMALLINT) AS why_{number}" for number in sorted(used)]
    columns.append(f"{asking.room_sql(lines)} AS pressure_left")
    columns += [f"CAST(NULL AS {_TYPES[kind]}) AS {name}" for name, kind in nowhere(bench).items()]
    first = class_sql(first_offers(offers), _closing(bench))
    bench.run(f"""CREATE OR REPLACE TEMP TABLE deciding AS
        SELECT *, CAST({first} AS SMALLINT) AS first_class, CAST({tree.sql()} AS INTEGER) AS cell
        FROM (SELECT *, {bands_sql(f"CAST('{on}' AS DATE)")} AS bands
            FROM (SELECT *, {", ".join(columns)} FROM known) t) u""")  # noqa: S608 - our own names


def nowhere(bench: Workbench) -> dict[str, ValueKind]:
    """Columns that offers may name and that nothing here knows: a rule on one of them passes nobody."""
    known = set(bench.arrow("SELECT * FROM known LIMIT 0").column_names)
    return {feature.name: feature.kind for feature in vocabulary().features.values() if feature.name not in known}


def stakes_of(
    bench: Workbench,
    on: dt.date,
    offers: Sequence[PublishedOffer],
    *,
    calls: float | None = None,
    by: ContactPolicy | None = None,
    tree: Tree = BEGINNING,
) -> Stakes:
    """The numbers by which the customers of `deciding` are decided on; calls: instead of the capacity of that day; by: instead
    of the firm's own policy; tree: which gave them their cells.
    """
    set_so = by or contact_policy(on)
    capacity = {asking.resource_of(way): float(most) for way, most in set_so.capacities.items() if most is not None}
    free = {reference: units.free for reference, units in units_of(offers).items()}
    capacity |= {asking.stock_of(reference): float(units) for reference, units in free.items()}
    if calls is not None:
        capacity[asking.resource_of(Way.CALL)] = calls
    controls = control_share(0)
    closing, first, priced = _closing(bench), first_offers(offers), weighed(offers)
    least = asking.least_pressures(offers)
    terms = [
        asking.terms_of(
            offer,
            controls=controls,
            lever=set_so.levers.get(offer.reference, 0) / HUNDREDTHS,
            closing=closing,
            is_sold_out=free.get(offer.reference) == 0,
            has_statement=has_statement(set_so.lines, on),
            least=least,
        )
        for offer in priced
    ]
    gates = [in_class_order(asking.gates_of(one, closing=closing), asking.class_of(one)) for one in first]
    if first:
        terms = [in_class_order(one, ActionClass.VALUE) for one in terms]
    policy = Policy(capacity, explored=EXPLORED, salt=SALT, run=f"{on}|", channel_reasons=asking.CLOSED)
    return Stakes(
        tuple(priced),
        tuple(terms),
        policy,
        asking.begun_with(asking.learning_ways(priced), range(len(tree.groups))),
        weigh_contexts(bench, priced, set_so.weights),
        first=tuple(first),
        gates=tuple(gates),
        tree=tree,
    )


def decide(bench: Workbench, stakes: Stakes) -> Arbitration:
    """One decision for each customer of `deciding`: what comes first, then what is worth most of the others."""
    placed = place_first(bench, stakes.gates, stakes.policy)
    if not stakes.terms:
        return with_first(None, placed)
    policy = replace(stakes.policy, capacity=placed.left)
    weighing = stakes.contexts
    found = arbitrate(
        bench, stakes.terms, stakes.chances, policy, contexts=weighing.of_offers, way_contexts=weighing.of_ways
    )
    return with_first(found, placed)


def _closing(bench: Workbench) -> list[str]:
    """The reasons for which something is closed to somebody."""
    reasons: list[str] = bench.arrow("SELECT DISTINCT reason FROM closed ORDER BY reason")["reason"].to_pylist()
    return reasons


def holdout_salt(on: dt.date) -> str:
    """The holdout is drawn anew each year."""
    return f"{on.year}|"
