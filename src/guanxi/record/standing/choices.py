"""Enumerations of standing."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Cause(models.IntegerChoices):
    """Why a customer stands in another tier than before."""

    UNKNOWN = 0, _("not known")
    MORE = 1, _("buys more")
    LESS = 2, _("buys less")
    GONE = 3, _("stays away")
    RANK = 4, _("the places of others changed")
    LINES = 5, _("the lines between tiers were moved")
