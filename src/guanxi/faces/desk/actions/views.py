"""One action: look at it, answer it, take the answer back, hand it over."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.faces.desk.actions.forms import AnswerForm, HandOverForm, WithdrawalForm
from guanxi.faces.desk.actions.presenters import Typed, sheet_of
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import Look, look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.record.actions import services
from guanxi.record.actions.choices import ActionStatus, NotNow
from guanxi.record.actions.queries import ActionLine, done_today, get_action, takers_of

_STATUS = {"done": ActionStatus.DONE, "accepted": ActionStatus.DONE, "not_now": ActionStatus.NOT_NOW}
_CONFLICTS = ("action.changed", "action.over")


@require_safe
def action(request: FaceRequest, code: str) -> HttpResponse:
    """The page of one action, open."""
    asked(request)
    return _page(request, code)


@require_safe
def panel(request: FaceRequest, code: str) -> HttpResponse:
    """The preview of one action beside the list, by itself a page."""
    asked(request)
    look = look_of(request)
    shown = sheet_of(_found(code, look), look)
    return render(request, "actions/panel.html", {"sheet": shown, "line": shown.line})


@require_POST
def answer(request: FaceRequest, code: str) -> HttpResponse:
    """Done, accepted, or not now because…"""
    sent = read(AnswerForm, request)
    try:
        services.answer_action(
            code,
            by=request.principal,
            answer=sent["answer"],
            reason=NotNow(sent["because"]) if sent["because"] else None,
            again_on=sent["again_on"],
            note=sent["note"],
            version=sent["version"],
        )
    except Refused as refused:
        if not _came_twice(request, code, _STATUS[sent["answer"]], refused):
            return _refused(request, code, refused, sent)
    return _back(request, code, sent["back"], then=sent["then"])


@require_POST
def answer_withdrawal(request: FaceRequest, code: str) -> HttpResponse:
    """Take today's answer back."""
    sent = read(WithdrawalForm, request)
    try:
        services.undo_answer(code, by=request.principal, version=sent["version"])
    except Refused as refused:
        return _refused(request, code, refused, sent)
    return _back(request, code, sent["back"], word="open")


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: FaceRequest, code: str) -> HttpResponse:
    """To whom, and handing it over."""
    if request.method != "POST":
        require(request.principal, Permission.HAND_OVER_ACTIONS)
        wanted = asked(request, "back", "then")
        return _hand_over_page(request, code, back=wanted["back"], then=wanted["then"])
    sent = read(HandOverForm, request)
    try:
        services.hand_over_action(
            code, by=request.principal, to_staff=sent["to"], note=sent["note"], version=sent["version"]
        )
    except Refused as refused:
        if not _came_twice(request, code, ActionStatus.HANDED_OVER, refused):
            return _refused(request, code, refused, sent)
    return _back(request, code, sent["back"], then=sent["then"])


def _page(
    request: FaceRequest, code: str, *, back: str = "", typed: Typed | None = None, status: int = 200
) -> HttpResponse:
    look = look_of(request)
    shown = sheet_of(_found(code, look), look, back=back, typed=typed)
    return render(request, "actions/page.html", {"sheet": shown, "line": shown.line}, status=status)


def _hand_over_page(
    request: FaceRequest, code: str, *, back: str, then: str = "", typed: Typed | None = None, status: int = 200
) -> HttpResponse:
    look = look_of(request)
    shown = sheet_of(_found(code, look), look, back=back, typed=typed)
    people = takers_of(code, look.principal)
    context = {"sheet": shown, "line": replace(shown.line, then=then), "people": people}
    return render(request, "actions/hand_over.html", context, status=status)


def _found(code: str, look: Look) -> ActionLine:
    found = get_action(code, principal=look.principal, on=look.today)
    if found is None:
        raise Http404
    return found


def _refused(request: FaceRequest, code: str, refused: Refused, sent: dict[str, Any]) -> HttpResponse:
    """The action as it stands now, with the reason of the refusal and everything that had been typed."""
    if refused.code == "action.unknown":
        raise Http404
    again = sent.get("again_on")
    typed = Typed(refusal_words(refused), sent.get("note", ""), again.isoformat() if again else "", sent.get("to", ""))
    status = 409 if refused.code in _CONFLICTS else 422
    if "to" in sent:
        return _hand_over_page(request, code, back=sent["back"], then=sent["then"], typed=typed, status=status)
    return _page(request, code, back=sent["back"], typed=typed, status=status)


def _came_twice(request: FaceRequest, code: str, status: ActionStatus, refused: Refused) -> bool:
    """Whether a refused answer is the second of a double click: the same person gave the same answer today."""
    if refused.code not in _CONFLICTS:
        return False
    look = look_of(request)
    done = done_today(look.principal, on=look.today)
    return any(line.code == code and line.status == status for line in done)


def _back(request: FaceRequest, code: str, place: str, *, word: str = "answered", then: str = "") -> HttpResponse:
    """Back to where the answer was given, which then shows what was done and how to undo it, and opens the line `then`."""
    if place == "customer":
        look = look_of(request)
        found = get_action(code, principal=look.principal, on=look.today)
        if found is not None:
            return redirect(f"{reverse('customer', args=[found.customer_code])}?{word}={code}")
    more = f"&open={then}" if then else ""
    return redirect(f"{reverse('today')}?{word}={code}{more}")
