"""The same arbitration for one customer: one question to an engine in memory, the rest by hand, figure for figure as in SQL.

What a run decides of somebody is told again from his row of `deciding`, the terms and the prices of that run; and decided
anew where something about him has changed since. Nobody else's row is needed: the prices say what the others leave.
"""

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from types import MappingProxyType
from typing import Any, Final

import pyarrow as pa

from guanxi.insight.decisions.arbitration.arms import bucket, threshold
from guanxi.insight.decisions.arbitration.offering import single_sql
from guanxi.insight.decisions.arbitration.pricing import Lanes, micro_prices, price_of
from guanxi.insight.decisions.arbitration.terms import MICRO, Chances, OfferTerms, Policy, Treatment, named_reasons
from guanxi.insight.warehouse.workbench import Workbench

CHOSEN: Final = "chosen"


@dataclass(frozen=True, slots=True)
class Weighed:
    """An offer on one way for one customer. reason: why not, "chosen" where it is the one. `passes`: every gate let it through.

    Money in ¥; score after all charges and the price of what is scarce, score_plain without levers, contexts and price. Of
    what did not pass a gate only `value` is known, and it may be None.
    """

    offer: str
    channel: int
    reason: str
    passes: bool = False
    is_control: bool = False
    value: float | None = None
    p: float = 0.0
    tau: float = 0.0
    context: float = 0.0
    lever: float = 0.0
    charges: float = 0.0
    price: float = 0.0
    score: float = 0.0
    score_plain: float = 0.0


@dataclass(frozen=True)
class Terms:
    """What one customer is decided by: the run's offers, chances and policy; `prices`: ¥ a unit of each limited resource;
    `ways`: SQL over his row of why a channel is closed (places in policy.channel_reasons), where not its column why_<channel>.
    """

    offers: Sequence[OfferTerms]
    chances: Chances
    policy: Policy
    prices: Mapping[str, float]
    ways: Mapping[int, str] | None = None


class Asking:
    """Terms as one prepared question about a row of the columns of `row` (which needs no rows); safe between threads."""

    def __init__(self, terms: Terms, row: pa.Table) -> None:
        self.terms, self._columns = terms, row.column_names
        channels = {one.channel for offer in terms.offers for one in offer.treatments}
        self._closed = dict(terms.ways or {channel: f"why_{channel}" for channel in channels})
        self.reasons = named_reasons(terms.offers, terms.policy)
        self._lock, self._bench = threading.Lock(), Workbench()
        # a plan made once must not rest on what the table held then: the optimizer would fold in its statistics, and be wrong
        self._bench.run("SET threads = 1; PRAGMA disable_optimizer")
        self._bench.register("given", row)
        self._bench.run("CREATE TEMP TABLE deciding AS SELECT * FROM given LIMIT 0")
        self._bench.unregister("given")
        places = ", ".join(f"${name}" for name in self._columns)
        self._put = f"DELETE FROM deciding; INSERT INTO deciding VALUES ({places})"  # noqa: S608 - names of our own columns
        self._prepared: set[str] = set()

    def answer(self, row: pa.Table) -> dict[str, Any]:
        """The columns of offering.single_sql of the customer whose row this is."""
        # values, not a registered table: that would change the catalogue, and the question would be planned anew (20 ms for 3)
        values = row.select(self._columns).to_pylist()[0]
        question = "asked_open" if values.get("closed") == [] else "asked"
        with self._lock:
            self._prepare(question)
            self._bench.run(self._put, **values)
            found: dict[str, Any] = self._bench.arrow(f"EXECUTE {question}").to_pylist()[0]
        return found

    def _prepare(self, question: str) -> None:
        """Each of the two once: to whom nothing is closed not one of hundreds of such conditions is asked, which halves the time."""
        if question in self._prepared:
            return
        offers = self.terms.offers if question == "asked" else [_without_closings(one) for one in self.terms.offers]
        self._bench.run(f"PREPARE {question} AS {single_sql(offers, self.reasons, self._closed)}")
        self._prepared.add(question)


def _without_closings(offer: OfferTerms) -> OfferTerms:
    return replace(offer, conditions=tuple(one for one in offer.conditions if not one.is_closing))


