"""Correcting a contact that one has noted oneself, and taking it back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.faces.desk.conversations.forms import SPOKEN, heard_field
from guanxi.faces.desk.conversations.presenters import Choice, heard_choices, rival_choices
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import code_field, read
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.toasts import say
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.record.conversations.choices import Direction, Heard, Outcome, Point
from guanxi.record.conversations.queries import ConversationRow, get_conversation
from guanxi.record.conversations.rules import MAX_POINT, MAX_SUMMARY
from guanxi.record.conversations.services import (
    Correction,
    correct_conversation,
    meet_request,
    reopen_request,
    return_conversation,
    withdraw_conversation,
)
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.queries import head_of_code
from guanxi.record.customers.queries.page import code_of

_ROOM = 2  # browsers send a line break as two characters


class CorrectionForm(forms.Form):
    """What is to stand in the note instead."""

    channel = forms.TypedChoiceField(choices=Channel.choices, coerce=int)
    direction = forms.TypedChoiceField(choices=Direction.choices, coerce=int)
    outcome = forms.TypedChoiceField(choices=Outcome.choices, coerce=int)
    heard = heard_field()
    rival = code_field()
    summary = forms.CharField(required=False, max_length=_ROOM * MAX_SUMMARY, strip=False)


for _point in Point:
    CorrectionForm.base_fields[_point.value] = forms.CharField(
        required=False, max_length=_ROOM * MAX_POINT, strip=False
    )


@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: FaceRequest, code: str) -> HttpResponse:
    """The note as it stands, to be corrected by whoever wrote it."""
    row = _own(request, code)
    if request.method != "POST":
        asked(request)
        return _page(request, row, _typed(row))
    sent = read(CorrectionForm, request)
    try:
        with _answered():
            correct_conversation(code, _correction(sent), by=request.principal)
    except Refused as refused:
        return _page(request, row, sent, problem=refusal_words(refused))
    say(request, _("Corrected. What stood there before can still be read."))
    return redirect("conversation", code)


@require_POST
def withdrawal(request: FaceRequest, code: str) -> HttpResponse:
    """Take the note back."""
    row = _own(request, code)
    with _answered():
        withdraw_conversation(code, by=request.principal)
    say(request, _("Taken back: it stands nowhere any more."), undo=reverse("conversation_return", args=[code]))
    return redirect(reverse("customer", args=[code_of(row.customer_id, request.principal)]))


@require_POST
def conversation_return(request: FaceRequest, code: str) -> HttpResponse:
    """Put a note that was taken back where it was."""
    require(request.principal, Permission.LOG_CONVERSATIONS)
    with _answered():
        return_conversation(code, by=request.principal)
    return redirect("conversation", code)


@contextmanager
def _answered() -> Iterator[None]:
    """What is out of sight is not there; what somebody else wrote is refused."""
    try:
        yield
    except Refused as refused:
        if refused.code == "conversations.not_found":
            raise Http404 from refused
        if refused.code == "conversations.not_yours":
            raise PermissionDenied from refused
        raise


def _own(request: FaceRequest, code: str) -> ConversationRow:
    require(request.principal, Permission.LOG_CONVERSATIONS)
    row = get_conversation(code, principal=request.principal)
    if row is None:
        raise Http404
    if row.by_id is None or row.by_id != request.principal.staff_id:
        raise PermissionDenied
    return row


def _correction(sent: dict[str, Any]) -> Correction:
    return Correction(
        channel=Channel(sent["channel"]),
        direction=Direction(sent["direction"]),
        outcome=Outcome(sent["outcome"]),
        summary=sent["summary"].replace("\r\n", "\n"),
        points={point: sent[point.value].replace("\r\n", "\n") for point in Point},
        heard=Heard(sent["heard"] or 0),
        rival=sent["rival"],
    )


def _typed(row: ConversationRow) -> dict[str, Any]:
    told = {"channel": row.channel, "direction": row.direction, "outcome": row.outcome, "summary": row.summary}
    told |= {"heard": row.heard, "rival": row.rival_code}
    return told | {point.value: row.points.get(point.value, "") for point in Point}


def _rivals(row: ConversationRow, chosen: str) -> list[Choice]:
    """The firm's competitors, and the one that stands there, if it is off the list by now."""
    there = rival_choices(chosen)
    gone = row.rival_code and all(one.value != row.rival_code for one in there)
    return [*there, Choice(row.rival_code, row.rival, row.rival_code == chosen)] if gone else there


@require_POST
def meeting(request: FaceRequest, code: str) -> HttpResponse:
    """What was asked for is there for the customer now."""
    require(request.principal, Permission.LOG_CONVERSATIONS)
    with _answered():
        meet_request(code, by=request.principal)
    say(request, _("Noted: it is there for them now."), undo=reverse("conversation_reopening", args=[code]))
    return redirect("conversation", code)


@require_POST
def reopening(request: FaceRequest, code: str) -> HttpResponse:
    """It is missing still."""
    require(request.principal, Permission.LOG_CONVERSATIONS)
    with _answered():
        reopen_request(code, by=request.principal)
    return redirect("conversation", code)


def _page(request: FaceRequest, row: ConversationRow, typed: dict[str, Any], *, problem: str = "") -> HttpResponse:
    ways = dict.fromkeys([*SPOKEN, row.channel])
    context = {
        "head": head_of_code(code_of(row.customer_id, request.principal), request.principal),
        "code": row.code,
        "channels": [Choice(one.value, str(one.label), one == typed["channel"]) for one in ways],
        "directions": [Choice(one.value, str(one.label), one == typed["direction"]) for one in Direction],
        "outcomes": [Choice(one.value, str(one.label), one == typed["outcome"]) for one in Outcome],
        "heard": heard_choices(typed["heard"]),
        "rivals": _rivals(row, typed["rival"]),
        "points": [Choice(one.value, str(one.label), note=str(typed[one.value])) for one in Point],
        "summary": typed["summary"],
        "problem": problem,
    }
    response = render(request, "conversations/correction.html", context, status=422 if problem else 200)
    if problem:
        response["HX-Replace-Url"] = "false"
    return response
