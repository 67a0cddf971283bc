"""What organisations of the same kind have with us and this one has not: needs that are open (SEG-10)."""

from dataclasses import dataclass

from django.db.models import Count

from guanxi.identity.permissions import Permission, may
from guanxi.identity.principals import Principal
from guanxi.record.customers.choices import CustomerKind
from guanxi.record.customers.permissions import in_sight
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.models import Holding

# Of peers: those looked at, from how many on they say something, and which share of them makes a need [j].
MOST_PEERS, LEAST_PEERS, LEAST_SHARE = 500, 5, 0.2
MOST_NEEDS = 6


@dataclass(frozen=True, slots=True)
class OpenNeed:
    """A product that the customer has not, and how many of the peers have it."""

    product: str
    holders: int
    peers: int


def open_needs(customer_id: int, *, principal: Principal) -> list[OpenNeed]:
    """Products that at least a fifth of the organisations with one of the same products have and this one has not, the most
    frequent first; nothing of too few peers, and to who may not see holdings (three queries over at most 500 peers).
    """
    if not may(principal, Permission.VIEW_HOLDINGS):
        return []
    held = Holding.objects.filter(status=HoldingStatus.OPEN, deleted_at=None, product__isnull=False)
    own = list(held.filter(in_sight(principal, customer_id), customer=customer_id).values_list("product", flat=True))
    alike = held.filter(
        product__in=own, customer__kind=CustomerKind.ORGANISATION, customer__deleted_at=None, customer__merged_into=None
    ).exclude(customer=customer_id)
    peers = list(alike.order_by("-customer").values_list("customer", flat=True).distinct()[:MOST_PEERS])
    if len(peers) < LEAST_PEERS:
        return []
    rows = held.filter(customer__in=peers).exclude(product__in=own).values("product__name")
    counted = rows.annotate(holders=Count("customer", distinct=True)).order_by("-holders", "product__name")
    least = LEAST_SHARE * len(peers)
    return [
        OpenNeed(row["product__name"], row["holders"], len(peers))
        for row in counted[:MOST_NEEDS]
        if row["holders"] >= least
    ]
