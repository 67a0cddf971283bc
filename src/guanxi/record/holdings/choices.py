"""Enumerations of holdings."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HoldingStatus(models.IntegerChoices):
    OPEN = 1, _("in force")
    CLOSED = 2, _("closed")
    PENDING = 3, _("pending")
