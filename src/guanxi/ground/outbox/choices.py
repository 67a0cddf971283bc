"""Enumerations of the outbox."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutgoingStatus(models.IntegerChoices):
    WAITING = 1, _("Waiting")
    CLAIMED = 2, _("Being sent")
    SENT = 3, _("Sent")
    FAILED = 4, _("Not sent")
    UNKNOWN = 5, _("Unknown whether sent")
