"""The contact policy: its lines one by one, how much of each way there is, levers on offers, weights of what is going on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from guanxi.engage.offers.choices import Issue, Way
from guanxi.engage.offers.queries import names_of_offers, references_in_order
from guanxi.engage.policy import queries
from guanxi.engage.policy.rules import DEFAULTS, HUNDREDTHS, Measure, written
from guanxi.engage.policy.services import GivenWeight, begin_weights, set_capacity, set_lever, set_line, set_weight
from guanxi.faces.desk.settings.showing import UNPROCESSABLE, carried_out, done, offer, show
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import dotted
from guanxi.identity.permissions import Permission, require
from guanxi.record.signals.choices import NAMED, Sign, SignalState, label_of

_DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
_UNITS = {
    Measure.UNITS: gettext_lazy("units"),
    Measure.COUNT: gettext_lazy("times"),
    Measure.DAYS: gettext_lazy("days"),
    Measure.DAY_OF_MONTH: gettext_lazy("of the month"),
}
_ANY = ("", gettext_lazy("any state"))


class LineForm(forms.Form):
    """A line's amount as it was written; `reset` lets the default count again."""

    name = forms.ChoiceField(choices=[(name, name) for name in DEFAULTS])
    amount = forms.CharField(max_length=40, required=False)
    reset = forms.BooleanField(required=False)


class CapacityForm(forms.Form):
    """How much of a way there is."""

    way = forms.TypedChoiceField(label=gettext_lazy("Way"), choices=Way.choices, coerce=lambda value: Way(int(value)))
    day = forms.DateField(
        label=gettext_lazy("On"), required=False, widget=_DAY, help_text=gettext_lazy("Empty: every day.")
    )
    units = forms.CharField(
        label=gettext_lazy("How many"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("0: none. Empty: no limit."),
    )


class LeverForm(forms.Form):
    """What one adds to an offer for a while."""

    offer = forms.ChoiceField(label=gettext_lazy("Offer"))
    value = forms.CharField(
        label=gettext_lazy("Lever"), max_length=20, help_text=gettext_lazy("−0.3 to +0.3; 0 ends it.")
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=_DAY, help_text=gettext_lazy("Within 30 days.")
    )
    why = forms.CharField(label=gettext_lazy("Why"), max_length=200)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        offer(self, "offer", _by_name(references_in_order()))


class WeightForm(forms.Form):
    """What a signal adds to offers for a while."""

    signal = forms.ChoiceField(
        label=gettext_lazy("Where this signal stands"), choices=[(one.value, one.label) for one in NAMED]
    )
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=[_ANY, *SignalState.choices])
    issue = forms.TypedChoiceField(
        label=gettext_lazy("Offers for"), choices=Issue.choices, coerce=int, initial=Issue.GROWTH.value
    )
    weight = forms.CharField(
        label=gettext_lazy("Weight"), max_length=20, help_text=gettext_lazy("−0.9 to +2; 0 ends it.")
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=_DAY, help_text=gettext_lazy("Within 90 days.")
    )
    why = forms.CharField(label=gettext_lazy("Why"), max_length=200)


def _by_name(references: list[str]) -> list[tuple[str, str]]:
    """Offers as people call them, in the order of their names; who was never published by its short name."""
    names = names_of_offers(references)
    return sorted(((one, names.get(one, one)) for one in references), key=lambda pair: pair[1])


@dataclass(frozen=True)
class Shown:
    """One line of the policy as the page shows it."""

    name: str
    label: str
    amount: str
    unit: str
    default: str
    is_own: bool
    problem: str = ""


@require_safe
def policy(request: FaceRequest) -> HttpResponse:
    """All of it."""
    require(request.principal, Permission.EDIT_POLICY)
    return _page(request)


@require_POST
def policy_line(request: FaceRequest) -> HttpResponse:
    """Set a line, or let its default count again."""
    require(request.principal, Permission.EDIT_POLICY)
    form = LineForm(request.POST)

    def act(said: dict[str, Any]) -> None:
        set_line(said["name"], None if said["reset"] else said["amount"], by=request.principal)

    return _sent(request, "line", form, act)


