"""Two rehearsals over the same customers: what the firm's policy and a variation of it would come to, and who wins and loses.

The customers are read once; each side is an arbitration of its own. Nothing is written.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from guanxi.engage.offers.queries import PublishedOffer, published_offers
from guanxi.engage.policy.queries import check_variation, contact_policy
from guanxi.engage.policy.variation import ContactPolicy, Variation
from guanxi.insight.decisions.arbitration.terms import MICRO
from guanxi.insight.decisions.offers.cells import BEGINNING
from guanxi.insight.decisions.offers.deciding import brought, close_ways, decide, fill_known, stakes_of
from guanxi.insight.decisions.offers.likely import asks_for_next
from guanxi.insight.decisions.offers.rehearsing import SECONDS, Rehearsal, asked_on, told
from guanxi.insight.decisions.offers.taught import Lessons
from guanxi.insight.decisions.offers.told import told_on
from guanxi.insight.warehouse.reading import open_edition
from guanxi.insight.warehouse.record_view import open_record
from guanxi.insight.warehouse.workbench import Workbench

GENDERS = pa.schema([("customer_id", pa.int64()), ("gender", pa.int16())])
_SQL = Path(__file__).parent / "sql" / "segments.sql"


@dataclass(frozen=True)
class Segment:
    """Customers alike (`axis`: by tier and state, by age, by gender or by kind): how many there are, how many each policy contacts;
    winners get something under the variation only, losers under the firm's policy only, moved get something else or by another way.

    gained, lost, shifted: ¥ a run of winners, losers and all whom both contact, without levers and weights.
    """

    axis: str
    name: str
    customers: int
    own: int
    other: int
    winners: int
    losers: int
    moved: int
    gained: float
    lost: float
    shifted: float


@dataclass(frozen=True)
class Comparison:
    """The firm's own policy, a variation of it (None where nothing was set otherwise), and both by segment."""

    own: Rehearsal
    other: Rehearsal | None
    segments: list[Segment]

    def as_json(self) -> dict[str, Any]:
        """Money rounded to hundredths."""
        rounded = [
            asdict(one) | {name: round(getattr(one, name), 2) for name in ("gained", "lost", "shifted")}
            for one in self.segments
        ]
        return {
            "own": self.own.as_json(),
            "other": self.other.as_json() if self.other else None,
            "segments": rounded,
        }


@dataclass(frozen=True)
class Side:
    """What one side is decided by."""

    published: Sequence[PublishedOffer]
    policy: ContactPolicy


def compare(on: dt.date, variation: Variation, *, seconds: float = SECONDS) -> Comparison:
    """Rehearse, as of a day, the firm's policy and a variation of it.

    Raises NotTaken where the variation names offers that are not there or not fit, and Refused: rehearsal.no_offers,
    warehouse.no_edition, warehouse.too_long.
    """
    policy = contact_policy(on)
    check_variation(Variation(), on)
    check_variation(variation, on)
    own, other = Side(published_offers(on), policy), None
    if variation != Variation():
        more = published_offers(on, more=variation.offers_in, without=variation.offers_out)
        other = Side(more, variation.of(policy))
    both = [*own.published, *(other.published if other else ())]
    asked, lessons = asked_on(on, own.published)
    asked = replace(asked, told=told_on(on, both), asks_next=asks_for_next(both))
    with open_record() as record:
        genders = record.table("SELECT id, gender FROM customers_customer WHERE gender <> 0", GENDERS)
    with open_edition(seconds=seconds) as bench:
        fill_known(bench, on, asked)
        lessons = lessons.grown(bench, brought(own.published), on=on)
        return compare_sides(bench, on, own, other, lessons=lessons, genders=genders)


def compare_sides(
    bench: Workbench,
    on: dt.date,
    own: Side,
    other: Side | None,
    *,
    lessons: Lessons | None = None,
    genders: pa.Table | None = None,
) -> Comparison:
    """The same over the table `known` of a workbench, which is filled. genders: customer_id, gender of who told it."""
    bench.register("genders", GENDERS.empty_table() if genders is None else genders)
    first, contacts = _rehearsed(bench, on, own, lessons)
    second, others = (None, contacts) if other is None else _rehearsed(bench, on, other, lessons)
    segments = _segments(bench, contacts, others)
    bench.unregister("genders")
    return Comparison(first, second, segments)


def _rehearsed(bench: Workbench, on: dt.date, side: Side, lessons: Lessons | None) -> tuple[Rehearsal, pa.Table]:
    """What one side comes to, and its contacts: customer_id, offer, channel, plain (millionths of ¥)."""
    offers = brought(side.published)
    tree = lessons.tree if lessons else BEGINNING
    close_ways(bench, offers, side.policy.lines, on=on, tree=tree)
    stakes = stakes_of(bench, on, offers, by=side.policy, tree=tree)
    found = decide(bench, lessons.for_run(bench, stakes, on=on) if lessons else stakes)
    sent = found.decisions.filter(pc.not_equal(found.decisions["arm"], "control"))
    plain = pc.round(pc.multiply(sent["score_plain"], float(MICRO))).cast(pa.int64())
    contacts = pa.table(
        {
            "customer_id": sent["customer_id"],
            "offer": sent["offer"].dictionary_encode(),
            "channel": sent["channel"],
            "plain": plain,
        }
    )
    return told(bench, on, side.published, found), contacts


def _segments(bench: Workbench, own: pa.Table, other: pa.Table) -> list[Segment]:
    bench.register("own", own)
    bench.register("other", other)
    rows = bench.arrow(_SQL).to_pylist()
    for name in ("own", "other"):
        bench.unregister(name)
    return [Segment(**row) for row in rows]
