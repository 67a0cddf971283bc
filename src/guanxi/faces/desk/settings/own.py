"""One's own settings: how pages look, and how far one has come with the first steps."""

import json
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.faces.desk.settings.steps import STEPS
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.requests import FaceRequest
from guanxi.ground import clock
from guanxi.identity.choices import DateStyle, Density, MoneyStyle, NumberStyle, Theme
from guanxi.identity.queries import firm
from guanxi.identity.services import choose_appearance, take_first_step

_CHOICES = ("language", "theme", "density", "zone", "dates", "numbers", "money")


def _zones() -> list[tuple[str, str]]:
    usual = gettext_lazy("As the firm ({zone})").format(zone=firm().zone)
    return [("", usual), *((name, name) for name in sorted(clock.zone_names()))]


class AppearanceForm(forms.Form):
    """Every way in which a person may want to see the pages."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=[("", gettext_lazy("As the browser wishes")), *settings.LANGUAGES],
        required=False,
    )
    theme = forms.ChoiceField(label=gettext_lazy("Light or dark"), choices=Theme.choices, required=False)
    density = forms.ChoiceField(label=gettext_lazy("Distance of rows"), choices=Density.choices, required=False)
    zone = forms.ChoiceField(label=gettext_lazy("Times of day"), choices=_zones, required=False)
    dates = forms.ChoiceField(label=gettext_lazy("Days"), choices=DateStyle.choices, required=False)
    numbers = forms.ChoiceField(label=gettext_lazy("Numbers"), choices=NumberStyle.choices, required=False)
    money = forms.ChoiceField(label=gettext_lazy("Money"), choices=MoneyStyle.choices, required=False)


class StepForm(forms.Form):
    """What becomes of one of the first steps, or ("") of all of them."""

    step = forms.ChoiceField(choices=[("", ""), *((step.name, "") for step in STEPS)], required=False)
    mark = forms.ChoiceField(choices=[("", ""), ("done", ""), ("skipped", "")], required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: FaceRequest) -> HttpResponse:
    """Show and keep how the person wants to see the pages."""
    account: Any = request.user
    if request.method == "POST":
        form = AppearanceForm(request.POST)
        if form.is_valid():
            return _kept(request, {name: form.cleaned_data[name] for name in _CHOICES if name in request.POST})
        return render(request, "settings/me.html", {"form": form}, status=422)
    form = AppearanceForm(initial={name: getattr(account, name) for name in _CHOICES})
    return render(request, "settings/me.html", {"form": form, "steps": STEPS})


@require_POST
def first_step(request: FaceRequest) -> HttpResponse:
    """Take a step (and go where it leads), skip it, open it again; or put the whole list away and bring it back."""
    sent = read(StepForm, request)
    account: Any = request.user
    take_first_step(account=account, step=sent["step"], mark=sent["mark"])
    step = next((one for one in STEPS if one.name == sent["step"]), None)
    if step and sent["mark"] == "done":
        return redirect(step.href)
    return redirect("today")


def _kept(request: FaceRequest, chosen: dict[str, str]) -> HttpResponse:
    """Theme and density change at once; another language needs the page anew."""
    account: Any = request.user
    is_other_language = chosen.get("language", account.language) != account.language
    choose_appearance(account=account, **chosen)
    if not request.htmx:
        messages.success(request, _("Kept."))
        return redirect("my_settings")
    if is_other_language:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    look = {"theme": account.theme, "density": account.density}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"look": look})})
