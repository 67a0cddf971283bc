"""Who may see and set the contact policy."""

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal


def require_sight(principal: Principal) -> None:
    """Raise Denied unless the policy is shown: to whoever sees offers."""
    require(principal, Permission.VIEW_OFFERS)


def require_setting(principal: Principal) -> None:
    """Raise Denied unless the principal may set the policy."""
    require(principal, Permission.EDIT_POLICY)
