"""Enumerations of background work."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobStatus(models.IntegerChoices):
    READY = 1, _("Waiting")
    RUNNING = 2, _("Running")
    DONE = 3, _("Done")
    SET_ASIDE = 4, _("Set aside")


# A job nobody will touch again by itself
FINISHED = (JobStatus.DONE, JobStatus.SET_ASIDE)
