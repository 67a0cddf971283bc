"""What each lost customer is worth in a second life, by which win-back offer, and whom nobody pursues (decisioning.md 4.9,
WIN-03, WIN-04). Ranked by value, never by the rate of return.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from guanxi.engage.offers.choices import Issue
from guanxi.engage.offers.queries import PublishedOffer, PublishedTreatment
from guanxi.engage.policy.queries import contact_policy
from guanxi.engage.policy.rules import HUNDREDTHS
from guanxi.ground.money import minor_digits
from guanxi.insight.appraisal.leaving import LIFE_ENDED, NAMED, Lost
from guanxi.insight.decisions.offers import asking
from guanxi.insight.decisions.offers.deciding import Asked, close_ways, fill_known
from guanxi.insight.estimates.reasons import Reason
from guanxi.insight.estimates.second_lifetime import (
    MOST_TOUCHES,
    NO_WORTH,
    OUTSIDE,
    Regained,
    SecondLives,
    Shares,
    expected_retention,
    learn_chances,
    learn_second_lives,
    look_up,
    plan_win_back,
    second_lifetime_value,
    start_retention,
)
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.conversations.choices import Direction
from guanxi.rescue.winback.choices import Excluded

Floats = NDArray[np.float64]
# Of a year's customers who come again the next, where the data cannot say yet: the worked example of decisioning.md 4.2.
START_RETENTION = 0.85
Tried = Mapping[tuple[int, int], tuple[int, int]]  # by type of reason and tier: tries, and how many came back
REVIEWED = "credit_review_open"  # what closes every offer to somebody (Asked.closed)

_KEPT = """
    SELECT avg(CASE WHEN last_day > days_after($as_of, -365) THEN 1.0 ELSE 0.0 END) AS kept, count(*) AS customers
    FROM (
        SELECT customer_id, max(day) AS last_day, max(CASE WHEN day <= days_after($as_of, -365) THEN 1 ELSE 0 END) AS was
        FROM earned WHERE is_purchase AND day > days_after($as_of, -730) AND day <= $as_of GROUP BY customer_id
    ) t WHERE was = 1
"""
_STANDING = """
    SELECT l.customer_id, substr(sha256('loss|' || d.code || '|' || CAST(l.last_day AS VARCHAR)), 1, 32) AS key,
        d.has_open_complaint AS in_dispute, {open},
        (SELECT count(*) FROM conversations v WHERE v.customer_id = l.customer_id AND v.direction = $outward
            AND v.day > days_after($as_of, -90) AND v.day <= $as_of) AS touches
    FROM lost l JOIN {deciding} d ON d.customer_id = l.customer_id ORDER BY l.customer_id
