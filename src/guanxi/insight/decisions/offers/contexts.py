"""What weighs on the offers of a customer today (C of decisioning.md 3.3): the sum of the weights of his signals and of what he said,
each weight once, within its bounds. A way that he has just refused weighs on what goes that way alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyarrow as pa

from guanxi.engage.offers.choices import CHANNEL_WORDS, CHANNELS, Way
from guanxi.engage.offers.queries import PublishedOffer
from guanxi.engage.policy.queries import WeightRow
from guanxi.engage.policy.rules import HUNDREDTHS, LEAST_WEIGHT, MOST_WEIGHT
from guanxi.engage.policy.variation import Place
from guanxi.insight.decisions.offers import asking
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.signals.choices import Sign

CONTEXTS: Final = pa.schema([("customer_id", pa.int64()), ("offer", pa.string()), ("context", pa.float64())])
WAY_CONTEXTS: Final = pa.schema(
    [("customer_id", pa.int64()), ("offer", pa.string()), ("channel", pa.int32()), ("context", pa.float64())]
)
_SQL: Final = Path(__file__).parent / "sql"
_WEIGHTS: Final = pa.schema(
    [
        ("weight", pa.int32()),
        ("signal", pa.string()),
        ("state", pa.string()),
        ("offer", pa.string()),
        ("adds", pa.int32()),
    ]
)
_AVENUES: Final = pa.schema([("offer", pa.string()), ("channel", pa.int32()), ("way", pa.string())])


@dataclass(frozen=True)
class Contexts:
    """of_offers: customer_id, offer, context; of_ways: customer_id, offer, channel (an avenue), context, which counts there instead."""

    of_offers: pa.Table = field(default_factory=CONTEXTS.empty_table)
    of_ways: pa.Table = field(default_factory=WAY_CONTEXTS.empty_table)


def weigh_contexts(bench: Workbench, offers: Sequence[PublishedOffer], weights: Mapping[Place, int]) -> Contexts:
    """What counts of everybody of `alive`, by the weights in hundredths."""
    rows = [
        {"weight": number, "signal": place.signal, "state": place.state, "offer": offer.reference, "adds": weight}
        for number, (place, weight) in enumerate(sorted(weights.items()))
        for offer in offers
        if place.offer in {"", offer.reference} and place.issue in {0, offer.issue}
    ]
    ways = {
        (one.reference, asking.avenue(one.purpose, way.way), CHANNEL_WORDS[CHANNELS[Way(way.way)]])
        for one in offers
        for way in one.treatments
    }
    avenues = [dict(zip(_AVENUES.names, way, strict=True)) for way in sorted(ways)]
    bench.register("weights", pa.Table.from_pylist(rows, schema=_WEIGHTS))
    bench.register("avenues", pa.Table.from_pylist(avenues, schema=_AVENUES))
    bounds = {"most": MOST_WEIGHT, "least": LEAST_WEIGHT, "hundredths": HUNDREDTHS}
    refused = Sign.WAY_REFUSED.value
    found = Contexts(
        bench.arrow(_SQL / "contexts.sql", refused=refused, **bounds).cast(CONTEXTS),
        bench.arrow(_SQL / "way_contexts.sql", refused=refused, **bounds).cast(WAY_CONTEXTS),
    )
    for name in ("weights", "avenues"):
        bench.unregister(name)
    return found


def contexts_of_one(
    offers: Iterable[PublishedOffer], alive: Iterable[tuple[str, str, int | None]], weights: Sequence[WeightRow]
) -> dict[str, float]:
    """The same of one customer who is here, by offer (reference): no way is chosen to reach him, so none weighs."""
    there = {(kind, state) for kind, state, _stake in alive if kind != Sign.WAY_REFUSED}
    kinds = {kind for kind, _state in there}
    counting = [one for one in weights if (one.signal, one.state) in there or (not one.state and one.signal in kinds)]
    found: dict[str, float] = {}
    for offer in offers:
        added = [
            one.weight for one in counting if one.offer in {"", offer.reference} and one.issue in {None, offer.issue}
        ]
        if added:
            found[offer.reference] = min(MOST_WEIGHT, max(LEAST_WEIGHT, sum(added))) / HUNDREDTHS
    return found
