"""Who reviews credit: whoever has the right, of the customers in sight; nobody decides an appeal against himself."""

from django.db.models import QuerySet

from guanxi.identity.permissions import Permission, may, require
from guanxi.identity.principals import Principal
from guanxi.record.customers.permissions import visible_to
from guanxi.rescue.credit.models import CreditCase


def seen_cases(principal: Principal) -> QuerySet[CreditCase]:
    """Cases of the customers in the principal's reach; a customer shared for a call brings nobody his limits. Raises Denied
    without the right to review credit.
    """
    require(principal, Permission.REVIEW_CREDIT)
    return CreditCase.objects.filter(visible_to(principal, prefix="customer__", shared=False))


def may_review(principal: Principal) -> bool:
    """Whether the principal reviews credit at all."""
    return may(principal, Permission.REVIEW_CREDIT)


def may_decide_appeal(principal: Principal, decided_by: int | None) -> bool:
    """Whether the principal may decide the appeal against a decision: a person with the right who did not take it."""
    is_other = principal.staff_id is not None and principal.staff_id != decided_by
    return is_other and may_review(principal)
