"""Two people, one after the other: a flag is proposed by one and confirmed by another, or there is nothing in it."""

from django.db import transaction

from guanxi.ground.ids import new_code
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.record.customers.services import hold_customers
from guanxi.record.customers.services.heads import seen_head
from guanxi.rescue.abuse.choices import ReviewKind, ReviewState, Told
from guanxi.rescue.abuse.models import AbuseReview
from guanxi.rescue.abuse.permissions import seen_reviews
from guanxi.rescue.abuse.rules import FINAL, check_other, expires_on
from guanxi.rescue.abuse.services.informing import write_notice
from guanxi.rescue.abuse.services.steps import (
    due_day,
    let_sales_go_on,
    let_sales_rest,
    locked_review,
    move,
    note,
    require_person,
)
from guanxi.rescue.credit.rules import read_words

_NO_CONTACT = gettext_noop("Say whom the customer can speak with: a name and how to reach them.")
_ALREADY = gettext_noop("A fraud hit of this customer is being looked into already.")
MOST_CONTACT = 120


@transaction.atomic
def note_fraud(customer_id: int, *, found: str, by: Principal) -> str:
    """Note a fraud hit in words and return the review's code: sales rest from now on, and a second person decides whether a flag
    is set. Raises Denied, and Refused (customers.not_found, abuse.already, credit.no_why).
    """
    require_person(by)
    hold_customers()
    head, words, today = seen_head(customer_id, by=by), read_words(found), firm_day()
    running = seen_reviews(by).filter(customer=head.id, kind=ReviewKind.FRAUD).exclude(state__in=sorted(FINAL))
    if running.exists():
        raise Refused("abuse.already", _ALREADY)
    code = new_code()
    review = AbuseReview(
        code=code, key=code, customer_id=head.id, kind=ReviewKind.FRAUD, state=ReviewState.PROPOSED, opened_on=today,
        due_on=due_day(), found=words, proposed_on=today, proposed_by_id=by.staff_id,
    )  # fmt: skip
    let_sales_rest(review, until=expires_on(today), by=by)
    review.save()
    note("abuse_review.fraud_noted", review, actor=by.actor, found=words)
    return code


@transaction.atomic
def propose_flag(code: str, *, why: str, by: Principal) -> None:
    """Propose a flag; a second person decides. Raises Denied, and Refused (abuse.unknown, not_now, credit.no_why)."""
    review = locked_review(code, by=by)
    told = {"proposal": read_words(why), "proposed_on": firm_day(), "proposed_by_id": by.staff_id, "due_on": due_day()}
    move(review, ReviewState.PROPOSED, **told)
    note("abuse_review.proposed", review, actor=by.actor, why=review.proposal)


@transaction.atomic
def confirm_flag(code: str, *, why: str, contact: str, by: Principal) -> None:
    """Confirm a flag that another person has proposed: sales rest for its twelve months, and the notice is written. Raises
    Denied, and Refused (abuse.unknown, not_now, second_person, no_contact, credit.no_why).
    """
    review = locked_review(code, by=by)
    if review.state == ReviewState.PROPOSED:
        check_other(by.staff_id, [review.proposed_by_id])
    reaches, today = contact.strip()[:MOST_CONTACT], firm_day()
    words = read_words(why)
    if not reaches:
        raise Refused("abuse.no_contact", _NO_CONTACT)
    until = expires_on(today)
    move(
        review, ReviewState.CONFIRMED, why=words, contact=reaches, decided_on=today, decided_by_id=by.staff_id,
        expires_on=until, due_on=due_day(),
    )  # fmt: skip
    let_sales_rest(review, until=until, by=by)
    review.save(update_fields=["suppression"])
    note("abuse_review.confirmed", review, actor=by.actor, why=words, until=until.isoformat())
    write_notice(review, Told.FLAG, author=by)


@transaction.atomic
def dismiss_review(code: str, *, why: str, by: Principal) -> None:
    """Say that there is nothing in it: of an open review whoever looks, of a proposed flag a second person. Sales go on. Raises
    Denied, and Refused (abuse.unknown, not_now, second_person, credit.no_why).
    """
    review = locked_review(code, by=by)
    if review.state == ReviewState.PROPOSED:
        check_other(by.staff_id, [review.proposed_by_id])
    let_sales_go_on(review, by=by)
    today = firm_day()
    ended = {"why": read_words(why), "decided_on": today, "decided_by_id": by.staff_id, "ended_on": today}
    move(review, ReviewState.DISMISSED, **ended)
    note("abuse_review.dismissed", review, actor=by.actor, why=review.why)
