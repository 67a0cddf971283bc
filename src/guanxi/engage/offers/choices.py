"""Enumerations of offers. Numbers are stored: never renumber, only add."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.record.customers.choices import Channel


class Issue(models.IntegerChoices):
    """What an offer is for; the first three are not weighed in money (decisioning.md 3.3, class order)."""

    OBLIGATION = 1, pgettext_lazy("issue", "Obligation")
    CARE = 2, pgettext_lazy("issue", "Care")
    RISK = 3, pgettext_lazy("issue", "Risk")
    RETENTION = 4, pgettext_lazy("issue", "Retention")
    GROWTH = 5, pgettext_lazy("issue", "Growth")
    PARTNER = 6, pgettext_lazy("issue", "Partner")
    WIN_BACK = 7, pgettext_lazy("issue", "Win-back")


UNPRICED = frozenset({Issue.OBLIGATION, Issue.CARE, Issue.RISK})


class OfferStatus(models.IntegerChoices):
    DRAFT = 1, pgettext_lazy("offer", "draft")
    SUBMITTED = 2, pgettext_lazy("offer", "submitted")
    APPROVED = 3, pgettext_lazy("offer", "approved")
    PUBLISHED = 4, pgettext_lazy("offer", "published")
    WITHDRAWN = 5, pgettext_lazy("offer", "withdrawn")
    REPLACED = 6, pgettext_lazy("offer", "replaced")


IN_WORK = frozenset({OfferStatus.DRAFT, OfferStatus.SUBMITTED, OfferStatus.APPROVED})


class RegulatoryClass(models.IntegerChoices):
    """Exploration never touches the last four; after acceptance of one of them sales rest."""

    NONE = 0, _("Not regulated")
    CREDIT = 1, pgettext_lazy("regulated", "Credit")
    INSURANCE = 2, pgettext_lazy("regulated", "Insurance")
    INVESTMENT = 3, pgettext_lazy("regulated", "Fund")
    LIMIT = 4, pgettext_lazy("regulated", "Limit")


class ValueModel(models.IntegerChoices):
    """How much an acceptance is worth."""

    UNIT = 0, _("An amount for each acceptance")
    AT_STAKE = 1, _("What is at stake by the signal behind it")
    SECOND_LIFETIME = 2, _("The value of a second lifetime")


class Layer(models.IntegerChoices):
    """The three sieves: may have it at all, does it concern them, is it good for them."""

    ELIGIBILITY = 1, _("Who may have it")
    APPLICABILITY = 2, _("Whom it concerns")
    SUITABILITY = 3, _("For whom it is right")


# Reason codes of a customer who does not pass a layer, where a rule names none of its own.
REASONS = {
    Layer.ELIGIBILITY: "not_eligible",
    Layer.APPLICABILITY: "not_applicable",
    Layer.SUITABILITY: "not_suitable",
}


class Way(models.IntegerChoices):
    """How an offer reaches somebody."""

    VISIT = 1, pgettext_lazy("way", "Visit")
    CALL = 2, pgettext_lazy("way", "Call")
    LETTER = 3, pgettext_lazy("way", "Letter")
    SMS = 4, pgettext_lazy("way", "Text message")
    APP = 5, pgettext_lazy("way", "App")
    EMAIL = 6, pgettext_lazy("way", "E-mail")
    INSERT = 7, pgettext_lazy("way", "Leaflet in the statement")


PAPER = frozenset({Way.LETTER, Way.INSERT})  # goes out and is not answered on the spot: what is said comes after it


# decisioning.md 3.3 (cost, in hundredths of the currency) and 3.4 (pressure, in hundredths of a unit).
COSTS = {Way.CALL: 1200, Way.VISIT: 6000, Way.LETTER: 300, Way.INSERT: 40, Way.SMS: 5, Way.APP: 1, Way.EMAIL: 1}
PRESSURES = {
    Way.VISIT: 500, Way.CALL: 400, Way.LETTER: 150, Way.SMS: 100, Way.APP: 50, Way.EMAIL: 50, Way.INSERT: 25,
}  # fmt: skip
CHANNELS = {
    Way.VISIT: Channel.VISIT, Way.CALL: Channel.CALL, Way.LETTER: Channel.POST, Way.SMS: Channel.SMS, Way.APP: Channel.APP,
    Way.EMAIL: Channel.EMAIL, Way.INSERT: Channel.POST,
}  # fmt: skip
# How the channel of a way is called where rules and signs name it, by its number.
CHANNEL_WORDS = {int(channel): channel.name.lower() for channel in CHANNELS.values()}


class Told(models.TextChoices):
    """What an offer says of itself, in both languages."""

    NAME = "name", pgettext_lazy("offer", "Name")
    BENEFIT = "benefit", _("What the customer gains")
    NEED = "need", _("Which need it answers")
    COST = "cost", _("What it costs in all")
    RISK = "risk", _("The main risk")
    ALTERNATIVE = "alternative", _("The alternative, doing nothing included")
    TERMS = "terms", _("Who gets it and on which terms, published")


LANGUAGES = ("zh", "en")
