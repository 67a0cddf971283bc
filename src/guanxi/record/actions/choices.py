"""Enumerations of actions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActionClass(models.IntegerChoices):
    """The class order of decisioning.md 3.3: a lower class is looked at only when the upper has none."""

    OBLIGATION = 1, _("Promised and owed")
    CARE = 2, _("Care")
    VALUE = 3, _("Worth doing")


class ActionStatus(models.IntegerChoices):
    OPEN = 1, _("open")
    DONE = 2, _("done")
    NOT_NOW = 3, _("not now")
    HANDED_OVER = 4, _("handed over")
    WITHDRAWN = 5, _("no longer needed")


class NotNow(models.IntegerChoices):
    """Why not now: each answer teaches."""

    BUSY = 1, _("No time today")
    NOT_REACHED = 2, _("Not reached")
    CUSTOMER_AWAY = 3, _("Customer is away")
    ALREADY_TALKING = 4, _("Already in conversation")
    NOT_RELEVANT = 5, _("Not relevant for this customer")
    WRONG = 6, _("The reason is wrong")
    DECLINED = 7, _("The customer does not want it")
