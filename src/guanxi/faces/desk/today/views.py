"""Today: who needs me, why, and what to say."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanxi.faces.desk.settings.steps import first_steps
from guanxi.faces.desk.today.board import board_of
from guanxi.faces.desk.today.colleague import Colleague, colleague_page
from guanxi.faces.desk.today.presenters import today_page
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import Permission, require
from guanxi.identity.queries import find_staff


@require_safe
def today(request: FaceRequest) -> HttpResponse:
    """The page of the day; `open` names the open line, `answered` the one just answered."""
    wanted = asked(request, "open", "answered")
    page = today_page(look_of(request), open_code=wanted["open"], answered=wanted["answered"])
    account: Any = request.user
    steps = first_steps(account.first_steps, request.principal)
    return render(request, "today/page.html", {"page": page, "steps": steps})


@require_safe
def board(request: FaceRequest) -> HttpResponse:
    """What each colleague of the team has to do and did, in figures."""
    for permission in (Permission.ASSIGN_CUSTOMERS, Permission.VIEW_ACTIONS, Permission.VIEW_CUSTOMERS):
        require(request.principal, permission)
    asked(request)
    return render(request, "today/board.html", {"board": board_of(look_of(request))})


@require_safe
def colleague(request: FaceRequest, code: str) -> HttpResponse:
    """What a colleague has to do, as far as one sees it."""
    require(request.principal, Permission.VIEW_ACTIONS)
    asked(request)
    person = find_staff(code, request.principal)
    if person is None:
        raise Http404
    who = Colleague(person.code, person.name, person.team.name)
    return render(request, "today/colleague.html", {"page": colleague_page(who, look_of(request))})
