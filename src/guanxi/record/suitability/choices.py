"""How much risk somebody can bear, as a test found it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RiskLevel(models.IntegerChoices):
    CAUTIOUS = 1, _("1 cautious")
    STEADY = 2, _("2 steady")
    BALANCED = 3, _("3 balanced")
    VENTURING = 4, _("4 venturing")
    BOLD = 5, _("5 bold")
