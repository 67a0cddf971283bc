"""Named reads of credit cases. Every list is bounded; every one shown to people is of customers in sight."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from guanxi.identity.principals import Principal
from guanxi.rescue.credit.choices import CaseKind, CaseState, Decision
from guanxi.rescue.credit.models import CreditCase, Notice
from guanxi.rescue.credit.permissions import seen_cases
from guanxi.rescue.credit.rules import LOWERED, RUNNING, TOLD, WAITING, is_reversed_too_often

_PEOPLE = ("customer", "decided_by", "appeal_decided_by", "ended_by")
_LATER = Notice.objects.filter(case=OuterRef("case"), number__gt=OuterRef("number"))
# The latest notice alone is given: the one of a decision that was taken anew never is.
_UNTOLD = Exists(Notice.objects.filter(~Exists(_LATER), case=OuterRef("pk"), given_on=None))
_FOR_A_PERSON = Q(state__in=sorted(WAITING)) | (Q(state__in=sorted(TOLD)) & Q(_UNTOLD))
LEAST_SHOWN = 10  # smaller cells are hidden
_AGES = ((0, 29), (30, 44), (45, 59), (60, 200))


def _cases(principal: Principal) -> QuerySet[CreditCase]:
    """Cases in sight, with `is_waiting`: whether somebody has to do something about one, decide or tell the customer."""
    return seen_cases(principal).annotate(is_waiting=ExpressionWrapper(_FOR_A_PERSON, output_field=BooleanField()))


def case_of_code(code: str, *, principal: Principal) -> CreditCase | None:
    """One case with its people; None where there is none in sight. Raises Denied."""
    return _cases(principal).select_related(*_PEOPLE).filter(code=code).first()


def case_of_signal(key: str, *, principal: Principal) -> str:
    """The code of the case of a signal, "" where there is none in sight. Raises Denied."""
    return seen_cases(principal).filter(signal_key=key).values_list("code", flat=True).first() or ""


def waiting_cases(*, principal: Principal, after: str = "", limit: int = 100) -> list[CreditCase]:
    """Cases that wait for a person, the first due first, those after the one of a code. Raises Denied."""
    waiting = _cases(principal).filter(_FOR_A_PERSON)
    found = waiting.select_related("customer", "decided_by")
    last = waiting.filter(code=after).values_list("due_on", "pk").first() if after else None
    if last:
        found = found.filter(Q(due_on__gt=last[0]) | Q(due_on=last[0], pk__gt=last[1]))
    return list(found.order_by("due_on", "pk")[:limit])


@dataclass(frozen=True, slots=True)
class Waits:
    """How many of something wait for a person, and how many of them since before today."""

    count: int
    overdue: int


def waits(*, principal: Principal, on: dt.date) -> Waits:
    """What waits of the cases in sight (one query). Raises Denied."""
    found = _cases(principal).filter(_FOR_A_PERSON)
    return Waits(**found.aggregate(count=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=on))))


def other_cases(*, principal: Principal, limit: int = 100) -> list[CreditCase]:
    """Cases in force and ended, the latest decided first. Raises Denied."""
    found = _cases(principal).exclude(_FOR_A_PERSON).select_related("customer", "decided_by")
    return list(found.order_by("-decided_on", "-pk")[:limit])


def notices_of(case: CreditCase) -> list[Notice]:
    """The notices of a case that was read in sight, the latest first."""
    return list(case.notices.select_related("written_by").order_by("-number"))


def reviewed_customers() -> list[int]:
    """Customers whose case was decided and is not over: to none of them an incentive to stay (RSK-05). Before the decision the
    open signal says the same. For decisions, which see everybody.
    """
    found = CreditCase.objects.filter(state__in=sorted(RUNNING)).order_by("customer_id")
    return list(found.values_list("customer_id", flat=True).distinct())


def decided_keys() -> list[str]:
    """Keys of the signals about which a person has decided: their work is done. For decisions."""
    decided = CreditCase.objects.exclude(state__in=(CaseState.OPEN, CaseState.WITHDRAWN))
    found = decided.filter(kind=CaseKind.LOWER).order_by("signal_key")
    return list(found.values_list("signal_key", flat=True))


@dataclass(frozen=True, slots=True)
class Cell:
    """Of a group of decided cases, how many there were and in how many the limit stayed; None where there are too few."""

    group: str
    decided: int | None
    kept: int | None


@dataclass(frozen=True, slots=True)
class Watch:
    """How the decisions turned out: lower limits that were told, those taken back on appeal, and by age and gender."""

    lowered: int
    overturned: int
    is_too_sharp: bool
    by_gender: Sequence[Cell]
    by_age: Sequence[Cell]


def watch(*, principal: Principal, on: dt.date) -> Watch:
    """The monitor over the cases in sight: two queries, no person in it. Raises Denied."""
    told = seen_cases(principal).filter(decision__in=sorted(LOWERED), told_on__isnull=False)
    lowered, overturned = told.count(), told.filter(state=CaseState.OVERTURNED).count()
    decided = seen_cases(principal).filter(decision__isnull=False, kind=CaseKind.LOWER)
    rows = decided.values_list("decision", "customer__gender", "customer__birthday")
    genders: dict[str, Counter[bool]] = {}
    ages: dict[str, Counter[bool]] = {}
    for decision, gender, birthday in rows.iterator(chunk_size=2_000):
        kept = decision in (Decision.KEEP, Decision.HARDSHIP)
        genders.setdefault(str(gender), Counter())[kept] += 1
        ages.setdefault(_age_group(birthday, on), Counter())[kept] += 1
    return Watch(lowered, overturned, is_reversed_too_often(lowered, overturned), _cells(genders), _cells(ages))


def _age_group(birthday: dt.date | None, on: dt.date) -> str:
    if birthday is None:
        return ""
    years = on.year - birthday.year - ((on.month, on.day) < (birthday.month, birthday.day))
    return next((f"{low}-{high}" for low, high in _AGES if low <= years <= high), "")


def _cells(counted: dict[str, Counter[bool]]) -> list[Cell]:
    cells = []
    for group in sorted(counted):
        decided = counted[group].total()
        is_shown = decided >= LEAST_SHOWN
        cells.append(Cell(group, decided if is_shown else None, counted[group][True] if is_shown else None))
    return cells
