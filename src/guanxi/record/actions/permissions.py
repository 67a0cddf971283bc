"""Whose actions a principal sees, and which may be answered: one's own, and as a leader those of the team and its pool."""

from typing import Any

from django.db.models import Q, QuerySet

from guanxi.identity.choices import Scope
from guanxi.identity.permissions import Denied, Permission, may, require
from guanxi.identity.principals import Principal
from guanxi.record.actions.models import Action
from guanxi.record.customers.permissions import in_sight, is_there, listed_with, visible_condition, visible_to


def seen_actions(principal: Principal) -> QuerySet[Action]:
    """Actions on the customers in sight, and those handed to the principal, whoever's customer it is.

    Raises Denied without the right to see actions at all.
    """
    require(principal, Permission.VIEW_ACTIONS)
    seen = visible_to(principal, prefix="customer__")
    if principal.staff_id is not None and principal.scope < Scope.ALL:
        seen |= Q(owner=principal.staff_id, customer__deleted_at=None, customer__merged_into=None)
    return Action.objects.filter(seen)


def actions_on_one(customer_id: int, principal: Principal) -> QuerySet[Action]:
    """The same of one customer, for reads of a page. Raises Denied."""
    require(principal, Permission.VIEW_ACTIONS)
    return Action.objects.filter(_seen_row(principal, customer_id), customer=customer_id)


def answered_actions(principal: Principal) -> QuerySet[Action]:
    """What the principal answered and sees still, or handed to a colleague and may see no more. Raises Denied."""
    require(principal, Permission.VIEW_ACTIONS)
    if principal.staff_id is None:
        return Action.objects.none()
    seen = _seen_row(principal, "actions_action.customer_id") | Q(handed_from=principal.staff_id)
    return Action.objects.filter(seen, answered_by=principal.staff_id)


def own_actions(principal: Principal) -> QuerySet[Action]:
    """Actions in sight that are the principal's own; without a member of staff behind it (the command line), none.

    Raises Denied.
    """
    require(principal, Permission.VIEW_ACTIONS)
    if principal.staff_id is None:
        return Action.objects.none()
    if principal.scope == Scope.ALL:
        return seen_actions(principal).filter(owner=principal.staff_id)
    return Action.objects.filter(owner=principal.staff_id, customer__deleted_at=None, customer__merged_into=None)


def own_condition(principal: Principal) -> tuple[str, list[Any]]:
    """The filter of `own_actions` as SQL on an action `a` and its customer `c`, and its parameters. Raises Denied."""
    require(principal, Permission.VIEW_ACTIONS)
    if principal.staff_id is None:
        return "1 = 0", []
    if principal.scope == Scope.ALL:
        condition, params = visible_condition(principal, "c")
        return f"a.owner_id = %s AND {condition}", [principal.staff_id, *params]
    return "a.owner_id = %s AND c.deleted_at IS NULL AND c.merged_into_id IS NULL", [principal.staff_id]


def _seen_row(principal: Principal, customer: int | str) -> Q:
    """The filter of `seen_actions` for one customer, or for few rows."""
    seen = Q(in_sight(principal, customer))
    if principal.staff_id is not None and principal.scope < Scope.ALL:
        seen |= Q(is_there(customer), owner=principal.staff_id)
    return seen


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


def require_giving(principal: Principal, *, owner_id: int | None, team_id: int | None) -> None:
    """Raise Denied unless the principal may give a customer of this owner and team what he asks for: whoever has him, or leads
    the team.
    """
    if not may_answer(principal, owner_id=owner_id, team_id=team_id):
        raise Denied(Permission.ANSWER_ACTIONS)


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
