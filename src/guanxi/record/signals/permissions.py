"""Whose signals a principal sees: those of the customers in sight."""

from django.db.models import QuerySet

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.record.customers.permissions import visible_to
from guanxi.record.signals.models import Signal


def seen_signals(principal: Principal) -> QuerySet[Signal]:
    """Signals of the customers that `principal` sees. Raises Denied without the right to see signals at all."""
    require(principal, Permission.VIEW_SIGNALS)
    return Signal.objects.filter(visible_to(principal, prefix="customer__"))
