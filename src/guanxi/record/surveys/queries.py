"""Reads of surveys."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F

from guanxi.identity.permissions import may
from guanxi.identity.principals import Principal
from guanxi.record.customers.permissions import in_sight
from guanxi.record.surveys.models import Survey
from guanxi.record.surveys.permissions import SEE
from guanxi.record.surveys.rules import Survey as Said


@dataclass(frozen=True, slots=True)
class Asked:
    """The latest survey of a customer, and who asked ("" where nobody is named)."""

    said: Said
    asked_by: str


def latest_survey(customer_id: int, *, principal: Principal, on: date) -> Asked | None:
    """What a customer answered last, as of a day; None where nobody asked, and to who may not see it (one query)."""
    if not may(principal, SEE):
        return None
    rows = Survey.objects.filter(in_sight(principal, customer_id), customer=customer_id, asked_on__lte=on)
    row = rows.annotate(by_name=F("asked_by__name")).order_by("-asked_on", "-pk").first()
    return None if row is None else Asked(row.survey, row.by_name or "")
