"""The suitability test of one customer: read beside what he holds, noted there, and ended where his life has changed."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.faces.desk.customers.bearing import bearing_of
from guanxi.faces.desk.customers.card_forms import RiskTestForm
from guanxi.faces.desk.customers.page_views import not_found_is_404
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.record.customers.queries import Head, head_of_code
from guanxi.record.suitability.permissions import NOTE, SEE
from guanxi.record.suitability.services import end_test, note_test


@require_http_methods(["GET", "HEAD", "POST"])
def risk_test(request: FaceRequest, code: str) -> HttpResponse:
    """The latest test; another one that was done before whoever notes it."""
    if request.method != "POST":
        head = _head(request, code, SEE)
        asked(request)
        return _page(request, head)
    head = _head(request, code, NOTE)
    sent = read(RiskTestForm, request)
    days = {name: sent[name].isoformat() if sent[name] else "" for name in ("tested_on", "valid_until")}
    return _acted(request, head, lambda: note_test(head.id, by=request.principal, **sent), {**sent, **days})


@require_POST
def risk_test_end(request: FaceRequest, code: str) -> HttpResponse:
    """The test holds no more."""
    head = _head(request, code, NOTE)
    return _acted(request, head, lambda: end_test(head.id, by=request.principal), {})


def _head(request: FaceRequest, code: str, permission: Permission) -> Head:
    require(request.principal, permission)
    with not_found_is_404():
        return head_of_code(code, request.principal)


def _acted(request: FaceRequest, head: Head, act: Callable[[], Any], typed: dict[str, Any]) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        return _page(request, head, problem=refusal_words(refused), typed=typed)
    return redirect("risk_test", code=head.code)


def _page(request: FaceRequest, head: Head, *, problem: str = "", typed: dict[str, Any] | None = None) -> HttpResponse:
    look = look_of(request)
    context = {"head": head, "test": bearing_of(head, look), "problem": problem, "typed": typed or {}}
    response = render(request, "customers/risk_test.html", context, status=422 if problem else 200)
    if problem:
        response["HX-Replace-Url"] = "false"
    return response
