"""Enumerations of standing."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Loyalty(models.TextChoices):
    """What somebody's loyalty is: what he does and what he thinks of us, apart (decisioning 4.4). The words of exports."""

    TRUE = "true", _("Truly loyal")
    BEHAVIOURAL = "behavioural", _("Loyal by what they do")
    LATENT = "latent", _("Likes us, buys little")
    SPURIOUS = "spurious", _("Buys much, does not like us")
    NONE = "none", _("Not loyal")
    NOT_SHOWN = "not_shown", _("Loyalty not shown by what they do")


class Cause(models.IntegerChoices):
    """Why a customer stands in another tier than before."""

    UNKNOWN = 0, _("not known")
    MORE = 1, _("buys more")
    LESS = 2, _("buys less")
    GONE = 3, _("stays away")
    RANK = 4, _("the places of others changed")
    LINES = 5, _("the lines between tiers were moved")


class ServiceModel(models.TextChoices):
    """How somebody is served (SEG-09). The words of offers."""

    ADVISER = "adviser", _("Strategic adviser")
    ONE_STOP = "one_stop", _("One-stop service")
    TECHNOLOGY = "technology", _("Technology-led service")
