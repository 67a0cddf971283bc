"""Who may see and change the catalogue: it holds nothing personal, so there is one right for each."""

from guanxi.identity.permissions import Permission, may, require
from guanxi.identity.principals import Principal


def may_see(principal: Principal) -> bool:
    """Whether products and estates are shown."""
    return may(principal, Permission.VIEW_CATALOGUE)


def require_sight(principal: Principal) -> None:
    """Raise Denied unless the catalogue is shown to the principal."""
    require(principal, Permission.VIEW_CATALOGUE)


def require_change(principal: Principal) -> None:
    """Raise Denied unless the principal may change the catalogue."""
    require(principal, Permission.EDIT_CATALOGUE)
