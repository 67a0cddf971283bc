"""Who sees improvement cases: whoever works on causes, and whoever sees the figures of the whole firm. No customer stands in them."""

from django.db.models import QuerySet

from guanxi.identity.permissions import Permission, may, require
from guanxi.identity.principals import Principal
from guanxi.record.standing.overview import sees_everybody
from guanxi.rescue.improvement.models import ImprovementCase


def sees_cases(principal: Principal) -> bool:
    """Whether the principal sees improvement cases."""
    is_in_sight = may(principal, Permission.WORK_ON_CAUSES) or sees_everybody(principal)
    return may(principal, Permission.VIEW_STANDING) and is_in_sight


def seen_cases(principal: Principal) -> QuerySet[ImprovementCase]:
    """All cases for who sees any. Raises Denied."""
    require(principal, Permission.VIEW_STANDING)
    if not sees_cases(principal):
        require(principal, Permission.WORK_ON_CAUSES)
    return ImprovementCase.objects.all()
