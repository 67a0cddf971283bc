"""The market as the firm knows it: its competitors by name, and from which day a price of its own is another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from guanxi.faces.desk.settings.showing import UNPROCESSABLE, carried_out, done, show
from guanxi.faces.shared import cells
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.look import Look, look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.toasts import say
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.record.catalogue.queries import PriceRow, PromotionRow, price_changes, rival_promotions, rivals
from guanxi.record.catalogue.services import (
    list_rival,
    note_price_change,
    note_promotion,
    relist_rival,
    return_price_change,
    return_promotion,
    unlist_rival,
    withdraw_price_change,
    withdraw_promotion,
)

_MILLION = 1_000_000
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RivalForm(forms.Form):
    """A competitor."""

    name = forms.CharField(label=gettext_lazy("Competitor"), max_length=120)


class PriceForm(forms.Form):
    """A new price of a product."""

    product = forms.CharField(label=gettext_lazy("Product number"), max_length=64)
    on = forms.DateField(label=gettext_lazy("From"), input_formats=["%Y-%m-%d"], widget=_DAY)
    old = forms.CharField(label=gettext_lazy("Old price, fee or rate"), max_length=20)
    new = forms.CharField(label=gettext_lazy("New price, fee or rate"), max_length=20)


class PromotionForm(forms.Form):
    """A competitor's promotion."""

    rival = forms.ChoiceField(label=gettext_lazy("Competitor"))
    since = forms.DateField(label=pgettext_lazy("period", "From"), input_formats=["%Y-%m-%d"], widget=_DAY)
    until = forms.DateField(label=gettext_lazy("Until"), input_formats=["%Y-%m-%d"], widget=_DAY)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.fields["rival"].choices = rivals()  # type: ignore[attr-defined]  # names at the moment


@dataclass(frozen=True)
class PromotionLine:
    """A competitor's promotion as the page shows it."""

    code: str
    rival: str
    days: str


@dataclass(frozen=True)
class PriceLine:
    """A new price as the page shows it."""

    code: str
    product: str
    day: str
    prices: str


@require_safe
def competition(request: FaceRequest) -> HttpResponse:
    """Competitors, their promotions and changes of prices, each with a form for one more."""
    require(request.principal, Permission.EDIT_CATALOGUE)
    asked(request)
    return _page(request)


@require_POST
def rival_new(request: FaceRequest) -> HttpResponse:
    """Put a competitor on the list."""
    require(request.principal, Permission.EDIT_CATALOGUE)
    form = RivalForm(request.POST)
    if carried_out(form, lambda said: list_rival(said["name"], by=request.principal)):
        return done(request, _("{name} is on the list.").format(name=form.cleaned_data["name"]), "competition")
    return _page(request, rival=form)


@require_POST
def price_new(request: FaceRequest) -> HttpResponse:
    """Note a new price."""
    require(request.principal, Permission.EDIT_CATALOGUE)
    form = PriceForm(request.POST)

    def note(said: dict[str, Any]) -> None:
        note_price_change(said["product"], said["on"], old=said["old"], new=said["new"], by=request.principal)

    if carried_out(form, note):
        return done(request, _("The new price is noted."), "competition")
    return _page(request, price=form)


@require_POST
def promotion_new(request: FaceRequest) -> HttpResponse:
    """Note a competitor's promotion."""
    require(request.principal, Permission.EDIT_CATALOGUE)
    form = PromotionForm(request.POST)
    if carried_out(form, lambda said: note_promotion(**said, by=request.principal)):
        return done(request, _("The promotion is noted."), "competition")
    return _page(request, promotion=form)


@require_POST
def rival_removal(request: FaceRequest, code: str) -> HttpResponse:
    """Take a competitor off the list."""
    return _done(request, code, unlist_rival, (_("Off the list."), "rival_return"))


@require_POST
def rival_return(request: FaceRequest, code: str) -> HttpResponse:
    """Put it back."""
    return _done(request, code, relist_rival)


@require_POST
def price_removal(request: FaceRequest, code: str) -> HttpResponse:
    """Take a new price back."""
    return _done(request, code, withdraw_price_change, (_("The new price is taken back."), "price_return"))


@require_POST
def price_return(request: FaceRequest, code: str) -> HttpResponse:
    """Put it back."""
    return _done(request, code, return_price_change)


@require_POST
def promotion_removal(request: FaceRequest, code: str) -> HttpResponse:
    """Take a competitor's promotion back."""
    return _done(request, code, withdraw_promotion, (_("The promotion is taken back."), "promotion_return"))


@require_POST
def promotion_return(request: FaceRequest, code: str) -> HttpResponse:
    """Put it back."""
    return _done(request, code, return_promotion)


def price_line(one: PriceRow, look: Look) -> PriceLine:
    """One change in words."""
    prices = one.old_price, one.new_price
    # a rate may rise by less than a hundredth
    digits = next(places for places in range(2, 7) if all(price % 10 ** (6 - places) == 0 for price in prices))
    old, new = (cells.decimals(price / _MILLION, digits) for price in prices)
    return PriceLine(one.code, one.product, cells.short_date(one.on, look.today), f"{old} → {new}")


def _page(
    request: FaceRequest,
    *,
    rival: RivalForm | None = None,
    price: PriceForm | None = None,
    promotion: PromotionForm | None = None,
) -> HttpResponse:
    """The page; with the form that was refused, where one was."""
    look = look_of(request)
    context = {
        "rivals": rivals(),
        "prices": [price_line(one, look) for one in price_changes(principal=request.principal)],
        "promotions": [_promotion_line(one, look) for one in rival_promotions(principal=request.principal)],
        "rival_form": rival or RivalForm(),
        "price_form": price or PriceForm(),
        "promotion_form": promotion or PromotionForm(),
    }
    is_refused = bool(rival or price or promotion)
    return show(request, "settings/competition.html", context, status=UNPROCESSABLE if is_refused else 200)


def _promotion_line(one: PromotionRow, look: Look) -> PromotionLine:
    days = f"{cells.short_date(one.since, look.today)} – {cells.short_date(one.until, look.today)}"
    return PromotionLine(one.code, one.rival, days)


def _done(
    request: FaceRequest, code: str, act: Callable[..., Any], told: tuple[str, str] | None = None
) -> HttpResponse:
    require(request.principal, Permission.EDIT_CATALOGUE)
    try:
        act(code, by=request.principal)
    except Refused as refused:
        raise Http404 from refused
    if told:
        words, undo = told
        say(request, words, undo=reverse(undo, args=[code]))
    return redirect("competition")
