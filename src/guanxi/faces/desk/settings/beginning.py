"""The questions with which a firm begins: answered, skipped, or answered again later."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guanxi.faces.desk.settings.showing import done, show
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import Permission, require
from guanxi.identity.queries import firm
from guanxi.insight.beginning import QUESTIONS, StartQuestion, answer_questions

Words = str | Promise


@dataclass(frozen=True)
class Asked:
    """A question as the page shows it: (name, words, is it so now) of each answer."""

    name: str
    label: Words
    why: Words
    answers: list[tuple[str, Words, bool]]


@require_http_methods(["GET", "HEAD", "POST"])
def beginning(request: FaceRequest) -> HttpResponse:
    """All questions on one page, with the answers that count now; none must be answered."""
    require(request.principal, Permission.ADMINISTER)
    if request.method == "POST":
        answer_questions(_sent(request), by=request.principal)
        return done(request, _("Kept; it counts from the next refresh on."), "start_questions")
    own = firm().thresholds
    return show(request, "settings/beginning.html", {"questions": [_asked(one, own) for one in QUESTIONS]})


def _sent(request: FaceRequest) -> dict[str, str]:
    """Question → answer, as the form says it. Raises BadRequest for an answer that no form of ours could send."""
    fields = {
        one.name: forms.ChoiceField(choices=[(answer.name, "") for answer in one.answers], required=False)
        for one in QUESTIONS
    }
    form = type("Answers", (forms.Form,), fields)(request.POST)
    if not form.is_valid():
        raise BadRequest("not a form of ours")
    answers: dict[str, str] = form.cleaned_data
    return answers


def _asked(question: StartQuestion, own: dict[str, float]) -> Asked:
    now = question.answered(own)
    return Asked(
        question.name,
        question.label,
        question.why,
        [(answer.name, answer.label, answer.name == now) for answer in question.answers],
    )
