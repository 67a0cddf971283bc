"""How pages of administration are shown: forms that keep what was typed beside the reason why it was not taken."""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from guanxi.faces.desk.settings.places import tabs
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused

UNPROCESSABLE, CONFLICT = 422, 409


def show(request: FaceRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of administration with its tabs."""
    return render(request, template, {"tabs": tabs(request), **context}, status=status)


def offer(form: forms.Form, name: str, choices: Sequence[tuple[str, object]]) -> None:
    """What may be chosen in a field of a form, known only when it is shown."""
    field: Any = form.fields[name]
    field.choices = choices


def carried_out(form: forms.Form, act: Callable[[dict[str, Any]], Any]) -> bool:
    """Whether the form was understood and its act done; the reason of a refusal stands at the form."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except Refused as refused:
        form.add_error(None, refusal_words(refused))
        return False
    return True


def done(request: FaceRequest, words: object, place: str, *args: str) -> HttpResponse:
    """Back to a page, which says what was done."""
    messages.success(request, str(words))
    return redirect(place, *args)


def status_of(form: forms.Form) -> int:
    """409 where somebody else was faster, 422 for every other reason."""
    return CONFLICT if form.has_error("seen") else UNPROCESSABLE


class SeenForm(forms.Form):
    """A form made from what stands in the record, which tells when that has changed meanwhile. Its button says `button`."""

    seen = forms.CharField(max_length=16, widget=forms.HiddenInput)
    button = ""

    def __init__(self, *given: Any, now: Sequence[object], **more: Any) -> None:
        self.now = blake2b(repr(list(now)).encode(), digest_size=8).hexdigest()
        more["initial"] = more.get("initial", {}) | {"seen": self.now}
        super().__init__(*given, **more)

    def clean_seen(self) -> str:
        """Refused once when something else stands there now; sent again, the person has seen it."""
        said: str = self.cleaned_data["seen"]
        if said != self.now:
            sent: Any = self.data
            self.data = {**sent.dict(), "seen": self.now}
            raise forms.ValidationError(
                _("Somebody changed this meanwhile. What you typed is still here: look, then keep it.")
            )
        return said
