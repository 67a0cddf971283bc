"""Everything that may be allowed, once. `roles.py` says who may; services and queries ask with `require`."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
    END_HOLDINGS = "holdings.end"
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
    VIEW_OFFERS = "offers.view"
    EDIT_OFFERS = "offers.edit"
    APPROVE_OFFERS = "offers.approve"
    EDIT_POLICY = "policy.edit"
    REHEARSE = "policy.rehearse"
    ENTER_COSTS = "market.enter"
    REVIEW_CREDIT = "credit.review"
    WORK_ON_CAUSES = "causes.work"
    IMPORT = "data.import"
    EXPORT = "data.export"
    RUN_REFRESH = "insight.refresh"
    JUDGE_DETECTORS = "insight.detectors"
    VIEW_STAFF = "staff.view"
    EDIT_STAFF = "staff.edit"
    VIEW_JOURNAL = "journal.view"
    ADMINISTER = "firm.administer"


# What each permission lets one do, in the words of the page of roles.
WORDS: dict[Permission, str | Promise] = {
    Permission.VIEW_CUSTOMERS: _("see customers"),
    Permission.CREATE_CUSTOMERS: _("enter new customers"),
    Permission.EDIT_CUSTOMERS: _("change customers"),
    Permission.ASSIGN_CUSTOMERS: _("give customers to a manager"),
    Permission.DELETE_CUSTOMERS: _("delete customers and bring them back"),
    Permission.MERGE_CUSTOMERS: _("merge customers that are one, and undo it"),
    Permission.ERASE_CUSTOMERS: _("erase customers for good"),
    Permission.RECOGNISE: _("recognise anybody by a whole identifier"),
    Permission.REVEAL: _("reveal a masked field, with a reason"),
    Permission.VIEW_POOL: _("see the pool of customers without a manager"),
    Permission.EDIT_CONSENTS: _("record consents"),
    Permission.VIEW_HOLDINGS: _("see holdings"),
    Permission.EDIT_HOLDINGS: _("change holdings"),
    Permission.END_HOLDINGS: _("give a customer notice of a contract, with its ground, and end it after that day"),
    Permission.VIEW_DEALINGS: _("see dealings"),
    Permission.EDIT_DEALINGS: _("change dealings"),
    Permission.VIEW_CONVERSATIONS: _("see conversations"),
    Permission.LOG_CONVERSATIONS: _("record conversations"),
    Permission.VIEW_SIGNALS: _("see signals"),
    Permission.JUDGE_SIGNALS: _("say whether a signal is right"),
    Permission.VIEW_STANDING: _("see tier, value and state"),
    Permission.VIEW_ACTIONS: _("see the day’s actions"),
    Permission.ANSWER_ACTIONS: _("answer actions"),
    Permission.HAND_OVER_ACTIONS: _("hand actions over"),
    Permission.VIEW_CATALOGUE: _("see products"),
    Permission.EDIT_CATALOGUE: _("change products"),
    Permission.VIEW_OFFERS: _("see offers"),
    Permission.EDIT_OFFERS: _("write offers and publish approved ones"),
    Permission.APPROVE_OFFERS: _("approve offers of others and let words stand"),
    Permission.EDIT_POLICY: _("set how often and by which ways customers are contacted"),
    Permission.REHEARSE: _("rehearse over the whole firm who would get which offer"),
    Permission.ENTER_COSTS: _("see and enter what winning customers costs, and how large the market is"),
    Permission.REVIEW_CREDIT: _(
        "decide credit cases and reviews of claims; never an appeal against one’s own decision"
    ),
    Permission.WORK_ON_CAUSES: _("work on what many customers are lost for"),
    Permission.IMPORT: _("take in files"),
    Permission.EXPORT: _("give out files"),
    Permission.RUN_REFRESH: _("compute the figures anew"),
    Permission.JUDGE_DETECTORS: _("run back-tests of alarms and let the alarms reach people"),
    Permission.VIEW_STAFF: _("see colleagues"),
    Permission.EDIT_STAFF: _("take on colleagues, change roles and teams"),
    Permission.VIEW_JOURNAL: _("read the journal"),
    Permission.ADMINISTER: _("set up the firm"),
}


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
