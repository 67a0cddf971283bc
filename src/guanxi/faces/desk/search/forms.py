"""What the box sends, and what recognising asks: the whole number, and why."""

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.faces.shared.asking import MAX_LENGTH


class Occasion(models.TextChoices):
    """How the person whose number it is has come to us."""

    CALL = "call", _("On the phone")
    COUNTER = "counter", _("At the counter")
    WRITING = "writing", _("In writing")


class SearchForm(forms.Form):
    """What was typed into the box."""

    q = forms.CharField(required=False, max_length=MAX_LENGTH)


class RecognitionForm(forms.Form):
    """A whole identifier, and the occasion."""

    q = forms.CharField(max_length=100)
    why = forms.ChoiceField(choices=Occasion.choices)
