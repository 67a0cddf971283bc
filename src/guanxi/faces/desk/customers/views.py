"""Customers: the list, the long filters of it, and the page of one customer."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.faces.desk.customers.asking import read_asked
from guanxi.faces.desk.customers.disclosing import Disclosed, DisclosureForm, disclose
from guanxi.faces.desk.customers.listing import choices_of, list_page, search_page
from guanxi.faces.desk.customers.page import customer_page, thread_page
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, may, require
from guanxi.identity.queries import staff_seen_by
from guanxi.record.customers.queries import find, head_of_code, list_customers
from guanxi.record.customers.queries.cities import cities_in_order
from guanxi.record.customers.queries.page import identifiers_of
from guanxi.record.customers.sheet import CUSTOMERS

_MOST_STAFF = 1_000
_MOST_FOUND = 50


@require_safe
def customers(request: FaceRequest) -> HttpResponse:
    """The list, filtered and sorted as its address says; with `q`, what the search box found."""
    require(request.principal, Permission.VIEW_CUSTOMERS)
    look = look_of(request)
    if "q" in request.GET:
        text = asked(request, "q")["q"]
        page = search_page(text, find(text, request.principal, limit=_MOST_FOUND), look)
    else:
        wanted = read_asked(request.GET)
        page = list_page(wanted, list_customers(wanted.spec, request.principal), look)
    return render(request, "customers/page.html", {"page": page})


@require_safe
def choices(request: FaceRequest, facet: str) -> HttpResponse:
    """The choices of a filter that has many: by itself a page, within the list a menu."""
    require(request.principal, Permission.VIEW_CUSTOMERS)
    wanted = read_asked(request.GET)
    values = _owners(request) if facet == "owner" else [(str(key), name) for key, name in cities_in_order()]
    label = next(item.label for item in CUSTOMERS.filters if item.name == facet)
    context = {"label": label, "choices": choices_of(facet, wanted, values), "back": wanted.href()}
    return render(request, "customers/choices.html", context)


@require_safe
def customer(request: FaceRequest, code: str) -> HttpResponse:
    """One customer: who, what happened, where we stand, what to do next."""
    require(request.principal, Permission.VIEW_CUSTOMERS)
    answered = asked(request, "answered", "open")["answered"]
    with _not_found_is_404():
        page = customer_page(code, look_of(request), answered=answered)
    return render(request, "customers/customer.html", {"page": page})


@require_POST
def disclosure(request: FaceRequest, code: str) -> HttpResponse:
    """The page again with one mark in full, for this view only: no cache keeps it, the journal says who saw it and why."""
    require(request.principal, Permission.REVEAL)
    sent, look = read(DisclosureForm, request), look_of(request)
    with _not_found_is_404():
        head = head_of_code(code, look.principal)
    row = next((one for one in identifiers_of(head.id, look.principal) if one.id == sent["mark"]), None)
    if row is None or not row.is_masked:
        raise Http404
    try:
        disclosed, status = disclose(row, sent, look), 200
    except Refused as refused:
        disclosed, status = Disclosed(row.id, problem=refusal_words(refused), note=sent["note"]), 422
    page = customer_page(code, look, disclosed=disclosed)
    return render(request, "customers/customer.html", {"page": page}, status=status)


@require_safe
def timeline(request: FaceRequest, code: str) -> HttpResponse:
    """The timeline of one customer by itself: earlier pages, and its tabs."""
    require(request.principal, Permission.VIEW_CUSTOMERS)
    wanted = asked(request, "before", "only")
    with _not_found_is_404():
        head = head_of_code(code, request.principal)
    thread = thread_page(head, look_of(request), before=wanted["before"], only=wanted["only"])
    return render(request, "customers/timeline.html", {"head": head, "thread": thread})


@contextmanager
def _not_found_is_404() -> Iterator[None]:
    """Somebody who is not there and somebody out of sight get the same answer."""
    try:
        yield
    except Refused as refused:
        if refused.code != "customers.not_found":
            raise
        raise Http404 from refused


def _owners(request: FaceRequest) -> list[tuple[str, str]]:
    people = staff_seen_by(request.principal).values_list("pk", "name")[:_MOST_STAFF]
    pool = [("pool", _("nobody"))] if may(request.principal, Permission.VIEW_POOL) else []
    return pool + [(str(key), name) for key, name in people]
