"""Customers: the list and the page of one customer."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanxi.faces.shared.requests import FaceRequest


@require_safe
def customers(request: FaceRequest) -> HttpResponse:
    """The list."""
    return render(request, "customers/page.html", {"page": {}})


@require_safe
def customer(request: FaceRequest, code: str) -> HttpResponse:
    """One customer."""
    return render(request, "customers/customer.html", {"page": {}})
