"""Customers: the list, the long filters of it, and the page of one customer."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.faces.desk.customers.asking import read_asked
from guanxi.faces.desk.customers.listing import choices_of, list_page, search_page
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import Permission, may, require
from guanxi.identity.queries import staff_seen_by
from guanxi.record.customers.queries import find, list_customers
from guanxi.record.customers.queries.cities import cities_in_order
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


def _owners(request: FaceRequest) -> list[tuple[str, str]]:
    people = staff_seen_by(request.principal).values_list("pk", "name")[:_MOST_STAFF]
    pool = [("pool", _("nobody"))] if may(request.principal, Permission.VIEW_POOL) else []
    return pool + [(str(key), name) for key, name in people]
