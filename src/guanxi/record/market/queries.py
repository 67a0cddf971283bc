"""Reads of what winning customers costs and of how large the market is."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from guanxi.identity.permissions import require
from guanxi.identity.principals import Principal
from guanxi.record.customers.choices import CustomerKind
from guanxi.record.market.choices import STAGES, Spent
from guanxi.record.market.models import Effort, MarketSize
from guanxi.record.market.permissions import ENTER

MOST = 500
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Spending:
    """What one effort comes to: its cell (kind of customer, source; shorter where shared), minor units, people by stage."""

    cell: tuple[str, ...]
    spent: int
    reached: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EffortLine:
    """One effort as it was entered: `kind` 0 is both, minor units by kind of cost, people by stage."""

    code: str
    kind: int
    source: str
    since: date
    until: date
    spent: dict[Spent, int]
    currency: str
    reached: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """A year's sales of the whole market in minor units, on which day, and where it was read."""

    on: date
    amount: int
    told_by: str


def efforts_page(principal: Principal, *, until: date) -> list[EffortLine]:
    """The efforts that ended in the year up to a day, the latest first, at most MOST (one query). Raises Denied."""
    require(principal, ENTER)
    return [
        EffortLine(row.code, row.kind, row.source, row.since, row.until, row.spent, row.currency, _reached(row))
        for row in _of_year(until).order_by("-until", "-id")[:MOST]
    ]


def spendings_of(until: date, *, currency: str) -> list[Spending]:
    """What was spent in the year up to a day in one currency, by effort (one query); for figures of the house."""
    found = []
    for row in _of_year(until).filter(currency=currency).order_by("id"):
        kind = CustomerKind(row.kind).name.lower() if row.kind else ""
        cell = (kind, row.source) if kind and row.source else (kind,) if kind else ()
        found.append(Spending(cell, row.total, _reached(row)))
    return found


def size_of_market(on: date, *, currency: str) -> Size | None:
    """How large the market is, as last entered for a day by then; None where nobody entered it (one query)."""
    row = MarketSize.objects.filter(on__lte=on, currency=currency).order_by("-on").first()
    return Size(row.on, row.amount, row.told_by) if row else None


def _reached(row: Effort) -> tuple[int, ...]:
    return tuple(getattr(row, stage) for stage in STAGES) if row.leads else ()


def _of_year(until: date) -> QuerySet[Effort]:
    return Effort.objects.filter(until__gt=until - _YEAR, until__lte=until)
