"""Who lets sales rest and lets them go on: who records consents; of suspected abuse whoever reviews credit."""

from guanxi.identity.permissions import Permission, may
from guanxi.identity.principals import Principal
from guanxi.record.suppressions.choices import Cause


def right_to_set(cause: Cause) -> Permission:
    """The right that setting and ending takes: nobody who sells decides about a suspicion of abuse."""
    return Permission.REVIEW_CREDIT if cause == Cause.FRAUD else Permission.EDIT_CONSENTS


def reads_why(principal: Principal, cause: Cause) -> bool:
    """Whether a principal who sees the customer reads the words: those of a suspicion only whoever looks into it, those of a
    misfortune or an own wish whoever serves the customer, not who sees figures or makes offers.
    """
    if cause == Cause.FRAUD:
        return may(principal, Permission.REVIEW_CREDIT)
    return may(principal, Permission.EDIT_CONSENTS) or may(principal, Permission.REVIEW_CREDIT)
