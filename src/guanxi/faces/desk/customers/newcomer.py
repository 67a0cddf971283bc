"""The form of a new customer: while it is filled in, it says who may be the same person, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.faces.shared import cells
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import Look, look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.toasts import say
from guanxi.faces.shared.words import dotted, listed, refusal_words
from guanxi.identity.permissions import Permission, may, require
from guanxi.identity.queries import names_of_takers
from guanxi.record.customers.choices import CustomerKind, Gender, IdentifierKind
from guanxi.record.customers.queries.likeness import Alike, Why, customers_alike
from guanxi.record.customers.services import Outcome
from guanxi.record.customers.services.meeting import take_in_newcomer
from guanxi.record.customers.services.recognising import Recognised

_WHY = {
    Why.REFERENCE: gettext_lazy("the same reference"),
    Why.POLICY: gettext_lazy("the same policy number"),
    Why.MEMBER: gettext_lazy("the same member number"),
    Why.PHONE: gettext_lazy("the same phone"),
    Why.EMAIL: gettext_lazy("the same e-mail"),
    Why.PLATE: gettext_lazy("the same plate"),
    Why.NAME_AND_BIRTHDAY: gettext_lazy("the same name and birthday"),
    Why.NAME: gettext_lazy("the same name"),
}
_LONG = 200


class NewcomerForm(forms.Form):
    """What is known of a newcomer, all as text; the rules of customers say what is wrong with it."""

    name = forms.CharField(required=False, max_length=_LONG)
    phone = forms.CharField(required=False, max_length=_LONG)
    email = forms.CharField(required=False, max_length=_LONG)
    kind = forms.CharField(required=False, max_length=20)
    gender = forms.CharField(required=False, max_length=20)
    birthday = forms.CharField(required=False, max_length=20)
    company = forms.CharField(required=False, max_length=_LONG)
    city = forms.CharField(required=False, max_length=60)
    id_number = forms.CharField(required=False, max_length=40)
    plate = forms.CharField(required=False, max_length=40)
    reference = forms.CharField(required=False, max_length=80)
    source = forms.CharField(required=False, max_length=60)
    owner = forms.CharField(required=False, max_length=12)
    sure = forms.BooleanField(required=False)


@dataclass(frozen=True)
class Place:
    """One place of the form; `problem` is said beside it, what was typed stays."""

    name: str
    label: str
    value: str
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Twin:
    """Somebody who may be the same person: why, and how to open the record."""

    href: str
    name: str
    tier: int
    note: str
    why: str
    is_sure: bool


@dataclass(frozen=True)
class NewcomerPage:
    """The form, and who may be the one already."""

    places: list[Place]
    more: list[Place]
    twins: list[Twin] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    problem: str = ""
    asks: bool = False
    opens_more: bool = False


_FIRST = ("name", "phone", "kind", "gender", "birthday", "company", "city", "owner")
_MORE = ("email", "id_number", "plate", "reference", "source")
_NOTHING: Mapping[str, str] = {}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: FaceRequest) -> HttpResponse:
    """The form; sent, the customer is taken in unless somebody is alike and nobody said that it is another person."""
    require(request.principal, Permission.CREATE_CUSTOMERS)
    look = look_of(request)
    if request.method != "POST":
        asked(request)
        return _page(request, NewcomerPage(*_places(_NOTHING, look)))
    sent = read(NewcomerForm, request)
    words = {name: sent[name].strip() for name in (*_FIRST, *_MORE)}
    met = take_in_newcomer(words, is_sure=sent["sure"], by=look.principal)
    answer, elsewhere = met.registered, _told(met.elsewhere)
    if answer is None:
        twins = [_twin(one) for one in met.alike]
        page = NewcomerPage(*_places(words, look), twins, elsewhere, asks=True, opens_more=_has_more(words))
        return _page(request, page, status=422)
    if answer.problem is not None:
        problem, place = refusal_words(answer.problem.refused), answer.problem.column
        page = NewcomerPage(
            *_places(words, look, place, problem), elsewhere=elsewhere,
            problem="" if place in words else problem, opens_more=_has_more(words) or place in _MORE,
        )  # fmt: skip
        return _page(request, page, status=422)
    known = answer.outcome != Outcome.CREATED
    told = _("This customer was known already; what was new is added.") if known else _("The customer is taken in.")
    say(request, told)
    return redirect(reverse("customer", args=[answer.code]))


@require_POST
def likeness(request: FaceRequest) -> HttpResponse:
    """Who may be the same person, while the form is being filled in: of one's own scope, nothing is written."""
    require(request.principal, Permission.CREATE_CUSTOMERS)
    sent, look = read(NewcomerForm, request), look_of(request)
    words = {name: sent[name].strip() for name in (*_FIRST, *_MORE)}
    twins = [_twin(one) for one in customers_alike(words, look.principal)]
    page = NewcomerPage(*_places(words, look), twins, opens_more=_has_more(words))
    return _page(request, page)


def _page(request: FaceRequest, page: NewcomerPage, *, status: int = 200) -> HttpResponse:
    return render(request, "customers/new.html", {"page": page}, status=status)


def _has_more(words: Mapping[str, str]) -> bool:
    return any(words.get(name) for name in _MORE)


def _twin(one: Alike) -> Twin:
    note = dotted((one.row.owner_name, one.row.city_name, cells.plain_phone(one.row.phone), one.row.company))
    why = listed(str(_WHY[why]) for why in one.why)
    return Twin(reverse("customer", args=[one.row.code]), one.row.name, one.row.tier, note, why, one.is_sure)


def _told(found: list[Recognised]) -> list[str]:
    """Who is known elsewhere, and whom to ask."""
    told = _("{name}, known by this {kind}, is looked after by {place}.")
    return [
        told.format(
            name=one.name,
            kind=IdentifierKind(one.kind).label,
            place=listed((one.owner_name, one.team_name)) or _("nobody yet"),
        )
        for one in found
    ]


def _places(
    words: Mapping[str, str], look: Look, wrong: str = "", problem: str = ""
) -> tuple[list[Place], list[Place]]:
    kinds = tuple((kind.name.lower(), str(kind.label)) for kind in CustomerKind)
    genders = (("", "–"), *((one.name.lower(), str(one.label)) for one in Gender if one))
    labels: dict[str, tuple[object, str, tuple[tuple[str, str], ...]]] = {
        "name": (pgettext_lazy("customer", "Name"), "text", ()),
        "phone": (gettext_lazy("Phone"), "tel", ()),
        "kind": (pgettext_lazy("customer", "Kind"), "select", kinds),
        "gender": (gettext_lazy("Gender"), "select", genders),
        "birthday": (gettext_lazy("Birthday"), "date", ()),
        "company": (gettext_lazy("Company"), "text", ()),
        "city": (gettext_lazy("City"), "text", ()),
        "email": (gettext_lazy("E-mail"), "email", ()),
        "id_number": (gettext_lazy("ID number"), "text", ()),
        "plate": (gettext_lazy("Plate"), "text", ()),
        "reference": (gettext_lazy("Reference"), "text", ()),
        "source": (gettext_lazy("Where from"), "text", ()),
    }
    if may(look.principal, Permission.ASSIGN_CUSTOMERS):
        people = names_of_takers(look.principal)
        labels["owner"] = (gettext_lazy("Manager"), "select", (("", _("nobody yet")), *people))

    def place(name: str) -> Place:
        label, kind, choices = labels[name]
        return Place(name, str(label), words.get(name, ""), kind, choices, problem if name == wrong else "")

    return [place(name) for name in _FIRST if name in labels], [place(name) for name in _MORE]
