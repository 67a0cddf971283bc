"""Promotions: registered with their rules and odds before an offer may mention a prize."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from guanxi.engage.offers.queries import promotions_page
from guanxi.engage.offers.services import NewPromotion, register_promotion
from guanxi.faces.desk.settings.showing import UNPROCESSABLE, carried_out, done
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look, look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import Permission, may, require

_DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class PromotionForm(forms.Form):
    """A draw as it is published."""

    reference = forms.CharField(
        label=pgettext_lazy("offer", "Short name"),
        max_length=64,
        help_text=gettext_lazy("Small letters, figures and _."),
    )
    name = forms.CharField(label=pgettext_lazy("offer", "Name"), max_length=120)
    odds = forms.CharField(
        label=gettext_lazy("Real odds"), max_length=120, help_text=gettext_lazy("As they are published: 1 in 500.")
    )
    valid_from = forms.DateField(label=pgettext_lazy("offer", "From"), widget=_DAY)
    valid_to = forms.DateField(label=gettext_lazy("Until"), widget=_DAY)
    rules = forms.CharField(
        label=gettext_lazy("Published rules"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 4})
    )


@require_http_methods(["GET", "HEAD", "POST"])
def promotions(request: FaceRequest) -> HttpResponse:
    """Those that are registered; a form for whoever may register one."""
    require(request.principal, Permission.VIEW_OFFERS)
    is_sent = request.method == "POST"
    if is_sent:
        require(request.principal, Permission.APPROVE_OFFERS)
    form = PromotionForm(request.POST if is_sent else None)
    if is_sent and carried_out(form, lambda said: register_promotion(NewPromotion(**said), by=request.principal)):
        return done(request, _("Registered; offers may name it from now on."), "promotions")
    may_register = may(request.principal, Permission.APPROVE_OFFERS)
    context = {"rows": _rows(look_of(request)), "form": form if may_register else None}
    return render(request, "offers/promotions.html", context, status=UNPROCESSABLE if is_sent else 200)


def _rows(look: Look) -> list[dict[str, Any]]:
    return [
        {
            "row": row,
            "days": f"{cells.day_words(row.valid_from, look.today)} – {cells.day_words(row.valid_to, look.today)}",
        }
        for row in promotions_page(principal=look.principal)
    ]
