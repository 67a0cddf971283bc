"""One customer beside the list: the top of the page, small enough to look through a list with it."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.faces.desk.actions.presenters import Line, Sheet, line_of, sheet_of
from guanxi.faces.desk.customers import panels
from guanxi.faces.desk.customers.page_views import not_found_is_404
from guanxi.faces.desk.customers.person import phone_of
from guanxi.faces.desk.customers.thread import Moment, moments_of
from guanxi.faces.shared import cells
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.look import Look, look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import dotted, since_words
from guanxi.identity.permissions import Permission, may, require
from guanxi.record.actions import queries as actions
from guanxi.record.actions.queries import ActionLine
from guanxi.record.actions.rules import LIVE
from guanxi.record.customers.choices import Stage
from guanxi.record.customers.queries.card import Card, customer_card
from guanxi.record.customers.timeline import TimelineRow, as_rows, timeline
from guanxi.record.standing.queries import OnPage, standing_on_page

_ROWS, _MOMENTS, _FACTS, _ACTIONS = 30, 5, 6, 20
_LATELY = ("conversations", "dealings", "holdings")


@dataclass(frozen=True)
class Peek:
    """What the preview shows."""

    code: str
    name: str
    tier: int
    line: str
    next: Sheet | None
    also: list[Line]
    standing: panels.Standing | None
    facts: list[str]
    moments: list[tuple[str, Moment]]


@require_safe
def panel(request: FaceRequest, code: str) -> HttpResponse:
    """The preview, by itself a page."""
    require(request.principal, Permission.VIEW_CUSTOMERS)
    asked(request)
    with not_found_is_404():
        peek = peek_of(code, look_of(request))
    return render(request, "customers/panel.html", {"peek": peek})


def peek_of(code: str, look: Look) -> Peek:
    """The preview of one customer in sight. Raises Refused (customers.not_found)."""
    card = customer_card(code, look.principal)
    head, who = card.head, look.principal
    live: list[ActionLine] = []
    given: dict[str, list[TimelineRow]] = {}
    if may(who, Permission.VIEW_ACTIONS):
        found = list(actions.timeline_rows(head.id, principal=who, limit=_ACTIONS, on=look.today))
        given["actions"] = as_rows("action", found)
        live = sorted(
            (action for _day, _key, action in found if action.status in LIVE),
            key=actions.place_in_order,
        )
    figures = standing_on_page(head.id, who) if may(who, Permission.VIEW_STANDING) else None
    rows, _following = timeline(head.id, who, limit=_ROWS, only=_LATELY, given=given)
    return Peek(
        code=head.code,
        name=head.name,
        tier=head.tier,
        line=_line(card, figures, look),
        next=sheet_of(live[0], look, back="customer", drawn=False) if live else None,
        also=[line_of(action, look, back="customer") for action in live[1:3]],
        standing=panels.standing_of(figures, look, head.code),
        facts=[row.text for row in card.preferences[:_FACTS]],
        moments=[
            (cells.day_words(dt.date.fromisoformat(moment.iso), look.today), moment)
            for moment in moments_of(rows, look)[:_MOMENTS]
        ],
    )


def _line(card: Card, found: OnPage | None, look: Look) -> str:
    """Who it is in a line: since when, with whom, by which phone."""
    head, first_on = card.head, found.standing.first_on if found else None
    began = first_on or (head.created_on if head.stage == Stage.CUSTOMER else None)
    since = since_words(began, look.today, entered_on=head.created_on)
    owner = _("with {name}").format(name=head.owner_name) if head.owner_name else ""
    return dotted((since, owner, head.city_name, cells.plain_phone(phone_of(card))))
