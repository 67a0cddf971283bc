"""Who may see, write and approve offers. They hold nothing personal; nobody approves what he wrote himself."""

from collections.abc import Collection

from guanxi.identity.permissions import Permission, may, require
from guanxi.identity.principals import Principal


def require_sight(principal: Principal) -> None:
    """Raise Denied unless offers are shown to the principal."""
    require(principal, Permission.VIEW_OFFERS)


def require_writing(principal: Principal) -> None:
    """Raise Denied unless the principal may write, submit, publish and withdraw offers."""
    require(principal, Permission.EDIT_OFFERS)


def require_approval(principal: Principal) -> None:
    """Raise Denied unless the principal may approve offers and let words stand."""
    require(principal, Permission.APPROVE_OFFERS)


def may_write(principal: Principal) -> bool:
    """Whether the principal may write offers."""
    return may(principal, Permission.EDIT_OFFERS)


def may_approve(principal: Principal, writers: Collection[int]) -> bool:
    """Whether the principal may approve this very offer: a person with the right who wrote none of it."""
    is_other = principal.staff_id is not None and principal.staff_id not in writers
    return is_other and may(principal, Permission.APPROVE_OFFERS)
