"""Customers: the list; with words to search, the table of what was found."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanxi.faces.desk.customers.listing import search_page
from guanxi.faces.desk.lists.views import listed
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import Permission, require
from guanxi.record.customers.queries import find

_MOST_FOUND = 50


@require_safe
def customers(request: FaceRequest) -> HttpResponse:
    """The list as its address says; with `q`, what the search box found."""
    require(request.principal, Permission.VIEW_CUSTOMERS)
    if "q" not in request.GET:
        return listed(request, "customers")
    text = asked(request, "q")["q"]
    page = search_page(text, find(text, request.principal, limit=_MOST_FOUND), look_of(request))
    return render(request, "customers/page.html", {"page": page})
