"""What marking sends: which record, and where it goes."""

from django import forms

from guanxi.faces.shared.forms import code_field
from guanxi.ground.ids import ALPHABET, CODE_LENGTH
from guanxi.record.bookmarks.queries import MOST_FAVOURITES

NOUNS = (("customer", ""),)
_CODE = f"[{ALPHABET}]{{{CODE_LENGTH}}}"


class MarkForm(forms.Form):
    """A record by kind and code."""

    noun = forms.ChoiceField(choices=NOUNS)
    code = forms.RegexField(_CODE)


class FavouriteForm(MarkForm):
    """A star set or taken away."""

    on = forms.ChoiceField(choices=(("yes", ""), ("no", "")))


class OrderForm(forms.Form):
    """Favourites in a new order: all of them by code, or one of them a step up or down."""

    codes = forms.RegexField(f"{_CODE}(,{_CODE}){{0,{MOST_FAVOURITES - 1}}}", required=False)
    code = code_field()
    step = forms.ChoiceField(choices=(("up", ""), ("down", "")), required=False)
