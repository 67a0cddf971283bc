"""Lost and winning back at the desk: the whole, handing the list out, one loss and what the customer said of it."""

from django import forms
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.faces.desk.insight.leaving_for import leaving_for
from guanxi.faces.desk.insight.winning import loss_page, win_back_page
from guanxi.faces.desk.insight.winning_filters import asked_of
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.toasts import say
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.rescue.winback import services
from guanxi.rescue.winback.choices import Reason
from guanxi.rescue.winback.queries import loss_of_code

_MOST_DIGITS = 15


class HandingForm(forms.Form):
    """How many of the ranked list."""

    count = forms.IntegerField(min_value=1, max_value=1_000_000)


class ReasonForm(forms.Form):
    """What the customer said of why."""

    reason = forms.TypedChoiceField(choices=Reason.choices, coerce=int)
    words = forms.CharField(required=False, max_length=4_000, strip=True)


@require_safe
def winback(request: FaceRequest) -> HttpResponse:
    """Who is lost, who is worth pursuing, what lies behind."""
    given = asked(request, "span", "reason", "cause", "tier", "before")
    require(request.principal, Permission.VIEW_STANDING)
    look, before = look_of(request), given["before"]
    question = asked_of(given, look.today)
    if question is None or not (before or "0").isdecimal() or len(before) > _MOST_DIGITS:
        raise BadRequest("no question of ours")
    page = win_back_page(look, question, given, before=int(before or 0))
    return render(request, "insight/winback.html", {"page": page, "market": leaving_for(look)})


@require_POST
def handing(request: FaceRequest) -> HttpResponse:
    """Hand the first of the ranked list out."""
    require(request.principal, Permission.VIEW_STANDING)
    require(request.principal, Permission.HAND_OVER_ACTIONS)
    try:
        done = services.hand_out_best(read(HandingForm, request)["count"], by=request.principal)
    except Refused as refused:
        say(request, refusal_words(refused))
    else:
        say(request, _("{pursued} handed out, {control} kept back to compare").format(**done))
    return redirect("winback")


@require_safe
def loss(request: FaceRequest, code: str) -> HttpResponse:
    """One loss, with what the record knows of why."""
    asked(request)
    found = loss_of_code(code, request.principal)
    if found is None:
        raise Http404
    return render(request, "insight/loss.html", {"page": loss_page(found, look_of(request))})


@require_POST
def reason(request: FaceRequest, code: str) -> HttpResponse:
    """Note what the customer said of why."""
    if loss_of_code(code, request.principal) is None:
        raise Http404
    given = read(ReasonForm, request)
    try:
        services.declare_reason(code, by=request.principal, reason=Reason(given["reason"]), words=given["words"])
    except Refused as refused:
        say(request, refusal_words(refused))
    else:
        say(request, _("Noted. It counts before everything that was concluded."))
    return redirect("loss", code)
