"""Enumerations of conversations."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Direction(models.IntegerChoices):
    IN = 1, _("from the customer")
    OUT = 2, _("to the customer")


class Point(models.TextChoices):
    """The four points of a return visit (CARE-02): the name of each is its column."""

    USAGE = "usage", _("How the product is used")
    NEEDS = "needs", _("New needs")
    NEWS = "news", _("What is new with us")
    GREETINGS = "greetings", _("Greetings, and what is dear to them")


class Heard(models.IntegerChoices):
    """What a contact told us of why somebody may leave, or has left (decisioning.md 4.8); the numbers are stored."""

    NOTHING = 0, pgettext_lazy("heard", "nothing of that kind")
    PRICE_MATCH = 1, _("asked us to match a price")
    PRODUCT_GAP = 2, _("asked for something we do not have")
    TO_A_RIVAL = 3, _("takes money or business to a competitor")
    MOVED_AWAY = 4, _("moved out of the area we serve")
    CLOSED_BUSINESS = 5, _("closes the business")
    TOO_OLD = 6, _("reached an age limit")
    PRODUCT_ENDED = 7, _("the product comes to its end")
    ENDED_BY_US = 8, _("we ended it")
    LEAVING = 9, _("wants to leave us")


# Of these a competitor may be named.
NAMES_RIVAL = frozenset({Heard.PRICE_MATCH, Heard.PRODUCT_GAP, Heard.TO_A_RIVAL})


class Outcome(models.IntegerChoices):
    NONE = 0, _("no result noted")
    REACHED = 1, _("reached")
    NO_ANSWER = 2, _("no answer")
    PROMISED = 3, _("we promised something")
    ACCEPTED = 4, _("accepted")
    REFUSED = 5, _("refused")
