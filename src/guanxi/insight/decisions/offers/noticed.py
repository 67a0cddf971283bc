"""Offers upon a contract of which we have given notice: they are made to nobody whose only such contract is the one that ends."""

from collections.abc import Iterable, Sequence
from typing import Final

import pyarrow as pa

from guanxi.engage.offers.queries import PublishedOffer

UNDER_NOTICE: Final = "under_notice"
_CLOSED: Final = pa.schema([("customer_id", pa.int64()), ("offer", pa.string()), ("reason", pa.string())])


def names_upon(offer: PublishedOffer) -> frozenset[str]:
    """What an offer is upon: its product (its family where it names none), and what its rules ask everybody to own."""
    needed = {name for rule in offer.rules for name in rule.needed}
    return frozenset(needed | {offer.product or offer.family} - {""})


def closed_by_notice(ending: Iterable[tuple[int, str]], offers: Sequence[PublishedOffer]) -> pa.Table:
    """customer_id, offer, reason of what is closed to whom (deciding.Asked). ending: of holdings.owning.names_ending."""
    upon = {offer.reference: names_upon(offer) for offer in offers}
    rows = [(customer, one) for customer, name in ending for one, names in upon.items() if name in names]
    found = sorted(set(rows))
    columns = [[customer for customer, _ in found], [one for _, one in found], [UNDER_NOTICE] * len(found)]
    return pa.table(columns, schema=_CLOSED)


def closed_to_one(ending: Iterable[str], offers: Sequence[PublishedOffer]) -> frozenset[str]:
    """The same of one customer, "reason|scope" as `closed` of deciding.sql has it."""
    names = frozenset(ending)
    return frozenset(f"{UNDER_NOTICE}|{offer.reference}" for offer in offers if names & names_upon(offer))
