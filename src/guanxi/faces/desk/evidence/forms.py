"""What people send about a signal."""

from django import forms

from guanxi.faces.shared.forms import code_field
from guanxi.record.signals.choices import Judgement


class JudgementForm(forms.Form):
    """Right, or one of the explanations, with a line of one's own and the last day for which it holds."""

    judgement = forms.ChoiceField(choices=[(one.name.lower(), "") for one in Judgement])
    quiet_until = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    note = forms.CharField(required=False, max_length=2000)
    action = code_field()


class JudgementWithdrawalForm(forms.Form):
    """Take a judgement back."""

    action = code_field()
