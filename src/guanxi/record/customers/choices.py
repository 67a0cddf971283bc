"""Enumerations of customers. The numbers are stored: never renumber, only add."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CustomerKind(models.IntegerChoices):
    PERSON = 1, _("Person")
    ORGANISATION = 2, _("Organisation")


class Gender(models.IntegerChoices):
    UNKNOWN = 0, pgettext_lazy("gender", "not known")
    MALE = 1, _("male")
    FEMALE = 2, _("female")


class Stage(models.IntegerChoices):
    """Where the relationship stands; acts write it."""

    PROSPECT = 1, _("Prospect")
    TARGET = 2, _("Target")
    CUSTOMER = 3, _("Customer")
    LOST = 4, _("Lost")
    REGAINED = 5, _("Regained")


class State(models.IntegerChoices):
    """How the customer is doing; standing computes it."""

    NONE = 0, _("not yet known")
    ACTIVE = 1, _("active")
    WATCH = 2, _("watch")
    ALARM = 3, _("alarm")
    LAPSED = 4, _("lapsed")


class Tier(models.IntegerChoices):
    """Value tier as a rank, so that sorting by tier is sorting by number."""

    A = 1, "A"
    B = 2, "B"
    C = 3, "C"
    NONE = 9, "–"


class IdentifierKind(models.IntegerChoices):
    REFERENCE = 1, _("Reference")
    PHONE = 2, _("Phone")
    EMAIL = 3, _("E-mail")
    ID_NUMBER = 4, _("ID number")
    PLATE = 5, _("Plate")
    POLICY = 6, _("Policy number")
    ACCOUNT = 7, _("Account")
    MEMBER = 8, _("Member number")


# One customer alone may hold a current identifier of these kinds; phones, e-mails and plates may be shared.
STRONG_KINDS = (
    IdentifierKind.REFERENCE,
    IdentifierKind.ID_NUMBER,
    IdentifierKind.POLICY,
    IdentifierKind.ACCOUNT,
    IdentifierKind.MEMBER,
)
# Of these a customer has one at a time; a second one is a conflict, not a completion.
SINGLE_KINDS = (IdentifierKind.REFERENCE, IdentifierKind.ID_NUMBER)
# Stored encrypted; `norm` holds only a keyed digest.
SENSITIVE_KINDS = (IdentifierKind.ID_NUMBER, IdentifierKind.ACCOUNT)


class Channel(models.IntegerChoices):
    """How a contact or a dealing came about."""

    UNKNOWN = 0, _("not known")
    BRANCH = 1, pgettext_lazy("channel", "Branch")
    CALL = 2, _("Call")
    VISIT = 3, _("Visit")
    SMS = 4, _("Text message")
    EMAIL = 5, pgettext_lazy("channel", "E-mail")
    POST = 6, _("Letter")
    WECHAT = 7, _("WeChat")
    WEB = 8, _("Web")
    APP = 9, _("App")
    CARD = 10, _("Card")
    PORTAL = 11, _("Portal")


class RelationKind(models.IntegerChoices):
    SPOUSE = 1, _("Spouse")
    PARENT = 2, _("Parent")
    CHILD = 3, _("Child")
    SIBLING = 4, _("Sibling")
    GUARANTOR = 5, _("Guarantor")
    REFERRER = 6, _("Recommended by")
    EMPLOYER = 7, _("Employer")
    FRIEND = 8, _("Friend")
    OTHER = 9, _("Other")


class PreferenceField(models.IntegerChoices):
    """The eight fields of the preference card (PRF-01). Health, beliefs and family conflict have no field."""

    MATTERS = 1, _("What matters")
    EXPERTISE = 2, _("Expertise")
    CHARACTER = 3, _("Character")
    BREAKFAST = 4, _("Breakfast and drinks")
    MUSIC = 5, _("Music")
    SNACKS = 6, _("Snacks")
    TOPICS = 7, _("Topics")
    CONTACT = 8, _("When and how to contact")


class BulkKind(models.IntegerChoices):
    ASSIGNED = 1, _("given to a manager")
    JOINED = 2, _("put into a group")
    LEFT = 3, _("taken out of a group")
    DELETED = 4, _("deleted")
