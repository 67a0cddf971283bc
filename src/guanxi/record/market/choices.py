"""What is spent on winning customers."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Spent(models.TextChoices):
    """The kinds of cost of an effort (decisioning.md 4.12); hours are counted at their rate."""

    MEDIA = "media", _("Media")
    LISTS = "lists", _("Lists")
    INCENTIVES = "incentives", _("Incentives")
    LABOUR = "labour", _("Hours at their rate")
    ONBOARDING = "onboarding", _("Checks and entry of new customers")


STAGES = ("leads", "applications", "approved", "customers")
