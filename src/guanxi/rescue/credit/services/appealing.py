"""Appeals: recorded in the customer's words, decided by another person."""

import datetime as dt

from django.db import transaction

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day, work_calendar
from guanxi.rescue.credit.choices import About, CaseState
from guanxi.rescue.credit.permissions import may_decide_appeal
from guanxi.rescue.credit.rules import APPEAL_DUE_DAYS, check_appeal, check_step, read_words
from guanxi.rescue.credit.services.informing import write_notice
from guanxi.rescue.credit.services.steps import due_day, locked_case, move, note

_DAY = gettext_noop("An appeal comes between the day of the notice and today.")
_AGAIN = gettext_noop("An appeal against this decision has been decided already.")
_SECOND = gettext_noop("Another person decides about an appeal than the one who took the decision.")


@transaction.atomic
def record_appeal(code: str, *, words: str, on: dt.date, by: Principal) -> None:
    """Record an appeal in the customer's words, on the day it came. Raises Denied, and Refused (credit.unknown, not_now,
    appealed_before, appeal_day, too_late, no_why).
    """
    case = locked_case(code, by=by)
    check_step(CaseState(case.state), CaseState.APPEALED)
    if case.appeal_decided_on is not None:
        raise Refused("credit.appealed_before", _AGAIN)
    today = firm_day()
    if case.told_on is None or not case.told_on <= on <= today:
        raise Refused("credit.appeal_day", _DAY)
    check_appeal(case.told_on, on)
    due = work_calendar(today).after(today, APPEAL_DUE_DAYS)
    move(case, CaseState.APPEALED, appeal=read_words(words), appealed_on=on, due_on=due)
    note("credit_case.appealed", case, actor=by.actor, words=case.appeal)


@transaction.atomic
def decide_appeal(code: str, *, is_upheld: bool, why: str, by: Principal) -> None:
    """Decide an appeal: the decision stays, or is taken back. Raises Denied, and Refused (credit.unknown, not_now,
    second_person, no_why).
    """
    case = locked_case(code, by=by)
    then = CaseState.UPHELD if is_upheld else CaseState.OVERTURNED
    check_step(CaseState(case.state), then)
    if not may_decide_appeal(by, case.decided_by_id):
        raise Refused("credit.second_person", _SECOND)
    said = {"appeal_why": read_words(why), "appeal_decided_on": firm_day(), "appeal_decided_by_id": by.staff_id}
    move(case, then, **said, due_on=due_day())
    note(
        "credit_case.appeal_upheld" if is_upheld else "credit_case.overturned",
        case,
        actor=by.actor,
        why=case.appeal_why,
    )
    write_notice(case, About.UPHELD if is_upheld else About.OVERTURNED, author=by)
