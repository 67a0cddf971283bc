"""The most valuable customers in sight: what each is worth and could be worth, how likely to be lost, what comes next
(MGR-12).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from guanxi.faces.shared import cells
from guanxi.faces.shared.actions import act_words
from guanxi.faces.shared.look import Look
from guanxi.identity.permissions import Permission, may
from guanxi.record.actions.queries import ActionLine, next_actions
from guanxi.record.customers.queries import CustomerRow, list_customers
from guanxi.record.customers.sheet import CUSTOMERS
from guanxi.record.standing.queries import standings_of

MOST = 15


@dataclass(frozen=True)
class Holder:
    """One customer: money in whole units, `risk` in per cent with its tone, `act` what to do next and where."""

    href: str
    name: str
    tier: int
    value: str
    potential: str
    risk: str
    tone: str
    act: str
    act_href: str
    contact: str


def portfolio(look: Look) -> list[Holder]:
    """The customers of most value in sight, at most MOST; five to nine queries, whatever the rows."""
    question = CUSTOMERS.read_question({"sort": ["-value"]}, look.principal.clear_fields)
    rows = [row for row in list_customers(question, look.principal).rows if row.value > 0][:MOST]
    ids = [row.id for row in rows]
    known = standings_of(ids, look.principal)
    next_up = (
        next_actions(ids, principal=look.principal, on=look.today)
        if may(look.principal, Permission.VIEW_ACTIONS)
        else {}
    )
    return [_holder(row, known, next_up, look) for row in rows]


def _holder(row: CustomerRow, known: Mapping[int, Any], next_up: Mapping[int, ActionLine], look: Look) -> Holder:
    standing, action = known.get(row.id), next_up.get(row.id)
    risk = standing.loss_risk if standing else None
    return Holder(
        href=reverse("customer", args=[row.code]),
        name=row.name,
        tier=row.tier,
        value=cells.whole_amount(row.value, look.currency),
        potential=cells.whole_amount(standing.potential if standing else None, look.currency),
        risk=cells.NOTHING if risk is None else cells.percent(risk),
        tone=cells.risk_tone(risk),
        act=act_words(action) if action else "",
        act_href=reverse("action", args=[action.code]) if action else "",
        contact=cells.day_words(row.last_contact_on, look.today),
    )