"""
_FIRST_TIER = "CASE l.tier WHEN 1 THEN 'A' WHEN 2 THEN 'B' ELSE 'C' END AS tier"
_SQL = Path(__file__).parent / "sql"
_REGAINED = pa.schema(
    [
        ("customer_id", pa.int64()),
        ("lost_on", pa.date32()),
        ("returned_on", pa.date32()),
        ("reason", pa.int64()),
        ("tier", pa.int64()),
        ("offer", pa.string()),
    ]
)
_NOBODY_DECIDED = "(SELECT customer_id, code, FALSE AS has_open_complaint FROM customers)"


@dataclass(frozen=True)
class _Way:
    """One way of one offer: what it costs, in whole units and in units of contact, and the chances that it wins somebody back, by type
    of reason and tier.
    """

    offer: PublishedOffer
    treatment: PublishedTreatment
    chances: Shares

    @property
    def incentive(self) -> float:
        return self.offer.incentive_cost / 10 ** minor_digits(self.offer.currency)

    @property
    def cost(self) -> float:
        return self.treatment.cost / 10 ** minor_digits(self.offer.currency)

    @property
    def units(self) -> float:
        return max(self.treatment.pressure, 1) / HUNDREDTHS  # a way without pressure is the least of one


def rank_second_lives(
    bench: Workbench,
    lost: Lost,
    offers: Sequence[PublishedOffer],
    asked: Asked | None,
    *,
    as_of: dt.date,
    learnt: Mapping[str, Tried],
    regained: Sequence[tuple[int, dt.date, dt.date, int, int, str]] = (),
) -> pa.Table:
    """A row a lost customer, in the columns of rescue.winback.services.keep_losses. Money in minor units.

    Reads the tables `lost` and `earned` (appraisal.leaving.read_lost), `days` and `conversations` of the workbench. asked: as of
    decisions over offers, None where there is no win-back offer. learnt: of each offer by type of reason and tier how many were
    tried and how many of them came back; the first guess counts as thirty more. regained: customer, day of the loss, day of the
    return, type of reason, tier of the first life and offer of those who came back: from them it is learned what second lives
    bring and how long they last.
    """
    minor = 10 ** minor_digits(bench.scalar("SELECT currency FROM firm"))
    ways = _ways(offers, learnt)
    if ways and asked:
        fill_known(bench, as_of, asked, only="lost")
        _meet_by_first_life(bench)
        close_ways(bench, [way.offer for way in ways], contact_policy(as_of).lines, on=as_of, tree=asked.tree)
    closing = bench.arrow("SELECT DISTINCT reason FROM closed")["reason"].to_pylist() if ways and asked else []
    known = _STANDING.format(open=_open_columns(ways, closing), deciding="deciding" if ways else _NOBODY_DECIDED)
    standing = bench.arrow(known, as_of=as_of, outward=int(Direction.OUT))
    year = lost.rows["year_worth"].to_numpy(zero_copy_only=False).astype(np.float64) / minor
    first = _first_retention(bench, as_of)
    lived = _second_lives(bench, regained, first, as_of)
    values = _values(ways, standing, lost, (year, _retention(lost, first)), lived)
    outside, ended = (lost.rows[name].to_numpy(zero_copy_only=False).astype(bool) for name in ("outside", LIFE_ENDED))
    units = np.array([way.units for way in ways] or [1.0])
    plan = plan_win_back(values, lost.reasons.types, outside | ended, contact_units=units[values.argmax(axis=1)])
    excluded = np.where((plan.excluded == OUTSIDE) & ~outside, Excluded.ENDED.value, plan.excluded)
    return _table(lost, standing, ways, values, excluded, minor)


def _meet_by_first_life(bench: Workbench) -> None:
    """Whoever is gone brings nothing, and so is of the last tier: what may be offered to win him back goes by that of his first life."""
    names = bench.arrow("SELECT * FROM known LIMIT 0").column_names
    columns = ", ".join(_FIRST_TIER if name == "tier" else f"k.{name}" for name in names)
    bench.run(f"""CREATE OR REPLACE TEMP TABLE known AS
        SELECT {columns} FROM known k JOIN lost l ON l.customer_id = k.customer_id""")  # noqa: S608 - our own names


def _ways(offers: Sequence[PublishedOffer], learnt: Mapping[str, Tried]) -> list[_Way]:
    found = []
    for offer in offers:
        if offer.issue != Issue.WIN_BACK:
            continue
        for way in asking.learning_ways([offer]):
            treatment = next(one for one in offer.treatments if asking.avenue(offer.purpose, one.way) == way.channel)
            if treatment.after:  # nobody is won back by a call that comes after a letter, before the letter
                continue
            found.append(_Way(offer, treatment, learn_chances(learnt.get(offer.reference, {}), way.parent)))
    return found


def _open_columns(ways: Sequence[_Way], closing: Sequence[str]) -> str:
    """Whether a way of an offer is open: it passes the offer's rules, the contact policy allows it, and offers reach him at all:
    nothing is offered to whose credit is under review (RSK-05), and what rests, by his answers or for a written reason, rests here
    as well (`closing`: the reasons that close something to somebody).
    """
    columns = []
    for number, way in enumerate(ways):
        open_now = [f"({one.sql})" for one in asking.openings(way.offer, closing)]
        reached = ["NOT is_unprofiled", "NOT is_held_out", "NOT in_credit_review", *open_now]
        rules = [f"coalesce({rule.predicate.sql(dialect='duckdb')}, FALSE)" for rule in way.offer.rules]
        closed = f"why_{asking.avenue(way.offer.purpose, way.treatment.way)} = 0"
        columns.append(f"({' AND '.join([*rules, closed, *reached])}) AS open_{number}")
    return ", ".join(columns or ["FALSE AS open_none"])


def _first_retention(bench: Workbench, as_of: dt.date) -> float:
    """Of the customers of the year before, who came again in the last one."""
    [kept] = bench.arrow(_KEPT, as_of=as_of).to_pylist()
    return float(kept["kept"]) if kept["customers"] else START_RETENTION


def _second_lives(
    bench: Workbench, regained: Sequence[tuple[int, dt.date, dt.date, int, int, str]], first: float, as_of: dt.date
) -> SecondLives:
    if not regained:
        return SecondLives()
    rows = [dict(zip(_REGAINED.names, row, strict=True)) for row in regained]
    bench.register("regained", pa.Table.from_pylist(rows, schema=_REGAINED))
    found = bench.arrow(_SQL / "second_lives.sql", as_of=as_of)
    bench.unregister("regained")
    before, after, stayed = (
        found[name].cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
        for name in ("first_year", "second_year", "stayed")
    )
    types, tiers, names = (found[name].to_numpy(zero_copy_only=False) for name in ("reason", "tier", "offer"))
    return learn_second_lives(Regained(types, tiers, names, before, after, stayed), first)


def _retention(lost: Lost, first: float) -> Floats:
    """What is left of the firm's retention in a second life; where the reason is not known, by how likely each is."""
    known = start_retention(np.full(lost.rows.num_rows, first), lost.reasons.types)
    guessed = expected_retention(np.full(lost.rows.num_rows, first), lost.reasons.probabilities)
    return np.where(lost.reasons.types == Reason.UNKNOWN, guessed, known)


