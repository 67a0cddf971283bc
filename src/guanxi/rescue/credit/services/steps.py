"""What every act on a case does: a person, the case locked in sight, the step that may follow, the line in the journal."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Denied, Permission, require
from guanxi.identity.principals import Principal, PrincipalKind
from guanxi.identity.queries import firm_day, work_calendar
from guanxi.journal.rules import Actor, Noun
from guanxi.journal.services import Entry, record_act, record_acts
from guanxi.record.holdings.queries import CardLimit, credit_limits
from guanxi.rescue.credit.choices import CaseKind, CaseState
from guanxi.rescue.credit.models import CreditCase
from guanxi.rescue.credit.permissions import seen_cases
from guanxi.rescue.credit.rules import DECIDE_DAYS, check_step

UNKNOWN = gettext_noop("There is no such case.")


def locked_case(code: str, *, by: Principal, kind: CaseKind | None = None) -> CreditCase:
    """A case in sight of a person with the right, of one kind where one is named, locked. Raises Denied (also for everything
    that is no person: nothing about a limit is decided by itself), and Refused (credit.unknown).
    """
    require(by, Permission.REVIEW_CREDIT)
    if by.kind != PrincipalKind.STAFF or by.staff_id is None:
        raise Denied(Permission.REVIEW_CREDIT)
    case = seen_cases(by).select_for_update(of=("self",)).select_related("customer").filter(code=code).first()
    if case is None or kind not in (None, case.kind):
        raise Refused("credit.unknown", UNKNOWN)
    return case


def due_day() -> dt.date:
    """Until when a person should have acted, or have told the customer."""
    today = firm_day()
    return work_calendar(today).after(today, DECIDE_DAYS)


def read_limits(case: CreditCase) -> None:
    """Take into a locked case what stands in the record today of the limit, what is owed and what is pending."""
    held = credit_limits([case.customer_id]).get(case.customer_id)
    there = held or CardLimit(0, 0)
    case.limit, case.owed, case.pending = (held.limit if held else None), there.bound, there.pending


def move(case: CreditCase, state: CaseState, **cells: Any) -> None:
    """Write a case in its next state. Raises Refused (credit.not_now)."""
    check_step(CaseState(case.state), state)
    case.state = state
    for name, value in cells.items():
        setattr(case, name, value)
    case.save()


def note(kind: str, case: CreditCase, *, actor: Actor, **more: Any) -> None:
    """Write one act on a case into the journal, in the caller's transaction."""
    customer = case.customer.code
    payload = {"customer": customer, **more}
    record_act(kind, by=actor, noun=Noun("credit_case", case.code), payload=payload, subject=customer)


def journal_all(kind: str, cases: Collection[CreditCase], actor: Actor) -> None:
    """Write one act on each of some cases, read with their customers, in the caller's transaction."""
    entries = [
        Entry(Noun("credit_case", case.code), {"customer": case.customer.code}, case.customer.code) for case in cases
    ]
    if entries:
        record_acts(kind, entries, by=actor)
