"""What people send from the page of a customer: facts for the card, promises, relations, consents."""

from django import forms

from guanxi.faces.desk.customers.person import Source
from guanxi.faces.shared.forms import code_field
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.customers.choices import Channel, PreferenceField, RelationKind
from guanxi.record.declarations.choices import Fact, Grade
from guanxi.record.suitability.choices import RiskLevel
from guanxi.record.suppressions.choices import Cause


class PreferenceForm(forms.Form):
    """A fact for the preference card."""

    field = forms.TypedChoiceField(choices=PreferenceField.choices, coerce=int)
    text = forms.CharField(required=False, max_length=1000)
    source = forms.ChoiceField(choices=Source.choices)


class CorrectionForm(forms.Form):
    """Other words for a line of the card."""

    text = forms.CharField(required=False, max_length=1000)
    source = forms.ChoiceField(choices=Source.choices)


class PromiseForm(forms.Form):
    """What is promised, and until when."""

    what = forms.CharField(required=False, max_length=1000)
    due_on = forms.DateField(input_formats=["%Y-%m-%d"])


class AddressForm(forms.Form):
    """A new place, and how it came to be known."""

    text = forms.CharField(required=False, max_length=1000)
    city = forms.CharField(required=False, max_length=200)
    district = forms.CharField(required=False, max_length=200)
    source = forms.ChoiceField(choices=Source.choices)


class SuppositionForm(forms.Form):
    """Whether something supposed is so."""

    answer = forms.ChoiceField(choices=[("yes", ""), ("no", "")])


class TakingForm(forms.Form):
    """The offer of a contact to go on with, and the need in the customer's words; of one that he refuses, why."""

    offer = code_field()
    need = forms.CharField(required=False, max_length=1000)


class BenefitForm(forms.Form):
    """The version of an offer to stay that a loyal customer asks for, and how, in the customer's words."""

    offer = code_field()
    words = forms.CharField(required=False, max_length=1000)


class RelationForm(forms.Form):
    """Somebody near: who, how, and whether they keep house together."""

    other = code_field()
    kind = forms.TypedChoiceField(choices=RelationKind.choices, coerce=int)
    note = forms.CharField(required=False, max_length=1000)
    source = forms.ChoiceField(choices=Source.choices)
    together = forms.BooleanField(required=False)
    q = forms.CharField(required=False, max_length=200)


class RiskTestForm(forms.Form):
    """What a suitability test found, on which day, and until when it holds (empty: for a year)."""

    level = forms.TypedChoiceField(choices=RiskLevel.choices, coerce=int)
    tested_on = forms.DateField(input_formats=["%Y-%m-%d"])
    valid_until = forms.DateField(input_formats=["%Y-%m-%d"], required=False)


class NoticeForm(forms.Form):
    """Notice of a contract: which, on which ground of it, given when, and when it ends. What does not fit the service says."""

    holding = forms.CharField(max_length=12)
    ground = forms.CharField(required=False, max_length=2000)
    noticed_on = forms.DateField(input_formats=["%Y-%m-%d"])
    ends_on = forms.DateField(input_formats=["%Y-%m-%d"])


class DeclarationForm(forms.Form):
    """What a customer declares of himself, all of it at once, who told it and when (empty: today). What does not fit the service says."""

    employees = forms.IntegerField(required=False, min_value=-(10**15), max_value=10**15)
    turnover = forms.IntegerField(required=False, min_value=-(10**15), max_value=10**15)
    credit = forms.TypedChoiceField(
        required=False, empty_value=None, coerce=int, choices=[(grade.value, "") for grade in Grade if grade]
    )
    flags = forms.MultipleChoiceField(required=False, choices=[(fact.value, "") for fact in Fact])
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    source = forms.CharField(required=False, max_length=1000)
    told_on = forms.DateField(input_formats=["%Y-%m-%d"], required=False)


class SurveyForm(forms.Form):
    """What a customer answered, on which day; empty was not answered. What is out of bounds the service says."""

    asked_on = forms.DateField(input_formats=["%Y-%m-%d"])
    value = forms.IntegerField(required=False, min_value=-99, max_value=99)
    quality = forms.IntegerField(required=False, min_value=-99, max_value=99)
    satisfaction = forms.IntegerField(required=False, min_value=-99, max_value=99)
    recommend = forms.IntegerField(required=False, min_value=-99, max_value=99)
    rank = forms.IntegerField(required=False, min_value=-99, max_value=99)
    among = forms.IntegerField(required=False, min_value=-99, max_value=99)
    unanswered = forms.BooleanField(required=False)


class ChildMonthForm(forms.Form):
    """The month in which a child was born."""

    born_in = forms.DateField(input_formats=["%Y-%m"])


class ChildForm(ChildMonthForm):
    """… and how and when its guardian consented. That none was given the service says."""

    consent_way = forms.CharField(required=False, max_length=12)
    consented_on = forms.DateField(input_formats=["%Y-%m-%d"], required=False)


class RestForm(forms.Form):
    """Why sales are to rest, since when, and from which day on there may be some again (empty: until somebody ends it)."""

    cause = forms.ChoiceField(choices=Cause.choices)
    why = forms.CharField(required=False, max_length=1000)
    since = forms.DateField(input_formats=["%Y-%m-%d"], required=False)
    until = forms.DateField(input_formats=["%Y-%m-%d"], required=False)


class RestEndForm(forms.Form):
    """How it was solved, or why sales go on."""

    how = forms.CharField(required=False, max_length=1000)


class StatementForm(forms.Form):
    """What a customer said about one purpose on one channel ("<purpose>.<channel>.<status>"), and how."""

    cell = forms.RegexField(
        rf"^[1-{max(Purpose.values)}]\.[0-9]{{1,2}}\.[{min(ConsentStatus.values)}-{max(ConsentStatus.values)}]\Z"
    )
    how = forms.ChoiceField(choices=Source.choices)
    evidence = forms.CharField(required=False, max_length=1000)

    def clean_cell(self) -> tuple[Purpose, Channel, ConsentStatus]:
        """The cell as what it names."""
        purpose, channel, status = (int(part) for part in self.cleaned_data["cell"].split("."))
        if channel not in Channel.values or purpose == Purpose.PARTNER:
            raise forms.ValidationError("no such cell")
        return Purpose(purpose), Channel(channel), ConsentStatus(status)
