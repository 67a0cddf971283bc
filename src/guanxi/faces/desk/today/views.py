"""Today: who needs me, why, and what to say."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanxi.faces.desk.today.presenters import today_page
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest


@require_safe
def today(request: FaceRequest) -> HttpResponse:
    """The page of the day; `open` names the open line, `answered` the one just answered."""
    wanted = asked(request, "open", "answered")
    page = today_page(look_of(request), open_code=wanted["open"], answered=wanted["answered"])
    return render(request, "today/page.html", {"page": page})
