"""Named reads of improvement cases. They are few: a cause and quarter each."""

import datetime as dt
from dataclasses import dataclass

from guanxi.identity.permissions import Permission, may
from guanxi.identity.principals import Principal
from guanxi.rescue.improvement import permissions
from guanxi.rescue.improvement.choices import STILL_OPEN, CaseState
from guanxi.rescue.improvement.models import ImprovementCase
from guanxi.rescue.improvement.permissions import seen_cases
from guanxi.rescue.improvement.rules import months_before, months_since
from guanxi.rescue.winback.queries import losses_by_month

MOST = 50


def sees_cases(principal: Principal) -> bool:
    """Whether the principal sees improvement cases at all."""
    return permissions.sees_cases(principal)


def open_cases(principal: Principal) -> list[ImprovementCase]:
    """Cases that are not closed, the first due first, at most MOST. Raises Denied."""
    found = seen_cases(principal).filter(state__in=STILL_OPEN).select_related("owner")
    return list(found.order_by("due_on", "-worth", "pk")[:MOST])


def closed_cases(principal: Principal) -> list[ImprovementCase]:
    """Closed cases, the latest first, at most MOST. Raises Denied."""
    found = seen_cases(principal).filter(state=CaseState.CLOSED).select_related("owner")
    return list(found.order_by("-closed_on", "-pk")[:MOST])


def case_of_code(code: str, principal: Principal) -> ImprovementCase | None:
    """One case; None where there is none. Raises Denied."""
    return seen_cases(principal).select_related("owner").filter(code=code).first()


def cases_of(principal: Principal) -> list[ImprovementCase]:
    """Open cases that are the principal's own or were proposed to them, the first due first (one query)."""
    if principal.staff_id is None or not may(principal, Permission.WORK_ON_CAUSES):
        return []
    found = ImprovementCase.objects.filter(owner=principal.staff_id, state__in=STILL_OPEN).select_related("owner")
    return list(found.order_by("due_on", "pk")[:MOST])


@dataclass(frozen=True)
class Measured:
    """Of one case: the months before and after, and the losses on its cause in them. For the refresh."""

    code: str
    before: list[dt.date]
    losses_before: int
    after: list[dt.date]
    losses_after: int


def cases_to_measure(as_of: dt.date) -> list[Measured]:
    """What the refresh holds against each other: every open case, and those closed less than two years ago (two queries)."""
    late = as_of - dt.timedelta(730)
    found = ImprovementCase.objects.exclude(state=CaseState.CLOSED, closed_on__lt=late)
    cases = list(found.order_by("pk"))
    first = min((months_before(case.quarter_on)[0] for case in cases), default=as_of)
    counted = losses_by_month(first)
    measured = []
    for case in cases:
        before = months_before(case.quarter_on)
        after = months_since(case.done_on, as_of) if case.done_on else []
        counts = [sum(counted.get((case.cause, month), 0) for month in months) for months in (before, after)]
        measured.append(Measured(case.code, before, counts[0], after, counts[1]))
    return measured
