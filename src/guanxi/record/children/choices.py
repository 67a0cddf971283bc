"""How a guardian gave his consent."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConsentWay(models.TextChoices):
    WRITTEN = "written", _("in writing, signed")
    SPOKEN = "spoken", _("in person, before a colleague")
    MESSAGE = "message", _("by message, from a number or address on record")
