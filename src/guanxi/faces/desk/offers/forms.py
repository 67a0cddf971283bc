"""The form of an offer: what was typed stays beside the reason why it was not taken."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.engage.offers.choices import LANGUAGES, Issue, Layer, RegulatoryClass, Told, ValueModel, Way
from guanxi.engage.offers.rules.content import money_text, rule_lines
from guanxi.engage.offers.services import GivenOffer, GivenTreatment
from guanxi.faces.desk.settings.showing import SeenForm, offer
from guanxi.record.consents.choices import Purpose

_DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
_SHORT: dict[str, Any] = {"max_length": 40, "required": False}
_NOTHING = ("", "–")
LANGUAGE_WORDS = {"zh": _("Chinese"), "en": _("English")}
_OF_WAYS = (
    ("cost", _("Cost of a contact")),
    ("pressure", _("Pressure, in hundredths")),
    ("after", _("Only after the letter or leaflet, by (3d, 1m)")),
)
OFFERED = (Purpose.SERVICE, Purpose.MARKETING, Purpose.PARTNER)


def _text(label: str, *, rows: int, most: int) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=False, max_length=most, widget=widget, strip=False)


class OfferForm(SeenForm):
    """All of one version. Words, rules and treatments are made of the enumerations."""

    reference = forms.CharField(
        label=pgettext_lazy("offer", "Short name"),
        max_length=64,
        help_text=_("Small letters, figures and _; it stays the same in every version."),
    )
    issue = forms.ChoiceField(label=pgettext_lazy("offer", "What for"), choices=Issue.choices)
    family = forms.ChoiceField(label=pgettext_lazy("product", "Family"), required=False)
    product = forms.CharField(label=_("Product number"), max_length=64, required=False)
    regulatory_class = forms.ChoiceField(label=pgettext_lazy("offer", "Regulated as"), choices=RegulatoryClass.choices)
    purpose = forms.ChoiceField(
        label=pgettext_lazy("offer", "Purpose of the data"),
        required=False,
        choices=[_NOTHING, *((one.value, one.label) for one in OFFERED)],
        help_text=_("Only who agreed to it gets the offer, and its conditions may only use data for it."),
    )
    value_model = forms.ChoiceField(label=_("Worth"), choices=ValueModel.choices)
    unit_value = forms.CharField(
        label=_("Value of an acceptance"), help_text=_("Contribution after all costs, over the horizon."), **_SHORT
    )
    incentive_cost = forms.CharField(label=_("Incentive costs us"), **_SHORT)
    horizon_months = forms.CharField(label=_("Horizon in months"), **_SHORT)
    list_rate = forms.CharField(label=_("List rate or price"), **_SHORT)
    campaign_rate = forms.CharField(label=_("Rate or price of the offer"), **_SHORT)
    valid_from = forms.CharField(label=pgettext_lazy("offer", "From"), widget=_DAY, **_SHORT)
    valid_to = forms.CharField(label=_("Until"), widget=_DAY, **_SHORT)
    stock = forms.CharField(label=_("Stock"), help_text=_("Empty: as many as want it."), **_SHORT)
    sibling_rest_days = forms.CharField(
        label=_("Rest of its family"),
        help_text=_("Days after an acceptance in which nothing else is sold."),
        **_SHORT,
    )
    promotion = forms.ChoiceField(label=_("Promotion"), required=False)
    partner = forms.CharField(
        label=_("Partner"),
        max_length=200,
        required=False,
        help_text=_("Whose offer it is, by the name to which customers have agreed."),
        widget=forms.TextInput(attrs={"list": "partners"}),
    )

    def __init__(self, *given: Any, families: list[Any], promotions: list[Any], **more: Any) -> None:
        super().__init__(*given, **more)
        offer(self, "family", [_NOTHING, *families])
        offer(self, "promotion", [_NOTHING, *promotions])
        for told in Told:
            for language in LANGUAGES:
                label = f"{told.label} · {LANGUAGE_WORDS[language]}"
                self.fields[f"{told.value}_{language}"] = _text(label, rows=1 if told == Told.NAME else 2, most=2_000)
        for layer in Layer:
            self.fields[f"rules_{layer.value}"] = _text(str(layer.label), rows=4, most=60_000)
        for way in Way:
            for language in LANGUAGES:
                label = f"{way.label} · {LANGUAGE_WORDS[language]}"
                self.fields[f"way_{way.value}_{language}"] = _text(label, rows=2, most=4_000)
            for name, short in _OF_WAYS:
                self.fields[f"way_{way.value}_{name}"] = forms.CharField(label=short, **_SHORT)

    def plain(self) -> Iterator[forms.BoundField]:
        """The fields at the head."""
        return (self[name] for name in self.base_fields if name != "seen")

    def told(self) -> list[tuple[str, list[forms.BoundField]]]:
        """What the offer says of itself, in two languages each."""
        return [(str(told.label), [self[f"{told.value}_{language}"] for language in LANGUAGES]) for told in Told]

    def layers(self) -> list[forms.BoundField]:
        """The rules of each layer."""
        return [self[f"rules_{layer.value}"] for layer in Layer]

    def ways(self) -> list[tuple[object, bool, list[forms.BoundField]]]:
        """Each way with its fields, and whether something stands in them."""
        names = (*LANGUAGES, "cost", "pressure", "after")
        found: list[tuple[object, bool, list[forms.BoundField]]] = []
        for way in Way:
            fields = [self[f"way_{way.value}_{name}"] for name in names]
            found.append((way.label, any(field.value() for field in fields[:2]), fields))
        return found

    def given(self) -> GivenOffer:
        """What was written, for the service."""
        said = self.cleaned_data
        plain = {name: said[name] for name in self.base_fields if name != "seen"}
        return GivenOffer(
            **plain,
            words={(told.value, language): said[f"{told.value}_{language}"] for told in Told for language in LANGUAGES},
            rules={layer.value: said[f"rules_{layer.value}"] for layer in Layer},
            treatments={way.value: self._treatment(way) for way in Way if self._is_worded(way)},
        )

    def _is_worded(self, way: Way) -> bool:
        return any(self.cleaned_data[f"way_{way.value}_{language}"].strip() for language in LANGUAGES)

    def _treatment(self, way: Way) -> GivenTreatment:
        said = self.cleaned_data
        return GivenTreatment(
            wording_zh=said[f"way_{way.value}_zh"],
            wording_en=said[f"way_{way.value}_en"],
            cost=said[f"way_{way.value}_cost"],
            pressure=said[f"way_{way.value}_pressure"],
            after=said[f"way_{way.value}_after"],
        )


class WhyForm(forms.Form):
    """A reason in one sentence; too long or none, the service says so."""

    why = forms.CharField(max_length=2_000, required=False)


class CouponsForm(forms.Form):
    """Codes that a partner handed back, however they are set apart, and the day."""

    codes = forms.CharField(max_length=12_000, required=False)
    on = forms.DateField(required=False)


def written(offer: Any) -> dict[str, str]:
    """A version as the form shows it."""
    cells = {
        "reference": offer.reference,
        "issue": str(offer.issue),
        "family": offer.family.reference if offer.family else "",
        "product": offer.product.reference if offer.product else "",
        "regulatory_class": str(offer.regulatory_class),
        "purpose": "" if offer.purpose is None else str(offer.purpose),
        "value_model": str(offer.value_model),
        "unit_value": money_text(offer.unit_value, offer.currency),
        "incentive_cost": money_text(offer.incentive_cost, offer.currency),
        "horizon_months": str(offer.horizon_months),
        "list_rate": offer.list_rate,
        "campaign_rate": offer.campaign_rate,
        "valid_from": offer.valid_from.isoformat() if offer.valid_from else "",
        "valid_to": offer.valid_to.isoformat() if offer.valid_to else "",
        "stock": "" if offer.stock is None else str(offer.stock),
        "sibling_rest_days": str(offer.sibling_rest_days),
        "promotion": offer.promotion.reference if offer.promotion else "",
        "partner": offer.partner,
    }
    cells |= {f"{told.value}_{language}": offer.said(told, language) for told in Told for language in LANGUAGES}
    rules: dict[int, list[tuple[str, str]]] = {}
    for rule in sorted(offer.rules.all(), key=lambda rule: rule.position):
        rules.setdefault(rule.layer, []).append((rule.reason_code, rule.expression))
    cells |= {f"rules_{layer}": lines for layer, lines in rule_lines(rules).items()}
    for one in offer.treatments.all():
        cells |= {
            f"way_{one.way}_zh": one.wording_zh,
            f"way_{one.way}_en": one.wording_en,
            f"way_{one.way}_cost": money_text(one.cost, offer.currency),
            f"way_{one.way}_pressure": str(one.pressure),
            f"way_{one.way}_after": one.after,
        }
    return cells
