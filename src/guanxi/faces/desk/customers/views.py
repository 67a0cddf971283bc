"""Customers: the list and the page of one customer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    """The list."""
    return render(request, "customers/page.html", {"page": {}})
