"""Whose losses a principal sees: those of the customers in sight."""

from django.db.models import QuerySet

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.record.customers.permissions import visible_to
from guanxi.rescue.winback.models import Loss


def seen_losses(principal: Principal) -> QuerySet[Loss]:
    """Losses of the customers whom the principal sees. Raises Denied without the right to see standing."""
    require(principal, Permission.VIEW_STANDING)
    return Loss.objects.filter(visible_to(principal, prefix="customer__", shared=False))
