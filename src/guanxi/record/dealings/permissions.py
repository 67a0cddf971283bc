"""Whose dealings a principal sees: those of the customers in sight."""

from django.db.models import QuerySet

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.record.customers.permissions import visible_to
from guanxi.record.dealings.models import Dealing


def seen_dealings(principal: Principal) -> QuerySet[Dealing]:
    """Dealings of the customers that `principal` sees. Raises Denied without the right to see dealings at all."""
    require(principal, Permission.VIEW_DEALINGS)
    return Dealing.objects.filter(visible_to(principal, prefix="customer__"))
