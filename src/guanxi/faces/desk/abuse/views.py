"""Reviews of refund claims and fraud hits at the desk, for whoever reviews: the list, a page each, and each step."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.faces.desk.abuse.forms import AppealDecisionForm, DecisionForm, FraudForm, ProposalForm
from guanxi.faces.desk.abuse.presenters import page_of, rows_of
from guanxi.faces.desk.credit.forms import AppealForm, NoticeForm
from guanxi.faces.desk.customers.page_views import not_found_is_404
from guanxi.faces.desk.settings.leading import Leading, forms_of
from guanxi.faces.desk.settings.showing import UNPROCESSABLE, carried_out, done
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.record.customers.queries import head_of_code
from guanxi.rescue.abuse.queries import notices_of, other_reviews, review_of_code, waiting_reviews
from guanxi.rescue.abuse.services import (
    confirm_flag,
    decide_appeal,
    dismiss_review,
    give_notice,
    note_fraud,
    propose_flag,
    record_appeal,
)
from guanxi.rescue.credit.choices import Way

_PAGE = 100


@require_safe
def reviews(request: FaceRequest) -> HttpResponse:
    """Reviews that wait, the first due first, a page at a time; those with a flag in force and ended."""
    after, look = asked(request, "after")["after"], look_of(request)
    waiting = waiting_reviews(principal=request.principal, after=after, limit=_PAGE + 1)
    more = waiting[_PAGE - 1].code if len(waiting) > _PAGE else ""
    context = {
        "waiting": rows_of(waiting[:_PAGE], look),
        "more": more,
        "others": [] if after else rows_of(other_reviews(principal=request.principal), look),
    }
    return render(request, "abuse/list.html", context)


@require_safe
def review(request: FaceRequest, code: str) -> HttpResponse:
    """One review: what was counted, who said what, what may be done now."""
    asked(request)
    return _page(request, _LEADING.found(request, code))


@require_http_methods(["GET", "HEAD", "POST"])
def fraud(request: FaceRequest, code: str) -> HttpResponse:
    """Note a fraud hit of a customer: sales rest at once, and a second person decides."""
    require(request.principal, Permission.REVIEW_CREDIT)
    with not_found_is_404():
        customer = head_of_code(code, request.principal)
    form = FraudForm(request.POST if request.method == "POST" else None)
    made: list[str] = []
    if request.method == "POST":
        if carried_out(
            form, lambda said: made.append(note_fraud(customer.id, found=said["found"], by=request.principal))
        ):
            return done(request, _("Noted; sales rest, and another person decides."), "abuse_review", made[0])
    else:
        asked(request)
    context = {"form": form, "name": customer.name, "customer": reverse("customer", args=[code]), "code": code}
    return render(request, "abuse/fraud.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@require_POST
def proposal(request: FaceRequest, code: str) -> HttpResponse:
    """The first of two people: propose a flag, or say that there is nothing in it."""
    form = ProposalForm(request.POST)
    return _LEADING.step(request, code, form, lambda said: _first(code, said, request.principal), _("Noted."))


def _first(code: str, said: dict[str, Any], by: Principal) -> None:
    if said["outcome"] == "flag":
        propose_flag(code, why=said["why"], by=by)
    else:
        dismiss_review(code, why=said["why"], by=by)


@require_POST
def decision(request: FaceRequest, code: str) -> HttpResponse:
    """The second one: confirm the flag, or say that there is nothing in it."""
    form = DecisionForm(request.POST)
    return _LEADING.step(request, code, form, lambda said: _second(code, said, request.principal), _("Decided."))


def _second(code: str, said: dict[str, Any], by: Principal) -> None:
    if said["outcome"] == "flag":
        confirm_flag(code, why=said["why"], contact=said["contact"], by=by)
    else:
        dismiss_review(code, why=said["why"], by=by)


@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: FaceRequest, code: str) -> HttpResponse:
    """A notice as a document for printing, the latest unless a number is named; sent: note that it was given."""
    if request.method == "POST":
        return _LEADING.step(
            request,
            code,
            NoticeForm(request.POST),
            lambda said: give_notice(code, way=Way(said["way"]), on=said["on"], by=request.principal),
            _("Noted; the days to appeal run from then."),
        )
    return _LEADING.notice(request, code, notices_of)


@require_POST
def appeal(request: FaceRequest, code: str) -> HttpResponse:
    """Record an appeal."""
    return _LEADING.step(
        request,
        code,
        AppealForm(request.POST),
        lambda said: record_appeal(code, words=said["words"], on=said["on"], by=request.principal),
        _("Recorded; a third person decides about it."),
    )


@require_POST
def appeal_decision(request: FaceRequest, code: str) -> HttpResponse:
    """A third person decides an appeal."""
    return _LEADING.step(
        request,
        code,
        AppealDecisionForm(request.POST),
        lambda said: decide_appeal(code, is_upheld=said["outcome"] == "stays", why=said["why"], by=request.principal),
        _("Decided. Print the notice and note when it was given."),
    )


def _page(request: FaceRequest, there: Any, sent: forms.Form | None = None, *, status: int = 200) -> HttpResponse:
    """The review with its form: one that was sent and refused stands as it was typed."""
    look = look_of(request)
    page, today = page_of(there, look), {"on": look.today}
    blank = {
        "proposal_form": (page.may_propose, ProposalForm()),
        "decision_form": (page.may_confirm, DecisionForm(initial={"contact": request.principal.name})),
        "notice_form": (page.may_give, NoticeForm(initial=today)),
        "appeal_form": (page.may_appeal, AppealForm(initial=today)),
        "appeal_decision_form": (page.may_judge, AppealDecisionForm()),
    }
    return render(request, "abuse/review.html", {"page": page, **forms_of(blank, sent)}, status=status)


_LEADING = Leading("abuse_review", review_of_code, _page, back=gettext_lazy("To the review"))
