"""Saved views: kept, changed, removed, and the one with which a list opens."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from guanxi.faces.desk.lists.views import carried, noun_of, shown
from guanxi.faces.shared.forms import read
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
    noun, look = noun_of(request, name), look_of(request)
    sent = read(ViewForm, request)
    wanted = carried(noun, look, sent["from"], sent["view"])
    text = wanted.question.changed().text()
    new = NewView(noun.sheet.noun, sent["name"], text, Sharing(sent["sharing"]), is_pinned=sent["pinned"])
    try:
        code = save_view(new, by=request.principal)
    except Refused as refused:
        return shown(request, wanted, problem=refusal_words(refused), status=422)
    return redirect(f"{wanted.path}?view={code}")


@require_POST
def question(request: FaceRequest, name: str, code: str) -> HttpResponse:
    """Keep what was changed in a view."""
    noun, look = noun_of(request, name), look_of(request)
    sent = read(CarriedForm, request)
    wanted = carried(noun, look, sent["from"], sent["view"])
    try:
        change_view(noun.sheet.noun, code, by=request.principal, question=wanted.question.changed().text())
    except Refused as refused:
        return shown(request, wanted, problem=refusal_words(refused), status=422)
    return redirect(f"{wanted.path}?view={code}")


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
    noun, look = noun_of(request, name), look_of(request)
    sent = read(ViewForm, request)
    wanted = carried(noun, look, sent["from"], sent["view"])
    try:
        change_view(
            noun.sheet.noun,
            code,
            by=request.principal,
            name=sent["name"],
            sharing=Sharing(sent["sharing"]),
            is_pinned=sent["pinned"],
        )
    except Refused as refused:
        return shown(request, wanted, problem=refusal_words(refused), status=422)
    return redirect(wanted.href(wanted.question))


@require_POST
def removal(request: FaceRequest, name: str, code: str) -> HttpResponse:
    """Remove a view; what it asked stays on the page, so that it can be kept again."""
    noun, look = noun_of(request, name), look_of(request)
    sent = read(CarriedForm, request)
    wanted = carried(noun, look, sent["from"], "")
    try:
        remove_view(noun.sheet.noun, code, by=request.principal)
    except Refused as refused:
        return shown(request, wanted, problem=refusal_words(refused), status=422)
    return redirect(wanted.href(wanted.question))


@require_POST
def default(request: FaceRequest, name: str, code: str) -> HttpResponse:
    """Let the list open with this view, or as it is again."""
    noun, look = noun_of(request, name), look_of(request)
    sent = read(DefaultForm, request)
    wanted = carried(noun, look, sent["from"], sent["view"])
    try:
        choose_default_view(noun.sheet.noun, code if sent["opens"] else "", by=request.principal)
    except Refused as refused:
        return shown(request, wanted, problem=refusal_words(refused), status=422)
    return redirect(wanted.href(wanted.question))
