"""What people send about an action."""

from django import forms

from guanxi.faces.shared.forms import code_field
from guanxi.record.actions.choices import NotNow

BACK = ("", "customer")


class AnswerForm(forms.Form):
    """Done, accepted, or not now because…, with a line of one's own and the day to be asked again."""

    answer = forms.ChoiceField(choices=[("done", ""), ("accepted", ""), ("not_now", "")])
    because = forms.TypedChoiceField(choices=NotNow.choices, coerce=int, empty_value=None, required=False)
    again_on = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    note = forms.CharField(required=False, max_length=2000)
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    back = forms.ChoiceField(choices=[(place, "") for place in BACK], required=False)
    then = code_field()


class HandOverForm(forms.Form):
    """To whom, and what they should know."""

    to = forms.CharField(max_length=12)
    note = forms.CharField(required=False, max_length=2000)
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    back = forms.ChoiceField(choices=[(place, "") for place in BACK], required=False)
    then = code_field()


class WithdrawalForm(forms.Form):
    """Take an answer back."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    back = forms.ChoiceField(choices=[(place, "") for place in BACK], required=False)
