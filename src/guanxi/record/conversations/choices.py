"""Enumerations of conversations."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Direction(models.IntegerChoices):
    IN = 1, _("from the customer")
    OUT = 2, _("to the customer")


class Point(models.TextChoices):
    """The four points of a return visit (CARE-02): the name of each is its column."""

    USAGE = "usage", _("How the product is used")
    NEEDS = "needs", _("New needs")
    NEWS = "news", _("What is new with us")
    GREETINGS = "greetings", _("Greetings, and what is dear to them")


class Outcome(models.IntegerChoices):
    NONE = 0, _("no result noted")
    REACHED = 1, _("reached")
    NO_ANSWER = 2, _("no answer")
    PROMISED = 3, _("we promised something")
    ACCEPTED = 4, _("accepted")
    REFUSED = 5, _("refused")
