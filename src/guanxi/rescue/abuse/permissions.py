"""Who reviews: whoever has the right, of the customers in sight. Everybody else learns no more than that sales rest."""

from django.db.models import QuerySet

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.record.customers.permissions import visible_to
from guanxi.rescue.abuse.models import AbuseReview


def seen_reviews(principal: Principal) -> QuerySet[AbuseReview]:
    """Reviews of the customers in the principal's reach; a customer shared for a call brings nobody a suspicion. Raises
    Denied without the right to review.
    """
    require(principal, Permission.REVIEW_CREDIT)
    return AbuseReview.objects.filter(visible_to(principal, prefix="customer__", shared=False))


def may_decide(principal: Principal, *before: int | None) -> bool:
    """Whether the principal is a person who has not decided before."""
    return principal.staff_id is not None and principal.staff_id not in before
