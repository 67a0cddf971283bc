"""Credit cases at the desk, for whoever reviews them: the list, a page each, the notice as a document, and each step."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
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
from guanxi.faces.desk.settings.showing import UNPROCESSABLE, carried_out, done
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
_MOST_DIGITS = 4
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
    return _page(request, _found(request, code))


@require_POST
def decision(request: FaceRequest, code: str) -> HttpResponse:
    """Decide about the limit."""
    there = _found(request, code)
    form = DecisionForm(request.POST)
    words = _("Decided. Print the notice and note when it was given.")
    return _step(
        request,
        there,
        form,
        lambda _said: decide_case(code, form.ruling(there.currency), by=request.principal),
        words,
    )


@require_POST
def increase(request: FaceRequest, code: str) -> HttpResponse:
    """Raise a limit after the customer agreed, or leave it."""
    there = _found(request, code)
    form = IncreaseForm(request.POST)
    return _step(
        request,
        there,
        form,
        lambda _said: decide_increase(code, form.raising(there.currency), by=request.principal),
        _("Decided."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: FaceRequest, code: str) -> HttpResponse:
    """A notice as a document for printing, the latest unless a number is named; sent: note that it was given."""
    there = _found(request, code)
    if request.method == "POST":
        return _step(
            request,
            there,
            NoticeForm(request.POST),
            lambda said: give_notice(code, way=Way(said["way"]), on=said["on"], by=request.principal),
            _("Noted; the days to appeal run from then."),
        )
    number = asked(request, "number")["number"]
    if number and not (number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS):
        raise Http404
    found = [one for one in notices_of(there) if not number or one.number == int(number)]
    if not found:
        raise Http404
    return render(request, "credit/notice.html", {"notice": found[0], "case": there})


@require_POST
def appeal(request: FaceRequest, code: str) -> HttpResponse:
    """Record an appeal."""
    return _step(
        request,
        _found(request, code),
        AppealForm(request.POST),
        lambda said: record_appeal(code, words=said["words"], on=said["on"], by=request.principal),
        _("Recorded; another person decides about it."),
    )


@require_POST
def appeal_decision(request: FaceRequest, code: str) -> HttpResponse:
    """Decide an appeal against somebody else's decision."""
    return _step(
        request,
        _found(request, code),
        AppealDecisionForm(request.POST),
        lambda said: decide_appeal(code, is_upheld=said["outcome"] == "stays", why=said["why"], by=request.principal),
        _("Decided. Print the notice and note when it was given."),
    )


@require_POST
def recheck(request: FaceRequest, code: str) -> HttpResponse:
    """Give the limit back, or leave it; keep help in hardship, or end it."""
    there = _found(request, code)
    form = RecheckForm(request.POST, is_help=_is_help(there))
    return _step(request, there, form, lambda said: _looked_at(code, said, request.principal), _("Done."))


def _looked_at(code: str, said: dict[str, Any], by: Principal) -> None:
    if said["outcome"] == "help":
        keep_help(code, why=said["why"], by=by)
    else:
        decide_recheck(code, is_restored=said["outcome"] == "back", why=said["why"], by=by)


def _is_help(there: Any) -> bool:
    return bool(there.decision == Decision.HARDSHIP)


def _step(
    request: FaceRequest, there: Any, form: forms.Form, act: Callable[[dict[str, Any]], None], words: str
) -> HttpResponse:
    if carried_out(form, act):
        return done(request, words, "credit_case", there.code)
    return _page(request, _found(request, there.code), form, status=UNPROCESSABLE)


def _found(request: FaceRequest, code: str) -> Any:
    there = case_of_code(code, principal=request.principal)
    if there is None:
        raise Http404
    return there


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
    blank = {
        "decision_form": DecisionForm(
            initial={"limit": proposed, "contact": request.principal.name, "starts_on": begins}
        ),
        "increase_form": IncreaseForm(initial={"limit": proposed, "income": salary}),
        "notice_form": NoticeForm(initial=today),
        "appeal_form": AppealForm(initial=today),
        "appeal_decision_form": AppealDecisionForm(),
        "recheck_form": RecheckForm(is_help=_is_help(there)),
    }
    shown = {name: sent if type(sent) is type(form) else form for name, form in blank.items()}
    is_shown = {
        "decision_form": page.may_decide,
        "increase_form": page.may_raise,
        "notice_form": page.may_give,
        "appeal_form": page.may_appeal,
        "appeal_decision_form": page.may_judge_appeal,
        "recheck_form": page.may_look_again,
    }
    lost = [
        str(error) for name, form in shown.items() if form is sent and not is_shown[name] for error in _errors(form)
    ]
    context = {
        "page": page,
        "problem": lost,
        **{name: form if is_shown[name] else None for name, form in shown.items()},
    }
    return render(request, "credit/case.html", context, status=status)


def _errors(form: forms.Form) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]
