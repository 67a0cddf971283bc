"""Consents of one customer: what stands, giving and taking back in the same place by the same click; and the page that
says what we know and why, with the switch for advice from own data.
"""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.faces.desk.customers.card_forms import StatementForm
from guanxi.faces.desk.customers.known import known_page
from guanxi.faces.desk.customers.page_views import not_found_is_404
from guanxi.faces.desk.customers.person import source_choices, source_named
from guanxi.faces.shared import cells
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import Look, look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.toasts import say
from guanxi.faces.shared.words import dotted, refusal_words
from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, may, require
from guanxi.record.actions.services import forget_suppositions
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.queries import ConsentNow, consent_now
from guanxi.record.consents.rules import Statement
from guanxi.record.consents.services import set_profiling, state_consent
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.queries import Head, head_of_code

# In the order in which people ask; partners' offers name the partner and come by files.
_PURPOSES = (Purpose.SERVICE, Purpose.MARKETING, Purpose.SURVEY, Purpose.USAGE_LOCATION, Purpose.SENSITIVE)
_CHANNELS = (Channel.CALL, Channel.SMS, Channel.EMAIL, Channel.WECHAT, Channel.POST)


@dataclass(frozen=True)
class Cell:
    """One purpose on one channel: whether it is allowed, how it came, and what a click would say instead."""

    channel: str
    is_allowed: bool
    told: str
    other: str


@dataclass(frozen=True)
class Row:
    """One purpose on all channels."""

    purpose: str
    cells: list[Cell]


@require_http_methods(["GET", "HEAD", "POST"])
def consents(request: FaceRequest, code: str) -> HttpResponse:
    """What stands, by purpose and channel; each cell is given or taken back by one click."""
    require(request.principal, Permission.VIEW_CUSTOMERS)
    if request.method == "POST":
        require(request.principal, Permission.EDIT_CONSENTS)
    look = look_of(request)
    with not_found_is_404():
        head = head_of_code(code, look.principal)
    if request.method != "POST":
        asked(request)
        return _page(request, head, look)
    sent = read(StatementForm, request)
    purpose, channel, status = sent["cell"]
    source = source_named(sent["how"])
    statement = Statement(purpose, channel, status, clock.now(), sent["evidence"].strip() or source, source)
    try:
        state_consent(head.id, statement, by=look.principal)
    except Refused as refused:
        return _page(request, head, look, problem=refusal_words(refused), typed=sent["evidence"], status=422)
    return redirect("consents", code=head.code)


@require_safe
def known(request: FaceRequest, code: str) -> HttpResponse:
    """What we know about somebody and why, to be read together or printed."""
    require(request.principal, Permission.VIEW_CUSTOMERS)
    asked(request)
    with not_found_is_404():
        page = known_page(code, look_of(request))
    return render(request, "customers/known.html", {"page": page})


@require_POST
def profiling(request: FaceRequest, code: str) -> HttpResponse:
    """Allow or stop advice from own data."""
    require(request.principal, Permission.EDIT_CONSENTS)
    allowed = request.POST.get("allowed", "")
    if allowed not in ("yes", "no"):
        raise BadRequest("yes or no")
    with not_found_is_404():
        head = head_of_code(code, request.principal)
    source = source_named("told")
    set_profiling(head.id, allowed=allowed == "yes", source=source, evidence=source, by=request.principal)
    return redirect(reverse("known", args=[head.code]))


@require_POST
def forgetting(request: FaceRequest, code: str) -> HttpResponse:
    """Erase what was supposed about somebody, who asked for it; contracts stay."""
    require(request.principal, Permission.EDIT_CONSENTS)
    with not_found_is_404():
        head = head_of_code(code, request.principal)
    count = forget_suppositions(head.id, by=request.principal)
    words = ngettext("{count} supposition was erased.", "{count} suppositions were erased.", count)
    say(request, words.format(count=count) if count else _("Nothing was supposed."))
    return redirect(reverse("known", args=[head.code]))


def _page(
    request: FaceRequest, head: Head, look: Look, *, problem: str = "", typed: str = "", status: int = 200
) -> HttpResponse:
    there = {(row.purpose, row.channel): row for row in consent_now([head.id]).get(head.id, []) if not row.partner}
    context = {
        "head": head,
        "channels": [str(channel.label) for channel in _CHANNELS],
        "rows": [
            Row(str(purpose.label), [_cell(purpose, channel, there, look.today) for channel in _CHANNELS])
            for purpose in _PURPOSES
        ],
        "sources": source_choices(),
        "may_change": may(look.principal, Permission.EDIT_CONSENTS),
        "problem": problem,
        "typed": typed,
    }
    response = render(request, "customers/consents.html", context, status=status)
    if problem:
        response["HX-Replace-Url"] = "false"
    return response


def _cell(purpose: Purpose, channel: Channel, there: dict[tuple[Purpose, Channel], ConsentNow], today: dt.date) -> Cell:
    row = there.get((purpose, channel))
    allowed = row is not None and row.is_granted
    status = ConsentStatus.WITHDRAWN if allowed else ConsentStatus.GRANTED
    told = dotted((row.source, cells.short_date(row.at.date(), today))) if row else ""
    return Cell(str(channel.label), allowed, told, f"{purpose.value}.{channel.value}.{status.value}")
