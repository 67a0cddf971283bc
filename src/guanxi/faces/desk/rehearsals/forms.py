"""The form of a rehearsal: the firm's policy as it stands, to be set otherwise. What was typed stays beside its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanxi.engage.offers.candidates import Candidate
from guanxi.engage.offers.choices import Issue, Way
from guanxi.engage.offers.rules.given import NotTaken
from guanxi.engage.policy.rules import written
from guanxi.engage.policy.variation import ContactPolicy, Place, Variation, hundredths_text
from guanxi.faces.desk.rehearsals.wording import line_words
from guanxi.faces.shared.words import refusal_words, sentences
from guanxi.ground.refusals import Refused

# The lines that decisions reckon with; rests, attempts and leaflets count where messages go out.
LINES = ("pressure", "pressure_a", "touches_week", "touches_day", "calls", "calls_c")
_UNFIT = _("Not fit to be rehearsed yet.")
_SHORT: dict[str, Any] = {"max_length": 40, "required": False}
_PLACES = {"lines": "line", "capacities": "way", "levers": "lever", "offers_in": "in", "offers_out": "out"}


@dataclass(frozen=True)
class OfferRow:
    """An offer of the form: whether it takes part, and its lever; `problem` says why it cannot."""

    candidate: Candidate
    tick: forms.BoundField | None
    lever: forms.BoundField | None
    problem: str


class RehearsalForm(forms.Form):
    """All that may be set otherwise; names are made of lines, ways, offers and places of weights."""

    without_levers = forms.BooleanField(label=_("Without levers"), required=False)
    without_weights = forms.BooleanField(label=_("Without weights of what is going on"), required=False)

    def __init__(self, *given: Any, policy: ContactPolicy, offers: Sequence[Candidate], **more: Any) -> None:
        super().__init__(*given, **more)
        self.policy, self.offers = policy, offers
        self.places = sorted(policy.weights)
        for name in LINES:
            self.fields[f"line_{name}"] = forms.CharField(label=line_words(policy.lines[name]), **_SHORT)
        for way in Way:
            self.fields[f"way_{way.name.lower()}"] = forms.CharField(label=str(way.label), **_SHORT)
        for number in range(len(self.places)):
            self.fields[f"weight_{number}"] = forms.CharField(**_SHORT)
        for one in offers:
            if one.refusal is None:
                self.fields[_tick(one)] = forms.BooleanField(label=one.name, required=False)
                self.fields[f"lever_{one.reference}"] = forms.CharField(**_SHORT)

    def line_fields(self) -> list[forms.BoundField]:
        """How often somebody may be contacted."""
        return [self[f"line_{name}"] for name in LINES]

    def way_fields(self) -> list[forms.BoundField]:
        """How much there is of each way."""
        return [self[f"way_{way.name.lower()}"] for way in Way]

    def weight_fields(self) -> list[tuple[Place, forms.BoundField]]:
        """The weights that count, each with where."""
        return [(place, self[f"weight_{number}"]) for number, place in enumerate(self.places)]

    def offer_rows(self) -> list[OfferRow]:
        """The offers that take part or could."""
        rows, levers = [], set[str]()
        for one in self.offers:
            if one.refusal is not None:
                rows.append(OfferRow(one, None, None, sentences([_UNFIT, refusal_words(one.refusal)])))
                continue
            lever = None if one.reference in levers else self[f"lever_{one.reference}"]
            levers.add(one.reference)
            rows.append(OfferRow(one, self[_tick(one)], lever, ""))
        return rows

    def given(self) -> dict[str, Any]:
        """What was written, for the service."""
        said = self.cleaned_data
        fit = [one for one in self.offers if one.refusal is None]
        in_work = {one.reference for one in fit if not one.is_published and said[_tick(one)]}
        told: dict[str, Any] = {
            "lines": {name: said[f"line_{name}"] for name in LINES},
            "capacities": {way.name.lower(): said[f"way_{way.name.lower()}"] for way in Way},
            "without_levers": said["without_levers"],
            "without_weights": said["without_weights"],
            "offers_in": sorted(in_work),
            "offers_out": [one.reference for one in fit if one.is_published and not said[_tick(one)] and one.reference not in in_work],
        }  # fmt: skip
        if not said["without_levers"]:
            told["levers"] = {one.reference: said[f"lever_{one.reference}"] for one in fit}
        if not said["without_weights"]:
            told["weights"] = [_weight(place, said[f"weight_{number}"]) for number, place in enumerate(self.places)]
        return told

    def say(self, refused: Refused) -> None:
        """The reason at the field to which it belongs."""
        kind, _dot, name = refused.field.partition(".") if isinstance(refused, NotTaken) else ("", "", "")
        place = f"weight_{name}" if kind == "weights" else f"{_PLACES.get(kind, '')}_{name}"
        self.add_error(place if place in self.fields else None, refusal_words(refused))


def written_policy(policy: ContactPolicy, offers: Sequence[Candidate], variation: Variation) -> Mapping[str, Any]:
    """The policy with a variation of it, as the form shows it."""
    varied = variation.of(policy)
    cells: dict[str, Any] = {f"line_{name}": written(varied.lines[name]) for name in LINES}
    cells |= {
        f"way_{way.name.lower()}": "" if units is None else str(units) for way, units in varied.capacities.items()
    }
    levers = policy.levers if variation.without_levers else varied.levers
    weights = policy.weights if variation.without_weights else varied.weights
    for one in offers:
        is_in = one.reference not in variation.offers_out if one.is_published else one.reference in variation.offers_in
        lever = levers.get(one.reference, 0)
        cells |= {_tick(one): is_in, f"lever_{one.reference}": hundredths_text(lever) if lever else ""}
    for number, place in enumerate(sorted(policy.weights)):
        cells[f"weight_{number}"] = hundredths_text(weights.get(place, 0))
    switches = {name: getattr(variation, name) for name in ("without_levers", "without_weights")}
    return cells | switches


def _tick(one: Candidate) -> str:
    return f"{'out' if one.is_published else 'in'}_{one.reference}"


def _weight(place: Place, text: str) -> dict[str, str]:
    issue = Issue(place.issue).name.lower() if place.issue else ""
    return {"signal": place.signal, "state": place.state, "issue": issue, "offer": place.offer, "weight": text}
