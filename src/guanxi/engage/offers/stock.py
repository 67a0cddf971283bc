"""How many of an offer there are to give: its stock, less what was accepted since its version was published, less what is kept for
customers to whom it is proposed just now. An answer that is taken back gives its unit back."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from guanxi.engage.offers.choices import OfferStatus
from guanxi.engage.offers.models import Offer
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.record.actions.queries.units import accepted_units, reserved_units

_NONE_LEFT = gettext_noop("None of it is left.")


class Stocked(Protocol):
    """A version of an offer; `stock` None is no limit, 0 is none. published_at None: nothing of it was given yet."""

    @property
    def reference(self) -> str: ...
    @property
    def stock(self) -> int | None: ...
    @property
    def published_at(self) -> dt.datetime | None: ...


@dataclass(frozen=True, slots=True)
class Units:
    """accepted: since the version was published; reserved: customers with a proposal of it that is still open."""

    stock: int
    accepted: int
    reserved: int

    @property
    def left(self) -> int:
        """What nobody has accepted yet."""
        return max(0, self.stock - self.accepted)

    @property
    def free(self) -> int:
        """What can be proposed to somebody more."""
        return max(0, self.left - self.reserved)


def units_of(offers: Iterable[Stocked], *, but_of: int | None = None) -> dict[str, Units]:
    """Units of those of some offers that have a stock, by reference (three queries, none without a stock).

    but_of: a customer whose own proposals keep nothing from him.
    """
    there = {offer.reference: (offer.stock, offer.published_at) for offer in offers if offer.stock is not None}
    if not there:
        return {}
    accepted = accepted_units({name: since for name, (_, since) in there.items() if since is not None})
    reserved = reserved_units(there, but_of=but_of)
    return {
        name: Units(stock, accepted.get(name, 0), reserved.get(name, 0))
        for name, (stock, _) in there.items()
        if stock is not None
    }


def hold_unit(offer: Stocked, customer_id: int) -> None:
    """Let nobody else take a unit of an offer until the caller's transaction ends, who gives one to a customer. SQLite has one writer
    anyway. Raises Refused (benefit.none_left) where there is none for him.
    """
    versions = Offer.objects.select_for_update().filter(reference=offer.reference, status=OfferStatus.PUBLISHED)
    list(versions.order_by("pk").values_list("pk"))
    units = units_of([offer], but_of=customer_id).get(offer.reference)  # counted after this, not before
    if units is not None and not units.free:
        raise Refused("benefit.none_left", _NONE_LEFT)
