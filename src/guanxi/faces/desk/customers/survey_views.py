"""The yearly survey of one customer: read beside his standing, noted there, and taken back where it was an error."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.faces.desk.customers.card_forms import SurveyForm
from guanxi.faces.desk.customers.slots import Slot, head_for
from guanxi.faces.desk.customers.thinking import QUESTIONS, thinking_of
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.requests import FaceRequest
from guanxi.record.customers.queries import Head
from guanxi.record.surveys.permissions import NOTE, SEE
from guanxi.record.surveys.rules import Survey
from guanxi.record.surveys.services import note_survey, take_back_survey


@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: FaceRequest, code: str) -> HttpResponse:
    """The latest answers; new ones that the customer gave to whoever notes them."""
    if request.method != "POST":
        head = head_for(request, code, SEE)
        asked(request)
        return _SLOT.page(request, head)
    head = head_for(request, code, NOTE)
    sent = read(SurveyForm, request)
    said = Survey(**{name: value for name, value in sent.items() if name != "unanswered"})

    def note() -> int:
        return note_survey(head.id, said, by=request.principal, is_unanswered=sent["unanswered"])

    return _SLOT.acted(request, head, note, sent)


@require_POST
def survey_withdrawal(request: FaceRequest, code: str) -> HttpResponse:
    """The latest answers were noted in error."""
    head = head_for(request, code, NOTE)
    return _SLOT.acted(request, head, lambda: take_back_survey(head.id, by=request.principal))


def _told(head: Head, look: Look, sent: Mapping[str, Any]) -> dict[str, Any]:
    questions = [(name, label, sent.get(name)) for name, label in QUESTIONS.items()]
    return {"survey": thinking_of(head, look), "questions": questions}


_SLOT = Slot("survey", "customers/survey.html", _told)
