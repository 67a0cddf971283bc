"""Reads of suitability tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

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
    return next((tested_in(cells, on) for _pk, cells in test_cells(customer_id, principal=principal, on=on)), None)


def test_cells(customer_id: int, *, principal: Principal, on: date) -> QuerySet[RiskTest, tuple[int, dict[str, Any]]]:
    """The same as (id, cells), to be read by tested_in: not asked yet, for readers above who ask for several nouns at once."""
    rows = RiskTest.objects.filter(in_sight(principal, customer_id), customer=customer_id, tested_on__lte=on)
    last = (
        rows.order_by("-tested_on", "-pk").values("pk")[:1]
        if may(principal, SEE)
        else RiskTest.objects.none().values("pk")
    )
    names = {name: name for name in ("level", "tested_on", "valid_until", "ended_on")}
    return RiskTest.objects.filter(pk__in=last).values_list("pk", JSONObject(**names, by="tested_by__name"))


def tested_in(cells: Mapping[str, Any], on: date) -> Tested:
    """A test from its cells."""
    first, last, ended = (
        cells[name] and date.fromisoformat(cells[name]) for name in ("tested_on", "valid_until", "ended_on")
    )
    test = Test(RiskLevel(cells["level"]), first, last, ended)
    return Tested(test, cells["by"] or "", holds(test, on))


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
