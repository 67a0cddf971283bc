"""The relationship goes on to another stage, or back from a slip (OPS-06)."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanxi.faces.desk.customers.page_views import not_found_is_404
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.toasts import say
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.record.customers import services
from guanxi.record.customers.choices import Stage
from guanxi.record.customers.queries import Head, head_of_code
from guanxi.record.customers.services.staging import BY_HAND


class StageForm(forms.Form):
    """The stage it goes to."""

    to = forms.TypedChoiceField(choices=Stage.choices, coerce=int)


@require_POST
def stage(request: FaceRequest, code: str) -> HttpResponse:
    """Move a customer to another stage; where the present one does not lead there, it is said why."""
    head, to = _head(request, code), Stage(read(StageForm, request)["to"])
    try:
        moved = services.change_stage([head.id], to=to, cause=BY_HAND, by=request.principal)
    except Refused as refused:
        return _back(request, head, refusal_words(refused))
    if not moved:
        return _back(request, head, "")
    words = _("From {old} to {new}").format(old=Stage(head.stage).label, new=to.label)
    return _back(request, head, words, undo=reverse("stage_withdrawal", args=[head.code]))


@require_POST
def stage_withdrawal(request: FaceRequest, code: str) -> HttpResponse:
    """Take a change of stage of today back."""
    head = _head(request, code)
    try:
        services.withdraw_stage(head.id, by=request.principal)
    except Refused as refused:
        return _back(request, head, refusal_words(refused))
    return _back(request, head, "")


def _head(request: FaceRequest, code: str) -> Head:
    require(request.principal, Permission.EDIT_CUSTOMERS)
    with not_found_is_404():
        return head_of_code(code, request.principal)


def _back(request: FaceRequest, head: Head, words: str, *, undo: str = "") -> HttpResponse:
    if words:
        say(request, words, undo=undo)
    return redirect("customer", head.code)
