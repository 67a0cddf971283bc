"""Children of one customer, as far as a guardian allowed: read beside what he agrees to, noted there, and gone with the consent."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.faces.desk.customers.card_forms import ChildForm, ChildMonthForm
from guanxi.faces.desk.customers.page_views import not_found_is_404
from guanxi.faces.desk.customers.raising import child_lines
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.record.children.choices import ConsentWay
from guanxi.record.children.permissions import NOTE, SEE
from guanxi.record.children.services import note_child, take_consent_back
from guanxi.record.customers.queries import Head, head_of_code


@require_http_methods(["GET", "HEAD", "POST"])
def children(request: FaceRequest, code: str) -> HttpResponse:
    """The months of birth on record; another one, with the guardian's consent."""
    if request.method != "POST":
        head = _head(request, code, SEE)
        asked(request)
        return _page(request, head)
    head = _head(request, code, NOTE)
    sent = read(ChildForm, request)
    typed = {
        "born_in": f"{sent['born_in']:%Y-%m}",
        "consent_way": sent["consent_way"],
        "consented_on": sent["consented_on"].isoformat() if sent["consented_on"] else "",
    }
    return _acted(request, head, lambda: note_child(head.id, by=request.principal, **sent), typed)


@require_POST
def children_withdrawal(request: FaceRequest, code: str) -> HttpResponse:
    """A guardian takes his consent back: what was noted of the child goes at once."""
    head = _head(request, code, NOTE)
    sent = read(ChildMonthForm, request)
    return _acted(request, head, lambda: take_consent_back(head.id, by=request.principal, **sent), {})


def _head(request: FaceRequest, code: str, permission: Permission) -> Head:
    require(request.principal, permission)
    with not_found_is_404():
        return head_of_code(code, request.principal)


def _acted(request: FaceRequest, head: Head, act: Callable[[], Any], typed: dict[str, Any]) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        return _page(request, head, problem=refusal_words(refused), typed=typed)
    return redirect("children", code=head.code)


def _page(request: FaceRequest, head: Head, *, problem: str = "", typed: dict[str, Any] | None = None) -> HttpResponse:
    look = look_of(request)
    context = {
        "head": head,
        "lines": child_lines(head, look),
        "ways": ConsentWay.choices,
        "today": look.today.isoformat(),
        "problem": problem,
        "typed": typed or {},
    }
    response = render(request, "customers/children.html", context, status=422 if problem else 200)
    if problem:
        response["HX-Replace-Url"] = "false"
    return response
