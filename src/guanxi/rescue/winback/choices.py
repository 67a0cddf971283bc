"""Enumerations of losses. Numbers are stored: never renumber, only add."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Reason(models.IntegerChoices):
    """Why somebody left (WIN-02); the numbers are those of insight.estimates.reasons."""

    UNKNOWN = 0, pgettext_lazy("reason of loss", "not known")
    LET_GO = 1, _("let go by us")
    NEED_UNMET = 2, _("we could not meet the need")
    BETTER_VALUE = 3, _("drawn by better value")
    LOWER_PRICE = 4, _("drawn by a lower price")
    CONDITIONS = 5, _("conditions changed")


class LossCause(models.TextChoices):
    """What in our own house was behind it (WIN-06)."""

    SERVICE = "service", pgettext_lazy("cause of loss", "service")
    INNOVATION = "innovation", pgettext_lazy("cause of loss", "nothing new to offer")
    QUALITY_PRICE = "quality_price", pgettext_lazy("cause of loss", "quality or price")
    COMPETITOR = "competitor", pgettext_lazy("cause of loss", "a competitor")
    EXOGENOUS = "exogenous", pgettext_lazy("cause of loss", "nothing of ours")


class Evidence(models.TextChoices):
    """What the record knows of why."""

    SAID = "said", _("said so")
    UNSOLVED = "unsolved", _("a promise that nobody kept or a complaint that nobody solved")
    UNHEARD = "unheard", _("an enquiry that nobody answered")
    SAVE_REFUSED = "save_refused", _("said no to what we offered")
    OUTSIDE = "outside", _("moved to a city where we have nobody")
    ENDED_BY_US = "ended_by_us", _("we ended it")
    TRANSFERRED = "transferred", _("took it to a rival who is named")
    PRODUCT_GAP = "product_gap", _("asked for something we do not have")
    PRICE_MATCH = "price_match", _("asked us to match a price")
    PRICE_INCREASE = "price_increase", _("a price that rose")
    ON_PROMOTION = "on_promotion", _("bought almost only on promotion")
    LIFE_ENDED = "life_ended", _("an age limit or a closed business")
    PRODUCT_OVER = "product_over", _("what they had ended, or is sold no more")


class Excluded(models.TextChoices):
    """Why somebody is not pursued (WIN-04)."""

    LET_GO = "let_go", _("we let this customer go")
    PRICE_SEEKER = "price_seeker", _("comes back for the price only")
    OUTSIDE = "outside", _("left our area")
    ENDED = "ended", _("closed the business, or past an age limit")
    NO_WORTH = "no_worth", _("costs more than it would bring")
    NO_OFFER = "no_offer", _("no win-back offer is open to this customer")
    DISPUTE = "dispute", _("a complaint is open")
    TOUCHED = "touched", _("three contacts in 90 days already")
    NOT_LOST = "not_lost", _("not lost by what is known now")


class Arm(models.IntegerChoices):
    """What became of somebody on a list that was handed out."""

    NONE = 0, _("not handed out")
    PURSUED = 1, _("pursued")
    CONTROL = 2, _("kept back to compare")
