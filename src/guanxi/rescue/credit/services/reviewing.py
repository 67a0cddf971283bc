"""The nightly step: cases are opened, brought up to date and ended with their signals, and good months ask for another look.

Set-based: a few queries however many cases; the same night again writes nothing.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from guanxi.ground.money import minor_digits
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm, work_calendar
from guanxi.record.dealings.queries import bought_by_month
from guanxi.record.holdings.queries import CardLimit, credit_limits
from guanxi.record.signals.choices import SignalKind, SignalState
from guanxi.record.signals.queries import StatedSignal, stated_signals
from guanxi.rescue.credit.choices import CaseKind, CaseState, Decision
from guanxi.rescue.credit.models import CreditCase
from guanxi.rescue.credit.rules import (
    DECIDE_DAYS,
    FINAL,
    GOOD_CYCLES,
    IN_FORCE,
    enough,
    good_cycles,
    is_cut_sure,
    limit_new,
    month_of,
)
from guanxi.rescue.credit.services.steps import journal_all

_STEP = 500
_STATES = (SignalState.WATCH, SignalState.ALARM, SignalState.CONFIRMED)
_FIGURES = ("evidence", "is_sure", "limit", "owed", "pending", "highest", "proposed")


def review_cases(*, by: Principal, as_of: dt.date) -> dict[str, int]:
    """Bring the cases to what the signals of the refresh as of a day say, and return how many were opened, changed, withdrawn
    and put forward to be looked at again. One undecided or running case a customer; nothing about a limit is decided here.
    Raises Denied.
    """
    require(by, Permission.RUN_REFRESH)
    due = work_calendar(as_of).after(as_of, DECIDE_DAYS)
    stated = {one.key: one for one in stated_signals(SignalKind.CREDIT_DOWNSHIFT, _STATES)}
    limits = credit_limits({one.customer_id for one in stated.values()}) if stated else {}
    counts = {"opened": _open(stated, limits, as_of=as_of, due=due, by=by)}
    counts["changed"], counts["withdrawn"] = _bring_up_to_date(stated, limits, by=by, as_of=as_of)
    counts["recheck"] = _put_forward(by=by, as_of=as_of, due=due)
    return counts


@transaction.atomic
def _open(
    stated: Mapping[str, StatedSignal], limits: Mapping[int, CardLimit], *, as_of: dt.date, due: dt.date, by: Principal
) -> int:
    known = _states_of(stated)
    running = CreditCase.objects.filter(kind=CaseKind.LOWER).exclude(state__in=sorted(FINAL))
    busy = set(running.values_list("customer_id", flat=True))
    currency = firm().currency
    fresh: list[CreditCase] = []
    for key in sorted(stated.keys() - known.keys()):
        one = stated[key]
        if one.customer_id not in busy:
            busy.add(one.customer_id)
            there = _figures(one, limits.get(one.customer_id), currency)
            fresh.append(
                CreditCase(
                    customer_id=one.customer_id, signal_key=key, opened_on=as_of, due_on=due, currency=currency, **there
                )
            )  # fmt: skip
    CreditCase.objects.bulk_create(fresh, batch_size=_STEP)
    again = sorted(key for key, state in known.items() if state == CaseState.WITHDRAWN)
    returned = []
    for case in _cases(again):
        if case.customer_id not in busy:
            busy.add(case.customer_id)
            case.state, case.due_on, case.ended_on = CaseState.OPEN, due, None
            returned.append(case)
    CreditCase.objects.bulk_update(returned, ["state", "due_on", "ended_on"], batch_size=_STEP)
    journal_all("credit_case.opened", _cases([case.signal_key for case in (*fresh, *returned)]), by.actor)
    return len(fresh) + len(returned)


@transaction.atomic
def _bring_up_to_date(
    stated: Mapping[str, StatedSignal], limits: Mapping[int, CardLimit], *, by: Principal, as_of: dt.date
) -> tuple[int, int]:
    """Open cases take the figures of their signal; one whose signal is over or explained ends without a decision."""
    changed, gone, currency = [], [], firm().currency
    there = CreditCase.objects.select_for_update(of=("self",)).select_related("customer")
    for case in there.filter(kind=CaseKind.LOWER, state=CaseState.OPEN).order_by("pk"):
        one = stated.get(case.signal_key)
        if one is None:
            case.state, case.ended_on = CaseState.WITHDRAWN, as_of
            gone.append(case)
            continue
        figures = _figures(one, limits.get(one.customer_id), currency)
        if any(getattr(case, name) != value for name, value in figures.items()):
            for name, value in figures.items():
                setattr(case, name, value)
            changed.append(case)
    CreditCase.objects.bulk_update(changed, _FIGURES, batch_size=_STEP)
    CreditCase.objects.bulk_update(gone, ["state", "ended_on"], batch_size=_STEP)
    journal_all("credit_case.withdrawn", gone, by.actor)
    return len(changed), len(gone)


@transaction.atomic
def _put_forward(*, by: Principal, as_of: dt.date, due: dt.date) -> int:
    """Cases in force with enough good months in a row, and temporary ones whose time is over."""
    begun = as_of - dt.timedelta(days=28 * GOOD_CYCLES)
    there = CreditCase.objects.select_for_update(of=("self",)).select_related("customer")
    ripe = Q(told_on__lte=begun) | Q(ends_on__lte=as_of)
    cases = list(there.filter(ripe, state__in=sorted(IN_FORCE)).order_by("pk"))
    if not cases:
        return 0
    first = dt.date((month_of(as_of) - GOOD_CYCLES) // 12, (month_of(as_of) - GOOD_CYCLES) % 12 + 1, 1)
    spent = bought_by_month({case.customer_id for case in cases}, first=first, last=as_of, currency=firm().currency)
    found = [case for case in cases if _is_to_be_looked_at(case, spent.get(case.customer_id, {}), as_of)]
    for case in found:
        case.state, case.recheck_on, case.due_on = CaseState.RECHECK, as_of, due
    CreditCase.objects.bulk_update(found, ["state", "recheck_on", "due_on"], batch_size=_STEP)
    journal_all("credit_case.put_forward", found, by.actor)
    return len(found)


def _is_to_be_looked_at(case: CreditCase, spent: Mapping[int, int], as_of: dt.date) -> bool:
    if case.ends_on is not None and case.ends_on <= as_of:
        return True
    since = case.starts_on or case.told_on
    if case.decision == Decision.HARDSHIP and case.recheck_on:  # the help was looked at and kept
        since = case.recheck_on
    if since is None or "given" not in case.evidence:
        return False
    wanted = enough(case.evidence["given"]["spent"]["usual"], case.limit_decided)
    return good_cycles(spent, since=since, as_of=as_of, wanted=wanted) >= GOOD_CYCLES


def _figures(one: StatedSignal, held: CardLimit | None, currency: str) -> dict[str, Any]:
    """What a case says of its signal and of the cards: a lower limit is proposed only where the mix went down for sure."""
    given = one.evidence["given"]
    is_sure = is_cut_sure(one.state, is_sure=bool(given["is_sure"]))
    there = held or CardLimit(0, 0)
    highest, limit = int(given.get("highest", 0)), held.limit if held else None
    proposed = None
    if is_sure and limit is not None:
        minor = 10 ** minor_digits(currency)
        new = limit_new(limit, owed=there.bound, recent=[highest], minor=minor)
        proposed = new if new < limit else None
    return {
        "evidence": one.evidence, "is_sure": is_sure, "limit": limit, "owed": there.bound, "pending": there.pending,
        "highest": highest, "proposed": proposed,
    }  # fmt: skip


def _states_of(keys: Iterable[str]) -> dict[str, int]:
    return {key: state for step in _steps(sorted(keys)) for key, state in _of(step).values_list("signal_key", "state")}


def _cases(keys: Sequence[str]) -> list[CreditCase]:
    return [case for step in _steps(keys) for case in _of(step).select_related("customer").order_by("pk")]


def _of(keys: Sequence[str]) -> Any:
    return CreditCase.objects.filter(signal_key__in=keys)


def _steps(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + _STEP] for start in range(0, len(keys), _STEP))
