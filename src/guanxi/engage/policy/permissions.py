"""Who may see and set the contact policy, and rehearse what another would come to."""

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal

STAFFING = Permission.ASSIGN_CUSTOMERS


def require_sight(principal: Principal) -> None:
    """Raise Denied unless the policy is shown: to whoever sees offers."""
    require(principal, Permission.VIEW_OFFERS)


def require_setting(principal: Principal) -> None:
    """Raise Denied unless the principal may set the policy."""
    require(principal, Permission.EDIT_POLICY)


def require_staffing(principal: Principal) -> None:
    """Raise Denied unless the principal may say how customers are served: who gives them to colleagues."""
    require(principal, STAFFING)


def require_rehearsing(principal: Principal) -> None:
    """Raise Denied unless the principal may rehearse offers and policies over the whole firm."""
    require(principal, Permission.REHEARSE)
