"""Reads of what guardians allowed us to keep of their children."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F

from guanxi.identity.permissions import may
from guanxi.identity.principals import Principal
from guanxi.record.children.choices import ConsentWay
from guanxi.record.children.models import Child
from guanxi.record.children.permissions import SEE
from guanxi.record.children.rules import MOST, months_entering, stage_on
from guanxi.record.customers.permissions import in_sight


@dataclass(frozen=True, slots=True)
class ChildRow:
    """A child of a customer: month of birth (its first day), the stage on the day asked for, and the guardian's consent; noted_by is
    "" where nobody is named.
    """

    born_in: date
    stage: int | None
    consent_way: ConsentWay
    consented_on: date
    noted_by: str


def children_of(customer_id: int, *, principal: Principal, on: date) -> list[ChildRow]:
    """The children of one customer, eldest first; none to who may not see them (one query)."""
    if not may(principal, SEE):
        return []
    rows = Child.objects.filter(in_sight(principal, customer_id), customer=customer_id)
    rows = rows.annotate(by_name=F("noted_by__name")).order_by("born_in", "pk")
    return [
        ChildRow(
            row.born_in, stage_on(row.born_in, on), ConsentWay(row.consent_way), row.consented_on, row.by_name or ""
        )
        for row in rows[: 2 * MOST]  # two customers may have been merged
    ]


def entering_stage(on: date) -> list[tuple[int, int, int]]:
    """(customer, child, stage) of everybody who enters a stage in the month of a day, in the order of their keys (one query); for
    steps of the house.
    """
    stages = months_entering(on)
    found = Child.objects.filter(born_in__in=stages).order_by("customer", "pk")
    return [(customer, child, stages[born]) for customer, child, born in found.values_list("customer", "pk", "born_in")]
