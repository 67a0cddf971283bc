"""The published offers of a day with their rules compiled, kept in the process for whoever decides about one customer at a time.

A published version is never written again, so its id stands for all of it: one small query says whether the kept ones hold.
"""

import datetime as dt
from dataclasses import dataclass

from guanxi.engage.offers.choices import OfferStatus
from guanxi.engage.offers.models import Offer
from guanxi.engage.offers.queries import PublishedOffer, published_offers
from guanxi.engage.offers.vocabulary import vocabulary


@dataclass(frozen=True)
class Compiled:
    """`key` is equal as long as the offers, the day and what rules may speak of are."""

    key: tuple[object, ...]
    offers: tuple[PublishedOffer, ...]


_kept: list[Compiled] = []


def compiled_offers(on: dt.date) -> Compiled:
    """`published_offers` of a day, compiled anew only where something about them has changed (one query)."""
    there = Offer.objects.filter(status=OfferStatus.PUBLISHED, valid_from__lte=on, valid_to__gte=on)
    known = vocabulary()
    ids = tuple(there.order_by("reference").values_list("pk", "published_at"))
    key = (on, ids, tuple(sorted(known.features)), tuple(sorted(known.prohibited)))
    kept = next((one for one in _kept if one.key == key), None)
    if kept is None:
        kept = Compiled(key, tuple(published_offers(on)))
        _kept[:] = [kept]
    return kept