@require_POST
def capacity(request: FaceRequest) -> HttpResponse:
    """Say how much of a way there is."""
    require(request.principal, Permission.EDIT_POLICY)
    by = request.principal
    form = CapacityForm(request.POST)
    return _sent(
        request, "capacity", form, lambda said: set_capacity(said["way"], said["units"], day=said["day"], by=by)
    )


@require_POST
def lever(request: FaceRequest) -> HttpResponse:
    """Add to an offer for a while, or end it."""
    require(request.principal, Permission.EDIT_POLICY)
    by = request.principal
    form = LeverForm(request.POST)
    return _sent(request, "lever", form, lambda said: set_lever(**said, by=by))


@require_POST
def weight(request: FaceRequest) -> HttpResponse:
    """Add where a signal stands for a while, or end it."""
    require(request.principal, Permission.EDIT_POLICY)
    form = WeightForm(request.POST)
    return _sent(request, "weight", form, lambda said: set_weight(GivenWeight(**said), by=request.principal))


@require_POST
def begin(request: FaceRequest) -> HttpResponse:
    """Set the weights to begin with that nobody has set yet."""
    require(request.principal, Permission.EDIT_POLICY)
    begun = begin_weights(by=request.principal)
    words = ngettext("{count} weight is set for 90 days.", "{count} weights are set for 90 days.", begun)
    return done(request, words.format(count=begun) if begun else _("All of them stand already."), "policy")


def _sent(request: FaceRequest, name: str, form: forms.Form, act: Callable[[dict[str, Any]], None]) -> HttpResponse:
    if carried_out(form, act):
        return done(
            request,
            _(
                "Kept. Rehearsals reckon with it, and decisions from the next night on; attempts and leaflets count later."
            ),
            "policy",
        )
    return _page(request, form=(name, form))


def _page(request: FaceRequest, *, form: tuple[str, forms.Form] | None = None) -> HttpResponse:
    look = look_of(request)
    made = {"capacity": CapacityForm(), "lever": LeverForm(), "weight": WeightForm()} | dict([form] if form else [])
    problem = form[1] if form and form[0] == "line" else None
    levers = queries.levers(look.today)
    weights = queries.context_weights(look.today)
    names = names_of_offers(row.offer for row in levers)
    weighed = names_of_offers(row.offer for row in weights if row.offer)
    context = {
        "lines": _lines(problem),
        "capacities": [
            (Way(way).label, cells.day_words(day, look.today) if day else _("every day"), cells.number(units))
            for way, day, units in queries.capacity_rows(principal=request.principal, since=look.today)
        ],
        "levers": [
            (
                names.get(row.offer, row.offer),
                _signed(row.value),
                dotted([row.why, row.owner, cells.day_words(row.ends_on, look.today)]),
            )
            for row in levers
        ],
        "weights": [
            (
                _where(row, weighed),
                _signed(row.weight),
                dotted([row.why, row.owner, cells.day_words(row.ends_on, look.today)]),
            )
            for row in weights
        ],
        "forms": made,
    }
    return show(request, "settings/policy.html", context, status=UNPROCESSABLE if form else 200)


def _lines(problem: forms.Form | None) -> list[Shown]:
    own = queries.own_lines()
    said = problem.data if problem is not None else {}
    words = " ".join(str(error) for errors in problem.errors.values() for error in errors) if problem else ""
    found = []
    for name, line in queries.policy_now().items():
        is_wrong = said.get("name") == name
        label = str(line.label)
        if line.window_days:
            days = ngettext("within {days} day", "within {days} days", line.window_days).format(days=line.window_days)
            label = dotted([label, days])
        amount = said.get("amount", "")[:40] if is_wrong else written(line)
        unit = str(_UNITS[line.measure])
        found.append(Shown(name, label, amount, unit, written(DEFAULTS[name]), name in own, words if is_wrong else ""))
    return found


def _signed(hundredths: int) -> str:
    sign = "+" if hundredths > 0 else "−"
    return f"{sign}{cells.decimals(abs(hundredths) / HUNDREDTHS, 2)}"


def _where(row: queries.WeightRow, names: Mapping[str, str]) -> str:
    state = SignalState(row.state).label if row.state else "" if row.signal in Sign.values else _ANY[1]
    return dotted(
        [label_of(row.signal), state, Issue(row.issue).label if row.issue else names.get(row.offer, row.offer)]
    )
