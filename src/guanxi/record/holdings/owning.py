"""What one customer owns now, by the names that offers use (references of products and of their families), and what is on it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Q, Subquery

from guanxi.identity.queries import firm
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.models import Balance, Holding


def owned_names(customer_id: int, on: date) -> tuple[set[str], set[str]]:
    """(products, families) of the holdings of a customer that are open on a day (one query); for steps of the house, which see
    every customer.
    """
    held = Holding.objects.filter(customer=customer_id, status=HoldingStatus.OPEN, deleted_at=None)
    still = held.filter(Q(closed_on=None) | Q(closed_on__gt=on), product__isnull=False)
    rows = list(still.values_list("product__reference", "product__family__reference"))
    return {product for product, _ in rows if product}, {family for _, family in rows if family}


@dataclass(frozen=True, slots=True)
class Held:
    """The last known balance of a holding, in minor units of the firm's currency, with the references of its product and family."""

    family: str
    product: str
    amount: int


def balances_on(customer_id: int, on: date) -> list[Held]:
    """The last balances, as of a day, of the holdings of a customer that are open on it (one query); for steps of the house."""
    known = Balance.objects.filter(holding=OuterRef("pk"), day__lte=on, currency=firm().currency).order_by(
        "-day", "-pk"
    )
    held = Holding.objects.filter(customer=customer_id, status=HoldingStatus.OPEN, deleted_at=None)
    still = held.filter(Q(closed_on=None) | Q(closed_on__gt=on), product__isnull=False)
    rows = still.annotate(last=Subquery(known.values("amount")[:1])).exclude(last=None).order_by("pk")
    return [
        Held(family or "", product, amount)
        for family, product, amount in rows.values_list("product__family__reference", "product__reference", "last")
    ]
