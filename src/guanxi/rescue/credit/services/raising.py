"""Higher limits (RSK-01): proposed by the night where spending was high and steady for two years, decided by a person after the
customer agreed. What the record does not know (punctuality, income) a person brings, or it does not pass.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import transaction

from guanxi.ground.money import minor_digits
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm, firm_day, work_calendar
from guanxi.record.holdings.queries import CardLimit, credit_limits
from guanxi.rescue.credit.choices import CaseKind, CaseState, Decision
from guanxi.rescue.credit.models import CreditCase
from guanxi.rescue.credit.rules import FINAL, Raising, limit_up, read_raising
from guanxi.rescue.credit.services.steps import journal_all, locked_case, move, note, read_limits

DUE_DAYS = 10  # [j] business days: nobody waits for it
_STEP = 500


@dataclass(frozen=True, slots=True)
class Steady:
    """Somebody whose every month of the last two years was high, in minor units; `first` and `last` are days."""

    customer_id: int
    low: int
    high: int
    months: int
    first: dt.date
    last: dt.date


@transaction.atomic
def propose_increases(steady: Mapping[int, Steady], *, by: Principal, as_of: dt.date) -> int:
    """Open a case for each of some customers to whom a higher limit may be offered, once a year and limit, and never a second one
    beside an undecided one; one whose ground is gone, or whose limit is another by now, ends without a decision. Returns how
    many are new. Raises Denied.
    """
    require(by, Permission.RUN_REFRESH)
    lowered = CreditCase.objects.filter(kind=CaseKind.LOWER).exclude(state__in=sorted(FINAL))
    ruled_out = set(lowered.values_list("customer_id", flat=True))
    wanted = {customer: one for customer, one in steady.items() if customer not in ruled_out}
    limits = credit_limits(wanted) if wanted else {}
    busy = _end_groundless(limits, by=by, as_of=as_of)
    currency = firm().currency
    due = work_calendar(as_of).after(as_of, DUE_DAYS)
    cases = [
        CreditCase(
            kind=CaseKind.RAISE, customer_id=customer, signal_key=_key(customer, held.limit, as_of), opened_on=as_of,
            due_on=due, currency=currency, limit=held.limit, owed=held.bound, pending=held.pending,
            highest=wanted[customer].high, proposed=new, is_sure=False, evidence=_evidence(wanted[customer]),
        )
        for customer, held, new in _higher(wanted, limits, currency)
        if customer not in busy
    ]  # fmt: skip
    known = _known([case.signal_key for case in cases])
    fresh = [case for case in cases if case.signal_key not in known]
    CreditCase.objects.bulk_create(fresh, batch_size=_STEP)
    keys = [case.signal_key for case in fresh]
    for start in range(0, len(keys), _STEP):
        made = CreditCase.objects.filter(signal_key__in=keys[start : start + _STEP]).select_related("customer")
        journal_all("credit_case.opened", made.order_by("pk"), by.actor)
    return len(fresh)


@transaction.atomic
def decide_increase(code: str, raising: Raising, *, by: Principal) -> None:
    """Raise a limit after the customer agreed, or leave it; the case is closed. The limit is read anew: where there is no card
    any more nothing is raised. Raises Denied, and Refused (credit.unknown, not_now, and read_raising's).
    """
    case = locked_case(code, by=by, kind=CaseKind.RAISE)
    read_limits(case)
    most = case.proposed or 0 if case.limit is not None else 0
    read = read_raising(raising, limit=case.limit or 0, proposed=most, today=firm_day())
    decision = Decision.DECLINE if read.limit is None else Decision.RAISE
    move(
        case, CaseState.CLOSED, decision=decision, why=read.why, limit_decided=read.limit, agreed_on=read.agreed_on,
        income=read.income, is_on_time=read.is_on_time or None, decided_on=firm_day(), decided_by_id=by.staff_id,
        ended_on=firm_day(), ended_by_id=by.staff_id,
    )  # fmt: skip
    note("credit_case.decided", case, actor=by.actor, decision=int(decision), limit=read.limit, why=read.why)


def _higher(
    wanted: Mapping[int, Steady], limits: Mapping[int, CardLimit], currency: str
) -> list[tuple[int, CardLimit, int]]:
    minor = 10 ** minor_digits(currency)
    found = [
        (customer, held, limit_up(held.limit, highest=wanted[customer].high, minor=minor))
        for customer, held in sorted(limits.items())
    ]
    return [(customer, held, new) for customer, held, new in found if new is not None]


def _end_groundless(limits: Mapping[int, CardLimit], *, by: Principal, as_of: dt.date) -> set[int]:
    """End what stands on another limit than today's or on none; return the customers whose case is still to be decided."""
    there = CreditCase.objects.select_for_update(of=("self",)).select_related("customer")
    still_open = list(there.filter(kind=CaseKind.RAISE, state=CaseState.OPEN).order_by("pk"))
    held = {customer: one.limit for customer, one in limits.items()}
    gone = [case for case in still_open if held.get(case.customer_id) != case.limit]
    for case in gone:
        case.state, case.ended_on = CaseState.WITHDRAWN, as_of
    CreditCase.objects.bulk_update(gone, ["state", "ended_on"], batch_size=_STEP)
    journal_all("credit_case.withdrawn", gone, by.actor)
    return {case.customer_id for case in still_open if case.state == CaseState.OPEN}


def _evidence(one: Steady) -> dict[str, Any]:
    return {
        "table": "dealings", "customer_id": one.customer_id, "from": one.first.isoformat(), "to": one.last.isoformat(),
        "measure": "steady_months", "given": {}, "figures": {"low": one.low, "high": one.high, "months": one.months},
    }  # fmt: skip


def _key(customer_id: int, limit: int, as_of: dt.date) -> str:
    return sha256(f"increase|{customer_id}|{limit}|{as_of.year}".encode()).hexdigest()[:32]


def _known(keys: list[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(keys), _STEP):
        there = CreditCase.objects.filter(signal_key__in=keys[start : start + _STEP])
        known |= set(there.values_list("signal_key", flat=True))
    return known
