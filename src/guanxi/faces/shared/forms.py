"""Forms of every face: a field that no form of ours could send is not understood (400)."""

from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.http import HttpRequest

from guanxi.ground.ids import ALPHABET, CODE_LENGTH


def read(form: type[forms.Form], request: HttpRequest) -> dict[str, Any]:
    """Return the clean fields of a sent form. Raises BadRequest."""
    filled = form(request.POST)
    if not filled.is_valid():
        raise BadRequest(f"not a form of ours: {', '.join(filled.errors)}")
    return filled.cleaned_data


def code_field() -> forms.RegexField:
    """A code of a record, or nothing."""
    return forms.RegexField(rf"^[{ALPHABET}]{{{CODE_LENGTH}}}\Z", required=False)
