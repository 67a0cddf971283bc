"""Notices: written with the decision that they tell, and noted as given by whoever gave them."""

import datetime as dt

from django.db import transaction
from django.utils import translation

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm, firm_day
from guanxi.record.holdings.queries import credit_limits
from guanxi.rescue.credit.choices import About, CaseState, Way
from guanxi.rescue.credit.models import CreditCase, Notice
from guanxi.rescue.credit.services.steps import locked_case, move, note
from guanxi.rescue.credit.wording import WORDING, Told
from guanxi.rescue.credit.wording import notice as notice_in_words

_NONE = gettext_noop("There is no notice to be given.")
_DAY = gettext_noop("It was given between the day it was written and today.")
_OWED = gettext_noop("More is owed and pending by now than the new limit: decide anew.")
_LATE = gettext_noop("What was decided begins before the customer would know of it: decide anew, with a later day.")


def write_notice(case: CreditCase, about: About, *, author: Principal) -> Notice:
    """Write a notice in the customer's language, in the caller's transaction, whose act has asked for the right."""
    house = firm()
    language = case.customer.language or house.language
    with translation.override(language):
        body = notice_in_words(case, about, Told(house.name, case.customer.name, firm_day()))
    number = Notice.objects.filter(case=case).count() + 1
    written = Notice.objects.create(
        case=case, number=number, about=about, language=language, wording=WORDING, body=body, written_on=firm_day(),
        written_by_id=author.staff_id,
    )  # fmt: skip
    note("credit_case.notice_written", case, actor=author.actor, number=number, wording=WORDING)
    return written


@transaction.atomic
def give_notice(code: str, *, way: Way, on: dt.date, by: Principal) -> None:
    """Note that the latest notice of a case was given on a day. The first one puts the decision in force: it must be given
    before that begins, and while no more is owed than the new limit. Raises Denied, and Refused (credit.unknown, no_notice,
    notice_day, late_notice, owed_since).
    """
    case = locked_case(code, by=by)
    latest = case.notices.order_by("-number").first()
    if latest is None or latest.given_on is not None or case.state == CaseState.CLOSED:
        raise Refused("credit.no_notice", _NONE)
    if not latest.written_on <= on <= firm_day():
        raise Refused("credit.notice_day", _DAY)
    if case.state == CaseState.DECIDED:
        if case.starts_on is not None and case.starts_on <= on:
            raise Refused("credit.late_notice", _LATE)
        held = credit_limits([case.customer_id]).get(case.customer_id)
        if held and case.limit_decided is not None and held.bound > case.limit_decided:
            raise Refused("credit.owed_since", _OWED)
        move(case, CaseState.NOTIFIED, told_on=on)
    latest.given_on, latest.way = on, way
    latest.save(update_fields=["given_on", "way"])
    note("credit_case.notice_given", case, actor=by.actor, number=latest.number, on=on.isoformat())
