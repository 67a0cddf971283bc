"""Thresholds: what each does, what counts now, its default and bounds; set one by one."""

from dataclasses import dataclass

from django import forms
from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from guanxi.faces.desk.settings.showing import UNPROCESSABLE, carried_out, done, show
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.ground.money import currency_sign
from guanxi.identity.permissions import Permission, require
from guanxi.identity.queries import firm
from guanxi.insight.thresholds import GROUPS, THRESHOLDS, Threshold, Unit, change_threshold, in_words

_UNITS: dict[Unit, str | Promise] = {
    Unit.COUNT: "",
    Unit.DAYS: gettext_lazy("days"),
    Unit.SHARE: "%",
    Unit.SPREAD: gettext_lazy("× swing"),
}


class ThresholdForm(forms.Form):
    """A value as it was written; nothing lets the default count again."""

    value = forms.CharField(max_length=40, required=False)


@dataclass(frozen=True)
class Line:
    """One threshold as the page shows it."""

    name: str
    label: str
    value: str
    unit: str
    default: str
    low: str
    high: str
    is_own: bool
    problem: str = ""


@require_safe
def thresholds(request: FaceRequest) -> HttpResponse:
    """All of them, in groups."""
    require(request.principal, Permission.ADMINISTER)
    return _page(request)


@require_POST
def threshold(request: FaceRequest, name: str) -> HttpResponse:
    """Set one of them, or let its default count again."""
    require(request.principal, Permission.ADMINISTER)
    if name not in THRESHOLDS:
        raise Http404
    form = ThresholdForm(request.POST)
    if carried_out(form, lambda said: change_threshold(name, said["value"], by=request.principal)):
        return done(request, _("Kept; it counts from the next refresh on."), "thresholds")
    problem = " ".join(str(error) for errors in form.errors.values() for error in errors)
    return _page(request, name=name, typed=request.POST.get("value", "")[:40], problem=problem)


def _page(request: FaceRequest, *, name: str = "", typed: str = "", problem: str = "") -> HttpResponse:
    own, sign = firm().thresholds, currency_sign(look_of(request).currency)
    groups = [(label, [_line(one, own, sign) for one in group]) for label, group in GROUPS]
    if name:
        for _label, lines in groups:
            lines[:] = [_tried(line, typed, problem) if line.name == name else line for line in lines]
    return show(request, "settings/thresholds.html", {"groups": groups}, status=UNPROCESSABLE if name else 200)


def _line(one: Threshold, own: dict[str, float], sign: str) -> Line:
    value = own.get(one.name, one.default)
    unit = sign if one.unit == Unit.MONEY else str(_UNITS[one.unit])
    now, default, low, high = (in_words(one, number) for number in (value, one.default, one.low, one.high))
    return Line(one.name, str(one.label), now, unit, default, low, high, one.name in own)


def _tried(line: Line, typed: str, problem: str) -> Line:
    return Line(line.name, line.label, typed, line.unit, line.default, line.low, line.high, line.is_own, problem)
