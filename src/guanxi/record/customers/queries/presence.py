"""Whether there are customers at all, and of what origin."""

from collections.abc import Collection
from dataclasses import dataclass

from guanxi.record.customers.models import Address, Customer


@dataclass(frozen=True)
class Origins:
    """How many customers are the demo's, how many the firm's own, and how many of the own ones have one of `staff` as
    their manager.
    """

    demo: int
    own: int
    own_with_demo_manager: int


def origins(demo_staff: Collection[int]) -> Origins:
    """Customers by origin, deleted ones too: what goes with the demo, and what stays. Reads the whole table."""
    own = Customer.objects.filter(is_demo=False)
    demo = Customer.objects.filter(is_demo=True).count()
    return Origins(demo, own.count(), own.filter(owner__in=demo_staff).count())


def has_own_customers() -> bool:
    """True when the firm has customers that are not the demo's."""
    return Customer.objects.filter(is_demo=False).exists()


def has_demo_customers() -> bool:
    """True when the demo's customers are here."""
    return Customer.objects.filter(is_demo=True).exists()


def estates_lived_in(estates: Collection[int]) -> set[int]:
    """Which of the estates (ids) an address stands in, an address of the past too."""
    found = Address.objects.filter(estate_id__in=estates).values_list("estate_id", flat=True)
    return {estate for estate in found if estate is not None}


def demo_customer_ids() -> list[int]:
    """The demo's customers, deleted and merged ones too."""
    return list(Customer.objects.filter(is_demo=True).order_by("pk").values_list("pk", flat=True))
