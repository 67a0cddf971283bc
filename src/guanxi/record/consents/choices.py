"""Enumerations of consents."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Purpose(models.IntegerChoices):
    SERVICE = 1, _("Service")
    MARKETING = 2, _("Our offers")
    PARTNER = 3, _("Partners' offers")
    PROFILING = 4, _("Personal advice from own data")
    USAGE_LOCATION = 5, _("Use of usage and location data")
    SENSITIVE = 6, _("Sensitive data")
    SURVEY = 7, _("Surveys")


class ConsentStatus(models.IntegerChoices):
    GRANTED = 1, _("granted")
    DENIED = 2, pgettext_lazy("consent", "refused")
    WITHDRAWN = 3, _("withdrawn")
