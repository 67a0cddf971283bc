"""Whose standing a principal sees: that of the customers in sight."""

from typing import Any

from django.db.models import Q

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.record.customers.permissions import reach_of, visible_condition


def parts_within(principal: Principal) -> Q:
    """The counted parts (Cell, Flow, AlarmCell) that are of customers whom `principal` sees: the rule of
    record.customers.permissions on owner and team, as they were when the edition was made.

    Raises Denied without the right to see standing at all.
    """
    require(principal, Permission.VIEW_STANDING)
    reach = reach_of(principal)
    if reach.nobody:
        return Q(pk__in=[])
    there = Q() if reach.pool else Q(owner_id__isnull=False)
    if reach.owner_id:
        return there & Q(owner_id=reach.owner_id)
    if reach.team_ids:
        teams = Q(team_id__in=reach.team_ids)
        return there & (teams | Q(team_id__isnull=True) if reach.pool else teams)
    return there


def seen_condition(principal: Principal, alias: str, *, shared: bool = False) -> tuple[str, list[Any]]:
    """The customers whose standing `principal` sees, as SQL on `alias` (the customers' table) and its parameters.

    shared: those shared one by one as well, for reads of one customer.

    Raises Denied without the right to see standing at all.
    """
    require(principal, Permission.VIEW_STANDING)
    return visible_condition(principal, alias, shared=shared)
