"""The evidence behind an action and behind a signal: the rows themselves, and what a person says about them."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from guanxi.faces.desk.evidence.deposits import deposits_page
from guanxi.faces.desk.evidence.facts import PROVEN
from guanxi.faces.desk.evidence.forms import JudgementForm, JudgementWithdrawalForm
from guanxi.faces.desk.evidence.judging import Typed
from guanxi.faces.desk.evidence.presenters import About, evidence_page, follows_of
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import Look, look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, may
from guanxi.record.actions.queries import get_action
from guanxi.record.actions.services import reopen_signal, settle_signal
from guanxi.record.actions.wording import supposed_in_words
from guanxi.record.customers.queries import customer_rows
from guanxi.record.signals.choices import Judgement, SignalKind
from guanxi.record.signals.queries import get_signal, signal_of_key
from guanxi.record.signals.rules import OPEN_STATES
from guanxi.record.signals.wording import supposed
from guanxi.rescue.credit.permissions import may_review
from guanxi.rescue.credit.queries import case_of_signal


@require_safe
def action_evidence(request: FaceRequest, code: str) -> HttpResponse:
    """The rows from which the figures of an action's reason recompute."""
    look = look_of(request)
    return _page(request, _about_action(code, look), look)


@require_safe
def signal_evidence(request: FaceRequest, code: str) -> HttpResponse:
    """The rows from which the figures of a signal recompute."""
    look = look_of(request)
    return _page(request, _about_signal(code, look), look)


@require_POST
def judgement(request: FaceRequest, code: str) -> HttpResponse:
    """Say that a signal is right, or explain it: then its work is off the list."""
    sent = read(JudgementForm, request)
    said = Judgement[sent["judgement"].upper()]
    try:
        settle_signal(code, by=request.principal, judgement=said, quiet_until=sent["quiet_until"], note=sent["note"])
    except Refused as refused:
        if not _came_twice(request, code, said, refused):
            return _refused(request, code, refused, sent)
    return _back(code, sent["action"], look_of(request), "?judged=1#judgement")


@require_POST
def judgement_withdrawal(request: FaceRequest, code: str) -> HttpResponse:
    """Take what was said about a signal back."""
    sent = read(JudgementWithdrawalForm, request)
    try:
        reopen_signal(code, by=request.principal)
    except Refused as refused:
        return _refused(request, code, refused, sent)
    return _back(code, sent["action"], look_of(request), "#judgement")


def _came_twice(request: FaceRequest, code: str, said: Judgement, refused: Refused) -> bool:
    """Whether a refused judgement is the second of a double click: the same person has said the same."""
    signal = get_signal(code, principal=request.principal) if refused.code == "signal.over" else None
    return signal is not None and (signal.judgement, signal.judged_by) == (said, request.principal.name)


def _about_action(code: str, look: Look) -> About:
    action = get_action(code, principal=look.principal, on=look.today)
    if action is None:
        raise Http404
    signal = None
    if action.signal_key and may(look.principal, Permission.VIEW_SIGNALS):
        signal = signal_of_key(action.signal_key, principal=look.principal)
    href = reverse("customer", args=[action.customer_code])
    return About(
        action.customer_name, href, action.reason_words, action.evidence, signal, action.code, tier=action.tier,
        supposed=supposed_in_words(action.reason), follows=follows_of(action, look),
    )  # fmt: skip


def _about_signal(code: str, look: Look) -> About:
    signal = get_signal(code, principal=look.principal)
    if signal is None:
        raise Http404
    (customer,) = customer_rows([signal.customer_id], look.principal)
    href = reverse("customer", args=[customer.code])
    guess = supposed(signal.kind) if signal.state in OPEN_STATES else ""
    return About(customer.name, href, signal.explanation, signal.evidence, signal, tier=customer.tier, supposed=guess)


def _page(
    request: FaceRequest, about: About, look: Look, *, typed: Typed | None = None, status: int = 200
) -> HttpResponse:
    wanted = asked(request, "month", "judged")
    if about.evidence.get("table") not in PROVEN:
        raise Http404
    paged = deposits_page if about.evidence["table"] == "balances" else evidence_page
    page = paged(about, look, month=wanted["month"], typed=typed)
    context = {"page": page, "has_judged": wanted["judged"] == "1", "case": _case(about, look)}
    return render(request, "evidence/page.html", context, status=status)


def _case(about: About, look: Look) -> str:
    """The credit case that was opened from the signal, for whoever reviews it; "" for everybody else."""
    if about.signal is None or about.signal.kind != SignalKind.CREDIT_DOWNSHIFT or not may_review(look.principal):
        return ""
    code = case_of_signal(about.signal.key, principal=look.principal)
    return reverse("credit_case", args=[code]) if code else ""


def _refused(request: FaceRequest, code: str, refused: Refused, sent: dict[str, Any]) -> HttpResponse:
    """The evidence as it stands now, with the reason of the refusal and everything that had been typed."""
    if refused.code == "signal.unknown":
        raise Http404
    look = look_of(request)
    day = sent.get("quiet_until")
    typed = Typed(refusal_words(refused), sent.get("note", ""), day.isoformat() if day else "")
    status = 422 if refused.code == "signal.day_passed" else 409
    return _page(request, _about_either(code, sent["action"], look), look, typed=typed, status=status)


def _back(code: str, action: str, look: Look, more: str) -> HttpResponse:
    """Back to the page one came from, which shows what was said and how to take it back."""
    about = _about_either(code, action, look)
    name, key = ("action_evidence", about.action) if about.action else ("signal_evidence", code)
    return redirect(reverse(name, args=[key]) + more)


def _about_either(code: str, action: str, look: Look) -> About:
    """The evidence of the action one came from, if it is about this signal; else of the signal itself."""
    if action and get_action(action, principal=look.principal, on=look.today) is not None:
        about = _about_action(action, look)
        if about.signal is not None and about.signal.code == code:
            return about
    return _about_signal(code, look)
