"""Enumerations of identity."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TeamKind(models.IntegerChoices):
    FIRM = 1, _("Firm")
    BRANCH = 2, _("Branch")
    TEAM = 3, _("Team")


class Scope(models.IntegerChoices):
    """Which customers a role sees; each step includes the one before."""

    NONE = 0, _("nobody")
    OWN = 1, _("own customers")
    TEAM = 2, _("own team and the teams below")
    BRANCH = 3, _("the whole branch")
    ALL = 4, _("the whole firm")


class Theme(models.TextChoices):
    SYSTEM = "", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(models.TextChoices):
    COMFORTABLE = "", _("Comfortable")
    COMPACT = "compact", _("Compact")
