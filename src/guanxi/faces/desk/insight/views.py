"""Standing as a whole: tiers and how they moved, how value is spread, alarms, what the estimates rest on."""

import datetime as dt

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.faces.desk.insight import behind, growing, presenters
from guanxi.faces.desk.insight.grading import grade_rows
from guanxi.faces.desk.insight.learning import learning_of
from guanxi.faces.desk.insight.trying import Trying
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.record.customers.queries import customer_rows
from guanxi.record.signals.choices import SignalKind, SignalState
from guanxi.record.signals.queries import open_signals
from guanxi.record.signals.rules import ALARMS
from guanxi.record.standing import overview
from guanxi.record.standing.choices import Cause, Loyalty
from guanxi.record.standing.queries import current_edition
from guanxi.record.standing.rules import quarter_of

_PAGE = 100
_YEAR = 365
_TIERS = {"a": 1, "b": 2, "c": 3}
_TRIED = {"retention": (0, 100), "more": (-90, 500), "longer": (-90, 500), "deeper": (-90, 500), "hours": (0, 168)}
_CAUSES = {cause.name.lower(): cause for cause in Cause}


@require_safe
def standing(request: FaceRequest) -> HttpResponse:
    """The whole, as far as one sees it."""
    asked(request)
    require(request.principal, Permission.VIEW_STANDING)
    look, edition = look_of(request), current_edition()
    if edition is None:
        return render(request, "insight/page.html", {"page": presenters.nothing_yet()})
    since = quarter_of(edition.as_of)
    whole = presenters.Whole(
        edition=edition,
        since=since,
        is_firm=overview.sees_everybody(look.principal),
        parts=overview.parts_in_sight(look.principal),
        moves=overview.moves_in_sight(look.principal, since=since),
        crossed=overview.crossed_in_sight(look.principal, as_of=edition.as_of),
        alarms=overview.alarms_in_sight(look.principal),
        values=None if overview.sees_everybody(look.principal) else overview.values_in_sight(look.principal),
    )
    shown = {"page": presenters.page_of(whole, look), "learning": learning_of(look), "grades": grade_rows(look)}
    return render(request, "insight/page.html", shown)


@require_safe
def moves(request: FaceRequest) -> HttpResponse:
    """The customers behind a movement from tier to tier."""
    wanted = asked(request, "from", "to", "cause", "in", "before")
    require(request.principal, Permission.VIEW_STANDING)
    edition, old, new = current_edition(), _TIERS.get(wanted["from"], 0), _TIERS.get(wanted["to"], 0)
    cause, before = _CAUSES.get(wanted["cause"] or "unknown"), wanted["before"]
    if not old or not new or cause is None or not (before or "0").isdecimal() or len(before) > 15:
        raise BadRequest("no movement of ours")
    if wanted["in"] not in ("", "year"):
        raise BadRequest("no time of ours")
    look = look_of(request)
    until = edition.as_of if edition else look.today
    since = until - dt.timedelta(_YEAR - 1) if wanted["in"] else quarter_of(until)
    found = overview.moved_customers(
        look.principal, old=old, new=new, cause=cause, since=since, before=int(before or 0), limit=_PAGE + 1
    )
    customers = customer_rows([customer for _key, customer, _on, _why in found[:_PAGE]], look.principal)
    page = behind.moves_page(found, customers, look, asked=wanted, since=since, limit=_PAGE)
    return render(request, "insight/behind.html", {"page": page})


@require_safe
def growth(request: FaceRequest) -> HttpResponse:
    """Customers as an asset: of the firm for whoever sees everybody, of their teams for leaders."""
    wanted = asked(request, *_TRIED)
    require(request.principal, Permission.VIEW_STANDING)
    numbers = {name: _number(wanted[name], *bounds) for name, bounds in _TRIED.items() if wanted[name]}
    look, edition = look_of(request), current_edition()
    part = overview.growth_in_sight(look.principal)
    if edition is None:
        page = growing.no_page(_("Nothing has been computed yet."))
    elif part is None:
        page = growing.no_page(_("These figures are of whole teams; they are shown to whoever leads one or sees all."))
    else:
        page = growing.growth_page(edition, part, look, Trying(**numbers))
    return render(request, "insight/growth.html", {"page": page})


@require_safe
def loyal(request: FaceRequest) -> HttpResponse:
    """The customers of one kind of loyalty, or those worth keeping and in danger."""
    wanted = asked(request, "kind")
    require(request.principal, Permission.VIEW_STANDING)
    kind, look = wanted["kind"], look_of(request)
    if kind == "grow":
        promising = overview.promising_customers(look.principal, limit=_PAGE)
        customers = customer_rows([customer for customer, *_rest in promising], look.principal)
        return render(request, "insight/behind.html", {"page": behind.promising_page(promising, customers, look)})
    found = _of_kind(kind, look.principal)
    customers = customer_rows([customer for customer, *_rest in found], look.principal)
    return render(request, "insight/behind.html", {"page": behind.loyal_page(found, customers, look, kind=kind)})


def _of_kind(kind: str, principal: Principal) -> list[tuple[int, float, float, dt.date | None]]:
    if kind in Loyalty.values:
        return overview.loyal_customers(principal, kind=Loyalty(kind), limit=_PAGE)
    if kind == "in_danger":
        return overview.valued_in_danger(principal, limit=_PAGE)
    edition = current_edition()
    if kind not in ("came", "left"):
        raise BadRequest("no kind of ours")
    if edition is None:
        return []
    part = overview.growth_in_sight(principal)
    since = edition.as_of - dt.timedelta(part.facts.get("days", _YEAR) if part else _YEAR)
    if kind == "came":
        return overview.arrived_customers(principal, since=since, limit=_PAGE)
    return overview.departed_customers(principal, since=since, as_of=edition.as_of, limit=_PAGE)


def _number(text: str, low: int, high: int) -> int:
    digits = text.removeprefix("-")
    if not digits.isdecimal() or len(digits) > 4 or not low <= int(text) <= high:
        raise BadRequest("no number within the bounds")
    return int(text)


@require_safe
def alarms(request: FaceRequest) -> HttpResponse:
    """The customers behind the open alarms of one kind."""
    wanted = asked(request, "kind", "state")
    kind, state = wanted["kind"], wanted["state"] or SignalState.ALARM
    if kind not in SignalKind.values or state not in [one.value for one in ALARMS]:
        raise BadRequest("no alarm of ours")
    look = look_of(request)
    found = open_signals(look.principal, SignalKind(kind), SignalState(state), limit=_PAGE)
    customers = customer_rows([customer for customer, _signal in found], look.principal)
    page = behind.alarms_page(found, customers, look, kind=SignalKind(kind), state=SignalState(state))
    return render(request, "insight/behind.html", {"page": page})