def _values(
    ways: Sequence[_Way], standing: pa.Table, lost: Lost, first_life: tuple[Floats, Floats], lived: SecondLives
) -> Floats:
    """Net value by customer and way; minus infinity where a way is closed to somebody. first_life: the margin of its last year, and what
    is thought of the retention of the second.
    """
    year, retention = first_life
    whose = [lost.reasons.types, lost.rows["tier"].to_numpy(zero_copy_only=False)]
    if not ways:
        return np.full((len(year), 1), -np.inf)
    columns = []
    for number, way in enumerate(ways):
        by_offer = [*whose, np.full(len(year), way.offer.reference)]
        brings = year * look_up(lived.margin, by_offer)
        stays = np.minimum(retention * look_up(lived.stay, by_offer), 1.0)
        chance = look_up(way.chances, whose)
        worth = second_lifetime_value(chance, brings, stays, way.incentive, contact=way.cost)
        is_open = standing[f"open_{number}"].to_numpy(zero_copy_only=False).astype(bool)
        columns.append(np.where(is_open, worth, -np.inf))
    return np.stack(columns, axis=1) if len(year) else np.zeros((0, len(ways)))


def _table(
    lost: Lost, standing: pa.Table, ways: Sequence[_Way], values: Floats, excluded: NDArray[np.str_], minor: int
) -> pa.Table:
    best, worth = values.argmax(axis=1), values.max(axis=1, initial=-np.inf)
    has_way = np.isfinite(worth)
    touches = standing["touches"].to_numpy(zero_copy_only=False)
    dispute = standing["in_dispute"].to_numpy(zero_copy_only=False).astype(bool)
    why = np.select(
        [~np.isin(excluded, ["", NO_WORTH]), dispute, touches >= MOST_TOUCHES, ~has_way],
        [excluded, Excluded.DISPUTE.value, Excluded.TOUCHED.value, Excluded.NO_OFFER.value],
        default=excluded,
    )
    rows = lost.rows
    units = np.array([way.units for way in ways] or [1.0])
    # one more than there are ways: of whom none is open
    offers = pa.array([*(way.offer.reference for way in ways), ""], pa.string())
    kinds = pa.array([*(int(way.treatment.way) for way in ways), 0], pa.int16())
    place = pa.array(np.where(has_way, best, len(ways)))
    return pa.table(
        {
            "key": standing["key"],
            "customer_id": rows["customer_id"],
            "lost_on": rows["last_day"],
            "known_on": rows["known_on"],
            "first_on": rows["first_day"],
            "tier": rows["tier"],
            "product_id": rows["product_id"],
            "worth": np.round(rows["worth"].to_numpy(zero_copy_only=False).astype(np.float64)).astype(np.int64),
            "reason": pa.array(lost.reasons.types.astype(np.int16)),
            "found": pa.array(lost.found.astype(np.int16)),
            "confidence": np.round(lost.reasons.confidence, 4),
            "evidence": _evidence(rows),
            "rival": rows["rival"],
            "cause": pa.array(lost.causes.astype(str).tolist(), pa.string()),
            "offer": offers.take(place),
            "way": kinds.take(place),
            "value": np.where(has_way, np.round(np.where(has_way, worth, 0.0) * minor), 0).astype(np.int64),
            "per_unit": np.where(has_way, np.round(np.where(has_way, worth, 0.0) * minor / units[best]), 0).astype(
                np.int64
            ),
            "excluded": pa.array(why.astype(str).tolist(), pa.string()),
        }
    )


def _evidence(rows: pa.Table) -> pa.Array:
    """What is known of why, by commas: put together once for each of the few ways in which it comes together."""
    names = ("said", *NAMED)
    flags = [rows["declared"].to_numpy(zero_copy_only=False) != 0]
    flags += [rows[name].to_numpy(zero_copy_only=False).astype(bool) for name in names[1:]]
    packed = sum(flag.astype(np.int64) << place for place, flag in enumerate(flags))
    sets, which = np.unique(packed, return_inverse=True)
    words = [",".join(name for place, name in enumerate(names) if one >> place & 1) for one in sets.tolist()]
    return pa.array(words, pa.string()).take(pa.array(which))
