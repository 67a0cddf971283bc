"""Forms of a credit case; what does not fit is said by the service, beside what was typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.ground.money import to_minor
from guanxi.rescue.credit.choices import Decision, Way
from guanxi.rescue.credit.rules import MOST_WORDS, Raising, Ruling

_LOWER = [(one.value, one.label) for one in Decision if one not in (Decision.RAISE, Decision.DECLINE)]
_MOST = 2 * MOST_WORDS  # a little more than the service takes, so that its reason is read


def _day(label: Any, *, is_needed: bool = False, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=is_needed,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


def _amount(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=40, help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip


def words_field(label: Any, rows: int = 3) -> forms.CharField:
    """Words of a person, in a few lines."""
    return forms.CharField(
        label=label, required=False, max_length=_MOST, widget=forms.Textarea(attrs={"rows": rows}), strip=True
    )


class DecisionForm(forms.Form):
    """What a person decides, with its terms."""

    decision = forms.TypedChoiceField(label=_("Decision"), choices=_LOWER, coerce=int)
    limit = _amount(_("New limit"), _("Where it is lowered; never below what is owed and pending."))
    starts_on = _day(_("From"), help_text=_("After the customer was told."))
    first_limit = _amount(_("First step"), _("Only in two steps: the limit until the second day."))
    second_on = _day(_("Second step on"))
    ends_on = _day(_("Lowered until"), help_text=_("Only for a time."))
    contact = forms.CharField(
        label=_("Whom the customer can speak with"),
        required=False,
        max_length=120,
        help_text=_("A name and a telephone number; it stands in the notice."),
    )
    why = words_field(_("Why"))

    def ruling(self, currency: str) -> Ruling:
        """What was written, for the service. Raises Refused for an amount that is none."""
        said = self.cleaned_data

        def minor(name: str) -> int | None:
            return to_minor(said[name], currency) if said[name] else None

        return Ruling(
            decision=Decision(said["decision"]), why=said["why"], contact=said["contact"], limit=minor("limit"),
            starts_on=said["starts_on"], first_limit=minor("first_limit"), second_on=said["second_on"], ends_on=said["ends_on"],
        )  # fmt: skip


class NoticeForm(forms.Form):
    """How and when a notice was given."""

    way = forms.TypedChoiceField(label=_("How it was given"), choices=Way.choices, coerce=int)
    on = _day(pgettext_lazy("notice", "On"), is_needed=True)


class AppealForm(forms.Form):
    """An appeal in the customer's words."""

    words = words_field(_("In the customer’s words"))
    on = _day(_("Came on"), is_needed=True)


class AppealDecisionForm(forms.Form):
    """What another person says to it."""

    outcome = forms.ChoiceField(
        label=_("Decision"), choices=(("stays", _("The decision stays")), ("back", _("The decision is taken back")))
    )
    why = words_field(_("Why, as the customer reads it"))


class IncreaseForm(forms.Form):
    """What a person decides about a higher limit; what the record does not know is brought here."""

    outcome = forms.ChoiceField(
        label=_("Decision"), choices=(("raise", Decision.RAISE.label), ("leave", Decision.DECLINE.label))
    )
    limit = _amount(_("New limit"))
    is_on_time = forms.BooleanField(
        label=_("Payments came on time for 24 months"), required=False, help_text=_("Looked up in the card system.")
    )
    agreed_on = _day(_("The customer agreed on"))
    income = _amount(_("Declared income a month"), _("Empty: not known; then no limit is raised."))
    why = words_field(_("Why"))

    def raising(self, currency: str) -> Raising:
        """What was written, for the service. Raises Refused for an amount that is none."""
        said = self.cleaned_data

        def minor(name: str) -> int | None:
            return to_minor(said[name], currency) if said[name] else None

        limit = (minor("limit") or 0) if said["outcome"] == "raise" else None
        return Raising(
            why=said["why"],
            limit=limit,
            agreed_on=said["agreed_on"],
            is_on_time=said["is_on_time"],
            income=minor("income"),
        )


class RecheckForm(forms.Form):
    """Whether the limit is given back; of help in hardship, whether it goes on."""

    outcome = forms.ChoiceField(
        label=_("Decision"), choices=(("back", _("Give the limit back")), ("stays", _("Leave it and close the case")))
    )
    why = words_field(_("Why"))

    def __init__(self, *given: Any, is_help: bool = False, **more: Any) -> None:
        super().__init__(*given, **more)
        if is_help:
            field: Any = self.fields["outcome"]
            field.choices = (
                ("help", _("Keep the help; look again after three good months")),
                ("stays", _("The help is no longer needed, as the customer says: close the case")),
            )
