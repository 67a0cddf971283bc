"""Showing a masked mark in full, once: why, in a closed list and in words, and the answer for this view only."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from guanxi.faces.shared.look import Look
from guanxi.identity.queries import firm
from guanxi.record.customers.queries.page import IdentifierRow
from guanxi.record.customers.services import reveal_identifier


class Why(models.TextChoices):
    """Why somebody needs to see a mark in full."""

    IDENTITY = "identity", _("To check who is calling")
    FORM = "form", _("To fill in a form together")
    CORRECT = "correct", _("To correct an entry")
    TRACE = "trace", _("To trace a payment or a policy")
    OTHER = "other", _("For another reason")


class DisclosureForm(forms.Form):
    """Which mark, and why."""

    mark = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    why = forms.ChoiceField(choices=Why.choices)
    note = forms.CharField(required=False, max_length=200)


@dataclass(frozen=True)
class Disclosed:
    """What came of asking to see a mark: its text, or the problem with the reason."""

    mark: int
    text: str = ""
    problem: str = ""
    note: str = ""


def disclose(row: IdentifierRow, sent: dict[str, Any], look: Look) -> Disclosed:
    """Reveal one mark of a customer in sight; the reason stands in the journal in the firm's language.

    Raises Denied, and Refused as `reveal_identifier` does.
    """
    return Disclosed(row.id, reveal_identifier(row.id, reason=_reason(sent), by=look.principal))


def why_choices() -> list[tuple[str, str]]:
    """(value, words) of the closed list; OTHER is the field beside it."""
    return [(one.value, str(one.label)) for one in Why if one != Why.OTHER]


def _reason(sent: dict[str, Any]) -> str:
    """The reason as the journal keeps it; "" when the words that were to say it are missing."""
    note = str(sent["note"]).strip()
    if sent["why"] == Why.OTHER:
        return note
    with translation.override(firm().language):
        label = str(Why(sent["why"]).label)
    return f"{label}: {note}" if note else label
