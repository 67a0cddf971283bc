"""Whether there are customers at all, and of what origin."""

from collections.abc import Collection

from guanxi.record.customers.models import Address, Customer


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
