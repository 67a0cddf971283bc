"""Whether there are customers at all, and of what origin."""

from guanxi.record.customers.models import Customer


def has_own_customers() -> bool:
    """True when the firm has customers that are not the demo's."""
    return Customer.objects.filter(is_demo=False).exists()


def has_demo_customers() -> bool:
    """True when the demo's customers are here."""
    return Customer.objects.filter(is_demo=True).exists()


def demo_customer_ids() -> list[int]:
    """The demo's customers, deleted and merged ones too."""
    return list(Customer.objects.filter(is_demo=True).order_by("pk").values_list("pk", flat=True))
