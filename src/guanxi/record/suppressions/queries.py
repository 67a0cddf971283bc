"""Reads of why sales rest: of one customer, of some, and of everybody on a day."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from guanxi.identity.principals import Principal
from guanxi.record.customers.permissions import in_sight
from guanxi.record.suppressions.choices import Cause
from guanxi.record.suppressions.models import Suppression
from guanxi.record.suppressions.permissions import reads_why
from guanxi.record.suppressions.rules import Rest

MOST = 100  # rows of one customer that are shown


@dataclass(frozen=True, slots=True)
class SuppressionRow:
    """One rest of sales as somebody who sees the customer may read it; `why`, `end_why` and the names of who set and ended it
    are "" where he may not, the names also where the house did.
    """

    id: int
    rest: Rest
    why: str
    recorded_on: date
    set_by: str
    end_why: str
    ended_by: str

    @property
    def cause(self) -> Cause:
        """Why sales rest."""
        return self.rest.cause


def suppressions_of(customer_id: int, *, principal: Principal) -> list[SuppressionRow]:
    """All of one customer whom the principal sees, newest first, at most 100; none of others (one query)."""
    rows = Suppression.objects.filter(in_sight(principal, customer_id), customer=customer_id)
    rows = rows.select_related("set_by", "ended_by").order_by("-since_on", "-pk")
    return [_row(row, principal) for row in rows[:MOST]]


@dataclass(frozen=True, slots=True)
class Standing:
    """Why sales rest for somebody on a day; is_solved: of a complaint that was solved and still rests on."""

    customer_id: int
    cause: Cause
    code: str
    since_on: date
    is_solved: bool


def suppressions_on(on: date, *, after_complaint: int = 0, customer_id: int | None = None) -> list[Standing]:
    """Every rest of sales that holds on a day, of everybody or of one customer, in the order of their keys (one query); for
    steps of the house, which see every customer. after_complaint: days of rest once a complaint was solved (policy line
    rest_complaint).
    """
    rows = Suppression.objects.filter(_resting(on, after_complaint))
    if customer_id is not None:
        rows = rows.filter(customer=customer_id)
    columns = ("customer_id", "cause", "code", "since_on", "ended_on")
    return [
        Standing(customer, Cause(cause), code, since_on, ended_on is not None and ended_on <= on)
        for customer, cause, code, since_on, ended_on in rows.order_by("customer_id", "pk").values_list(*columns)
    ]


def is_suppressed(customer_id: int, cause: Cause, on: date) -> bool:
    """Whether a customer's sales rest for this cause on a day; a complaint that was solved is over."""
    return any(one.cause == cause for one in suppressions_on(on, customer_id=customer_id))


def complaints_since(since: date) -> list[tuple[int, date, date | None]]:
    """(customer, day, day on which it was solved) of complaints raised from a day on; for the refresh, which sees everybody."""
    found = Suppression.objects.filter(cause=Cause.COMPLAINT, since_on__gte=since).order_by("pk")
    return list(found.values_list("customer_id", "since_on", "ended_on"))


def _resting(on: date, after_complaint: int) -> Q:
    """rules.rests as a filter."""
    solved_since = Q(cause=Cause.COMPLAINT, ended_on__gt=on - timedelta(days=after_complaint))
    return (
        Q(since_on__lte=on) & (Q(until=None) | Q(until__gt=on)) & (Q(ended_on=None) | Q(ended_on__gt=on) | solved_since)
    )


def _row(row: Suppression, principal: Principal) -> SuppressionRow:
    reads = reads_why(principal, Cause(row.cause))
    return SuppressionRow(
        id=row.pk,
        rest=row.rest,
        why=row.why if reads else "",
        recorded_on=row.recorded_on,
        set_by=row.set_by.name if reads and row.set_by else "",
        end_why=row.end_why if reads else "",
        ended_by=row.ended_by.name if reads and row.ended_by else "",
    )
