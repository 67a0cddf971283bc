"""The yearly survey of one customer: read beside his standing, noted there, and taken back where it was an error."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.faces.desk.customers.card_forms import SurveyForm
from guanxi.faces.desk.customers.page_views import not_found_is_404
from guanxi.faces.desk.customers.thinking import QUESTIONS, thinking_of
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.record.customers.queries import Head, head_of_code
from guanxi.record.surveys.permissions import NOTE, SEE
from guanxi.record.surveys.rules import Survey
from guanxi.record.surveys.services import note_survey, take_back_survey


@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: FaceRequest, code: str) -> HttpResponse:
    """The latest answers; new ones that the customer gave to whoever notes them."""
    if request.method != "POST":
        head = _head(request, code, SEE)
        asked(request)
        return _page(request, head)
    head = _head(request, code, NOTE)
    sent = read(SurveyForm, request)
    typed = {**sent, "asked_on": sent["asked_on"].isoformat()}
    return _acted(request, head, lambda: note_survey(head.id, Survey(**sent), by=request.principal), typed)


@require_POST
def survey_withdrawal(request: FaceRequest, code: str) -> HttpResponse:
    """The latest answers were noted in error."""
    head = _head(request, code, NOTE)
    return _acted(request, head, lambda: take_back_survey(head.id, by=request.principal), {})


def _head(request: FaceRequest, code: str, permission: Permission) -> Head:
    require(request.principal, permission)
    with not_found_is_404():
        return head_of_code(code, request.principal)


def _acted(request: FaceRequest, head: Head, act: Callable[[], Any], typed: dict[str, Any]) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        return _page(request, head, problem=refusal_words(refused), typed=typed)
    return redirect("survey", code=head.code)


def _page(request: FaceRequest, head: Head, *, problem: str = "", typed: dict[str, Any] | None = None) -> HttpResponse:
    sent = typed or {}
    questions = [(name, label, sent.get(name)) for name, label in QUESTIONS.items()]
    told = thinking_of(head, look_of(request))
    context = {"head": head, "survey": told, "questions": questions, "problem": problem, "typed": sent}
    response = render(request, "customers/survey.html", context, status=422 if problem else 200)
    if problem:
        response["HX-Replace-Url"] = "false"
    return response
