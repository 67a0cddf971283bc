"""Appeals against a flag: recorded in the customer's words, decided by a third person."""

import datetime as dt

from django.db import transaction

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day, work_calendar
from guanxi.rescue.abuse.choices import ReviewState, Told
from guanxi.rescue.abuse.rules import check_other, check_step
from guanxi.rescue.abuse.services.informing import write_notice
from guanxi.rescue.abuse.services.steps import due_day, let_sales_go_on, locked_review, move, note
from guanxi.rescue.credit.rules import APPEAL_DUE_DAYS, check_appeal, read_words

_DAY = gettext_noop("An appeal comes between the day of the notice and today.")


@transaction.atomic
def record_appeal(code: str, *, words: str, on: dt.date, by: Principal) -> None:
    """Record an appeal in the customer's words, on the day it came. Raises Denied, and Refused (abuse.unknown, not_now,
    appeal_day, credit.too_late, credit.no_why).
    """
    review = locked_review(code, by=by)
    check_step(ReviewState(review.state), ReviewState.APPEALED)
    today = firm_day()
    if review.told_on is None or not review.told_on <= on <= today:
        raise Refused("abuse.appeal_day", _DAY)
    check_appeal(review.told_on, on)
    due = work_calendar(today).after(today, APPEAL_DUE_DAYS)
    move(review, ReviewState.APPEALED, appeal=read_words(words), appealed_on=on, due_on=due)
    note("abuse_review.appealed", review, actor=by.actor, words=review.appeal)


@transaction.atomic
def decide_appeal(code: str, *, is_upheld: bool, why: str, by: Principal) -> None:
    """Decide an appeal as a third person: the flag stays, or is taken back and sales go on. Raises Denied, and Refused
    (abuse.unknown, not_now, second_person, credit.no_why).
    """
    review = locked_review(code, by=by)
    then = ReviewState.UPHELD if is_upheld else ReviewState.OVERTURNED
    check_step(ReviewState(review.state), then)
    check_other(by.staff_id, [review.proposed_by_id, review.decided_by_id])
    today = firm_day()
    if not is_upheld:
        let_sales_go_on(review, by=by)
    move(
        review, then, appeal_why=read_words(why), appeal_decided_on=today, appeal_decided_by_id=by.staff_id,
        ended_on=None if is_upheld else today, due_on=due_day(),
    )  # fmt: skip
    kind = "abuse_review.appeal_upheld" if is_upheld else "abuse_review.overturned"
    note(kind, review, actor=by.actor, why=review.appeal_why)
    write_notice(review, Told.UPHELD if is_upheld else Told.OVERTURNED, author=by)
