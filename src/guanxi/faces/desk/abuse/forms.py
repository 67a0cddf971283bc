"""Forms of a review; what does not fit is said by the service, beside what was typed."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.faces.desk.credit.forms import words_field


class FraudForm(forms.Form):
    """A fraud hit, in the words of whoever found it."""

    found = words_field(_("What was found, and how it is known"))


class ProposalForm(forms.Form):
    """What the first of two people says."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=(
            ("flag", _("Propose a flag; another person decides")),
            ("nothing", _("There is nothing in it")),
        ),
    )
    why = words_field(_("Why"))


class DecisionForm(forms.Form):
    """What the second one says."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=(
            ("flag", _("Confirm the flag for twelve months")),
            ("nothing", _("There is nothing in it")),
        ),
    )
    why = words_field(_("Why, as the customer reads it"))
    contact = forms.CharField(
        label=_("Whom the customer can speak with"),
        required=False,
        max_length=120,
        help_text=_("A name and a telephone number; it stands in the notice."),
    )


class AppealDecisionForm(forms.Form):
    """What a third one says to an appeal."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=(("stays", pgettext_lazy("appeal", "The flag stays")), ("back", _("The flag is taken back"))),
    )
    why = words_field(_("Why, as the customer reads it"))
