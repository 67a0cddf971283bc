"""Today: who needs me, why, and what to say."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """The page of the day."""
    return render(request, "today/page.html", {"page": {}})
