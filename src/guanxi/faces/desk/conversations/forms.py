"""What people send when they note a contact."""

from typing import Any

from django import forms

from guanxi.faces.shared.forms import code_field
from guanxi.ground.ids import ALPHABET, CODE_LENGTH
from guanxi.record.conversations.choices import Direction, Heard, Outcome, Point
from guanxi.record.conversations.rules import MAX_POINT, MAX_SUMMARY
from guanxi.record.customers.choices import Channel, PreferenceField

# Ways in which somebody here speaks with a customer; the others are how dealings come about.
SPOKEN = (Channel.CALL, Channel.VISIT, Channel.WECHAT, Channel.SMS, Channel.EMAIL, Channel.POST, Channel.BRANCH)
BACK = ("", "customer", "today")
_DAY = ["%Y-%m-%d"]
_MOST_SETTLED = 20
_ROOM = 2  # browsers send a line break as two characters


def day_field() -> forms.DateField:
    """A day, or nothing."""
    return forms.DateField(required=False, input_formats=_DAY)


def heard_field() -> forms.TypedChoiceField:
    """What a contact told of why the customer may leave."""
    return forms.TypedChoiceField(choices=Heard.choices, coerce=int, required=False)


class CodesField(forms.MultipleChoiceField):
    """Codes of records, each of the form that ours have."""

    def validate(self, value: Any) -> None:
        """At most twenty."""
        if len(value) > _MOST_SETTLED or any(len(one) != CODE_LENGTH or set(one) - set(ALPHABET) for one in value):
            raise forms.ValidationError("no codes")


class ContactForm(forms.Form):
    """A call or visit: what was said, what came of it, the next step."""

    customer = forms.RegexField(rf"^[{ALPHABET}]{{{CODE_LENGTH}}}\Z")
    back = forms.ChoiceField(choices=[(place, "") for place in BACK], required=False)
    then = code_field()
    channel = forms.TypedChoiceField(choices=[(c.value, "") for c in SPOKEN], coerce=int)
    direction = forms.TypedChoiceField(choices=Direction.choices, coerce=int, required=False)
    outcome = forms.TypedChoiceField(choices=Outcome.choices, coerce=int, required=False)
    heard = heard_field()
    rival = code_field()
    summary = forms.CharField(required=False, max_length=_ROOM * MAX_SUMMARY, strip=False)
    on = day_field()
    follow_up_on = day_field()
    what = forms.CharField(required=False, max_length=1000)
    field = forms.TypedChoiceField(choices=PreferenceField.choices, coerce=int, required=False)
    told = forms.CharField(required=False, max_length=1000)
    settles = CodesField(required=False)


for _point in Point:
    ContactForm.base_fields[_point.value] = forms.CharField(
        required=False, max_length=_ROOM * MAX_POINT + MAX_POINT, strip=False
    )
