"""Enumerations of imports."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportStatus(models.IntegerChoices):
    READY = 1, _("ready")
    RUNNING = 2, _("running")
    DONE = 3, _("done")
    FAILED = 4, _("failed")
    UNDONE = 5, _("undone")
    HELD = 6, _("held: feed incomplete")
