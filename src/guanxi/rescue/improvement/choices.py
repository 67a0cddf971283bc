"""Enumerations of improvement cases. Numbers are stored: never renumber, only add."""

from django.db import models
from django.utils.translation import pgettext_lazy


class CaseState(models.IntegerChoices):
    """Where an improvement case stands."""

    PROPOSED = 1, pgettext_lazy("improvement", "nobody has taken it yet")
    TAKEN = 2, pgettext_lazy("improvement", "taken")
    DONE = 3, pgettext_lazy("improvement", "something was done")
    CLOSED = 4, pgettext_lazy("improvement", "closed")


STILL_OPEN = (CaseState.PROPOSED, CaseState.TAKEN, CaseState.DONE)