def weigh_one(
    asking: Asking,
    row: pa.Table,
    contexts: Mapping[str, float],
    way_contexts: Mapping[tuple[str, int], float] = MappingProxyType({}),
) -> list[Weighed]:
    """Every offer on every way for the customer of a row of `deciding`, the chosen one among them told so.

    contexts: of each offer (code) the sum of weights that count for him; way_contexts: by offer and channel what counts there
    instead. What a run drew is not drawn again: who explores, and who of several with equal claims had the last unit of something
    scarce.
    """
    found, facts = asking.answer(row), row.select(["code", "cell", "opt_out"]).to_pylist()[0]
    weighed = [
        _weighed(
            asking,
            (place, offer, one),
            found,
            facts,
            way_contexts.get((offer.code, one.channel), contexts.get(offer.code, 0.0)),
        )
        for place, offer in enumerate(asking.terms.offers)
        for one in offer.treatments
    ]
    uses = [
        offer.uses(one, is_reserved=bool(found[f"reserved_o{place}"]))
        for place, offer in enumerate(asking.terms.offers)
        for one in offer.treatments
    ]
    first = _first(weighed, uses, asking.terms)
    return [_told(one, is_chosen=place == first, has_any=first is not None) for place, one in enumerate(weighed)]


def _weighed(
    asking: Asking,
    what: tuple[int, OfferTerms, Treatment],
    found: dict[str, Any],
    facts: dict[str, Any],
    context: float,
) -> Weighed:
    """decisioning.md 3.3, step 1, as sql/valued.sql has it."""
    place, offer, one = what
    terms, policy = asking.terms, asking.terms.policy
    value = found[f"amount_o{place}"]
    why = found[f"why_o{place}"] or found[f"why_w{one.channel}"] or found.get(f"why_o{place}_{one.channel}", 0)
    if why or value is None:
        return Weighed(offer.code, one.channel, asking.reasons[why] or "value_unknown", value=value)
    chance = terms.chances[offer.code, one.channel, facts["cell"]]
    gain = chance.tau * value
    charges = one.cost + offer.risk + float(facts["opt_out"]) * policy.permission_value
    adjusted = gain * (1 + context) * (1 + offer.lever) if gain > 0 else gain
    uses = offer.uses(one, is_reserved=bool(found[f"reserved_o{place}"]))
    net, price = math.floor((adjusted - charges) * MICRO + 0.5), _price(uses, terms.prices)
    return Weighed(
        offer=offer.code,
        channel=one.channel,
        reason=_reason(chance.tau, chance.sd, net, policy),
        passes=True,
        is_control=bucket(f"{policy.salt}control|{offer.code}|", facts["code"]) < threshold(offer.control),
        value=value,
        p=chance.p,
        tau=chance.tau,
        context=context,
        lever=offer.lever,
        charges=charges,
        price=price / MICRO,
        score=(net - price) / MICRO,
        score_plain=gain - charges,
    )


def _reason(tau: float, sd: float, net: int, policy: Policy) -> str:
    """Why a way that passed the gates is not even in the line; "" where it is."""
    if not (tau > 0 and tau >= NormalDist().inv_cdf(policy.sure_enough) * sd):
        return "not_sure_enough"
    return "" if net > 0 else "not_worth_it"


def _price(uses: Mapping[str, float], prices: Mapping[str, float]) -> int:
    return price_of({name: use for name, use in uses.items() if name in prices}, micro_prices(prices))


def _first(weighed: Sequence[Weighed], uses: Sequence[Mapping[str, float]], terms: Terms) -> int | None:
    """The place of the way that is taken at the prices, as sql/reduce.sql and sql/pick.sql have it; None where there is none.

    Ways that use up the same compete by their worth alone; at a tie what is scarce is used, then what was named first.
    """
    lanes = Lanes.of(terms.offers, terms.prices)
    able = []
    for place, one in enumerate(weighed):
        if one.passes and not one.reason and one.score >= 0:
            lane = lanes.place(uses[place])
            able.append(((-one.score, not lanes.uses[lane], lane, place), place))
    return min(able)[1] if able else None


def _told(one: Weighed, *, is_chosen: bool, has_any: bool) -> Weighed:
    """What beat it, where nothing else stood against it."""
    if is_chosen:
        return replace(one, reason="control" if one.is_control else CHOSEN)
    if one.reason:
        return one
    return replace(one, reason="another_first" if has_any else "no_capacity")
