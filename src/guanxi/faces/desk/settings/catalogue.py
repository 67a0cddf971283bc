"""Products and housing estates: entered and changed one by one; files bring many (imports)."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from guanxi.faces.desk.settings.showing import SeenForm, carried_out, done, show, status_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import Permission, require
from guanxi.record.catalogue.queries import estate_of_code, product_of_code
from guanxi.record.catalogue.services import write_estate, write_product

_DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ProductForm(SeenForm):
    """A product as it is sold."""

    reference = forms.CharField(label=gettext_lazy("Product number"), max_length=64)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    family = forms.CharField(
        label=gettext_lazy("Family"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("Products that answer one need: card, loan, motor insurance."),
    )
    margin_rate = forms.CharField(
        label=gettext_lazy("Margin"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("What stays of a hundred: 35% or 0.35; empty while it is not known."),
    )
    premium = forms.ChoiceField(
        label=gettext_lazy("Premium"),
        choices=[
            ("", gettext_lazy("not said")),
            ("yes", pgettext_lazy("product", "yes")),
            ("no", pgettext_lazy("product", "no")),
        ],
        required=False,
        help_text=gettext_lazy(
            "Of the better kinds of its family, like imported oil: some offers are for who chooses them."
        ),
    )


class EstateForm(SeenForm):
    """A housing estate."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    city = forms.CharField(label=gettext_lazy("City"), max_length=60)
    district = forms.CharField(label=gettext_lazy("District"), max_length=60, required=False)
    aliases = forms.CharField(
        label=gettext_lazy("Other names"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("As people write it in addresses, several with 、 between."),
    )
    handover_on = forms.CharField(label=gettext_lazy("Handed over on"), max_length=20, required=False, widget=_DAY)


@require_http_methods(["GET", "HEAD", "POST"])
def product(request: FaceRequest, code: str = "") -> HttpResponse:
    """A form for a new product, or for one that is there."""
    require(request.principal, Permission.EDIT_CATALOGUE)
    there = product_of_code(code, principal=request.principal) if code else {}
    return _form(request, ProductForm, there, lambda said: write_product(code, said, by=request.principal))


@require_http_methods(["GET", "HEAD", "POST"])
def estate(request: FaceRequest, code: str = "") -> HttpResponse:
    """A form for a new housing estate, or for one that is there."""
    require(request.principal, Permission.EDIT_CATALOGUE)
    there = estate_of_code(code, principal=request.principal) if code else {}
    return _form(request, EstateForm, there, lambda said: write_estate(code, said, by=request.principal))


def _form(request: FaceRequest, kind: type[SeenForm], there: dict[str, Any] | None, act: Any) -> HttpResponse:
    if there is None:
        raise Http404
    is_product, is_sent = kind is ProductForm, request.method == "POST"
    form = kind(request.POST if is_sent else None, now=list(there.values()), initial=there)
    if is_sent and carried_out(form, lambda said: act({name: said[name] for name in said if name != "seen"})):
        words = _("{name} is kept.").format(name=form.cleaned_data["name"])
        return done(request, words, "product_new" if is_product else "estate_new")
    heading = there.get("name") or (_("A new product") if is_product else _("A new estate"))
    context = {"form": form, "heading": heading, "is_product": is_product}
    return show(request, "settings/catalogue.html", context, status=status_of(form) if is_sent else 200)
