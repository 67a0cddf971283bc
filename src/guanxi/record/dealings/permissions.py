"""Whose dealings a principal sees: those of the customers in sight."""

from django.db.models import QuerySet

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.record.customers.permissions import in_sight, listed_with, visible_to
from guanxi.record.dealings.models import Dealing


def seen_dealings(principal: Principal) -> QuerySet[Dealing]:
    """Dealings of the customers that `principal` sees. Raises Denied without the right to see dealings at all."""
    require(principal, Permission.VIEW_DEALINGS)
    return Dealing.objects.filter(visible_to(principal, prefix="customer__"))


def dealings_of_one(customer_id: int, principal: Principal) -> QuerySet[Dealing]:
    """Dealings of one customer, where `principal` sees him; else none. Raises Denied as above."""
    require(principal, Permission.VIEW_DEALINGS)
    return Dealing.objects.filter(in_sight(principal, customer_id), customer=customer_id)


def reached_dealings(principal: Principal) -> tuple[QuerySet[Dealing], QuerySet[Dealing]]:
    """Dealings of the customers in one's reach, for lists of many: to be gathered where few fit, and to be walked in the
    order of an index where many do. Raises Denied.
    """
    require(principal, Permission.VIEW_DEALINGS)
    by_ids, by_row = listed_with(principal)
    return Dealing.objects.filter(by_ids), Dealing.objects.filter(by_row)
