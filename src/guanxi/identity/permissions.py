"""Everything that may be allowed, once. `roles.py` says who may; services and queries ask with `require`."""

from enum import StrEnum

from guanxi.identity.principals import Principal


class Permission(StrEnum):
    VIEW_CUSTOMERS = "customers.view"
    CREATE_CUSTOMERS = "customers.create"
    EDIT_CUSTOMERS = "customers.edit"
    ASSIGN_CUSTOMERS = "customers.assign"
    DELETE_CUSTOMERS = "customers.delete"
    MERGE_CUSTOMERS = "customers.merge"
    ERASE_CUSTOMERS = "customers.erase"
    RECOGNISE = "customers.recognise"
    REVEAL = "customers.reveal"
    VIEW_POOL = "customers.pool"
    EDIT_CONSENTS = "consents.edit"
    VIEW_HOLDINGS = "holdings.view"
    EDIT_HOLDINGS = "holdings.edit"
    VIEW_DEALINGS = "dealings.view"
    EDIT_DEALINGS = "dealings.edit"
    VIEW_CONVERSATIONS = "conversations.view"
    LOG_CONVERSATIONS = "conversations.log"
    VIEW_SIGNALS = "signals.view"
    JUDGE_SIGNALS = "signals.judge"
    VIEW_STANDING = "standing.view"
    VIEW_ACTIONS = "actions.view"
    ANSWER_ACTIONS = "actions.answer"
    HAND_OVER_ACTIONS = "actions.hand_over"
    VIEW_CATALOGUE = "catalogue.view"
    EDIT_CATALOGUE = "catalogue.edit"
    IMPORT = "data.import"
    EXPORT = "data.export"
    RUN_REFRESH = "insight.refresh"
    VIEW_STAFF = "staff.view"
    EDIT_STAFF = "staff.edit"
    VIEW_JOURNAL = "journal.view"
    ADMINISTER = "firm.administer"


class Denied(PermissionError):
    """The principal does not hold `permission`. Raised before anything is read or written."""

    def __init__(self, permission: Permission):
        super().__init__(f"Not permitted: {permission.value}")
        self.permission = permission


def may(principal: Principal, permission: Permission) -> bool:
    """True when the principal's role holds the permission and the principal is active."""
    return principal.is_active and permission in principal.permissions


def require(principal: Principal, permission: Permission) -> None:
    """Raise Denied unless the principal holds the permission."""
    if not may(principal, permission):
        raise Denied(permission)
