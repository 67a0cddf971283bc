"""Whose losses a principal sees: those of the customers in sight."""

import datetime as dt

from django.db.models import QuerySet

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.record.customers.permissions import visible_to
from guanxi.rescue.winback.choices import Arm, Reason
from guanxi.rescue.winback.models import Loss
from guanxi.rescue.winback.rules import FIRST_AFTER


def seen_losses(principal: Principal) -> QuerySet[Loss]:
    """Losses of the customers whom the principal sees. Raises Denied without the right to see standing."""
    require(principal, Permission.VIEW_STANDING)
    return Loss.objects.filter(visible_to(principal, prefix="customer__", shared=False))


def ranked_losses(principal: Principal, *, on: dt.date) -> QuerySet[Loss]:
    """Those of them that may be pursued on a day and have not been: what somebody says himself counts from the minute on. Raises
    Denied.
    """
    free = seen_losses(principal).filter(excluded="", returned_on=None, arm=Arm.NONE.value)
    free = free.exclude(declared__in=(Reason.LET_GO, Reason.LOWER_PRICE))
    return free.filter(known_on__lte=on - FIRST_AFTER)
