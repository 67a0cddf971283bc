"""What every act on a review does: a person, the review locked in sight, the step that may follow, the line in the journal."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Denied, Permission, require
from guanxi.identity.principals import Principal, PrincipalKind
from guanxi.identity.queries import firm_day, work_calendar
from guanxi.journal.rules import Actor, Noun
from guanxi.journal.services import Entry, record_act, record_acts
from guanxi.record.customers.services import hold_customers
from guanxi.record.suppressions.choices import Cause
from guanxi.record.suppressions.services import end_suppression, suppress
from guanxi.rescue.abuse.choices import ReviewState
from guanxi.rescue.abuse.models import AbuseReview
from guanxi.rescue.abuse.permissions import seen_reviews
from guanxi.rescue.abuse.rules import DECIDE_DAYS, check_step

UNKNOWN = gettext_noop("There is no such review.")
_RESTS = gettext_noop("Under review; what it is about stands with the review.")


def require_person(by: Principal) -> None:
    """Raise Denied unless `by` is a person with the right: nothing here is decided by itself."""
    require(by, Permission.REVIEW_CREDIT)
    if by.kind != PrincipalKind.STAFF or by.staff_id is None:
        raise Denied(Permission.REVIEW_CREDIT)


def locked_review(code: str, *, by: Principal) -> AbuseReview:
    """A review in sight of a person with the right, locked. Raises Denied, and Refused (abuse.unknown)."""
    require_person(by)
    hold_customers()  # before a row is held: an erasure waits for both
    found = seen_reviews(by).select_for_update(of=("self",)).select_related("customer").filter(code=code).first()
    if found is None:
        raise Refused("abuse.unknown", UNKNOWN)
    return found


def due_day() -> dt.date:
    """Until when the next person should have looked."""
    today = firm_day()
    return work_calendar(today).after(today, DECIDE_DAYS)


def move(review: AbuseReview, state: ReviewState, **cells: Any) -> None:
    """Write a review in its next state. Raises Refused (abuse.not_now)."""
    check_step(ReviewState(review.state), state)
    review.state = state
    for name, value in cells.items():
        setattr(review, name, value)
    review.save()


def let_sales_rest(review: AbuseReview, *, until: dt.date, by: Principal) -> None:
    """Let sales rest for the customer of a locked review up to a day, whatever else lets them rest; service goes on. In the
    transaction of the act, which saves the review.
    """
    let_sales_go_on(review, by=by)
    review.suppression_id = suppress(review.customer_id, cause=Cause.FRAUD, why=gettext(_RESTS), until=until, by=by)


def let_sales_go_on(review: AbuseReview, *, by: Principal) -> None:
    """End the rest of sales that a locked review has brought."""
    if review.suppression_id is not None:
        end_suppression(review.suppression_id, by=by)
        review.suppression_id = None


def note(kind: str, review: AbuseReview, *, actor: Actor, **more: Any) -> None:
    """Write one act on a review into the journal, in the caller's transaction."""
    customer = review.customer.code
    payload = {"customer": customer, **more}
    record_act(kind, by=actor, noun=Noun("abuse_review", review.code), payload=payload, subject=customer)


def journal_all(kind: str, reviews: Collection[AbuseReview], actor: Actor) -> None:
    """Write one act on each of some reviews, read with their customers, in the caller's transaction."""
    entries = [
        Entry(Noun("abuse_review", one.code), {"customer": one.customer.code}, one.customer.code) for one in reviews
    ]
    if entries:
        record_acts(kind, entries, by=actor)
