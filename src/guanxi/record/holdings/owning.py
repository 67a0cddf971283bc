"""What one customer owns now, by the names that offers use: references of products and of their families."""

from datetime import date

from django.db.models import Q

from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.models import Holding


def owned_names(customer_id: int, on: date) -> tuple[set[str], set[str]]:
    """(products, families) of the holdings of a customer that are open on a day (one query); for steps of the house, which see
    every customer.
    """
    held = Holding.objects.filter(customer=customer_id, status=HoldingStatus.OPEN, deleted_at=None)
    still = held.filter(Q(closed_on=None) | Q(closed_on__gt=on), product__isnull=False)
    rows = list(still.values_list("product__reference", "product__family__reference"))
    return {product for product, _ in rows if product}, {family for _, family in rows if family}
