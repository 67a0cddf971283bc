"""Whose actions a principal sees, and which may be answered: one's own, and as a leader those of the team and its pool."""

from django.db.models import Q, QuerySet

from guanxi.identity.choices import Scope
from guanxi.identity.permissions import Permission, may, require
from guanxi.identity.principals import Principal
from guanxi.record.actions.models import Action
from guanxi.record.customers.permissions import listed_with, visible_to


def seen_actions(principal: Principal) -> QuerySet[Action]:
    """Actions on the customers in sight, and those handed to the principal, whoever's customer it is.

    Raises Denied without the right to see actions at all.
    """
    require(principal, Permission.VIEW_ACTIONS)
    seen = visible_to(principal, prefix="customer__")
    if principal.staff_id is not None and principal.scope < Scope.ALL:
        seen |= Q(owner=principal.staff_id, customer__deleted_at=None, customer__merged_into=None)
    return Action.objects.filter(seen)


def reached_actions(principal: Principal) -> tuple[QuerySet[Action], QuerySet[Action]]:
    """Actions on the customers in one's reach, and one's own, for lists of many: to be gathered where few fit, and to be
    walked in the order of an index where many do. Raises Denied.
    """
    require(principal, Permission.VIEW_ACTIONS)
    by_ids, by_row = listed_with(principal)
    if principal.staff_id is not None and principal.scope < Scope.ALL:
        own = Q(owner=principal.staff_id, customer__deleted_at=None, customer__merged_into=None)
        by_ids, by_row = by_ids | own, by_row | own
    return Action.objects.filter(by_ids), Action.objects.filter(by_row)


def answerable_actions(principal: Principal, permission: Permission) -> QuerySet[Action]:
    """Actions in sight that the principal may answer: as owner, or as leader of the team they stand in.

    Raises Denied without `permission`.
    """
    require(principal, permission)
    return seen_actions(principal).filter(_answerable(principal))


def may_answer(principal: Principal, *, owner_id: int | None, team_id: int | None) -> bool:
    """Whether an action in sight, of this owner and team, may be answered by a principal: the rule of
    `answerable_actions` for a row that was read already.
    """
    if not may(principal, Permission.ANSWER_ACTIONS):
        return False
    if principal.scope == Scope.ALL or (owner_id is not None and owner_id == principal.staff_id):
        return True
    if principal.scope < Scope.TEAM:
        return False
    return team_id in principal.team_ids or (team_id is None and owner_id is None and may_see_pool(principal))


def may_see_pool(principal: Principal) -> bool:
    """Whether the actions that belong to nobody are shown to this principal."""
    return may(principal, Permission.VIEW_POOL)


def _answerable(principal: Principal) -> Q:
    own = Q(owner=principal.staff_id) if principal.staff_id is not None else Q(pk__in=[])
    if principal.scope == Scope.ALL:
        return Q()
    if principal.scope >= Scope.TEAM:
        pool = Q(team__isnull=True, owner__isnull=True) if may_see_pool(principal) else Q(pk__in=[])
        return own | Q(team__in=principal.team_ids) | pool
    return own
