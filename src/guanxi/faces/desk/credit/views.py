"""Credit cases at the desk, for whoever reviews them: the list, a page each, the notice as a document, and each step."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.faces.desk.credit.forms import (
    AppealDecisionForm,
    AppealForm,
    DecisionForm,
    IncreaseForm,
    NoticeForm,
    RecheckForm,
)
from guanxi.faces.desk.credit.presenters import page_of, rows_of, salary_of
from guanxi.faces.desk.credit.watching import watching_of
from guanxi.faces.desk.settings.leading import Leading, forms_of
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.ground.money import from_minor
from guanxi.identity.principals import Principal
from guanxi.rescue.credit.choices import Decision, Way
from guanxi.rescue.credit.queries import case_of_code, notices_of, other_cases, waiting_cases
from guanxi.rescue.credit.services import (
    decide_appeal,
    decide_case,
    decide_increase,
    decide_recheck,
    give_notice,
    keep_help,
    record_appeal,
)

_PAGE = 100
_AHEAD_DAYS = 14  # what a form proposes: time to tell the customer


@require_safe
def cases(request: FaceRequest) -> HttpResponse:
    """Cases that wait, the first due first; those in force and ended; how the decisions turned out."""
    after, look = asked(request, "after")["after"], look_of(request)
    waiting = waiting_cases(principal=request.principal, after=after, limit=_PAGE + 1)
    context = {
        "waiting": rows_of(waiting[:_PAGE], look),
        "more": waiting[_PAGE - 1].code if len(waiting) > _PAGE else "",
        "others": [] if after else rows_of(other_cases(principal=request.principal), look),
        "watching": watching_of(look),
    }
    return render(request, "credit/list.html", context)


@require_safe
def case(request: FaceRequest, code: str) -> HttpResponse:
    """One case: both explanations, the proposal, what may be done now."""
    asked(request)
    return _page(request, _LEADING.found(request, code))


@require_POST
def decision(request: FaceRequest, code: str) -> HttpResponse:
    """Decide about the limit."""
    there = _LEADING.found(request, code)
    form = DecisionForm(request.POST)
    words = _("Decided. Print the notice and note when it was given.")
    return _LEADING.step(
        request,
        code,
        form,
        lambda _said: decide_case(code, form.ruling(there.currency), by=request.principal),
        words,
    )


@require_POST
def increase(request: FaceRequest, code: str) -> HttpResponse:
    """Raise a limit after the customer agreed, or leave it."""
    there = _LEADING.found(request, code)
    form = IncreaseForm(request.POST)
    return _LEADING.step(
        request,
        code,
        form,
        lambda _said: decide_increase(code, form.raising(there.currency), by=request.principal),
        _("Decided."),
    )


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
        _("Recorded; another person decides about it."),
    )


@require_POST
def appeal_decision(request: FaceRequest, code: str) -> HttpResponse:
    """Decide an appeal against somebody else's decision."""
    return _LEADING.step(
        request,
        code,
        AppealDecisionForm(request.POST),
        lambda said: decide_appeal(code, is_upheld=said["outcome"] == "stays", why=said["why"], by=request.principal),
        _("Decided. Print the notice and note when it was given."),
    )


@require_POST
def recheck(request: FaceRequest, code: str) -> HttpResponse:
    """Give the limit back, or leave it; keep help in hardship, or end it."""
    there = _LEADING.found(request, code)
    form = RecheckForm(request.POST, is_help=_is_help(there))
    return _LEADING.step(request, code, form, lambda said: _looked_at(code, said, request.principal), _("Done."))


def _looked_at(code: str, said: dict[str, Any], by: Principal) -> None:
    if said["outcome"] == "help":
        keep_help(code, why=said["why"], by=by)
    else:
        decide_recheck(code, is_restored=said["outcome"] == "back", why=said["why"], by=by)


def _is_help(there: Any) -> bool:
    return bool(there.decision == Decision.HARDSHIP)


def _typed(amount: int | None, currency: str) -> str:
    """An amount as it stands in a field."""
    return "" if amount is None else f"{from_minor(amount, currency).normalize():f}"


def _page(request: FaceRequest, there: Any, sent: forms.Form | None = None, *, status: int = 200) -> HttpResponse:
    """The case with its forms: one that was sent and refused stands as it was typed."""
    look = look_of(request)
    page = page_of(there, look)
    today = {"on": look.today}
    proposed, salary = (_typed(amount, there.currency) for amount in (there.proposed, salary_of(there)))
    begins = look.today + dt.timedelta(days=_AHEAD_DAYS)
    decided = {"limit": proposed, "contact": request.principal.name, "starts_on": begins}
    blank: dict[str, tuple[bool, forms.Form]] = {
        "decision_form": (page.may_decide, DecisionForm(initial=decided)),
        "increase_form": (page.may_raise, IncreaseForm(initial={"limit": proposed, "income": salary})),
        "notice_form": (page.may_give, NoticeForm(initial=today)),
        "appeal_form": (page.may_appeal, AppealForm(initial=today)),
        "appeal_decision_form": (page.may_judge_appeal, AppealDecisionForm()),
        "recheck_form": (page.may_look_again, RecheckForm(is_help=_is_help(there))),
    }
    return render(request, "credit/case.html", {"page": page, **forms_of(blank, sent)}, status=status)


_LEADING = Leading("credit_case", case_of_code, _page, back=gettext_lazy("To the case"))
