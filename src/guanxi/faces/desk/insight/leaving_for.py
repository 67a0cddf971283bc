"""Where those went who left and what they missed: competitors by lost value, open requests, prices that rose (DSS-05)."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse

from guanxi.faces.desk.insight.lines import Line
from guanxi.faces.desk.settings.competition import PriceLine, price_line
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.identity.permissions import Permission, may
from guanxi.record.catalogue.queries import price_changes
from guanxi.record.conversations.leaving import open_requests
from guanxi.record.customers.queries import customer_rows
from guanxi.rescue.winback import queries

_YEAR = dt.timedelta(365)
_REQUESTS, _PRICES = 12, 60


@dataclass(frozen=True)
class Missed:
    """Something somebody asked for that we do not have: who, when, in which words, and who has it."""

    name: str
    href: str
    contact: str
    day: str
    words: str
    rival: str


@dataclass(frozen=True)
class LeavingFor:
    """`rivals`: by lost value of a year; `requests`: open ones, the latest first; `rises`: prices that rose in two years."""

    rivals: list[Line]
    requests: list[Missed]
    rises: list[PriceLine]


def leaving_for(look: Look) -> LeavingFor:
    """The part from the losses and contacts in sight: a query a table, and the names."""
    principal, today = look.principal, look.today
    found = queries.rivals_since(principal, since=today - _YEAR, until=today)
    rivals = [
        Line(name, (cells.number(total.losses), cells.whole_amount(total.worth, look.currency)))
        for name, total in found
    ]
    prices = price_changes(principal=principal, limit=_PRICES) if may(principal, Permission.VIEW_CATALOGUE) else []
    rises = [one for one in prices if one.new_price > one.old_price and today - 2 * _YEAR < one.on <= today]
    return LeavingFor(rivals, _missed(look), [price_line(one, look) for one in rises[:_REQUESTS]])


def _missed(look: Look) -> list[Missed]:
    if not may(look.principal, Permission.VIEW_CONVERSATIONS):
        return []
    asked = open_requests(look.principal, limit=_REQUESTS)
    people = {row.id: row for row in customer_rows([one.customer_id for one in asked], look.principal)}
    return [
        Missed(
            people[one.customer_id].name,
            reverse("customer", args=[people[one.customer_id].code]),
            reverse("conversation", args=[one.code]),
            cells.short_date(one.on, look.today),
            one.summary,
            one.rival,
        )
        for one in asked
        if one.customer_id in people
    ]
