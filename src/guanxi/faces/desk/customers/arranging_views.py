"""Arranging the page of a customer for oneself: panels step by step, the tab of the history, all as it came."""

from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from guanxi.faces.desk.customers.arranging import arrange_page
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import code_field, read
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.ids import is_code
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.record.bookmarks.choices import Panel, Shift, Story
from guanxi.record.bookmarks.queries import arrangement_of
from guanxi.record.bookmarks.services import forget_arrangement, open_history_with, shift_panel

_OPENS, _FORGET = "opens", "forget"


class ArrangeForm(forms.Form):
    """One step: what is done to which panel, or the tab of the history, or all of it forgotten."""

    act = forms.ChoiceField(choices=[*Shift.choices, (_OPENS, ""), (_FORGET, "")])
    panel = forms.ChoiceField(choices=[("", ""), *Panel.choices], required=False)
    story = forms.ChoiceField(choices=Story.choices, required=False)
    customer = code_field()


@require_http_methods(["GET", "HEAD", "POST"])
def arrangement(request: FaceRequest) -> HttpResponse:
    """How the page of every customer stands for this person, and changing it a step at a time."""
    require(request.principal, Permission.VIEW_CUSTOMERS)
    if request.method != "POST":
        customer = asked(request, "customer")["customer"]
        if customer and not is_code(customer):
            raise BadRequest("no code")
        return _shown(request, customer)
    sent = read(ArrangeForm, request)
    try:
        _acted(sent, request.principal)
    except Refused as refused:
        return _shown(request, sent["customer"], refusal_words(refused))
    back = f"?customer={sent['customer']}" if sent["customer"] else ""
    return redirect(reverse("customer_arrangement") + back)


def _acted(sent: dict[str, Any], by: Principal) -> None:
    if sent["act"] == _FORGET:
        forget_arrangement(by=by)
    elif sent["act"] == _OPENS:
        open_history_with(sent["story"], by=by)
    else:
        shift_panel(sent["panel"], sent["act"], by=by)


def _shown(request: FaceRequest, customer: str, problem: str = "") -> HttpResponse:
    page = arrange_page(arrangement_of(request.principal), customer, problem)
    response = render(request, "customers/arrangement.html", {"page": page}, status=422 if problem else 200)
    if problem:
        response["HX-Replace-Url"] = "false"
    return response
