"""What one customer owns now, by the names that offers use (references of products and of their families), and what is on it."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from guanxi.identity.queries import firm
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.models import STANDS, Balance, Ending, Holding

_STEP = 500


class Owned(NamedTuple):
    """By reference, the products and families of holdings that are open, and what of both is held by nothing but contracts under
    notice.
    """

    products: set[str]
    families: set[str]
    ending: set[str]


def owned_names(customer_id: int, on: date) -> Owned:
    """What a customer holds on a day (one query); for steps of the house, which see every customer."""
    held = Holding.objects.filter(customer=customer_id, status=HoldingStatus.OPEN, deleted_at=None)
    still = held.filter(Q(closed_on=None) | Q(closed_on__gt=on), product__isnull=False)
    ends = Exists(notices_on(on).filter(holding=OuterRef("pk")))
    rows = list(still.annotate(ends=ends).values_list("product__reference", "product__family__reference", "ends"))
    ending = {name for product, family, ends in rows if ends for name in (product, family) if name}
    staying = {name for product, family, ends in rows if not ends for name in (product, family)}
    return Owned(
        {product for product, _, _ in rows if product}, {family for _, family, _ in rows if family}, ending - staying
    )


def names_ending(on: date) -> list[tuple[int, str]]:
    """(customer, product or family) of whatever somebody holds, on a day, by nothing but contracts under notice. For steps of the
    house, which see every customer.
    """
    noticed = notices_on(on).values("holding")
    held = Holding.objects.filter(status=HoldingStatus.OPEN, deleted_at=None, product__isnull=False)
    held = held.filter(Q(closed_on=None) | Q(closed_on__gt=on))
    ending = _names(held.filter(pk__in=noticed))
    whose, staying = sorted({customer for customer, _ in ending}), set[tuple[int, str]]()
    for start in range(0, len(whose), _STEP):
        staying |= _names(held.filter(customer__in=whose[start : start + _STEP]).exclude(pk__in=noticed))
    return sorted(ending - staying)


def notices_on(on: date) -> QuerySet[Ending]:
    """Notices that stand and were given by a day."""
    return Ending.objects.filter(STANDS, noticed_on__lte=on)


def _names(held: QuerySet[Holding]) -> set[tuple[int, str]]:
    rows = held.values_list("customer", "product__reference", "product__family__reference")
    return {(customer, name) for customer, product, family in rows for name in (product, family) if name}


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
