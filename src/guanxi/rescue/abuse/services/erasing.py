"""What goes when a person is erased: words, notices and figures. That there was a review, and how it ended, stays counted."""

from collections.abc import Sequence

from guanxi.identity.queries import firm_day
from guanxi.rescue.abuse.choices import ReviewState
from guanxi.rescue.abuse.models import AbuseReview, ReviewNotice
from guanxi.rescue.abuse.rules import FINAL, IN_FORCE


def erase_reviews(customer_ids: Sequence[int]) -> None:
    """Empty the reviews of erased customers and end those that run, in the transaction of the erasure
    (customers.register_eraser).
    """
    theirs = AbuseReview.objects.filter(customer__in=customer_ids)
    ReviewNotice.objects.filter(review__in=theirs.values("pk")).delete()
    theirs.filter(state__in=sorted(IN_FORCE)).update(state=ReviewState.EXPIRED, ended_on=firm_day())
    theirs.exclude(state__in=sorted(FINAL)).update(state=ReviewState.WITHDRAWN, ended_on=firm_day())
    theirs.update(evidence={}, found="", proposal="", why="", contact="", appeal="", appeal_why="", suppression=None)
