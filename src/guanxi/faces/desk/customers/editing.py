"""One field of a customer, changed where it stands: in a cell of the list, on the record, or on a small page of its own."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from guanxi.faces.desk.customers.history import LABELS
from guanxi.faces.desk.customers.page_views import not_found_is_404
from guanxi.faces.shared import cells
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.record.customers.choices import CustomerKind, Gender
from guanxi.record.customers.permissions import reads
from guanxi.record.customers.queries import Head, head_of_code
from guanxi.record.customers.services import update_customer

EDITABLE = ("name", "company", "city", "birthday", "gender", "kind", "language")
_CONFLICT = "customers.conflict"
_INPUTS = {"birthday": "date"}


class FieldForm(forms.Form):
    """The new value, and the version of the customer that was looked at."""

    value = forms.CharField(required=False, max_length=300)
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)


@dataclass(frozen=True)
class Cell:
    """One field as a form, or, saved, as its new words."""

    code: str
    name: str
    field: str
    label: str
    value: str
    version: int
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    saved: str = ""
    is_saved: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
def one_field(request: FaceRequest, code: str, field: str) -> HttpResponse:
    """The field as a form; sent, saved where nobody else changed the customer meanwhile. A refusal stands beside what was
    typed.
    """
    require(request.principal, Permission.EDIT_CUSTOMERS)
    with not_found_is_404():
        head = head_of_code(code, request.principal)
    if field not in EDITABLE or not reads(request.principal, field):
        raise Http404
    if request.method != "POST":
        asked(request)
        return _shown(request, _cell(head, field))
    sent = read(FieldForm, request)
    try:
        update_customer(head.id, {field: sent["value"]}, version=sent["version"], by=request.principal)
    except Refused as refused:
        # somebody was faster: what was typed is kept, and sent again it is meant to stand over the newer values
        typed = _cell(head, field, value=sent["value"], problem=refusal_words(refused))
        return _shown(request, typed, status=409 if refused.code == _CONFLICT else 422)
    if not request.htmx:
        return redirect(reverse("customer", args=[head.code]))
    return _shown(request, _cell(head_of_code(code, request.principal), field, is_saved=True))


def _shown(request: FaceRequest, cell: Cell, *, status: int = 200) -> HttpResponse:
    return render(request, "customers/field.html", {"cell": cell}, status=status)


def _cell(head: Head, field: str, *, value: str | None = None, **more: Any) -> Cell:
    stored, words = _stored(head, field)
    choices: tuple[tuple[str, str], ...] = ()
    if field == "kind":
        choices = tuple((one.name.lower(), str(one.label)) for one in CustomerKind)
    elif field == "gender":
        choices = (("", "–"), *((one.name.lower(), str(one.label)) for one in Gender if one))
    label = str(LABELS["city_id" if field == "city" else field])
    return Cell(
        head.code, head.name, field, label, stored if value is None else value, head.version,
        "select" if choices else _INPUTS.get(field, "text"), choices, saved=words, **more,
    )  # fmt: skip


def _stored(head: Head, field: str) -> tuple[str, str]:
    """The value as a form holds it, and in words."""
    if field == "kind":
        kind = CustomerKind(head.kind)
        return kind.name.lower(), str(kind.label)
    if field == "gender":
        gender = Gender(head.gender)
        return (gender.name.lower(), str(gender.label)) if gender else ("", "")
    value = str((head.city_name if field == "city" else getattr(head, field)) or "")
    return value, cells.birthday(value) if field == "birthday" else value
