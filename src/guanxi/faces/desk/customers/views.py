"""Customers: the list; sent words to search, the table of what was found."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from guanxi.faces.desk.customers.listing import search_page
from guanxi.faces.desk.lists.views import listed
from guanxi.faces.desk.search.forms import SearchForm
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import Permission, require
from guanxi.record.customers.queries import find

_MOST_FOUND = 50


@require_http_methods(["GET", "HEAD", "POST"])
def customers(request: FaceRequest) -> HttpResponse:
    """The list as its address says; sent what stood in the search box, all that it found: it stands in no address."""
    require(request.principal, Permission.VIEW_CUSTOMERS)
    if request.method != "POST":
        return listed(request, "customers")
    text = read(SearchForm, request)["q"]
    page = search_page(text, find(text, request.principal, limit=_MOST_FOUND), look_of(request))
    return render(request, "customers/page.html", {"page": page})
