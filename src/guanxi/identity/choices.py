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


class DateStyle(models.TextChoices):
    LANGUAGE = "", _("As the language writes them: 7月9日, 9 Jul")
    ISO = "iso", "2026-07-09"


class NumberStyle(models.TextChoices):
    COMMA = "", "1,234,567.5"
    SPACE = "space", "1 234 567.5"


class MoneyStyle(models.TextChoices):
    SIGN = "", _("With its sign: ¥123,400")
    CODE = "code", _("With its code: CNY 123,400")
    MYRIAD = "myriad", _("In 万 where Chinese is spoken: ¥12.3 万")


class Density(models.TextChoices):
    COMFORTABLE = "", _("Comfortable")
    COMPACT = "compact", _("Compact")
