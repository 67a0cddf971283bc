"""Thresholds of tiers, detectors and lists: what each does, what counts now, its default and bounds; set one by one.
Beside the lines between tiers stands how many customers they part now.
"""

from dataclasses import dataclass, field, replace

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from guanxi.faces.desk.settings.showing import UNPROCESSABLE, carried_out, done, show
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import Permission, require
from guanxi.identity.queries import firm
from guanxi.insight.meanings import MEANINGS
from guanxi.insight.thresholds import GROUPS, THRESHOLDS, Threshold, Unit, change_threshold, in_words
from guanxi.record.standing.overview import NO_TIER, parts_in_sight

_UNITS: dict[Unit, str | Promise] = {
    Unit.COUNT: "",
    Unit.DAYS: gettext_lazy("days"),
    Unit.SHARE: "%",
    Unit.SPREAD: gettext_lazy("× swing"),
    Unit.CHOICE: "",
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
    meaning: str = ""
    problem: str = ""
    choices: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """A tier as it stands now: how many customers, of a hundred, and the list of them."""

    tier: int
    customers: str
    share: str
    href: str


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
    own, sign = firm().thresholds, cells.sign_of(look_of(request).currency)
    groups = [(label, [_line(one, own, sign) for one in group]) for label, group in GROUPS]
    if name:
        for _label, lines in groups:
            lines[:] = [replace(line, value=typed, problem=problem) if line.name == name else line for line in lines]
    context = {"groups": groups, "places": _places(request)}
    return show(request, "settings/thresholds.html", context, status=UNPROCESSABLE if name else 200)


def _places(request: FaceRequest) -> list[Place]:
    """Who stands in which tier by the last refresh; none before the first."""
    counts: dict[int, int] = {}
    for part in parts_in_sight(request.principal):
        counts[part.tier] = counts.get(part.tier, 0) + part.customers
    counts.pop(NO_TIER, None)
    total = sum(counts.values())
    return [
        Place(tier, cells.number(count), cells.percent(count / total), _list_of(tier))
        for tier, count in sorted(counts.items())
    ]


def _list_of(tier: int) -> str:
    return f"{reverse('customers')}?where=tier.in.{'abc'[tier - 1]}"


def _line(one: Threshold, own: dict[str, float], sign: str) -> Line:
    value = own.get(one.name, one.default)
    unit = sign if one.unit == Unit.MONEY else str(_UNITS[one.unit])
    now, default, low, high = (in_words(one, number) for number in (value, one.default, one.low, one.high))
    choices = [(str(number), str(label)) for number, label in enumerate(one.choices, start=round(one.low))]
    return Line(
        one.name, str(one.label), now, unit, default, low, high, one.name in own, str(MEANINGS.get(one.name, "")),
        choices=choices,
    )  # fmt: skip
