"""Saved views: kept, changed, removed, and the one with which a list opens."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from guanxi.faces.desk.lists.views import carried, noun_of, shown
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.lists.asked import AskedList
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from guanxi.ground.sheets.questions import MOST_LETTERS
from guanxi.record.bookmarks.choices import Sharing
from guanxi.record.bookmarks.services import NewView, change_view, choose_default_view, remove_view, save_view


class CarriedForm(forms.Form):
    """What every form of a list carries."""

    view = forms.CharField(required=False, max_length=12)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["from"] = forms.CharField(required=False, max_length=MOST_LETTERS)


class ViewForm(CarriedForm):
    """A name, who finds it, whether it stands among the tabs."""

    name = forms.CharField(max_length=200)
    sharing = forms.ChoiceField(choices=Sharing.choices)
    pinned = forms.BooleanField(required=False)


class DefaultForm(CarriedForm):
    """Whether the list opens with this view."""

    opens = forms.BooleanField(required=False)


class WidthsForm(forms.Form):
    """Columns and their pixels: `name:240,tier:60`."""

    widths = forms.RegexField(r"\A[a-z_]{1,30}:[0-9]{1,4}(,[a-z_]{1,30}:[0-9]{1,4}){0,40}\Z")

    def clean_widths(self) -> dict[str, int]:
        """The pixels by column."""
        pairs = (pair.split(":") for pair in self.cleaned_data["widths"].split(","))
        return {column: int(pixels) for column, pixels in pairs}


@require_POST
def views(request: FaceRequest, name: str) -> HttpResponse:
    """Keep what is asked as a new view, and open it."""
    sent, wanted = carried_by(request, name, ViewForm)
    text = wanted.question.changed().text()
    new = NewView(wanted.noun.sheet.noun, sent["name"], text, Sharing(sent["sharing"]), is_pinned=sent["pinned"])
    return _done(request, wanted, lambda: f"{wanted.path}?view={save_view(new, by=request.principal)}")


@require_POST
def question(request: FaceRequest, name: str, code: str) -> HttpResponse:
    """Keep what was changed in a view."""
    _sent, wanted = carried_by(request, name, CarriedForm)
    text = wanted.question.changed().text()

    def act() -> str:
        change_view(wanted.noun.sheet.noun, code, by=request.principal, question=text)
        return f"{wanted.path}?view={code}"

    return _done(request, wanted, act)


@require_POST
def widths(request: FaceRequest, name: str, code: str) -> HttpResponse:
    """Keep the widths to which columns of a view were drawn."""
    noun = noun_of(request, name)
    sent = read(WidthsForm, request)["widths"]
    try:
        change_view(noun.sheet.noun, code, by=request.principal, widths=sent)
    except Refused:
        return HttpResponse(status=404)
    return HttpResponse(status=204)


@require_POST
def one_view(request: FaceRequest, name: str, code: str) -> HttpResponse:
    """Call a view otherwise, share it, put it among the tabs."""
    sent, wanted = carried_by(request, name, ViewForm)
    parts = {"name": sent["name"], "sharing": Sharing(sent["sharing"]), "is_pinned": sent["pinned"]}
    return _done(request, wanted, lambda: change_view(wanted.noun.sheet.noun, code, by=request.principal, **parts))


@require_POST
def removal(request: FaceRequest, name: str, code: str) -> HttpResponse:
    """Remove a view; what it asked stays on the page, so that it can be kept again."""
    _sent, wanted = carried_by(request, name, CarriedForm, within="")
    return _done(request, wanted, lambda: remove_view(wanted.noun.sheet.noun, code, by=request.principal))


@require_POST
def default(request: FaceRequest, name: str, code: str) -> HttpResponse:
    """Let the list open with this view, or as it is again."""
    sent, wanted = carried_by(request, name, DefaultForm)
    opens = code if sent["opens"] else ""
    return _done(request, wanted, lambda: choose_default_view(wanted.noun.sheet.noun, opens, by=request.principal))


def carried_by(
    request: FaceRequest, name: str, form: type[CarriedForm], within: str | None = None
) -> tuple[dict[str, Any], AskedList]:
    """What a form of a list sends, and the list that it carries; `within` another view than the one sent. Raises Refused."""
    noun, sent = noun_of(request, name), read(form, request)
    view = sent["view"] if within is None else within
    return sent, carried(noun, look_of(request), sent["from"], view)


def _done(request: FaceRequest, wanted: AskedList, act: Callable[[], str | None]) -> HttpResponse:
    """Do it and go on to the address it answers, else back to the list; a refusal is said above the list."""
    try:
        href = act()
    except Refused as refused:
        return shown(request, wanted, problem=refusal_words(refused), status=422)
    return redirect(href or wanted.href(wanted.question))
