"""Pages of cases that people lead along: one in sight, a form for each step that may be done; one refused stands as it was typed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise

from guanxi.faces.desk.settings.showing import UNPROCESSABLE, carried_out, done
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.principals import Principal

_MOST_DIGITS = 4


class _Read(Protocol):
    def __call__(self, code: str, *, principal: Principal) -> Any: ...


class _Shown(Protocol):
    def __call__(
        self, request: FaceRequest, there: Any, sent: forms.Form | None = None, *, status: int = 200
    ) -> HttpResponse: ...


@dataclass(frozen=True)
class Leading:
    """One kind of case: the name of its address, how one is read (None where none is in sight), its page, and the words that lead
    back to it.
    """

    address: str
    read: _Read
    page: _Shown
    back: str | Promise = ""

    def found(self, request: FaceRequest, code: str) -> Any:
        """The case of a code; 404 where there is none in sight."""
        there = self.read(code, principal=request.principal)
        if there is None:
            raise Http404
        return there

    def step(
        self, request: FaceRequest, code: str, form: forms.Form, act: Callable[[dict[str, Any]], Any], words: str
    ) -> HttpResponse:
        """Do what a form asks for and go back to the case, which says so; refused, the page again with what was typed."""
        self.found(request, code)
        if carried_out(form, act):
            return done(request, words, self.address, code)
        return self.page(request, self.found(request, code), form, status=UNPROCESSABLE)

    def notice(self, request: FaceRequest, code: str, notices_of: Callable[[Any], Sequence[Any]]) -> HttpResponse:
        """A notice as a document for printing: the one whose number is asked for, the latest without one; 404 where there is none."""
        there = notice_asked(request, notices_of(self.found(request, code)))
        context = {"notice": there, "href": reverse(self.address, args=[code]), "back": self.back}
        return render(request, "cases/notice.html", context)


def forms_of(blank: Mapping[str, tuple[bool, forms.Form]], sent: forms.Form | None) -> dict[str, Any]:
    """What a page shows of its forms, by name (whether it may be sent now, and empty): the one that was sent as it was typed, and
    as `problem` why it was refused where its step may not be done any more.
    """
    shown = {name: sent if type(sent) is type(form) else form for name, (may, form) in blank.items() if may}
    lost = [] if sent is None or sent in shown.values() else [str(one) for some in sent.errors.values() for one in some]
    return {"problem": lost, **shown}


def notice_asked(request: FaceRequest, notices: Sequence[Any]) -> Any:
    """The notice whose number is asked for, the first of them without one; 404 where there is none."""
    number = asked(request, "number")["number"]
    if number and not (number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS):
        raise Http404
    found = [one for one in notices if not number or one.number == int(number)]
    if not found:
        raise Http404
    return found[0]
