"""What is added to a customer's page and taken off it: facts of the card, promises, relations, the household."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.faces.desk.customers.card_forms import CorrectionForm, PreferenceForm, PromiseForm, RelationForm
from guanxi.faces.desk.customers.page import Came
from guanxi.faces.desk.customers.page_views import customer_response, not_found_is_404
from guanxi.faces.desk.customers.person import Refusal, source_choices, source_named
from guanxi.faces.desk.search.forms import SearchForm
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.record.actions.services import Plan, plan_action
from guanxi.record.customers import services
from guanxi.record.customers.choices import RelationKind
from guanxi.record.customers.queries import Head, find, head_of_code
from guanxi.record.customers.queries.card import customer_card

_NOT_FOUND = ("customers.not_found", "customers.preference_not_found", "customers.relation_not_found")
_MOST_FOUND = 20


@require_POST
def preferences(request: FaceRequest, code: str) -> HttpResponse:
    """A fact for the preference card."""
    head = _head(request, code)
    sent = read(PreferenceForm, request)

    def act() -> None:
        services.record_preference(
            head.id, field=sent["field"], text=sent["text"], source=source_named(sent["source"]), by=request.principal
        )

    return _acted(request, head, act, "card", sent)


@require_POST
def preference(request: FaceRequest, code: str, row: int) -> HttpResponse:
    """Other words for a line of the card."""
    head = _head(request, code)
    _of_card(request, head, row)
    sent = read(CorrectionForm, request)

    def act() -> None:
        services.correct_preference(row, text=sent["text"], source=source_named(sent["source"]), by=request.principal)

    return _acted(request, head, act, f"line-{row}", sent)


@require_POST
def preference_removal(request: FaceRequest, code: str, row: int) -> HttpResponse:
    """A line comes off the card."""
    head = _head(request, code)
    _of_card(request, head, row)
    return _acted(
        request, head, lambda: services.end_preference(row, by=request.principal), "card", {}, f"?removed={row}"
    )


@require_POST
def preference_return(request: FaceRequest, code: str, row: int) -> HttpResponse:
    """A line that came off the card today goes back."""
    head = _head(request, code)
    return _acted(request, head, lambda: services.resume_preference(row, by=request.principal), "card", {})


@require_POST
def promises(request: FaceRequest, code: str) -> HttpResponse:
    """A promise to the customer: it stands on Today from its day on."""
    require(request.principal, Permission.LOG_CONVERSATIONS)
    head = _head(request, code, Permission.LOG_CONVERSATIONS)
    sent = read(PromiseForm, request)
    plan = Plan(due_on=sent["due_on"], what=sent["what"])
    sent = {**sent, "due_on": sent["due_on"].isoformat()}
    return _acted(request, head, lambda: plan_action(head.id, plan, by=request.principal), "promise", sent, "#thread")


@require_http_methods(["GET", "HEAD", "POST"])
def relations(request: FaceRequest, code: str) -> HttpResponse:
    """Finding somebody near (what is searched for is sent: it stands in no address), and saying how."""
    head = _head(request, code)
    if request.method != "POST":
        asked(request)
        return _relations_page(request, head, "")
    if "other" not in request.POST:
        return _relations_page(request, head, read(SearchForm, request)["q"])
    sent = read(RelationForm, request)
    try:
        with not_found_is_404():
            other = head_of_code(sent["other"], request.principal)
        _relate(request, head, other, sent)
    except Refused as refused:
        return _relations_page(request, head, sent["q"], typed=sent, problem=refusal_words(refused), status=422)
    return redirect(reverse("customer", args=[head.code]) + "#ties")


@require_POST
def relation_removal(request: FaceRequest, code: str, row: int) -> HttpResponse:
    """A relation ends."""
    head = _head(request, code)
    if row not in {tie.id for tie in customer_card(head.code, request.principal).relations}:
        raise Http404
    return _acted(request, head, lambda: services.end_relation(row, by=request.principal), "ties", {})


@require_POST
def household_removal(request: FaceRequest, code: str) -> HttpResponse:
    """The customer keeps house alone."""
    head = _head(request, code)
    return _acted(request, head, lambda: services.leave_household(head.id, by=request.principal), "ties", {})


def _head(request: FaceRequest, code: str, permission: Permission = Permission.EDIT_CUSTOMERS) -> Head:
    """The customer in sight of somebody who may; 403 before anything is read, 404 for strangers."""
    require(request.principal, permission)
    with not_found_is_404():
        return head_of_code(code, request.principal)


def _of_card(request: FaceRequest, head: Head, row: int) -> None:
    if row not in {line.id for line in customer_card(head.code, request.principal).preferences}:
        raise Http404


def _acted(
    request: FaceRequest, head: Head, act: Callable[[], Any], place: str, typed: dict[str, Any], to: str = ""
) -> HttpResponse:
    """Back to the page once it is done; refused, the page with the reason and what had been typed."""
    try:
        act()
    except Refused as refused:
        if refused.code in _NOT_FOUND:
            raise Http404 from refused
        came = Came(refused=Refusal(place, refusal_words(refused), typed))
        return customer_response(request, head.code, came, status=422)
    return redirect(reverse("customer", args=[head.code]) + to)


def _relate(request: FaceRequest, head: Head, other: Head, sent: dict[str, Any]) -> None:
    relation = services.NewRelation(
        other.id, RelationKind(sent["kind"]), sent["note"], source=source_named(sent["source"])
    )
    home = _("{name}’s home").format(name=head.name) if sent["together"] else ""
    services.relate_household(head.id, relation, household=home, by=request.principal)


def _relations_page(
    request: FaceRequest,
    head: Head,
    text: str,
    *,
    typed: dict[str, Any] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    found = find(text, request.principal, limit=_MOST_FOUND).rows if text else []
    context = {
        "head": head, "sought": text, "rows": [row for row in found if row.id != head.id], "typed": typed or {},
        "problem": problem, "kinds": RelationKind.choices, "sources": source_choices(),
    }  # fmt: skip
    response = render(request, "customers/relations.html", context, status=status)
    if problem:
        response["HX-Replace-Url"] = "false"
    return response
