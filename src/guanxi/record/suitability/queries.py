"""Reads of suitability tests."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, OuterRef, Q, Subquery

from guanxi.identity.permissions import may
from guanxi.identity.principals import Principal
from guanxi.record.customers.permissions import in_sight
from guanxi.record.suitability.choices import RiskLevel
from guanxi.record.suitability.models import RiskTest
from guanxi.record.suitability.permissions import SEE
from guanxi.record.suitability.rules import RiskTest as Test
from guanxi.record.suitability.rules import holds


@dataclass(frozen=True, slots=True)
class Tested:
    """The latest test of a customer, before whom it was done ("" where nobody is named), and whether it holds."""

    test: Test
    tested_by: str
    is_valid: bool


def latest_test(customer_id: int, *, principal: Principal, on: date) -> Tested | None:
    """The latest test of one customer as of a day; None where there is none, and to who may not see it (one query)."""
    if not may(principal, SEE):
        return None
    rows = RiskTest.objects.filter(in_sight(principal, customer_id), customer=customer_id, tested_on__lte=on)
    row = rows.annotate(by_name=F("tested_by__name")).order_by("-tested_on", "-pk").first()
    return None if row is None else Tested(row.test, row.by_name or "", holds(row.test, on))


def level_on(customer_id: int, on: date) -> RiskLevel | None:
    """The level that the latest test of one customer found, where it holds on a day (one query); for steps of the house,
    which see every customer.
    """
    row = RiskTest.objects.filter(customer=customer_id, tested_on__lte=on).order_by("-tested_on", "-pk").first()
    return RiskLevel(row.level) if row is not None and holds(row.test, on) else None


def levels_on(on: date) -> list[tuple[int, int]]:
    """(customer, level) of everybody whose latest test holds on a day, in the order of their keys (one query); for steps of the
    house.
    """
    latest = RiskTest.objects.filter(customer=OuterRef("customer"), tested_on__lte=on).order_by("-tested_on", "-pk")
    held = RiskTest.objects.filter(Q(ended_on=None) | Q(ended_on__gt=on), tested_on__lte=on, valid_until__gte=on)
    found = held.filter(pk=Subquery(latest.values("pk")[:1])).order_by("customer")
    return list(found.values_list("customer_id", "level"))
