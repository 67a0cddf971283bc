"""Whose signals a principal sees: those of the customers in sight; what is confidential only with the right to review."""

from django.db.models import Q, QuerySet

from guanxi.identity.permissions import Permission, may, require
from guanxi.identity.principals import Principal
from guanxi.record.customers.permissions import in_sight, visible_to
from guanxi.record.signals.choices import CONFIDENTIAL, ERASED
from guanxi.record.signals.models import Signal


def seen_signals(principal: Principal) -> QuerySet[Signal]:
    """Signals of the customers that `principal` sees. Raises Denied without the right to see signals at all."""
    require(principal, Permission.VIEW_SIGNALS)
    return _there(principal).filter(visible_to(principal, prefix="customer__"))


def signals_of_one(customer_id: int, principal: Principal) -> QuerySet[Signal]:
    """Signals of one customer, where `principal` sees him; else none. Raises Denied as above."""
    require(principal, Permission.VIEW_SIGNALS)
    return _there(principal).filter(in_sight(principal, customer_id), customer=customer_id)


def _there(principal: Principal) -> QuerySet[Signal]:
    """All but those that were erased, of which nothing but a key is left, and those that only a reviewer may see, of the
    customers in the own reach: one shared for a call brings nobody a suspicion.
    """
    told = ~Q(kind__in=sorted(CONFIDENTIAL))
    if may(principal, Permission.REVIEW_CREDIT):
        told |= visible_to(principal, prefix="customer__", shared=False)
    return Signal.objects.filter(told).exclude(digest=ERASED)
