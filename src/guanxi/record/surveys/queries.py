"""Reads of surveys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import JSONObject

from guanxi.identity.permissions import may
from guanxi.identity.principals import Principal
from guanxi.record.customers.permissions import in_sight
from guanxi.record.surveys.models import Survey
from guanxi.record.surveys.permissions import SEE
from guanxi.record.surveys.rules import SCORED
from guanxi.record.surveys.rules import Survey as Said

_ANSWERS = (*SCORED, "rank", "among")


@dataclass(frozen=True, slots=True)
class Asked:
    """The latest survey of a customer, and who asked ("" where nobody is named)."""

    said: Said
    asked_by: str


def latest_survey(customer_id: int, *, principal: Principal, on: date) -> Asked | None:
    """What a customer answered last, as of a day; None where nobody asked, and to who may not see it (one query)."""
    return next((asked_in(cells) for _pk, cells in survey_cells(customer_id, principal=principal, on=on)), None)


def survey_cells(customer_id: int, *, principal: Principal, on: date) -> QuerySet[Survey, tuple[int, dict[str, Any]]]:
    """The same as (id, cells), to be read by asked_in: not asked yet, for readers above who ask for several nouns at once."""
    rows = Survey.objects.filter(in_sight(principal, customer_id), customer=customer_id, asked_on__lte=on)
    last = (
        rows.order_by("-asked_on", "-pk").values("pk")[:1]
        if may(principal, SEE)
        else Survey.objects.none().values("pk")
    )
    names = {name: name for name in ("asked_on", *_ANSWERS)}
    return Survey.objects.filter(pk__in=last).values_list("pk", JSONObject(**names, by="asked_by__name"))


def asked_in(cells: Mapping[str, Any]) -> Asked:
    """A survey from its cells."""
    said = Said(date.fromisoformat(cells["asked_on"]), **{name: cells[name] for name in _ANSWERS})
    return Asked(said, cells["by"] or "")
