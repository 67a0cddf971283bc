"""What comes before anything that is valued in money: obligations and repair, then care (decisioning.md 3.3, step 0).

Such an offer passes the gates of what is lawful, allowed and sensible and no gate of worth. A lower class is looked at only where
the upper has nothing for the customer (`first_class` of `deciding`); of several of one class the first in the order of issues, then
of references, has its place. Room in a channel goes to the upper class first, and only what they leave is priced.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from guanxi.engage.offers.choices import Way
from guanxi.engage.offers.queries import PublishedOffer
from guanxi.insight.decisions.arbitration import Arbitration, Chance, Condition, OfferTerms, Policy, Treatment
from guanxi.insight.decisions.arbitration.offering import REGARDED, gates_sql, offered_sql, valued_sql
from guanxi.insight.decisions.arbitration.terms import Chances, named_reasons
from guanxi.insight.decisions.offers import asking
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.actions.choices import ActionClass

CARE_FIRST: Final = "care_first"
_SQL: Final = Path(__file__).parent / "sql"
_NO_END: Final = 1 << 60
# How somebody is cared for: spoken with where there are words for it, else written to.
_WAYS: Final = (Way.CALL, Way.VISIT, Way.LETTER, Way.SMS, Way.APP, Way.EMAIL, Way.INSERT)
_LOST: Final = {0: "chosen", -3: CARE_FIRST, -4: "no_capacity"}
_TREATMENTS: Final = pa.schema(
    [(name, pa.int16()) for name in ("offer", "treatment", "channel")] + [("code", pa.string())]
)
_FIGURES: Final = ("p", "tau", "value", "context", "lever", "cost", "fatigue", "risk", "price", "score", "score_plain")
_DECISIONS: Final = pa.schema(
    [("customer_id", pa.int64()), ("code", pa.string()), ("offer", pa.string()), ("channel", pa.int16()), ("arm", pa.string())]
    + [(name, pa.float64()) for name in _FIGURES]
)  # fmt: skip


@dataclass(frozen=True)
class Placed:
    """Who gets what before anything is priced: customer_id, code, offer, channel; rejects as of Arbitration; `left`: what that
    leaves of each scarce resource.
    """

    rows: pa.Table
    rejects: list[dict[str, Any]]
    left: Mapping[str, float]


def first_offers(offers: Iterable[PublishedOffer]) -> list[PublishedOffer]:
    """Those of some offers that are not weighed in money and have a way to bring them, in their order."""
    mine = [offer for offer in offers if not asking.is_priced(offer) and offer.treatments]
    return [
        replace(offer, treatments=tuple(sorted(offer.treatments, key=lambda one: _WAYS.index(one.way))))
        for offer in sorted(mine, key=lambda offer: (asking.FIRST.index(offer.issue), offer.reference))
    ]


def class_sql(offers: Sequence[PublishedOffer], closing: Sequence[str]) -> str:
    """The class of what comes first for a customer, as SQL over his row: 3 where nothing but what is valued in money does."""
    whens = []
    for number in (ActionClass.OBLIGATION, ActionClass.CARE):
        able = [_able(asking.gates_of(one, closing=closing)) for one in offers if asking.class_of(one) == number]
        whens += [f"WHEN {' OR '.join(able)} THEN {int(number)}"] if able else []
    return f"CASE {' '.join(whens)} ELSE {int(ActionClass.VALUE)} END" if whens else str(int(ActionClass.VALUE))


def in_class_order(terms: OfferTerms, number: int) -> OfferTerms:
    """The terms of an offer of a class, closed to whom something of an upper class is to be brought."""
    first = Condition(CARE_FIRST, f"first_class >= {int(number)}")
    return replace(terms, conditions=(*terms.conditions, first))


def no_chances(offers: Sequence[OfferTerms], cells: Iterable[int]) -> Chances:
    """Of what is not weighed in money nothing is reckoned."""
    cells = tuple(cells)
    return {
        (offer.code, one.channel, cell): Chance(0.0, 0.0)
        for offer in offers
        for one in offer.treatments
        for cell in cells
    }


def place_first(bench: Workbench, offers: Sequence[OfferTerms], policy: Policy) -> Placed:
    """Give the customers of `deciding` what comes first, within what people and channels can do. offers: in their order.

    One way after the other, and where it has room for some of the customers only, the draw of this run says for whom.
    """
    if not offers:
        return Placed(_DECISIONS.empty_table().select(["customer_id", "code", "offer", "channel"]), [], policy.capacity)
    ways = [(offer, way) for offer in offers for way in offer.treatments]
    reasons = _weigh(bench, offers, ways, policy)
    left = dict(policy.capacity)
    for number, (_offer, way) in enumerate(ways):
        room = min((int(left[name] / use) for name, use in way.uses.items() if name in left), default=_NO_END)
        bench.run(_SQL / "place.sql", treatment=number, room=room, salt=policy.salt + policy.run)
        taken = bench.scalar("SELECT count(*) FROM placed WHERE treatment = $treatment", treatment=number)
        left |= {name: left[name] - taken * use for name, use in way.uses.items() if name in left}
    rows = bench.arrow(_SQL / "placed.sql")
    rejects = _rejects(bench, offers, ways, reasons)
    bench.unregister("first_ways")
    return Placed(rows, rejects, left)


def with_first(found: Arbitration | None, placed: Placed) -> Arbitration:
    """What was priced, and what came before it: with no figure, for it is not weighed."""
    if found is None:
        return Arbitration(_as_decisions(placed.rows, _DECISIONS), {}, placed.rejects)
    if not placed.rows.num_rows:
        return replace(found, rejects=[*placed.rejects, *found.rejects])
    rows = pa.concat_tables([found.decisions, _as_decisions(placed.rows, found.decisions.schema)])
    return replace(found, decisions=rows.sort_by("customer_id"), rejects=[*placed.rejects, *found.rejects])


def _able(terms: OfferTerms) -> str:
    gates = "".join(f"{_holds(one)} AND " for one in terms.conditions)
    ways = " OR ".join(" AND ".join([f"why_{one.channel} = 0", *map(_holds, one.opens)]) for one in terms.treatments)
    return f"({gates}({ways}))"


def _holds(one: Condition) -> str:
    return f"coalesce(({one.sql}), FALSE)"


def _weigh(
    bench: Workbench, offers: Sequence[OfferTerms], ways: Sequence[tuple[OfferTerms, Treatment]], policy: Policy
) -> list[str]:
    """Make `first_gates`, `first_open`, `fit` and an empty `placed`; the reasons by the numbers that these tell."""
    reasons = named_reasons(offers, policy)
    codes = [offer.code for offer in offers]
    rows = [
        {"offer": codes.index(offer.code), "treatment": number, "channel": way.channel, "code": offer.code}
        for number, (offer, way) in enumerate(ways)
    ]
    channels = sorted({way.channel for _offer, way in ways})
    bench.run(f"CREATE OR REPLACE TEMP VIEW {REGARDED} AS SELECT * FROM deciding")  # noqa: S608 - our own names
    bench.run(f"CREATE OR REPLACE TEMP TABLE first_gated AS {gates_sql(offers, reasons, channels)}")
    bench.register("first_ways", pa.Table.from_pylist(rows, schema=_TREATMENTS))
    bench.run(f"CREATE OR REPLACE TEMP VIEW first_gates AS {offered_sql(offers, channels, 'first_gated')}")
    bench.run(f"CREATE OR REPLACE TEMP VIEW first_open AS {valued_sql(_SQL / 'first.sql', channels)}")
    bench.run("CREATE OR REPLACE TEMP TABLE fit AS SELECT customer_id, treatment FROM first_open WHERE why = 0")
    bench.run("CREATE OR REPLACE TEMP TABLE placed AS SELECT customer_id, treatment FROM fit WHERE treatment < 0")
    return reasons


def _rejects(
    bench: Workbench,
    offers: Sequence[OfferTerms],
    ways: Sequence[tuple[OfferTerms, Treatment]],
    reasons: Sequence[str],
) -> list[dict[str, Any]]:
    return [
        {
            "offer": offers[row["offer"]].code,
            "channel": ways[row["treatment"]][1].channel if row["treatment"] >= 0 else None,
            "reason": _LOST[row["why"]] if row["why"] <= 0 else reasons[row["why"]],
            "customers": row["customers"],
        }
        for row in bench.arrow(_SQL / "first_counts.sql").to_pylist()
    ]


def _as_decisions(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    def column(field: pa.Field) -> pa.Array | pa.ChunkedArray:
        if field.name in rows.column_names:
            return rows[field.name].cast(field.type)
        if field.name == "value":
            return pa.nulls(rows.num_rows, field.type)
        given = "chosen" if field.name == "arm" else 0
        return pa.repeat(pa.scalar(given).cast(field.type), rows.num_rows)

    return pa.table([column(field) for field in schema], schema=schema)
