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
    """Somebody whose every month of the last two years was high, in minor units; `first` and `last` are days; `income`: what came in
    as salary in a month, None where it did not come in regularly.
    """

    customer_id: int
    low: int
    high: int
    months: int
    first: dt.date
    last: dt.date
    income: int | None = None


def propose_increases(steady: Mapping[int, Steady], *, by: Principal, as_of: dt.date) -> int:
    """Open a case for each of some customers to whom a higher limit may be offered, once a year and limit, and never a second one
    beside an undecided one; one whose ground is gone, or whose limit is another by now, ends without a decision, and stands
    again once the ground is back. Returns how many were opened. In steps of 500 customers, each with its journal rows: broken
    off, the next night goes on. Raises Denied.
    """
    require(by, Permission.RUN_REFRESH)
    lowered = CreditCase.objects.filter(kind=CaseKind.LOWER).exclude(state__in=sorted(FINAL))
    ruled_out = set(lowered.values_list("customer_id", flat=True))
    wanted = {customer: one for customer, one in sorted(steady.items()) if customer not in ruled_out}
    seen: int | None = 0
    while seen is not None:
        seen = _end_groundless(wanted, seen, by=by, as_of=as_of)
    terms = _Terms(firm().currency, work_calendar(as_of).after(as_of, DUE_DAYS), as_of)
    ids = list(wanted)
    return sum(
        _open({customer: wanted[customer] for customer in ids[start : start + _STEP]}, terms, by=by)
        for start in range(0, len(ids), _STEP)
    )


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


@dataclass(frozen=True, slots=True)
class _Terms:
    """What all cases of a night have in common."""

    currency: str
    due_on: dt.date
    as_of: dt.date


@transaction.atomic
def _open(wanted: Mapping[int, Steady], terms: _Terms, *, by: Principal) -> int:
    """Open the cases of a step, and those again whose ground was gone for a while."""
    undecided = CreditCase.objects.filter(kind=CaseKind.RAISE, state=CaseState.OPEN, customer__in=list(wanted))
    busy = set(undecided.values_list("customer_id", flat=True))
    figures = {
        _key(customer, held.limit, terms.as_of): (customer, _figures(wanted[customer], held, new))
        for customer, held, new in _higher(wanted, credit_limits(wanted), terms.currency)
        if customer not in busy
    }
    known = {one.signal_key: one for one in CreditCase.objects.filter(signal_key__in=list(figures)).order_by("pk")}
    common = {"state": CaseState.OPEN, "due_on": terms.due_on}
    fresh = [
        CreditCase(
            kind=CaseKind.RAISE, customer_id=customer, signal_key=key, opened_on=terms.as_of, currency=terms.currency,
            **common, **cells,
        )
        for key, (customer, cells) in figures.items()
        if key not in known
    ]  # fmt: skip
    CreditCase.objects.bulk_create(fresh)
    again = [one for one in known.values() if one.state == CaseState.WITHDRAWN]
    for one in again:
        for name, value in {**common, **figures[one.signal_key][1], "ended_on": None}.items():
            setattr(one, name, value)
    CreditCase.objects.bulk_update(again, [*common, *_FIGURES, "ended_on"])
    keys = [one.signal_key for one in (*fresh, *again)]
    opened = CreditCase.objects.filter(signal_key__in=keys).select_related("customer").order_by("pk")
    journal_all("credit_case.opened", list(opened), by.actor)
    return len(keys)


def _higher(
    wanted: Mapping[int, Steady], limits: Mapping[int, CardLimit], currency: str
) -> list[tuple[int, CardLimit, int]]:
    minor = 10 ** minor_digits(currency)
    found = [
        (customer, held, limit_up(held.limit, highest=wanted[customer].high, minor=minor))
        for customer, held in sorted(limits.items())
    ]
    return [(customer, held, new) for customer, held, new in found if new is not None]


@transaction.atomic
def _end_groundless(wanted: Mapping[int, Steady], after: int, *, by: Principal, as_of: dt.date) -> int | None:
    """End what stands on another limit than today's or on none, of a step of the undecided cases after one; return the last
    one looked at, None when there are no more.
    """
    there = CreditCase.objects.select_for_update(of=("self",)).select_related("customer")
    step = list(there.filter(kind=CaseKind.RAISE, state=CaseState.OPEN, pk__gt=after).order_by("pk")[:_STEP])
    limits = credit_limits({case.customer_id for case in step} & wanted.keys())
    held = {customer: one.limit for customer, one in limits.items()}
    gone = [case for case in step if held.get(case.customer_id) != case.limit]
    for case in gone:
        case.state, case.ended_on = CaseState.WITHDRAWN, as_of
    CreditCase.objects.bulk_update(gone, ["state", "ended_on"])
    journal_all("credit_case.withdrawn", gone, by.actor)
    return step[-1].pk if step else None


_FIGURES = ("limit", "owed", "pending", "highest", "proposed", "is_sure", "evidence")


def _figures(one: Steady, held: CardLimit, new: int) -> dict[str, Any]:
    figures = (held.limit, held.bound, held.pending, one.high, new, False, _evidence(one))
    return dict(zip(_FIGURES, figures, strict=True))


def _evidence(one: Steady) -> dict[str, Any]:
    known = {} if one.income is None else {"income": one.income}
    return {
        "table": "dealings", "customer_id": one.customer_id, "from": one.first.isoformat(), "to": one.last.isoformat(),
        "measure": "steady_months", "given": {}, "figures": {"low": one.low, "high": one.high, "months": one.months, **known},
    }  # fmt: skip


def _key(customer_id: int, limit: int, as_of: dt.date) -> str:
    return sha256(f"increase|{customer_id}|{limit}|{as_of.year}".encode()).hexdigest()[:32]
