"""Improvement cases at the desk: the list, one case, and the three steps of whoever works on it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from guanxi.faces.desk.insight.improving import case_page, cases_page
from guanxi.faces.desk.settings.leading import Leading, forms_of
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import Permission, require
from guanxi.rescue.improvement import services
from guanxi.rescue.improvement.queries import case_of_code
from guanxi.rescue.improvement.rules import MAX_WORDS

_MOST = 2 * MAX_WORDS  # a little more than the service takes, so that its reason is read


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


def _words(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=_MOST, strip=True, widget=forms.Textarea(attrs={"rows": 3})
    )


class TakingForm(forms.Form):
    """Until when it is to be done."""

    due_on = _day(gettext_lazy("Due on"))


class MeasureForm(forms.Form):
    """What was done, and since when."""

    words = _words(gettext_lazy("What was done"))
    on = _day(gettext_lazy("Since"), gettext_lazy("Whole months after this day are held against those before."))


class ClosureForm(forms.Form):
    """What came of it."""

    result = _words(gettext_lazy("What came of it, or why nothing is to be done"))


@require_safe
def improvements(request: FaceRequest) -> HttpResponse:
    """All improvement cases."""
    asked(request)
    return render(request, "insight/improvements.html", {"page": cases_page(look_of(request))})


@require_safe
def improvement(request: FaceRequest, code: str) -> HttpResponse:
    """One case, with the rate before and after."""
    asked(request)
    return _page(request, _LEADING.found(request, code))


@require_POST
def taking(request: FaceRequest, code: str) -> HttpResponse:
    """Take it upon oneself."""
    return _step(
        request,
        code,
        TakingForm(request.POST),
        lambda said: services.take_case(code, by=request.principal, due_on=said["due_on"]),
        _("It is yours now."),
    )


@require_POST
def measure(request: FaceRequest, code: str) -> HttpResponse:
    """Note what was done."""
    return _step(
        request,
        code,
        MeasureForm(request.POST),
        lambda said: services.note_done(code, by=request.principal, words=said["words"], on=said["on"]),
        _("Noted. The night holds the months after it against those before."),
    )


@require_POST
def closure(request: FaceRequest, code: str) -> HttpResponse:
    """Close it."""
    return _step(
        request,
        code,
        ClosureForm(request.POST),
        lambda said: services.close_case(code, by=request.principal, result=said["result"]),
        _("Closed."),
    )


def _step(
    request: FaceRequest, code: str, form: forms.Form, act: Callable[[dict[str, Any]], None], words: str
) -> HttpResponse:
    require(request.principal, Permission.WORK_ON_CAUSES)
    return _LEADING.step(request, code, form, act, words)


def _page(request: FaceRequest, there: Any, sent: forms.Form | None = None, *, status: int = 200) -> HttpResponse:
    """The case with its forms: one that was sent and refused stands as it was typed."""
    look = look_of(request)
    case, page = there, case_page(there, look)
    blank: dict[str, tuple[bool, forms.Form]] = {
        "taking_form": (page.may_take, TakingForm(initial={"due_on": max(case.due_on, look.today)})),
        "measure_form": (page.has_it, MeasureForm(initial={"words": case.done, "on": case.done_on or look.today})),
        "closure_form": (page.has_it, ClosureForm()),
    }
    return render(request, "insight/improvement.html", {"page": page, **forms_of(blank, sent)}, status=status)


_LEADING = Leading("improvement", case_of_code, _page)
