"""Notices of a flag: written with the decision that they tell, and noted as given by whoever gave them."""

import datetime as dt

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm, firm_day
from guanxi.record.signals.wording import day_in_words
from guanxi.rescue.abuse.choices import Told
from guanxi.rescue.abuse.models import AbuseReview, ReviewNotice
from guanxi.rescue.abuse.services.steps import locked_review, note
from guanxi.rescue.abuse.wording import WORDING
from guanxi.rescue.abuse.wording import notice as notice_in_words
from guanxi.rescue.credit.choices import Way

_NONE = gettext_noop("There is no notice to be given.")
_DAY = gettext_noop("It was given between the day it was written and today.")


def write_notice(review: AbuseReview, about: Told, *, author: Principal) -> None:
    """Write a notice in the customer's language, in the caller's transaction, whose act has asked for the right."""
    house, today = firm(), firm_day()
    language = review.customer.language or house.language
    with translation.override(language):
        head = _("To {name}\n{day}").format(name=review.customer.name, day=day_in_words(today))
        foot = _("{contact}\n{firm}").format(contact=review.contact, firm=house.name)
        body = notice_in_words(review, about, head=head, foot=foot)
    number = ReviewNotice.objects.filter(review=review).count() + 1
    ReviewNotice.objects.create(
        review=review, number=number, about=about, language=language, wording=WORDING, body=body, written_on=today,
        written_by_id=author.staff_id,
    )  # fmt: skip
    note("abuse_review.notice_written", review, actor=author.actor, number=number, wording=WORDING)


@transaction.atomic
def give_notice(code: str, *, way: Way, on: dt.date, by: Principal) -> None:
    """Note that the latest notice was given on a day; from the first one the days to appeal run. Raises Denied, and Refused
    (abuse.unknown, no_notice, notice_day).
    """
    review = locked_review(code, by=by)
    latest = review.notices.order_by("-number").first()
    if latest is None or latest.given_on is not None:
        raise Refused("abuse.no_notice", _NONE)
    if not latest.written_on <= on <= firm_day():
        raise Refused("abuse.notice_day", _DAY)
    if review.told_on is None:
        review.told_on = on
        review.save(update_fields=["told_on"])
    latest.given_on, latest.way = on, way
    latest.save(update_fields=["given_on", "way"])
    note("abuse_review.notice_given", review, actor=by.actor, number=latest.number, on=on.isoformat())
