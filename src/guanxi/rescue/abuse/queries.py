"""Named reads of abuse reviews. Every list is bounded; every one shown to people is of customers in sight."""

import datetime as dt

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from guanxi.identity.principals import Principal
from guanxi.rescue.abuse.models import AbuseReview, ReviewNotice
from guanxi.rescue.abuse.permissions import seen_reviews
from guanxi.rescue.abuse.rules import TOLD, WAITING
from guanxi.rescue.credit.queries import Waits

_PEOPLE = ("customer", "proposed_by", "decided_by", "appeal_decided_by")
_UNTOLD = Exists(ReviewNotice.objects.filter(review=OuterRef("pk"), given_on=None))
_FOR_A_PERSON = Q(state__in=sorted(WAITING)) | (Q(state__in=sorted(TOLD)) & Q(_UNTOLD))


def _reviews(principal: Principal) -> QuerySet[AbuseReview]:
    """Reviews in sight, with `is_waiting`: whether somebody has to do something about one, decide or tell the customer."""
    return seen_reviews(principal).annotate(is_waiting=ExpressionWrapper(_FOR_A_PERSON, output_field=BooleanField()))


def review_of_code(code: str, *, principal: Principal) -> AbuseReview | None:
    """One review with its people; None where there is none in sight. Raises Denied."""
    return _reviews(principal).select_related(*_PEOPLE).filter(code=code).first()


def waiting_reviews(*, principal: Principal, after: str = "", limit: int = 100) -> list[AbuseReview]:
    """Reviews that wait for a person, the first due first, those after the one of a code. Raises Denied."""
    found = _reviews(principal).filter(_FOR_A_PERSON).select_related(*_PEOPLE)
    last = seen_reviews(principal).filter(code=after).values_list("due_on", "pk").first() if after else None
    if last:
        found = found.filter(Q(due_on__gt=last[0]) | Q(due_on=last[0], pk__gt=last[1]))
    return list(found.order_by("due_on", "pk")[:limit])


def other_reviews(*, principal: Principal, limit: int = 100) -> list[AbuseReview]:
    """Reviews with a flag in force and ended ones, the latest first. Raises Denied."""
    found = _reviews(principal).exclude(_FOR_A_PERSON).select_related(*_PEOPLE)
    return list(found.order_by("-opened_on", "-pk")[:limit])


def notices_of(review: AbuseReview) -> list[ReviewNotice]:
    """The notices of a review that was read in sight, the latest first."""
    return list(review.notices.select_related("written_by").order_by("-number"))


def waits(*, principal: Principal, on: dt.date) -> Waits:
    """What waits of the reviews in sight (one query). Raises Denied."""
    found = _reviews(principal).filter(_FOR_A_PERSON)
    return Waits(**found.aggregate(count=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=on))))
