"""Whose holdings a principal sees: those of the customers in sight."""

from django.db.models import QuerySet

from guanxi.identity.permissions import Denied, Permission, require
from guanxi.identity.principals import Principal, PrincipalKind
from guanxi.record.customers.permissions import in_sight, listed_with, visible_to
from guanxi.record.holdings.models import Holding


def seen_holdings(principal: Principal) -> QuerySet[Holding]:
    """Holdings of the customers that `principal` sees. Raises Denied without the right to see holdings at all."""
    require(principal, Permission.VIEW_HOLDINGS)
    return Holding.objects.filter(visible_to(principal, prefix="customer__"), deleted_at=None)


def holdings_of_one(customer_id: int, principal: Principal) -> QuerySet[Holding]:
    """Holdings of one customer, where `principal` sees him; else none. Raises Denied as above."""
    require(principal, Permission.VIEW_HOLDINGS)
    return Holding.objects.filter(in_sight(principal, customer_id), customer=customer_id, deleted_at=None)


def require_ending(principal: Principal) -> int:
    """The id of the colleague who ends a contract of a customer. Raises Denied, also for everything that is no person: nothing ends
    one by itself.
    """
    require(principal, Permission.END_HOLDINGS)
    if principal.kind != PrincipalKind.STAFF or principal.staff_id is None:
        raise Denied(Permission.END_HOLDINGS)
    return principal.staff_id


def reached_holdings(principal: Principal) -> tuple[QuerySet[Holding], QuerySet[Holding]]:
    """Holdings of the customers in one's reach, for lists of many: to be gathered where few fit, and to be walked in the
    order of an index where many do. Raises Denied.
    """
    require(principal, Permission.VIEW_HOLDINGS)
    by_ids, by_row = listed_with(principal)
    return Holding.objects.filter(by_ids, deleted_at=None), Holding.objects.filter(by_row, deleted_at=None)
