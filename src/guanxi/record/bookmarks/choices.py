"""Enumerations of bookmarks."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sharing(models.TextChoices):
    """Who finds a saved view among the tabs."""

    PRIVATE = "private", _("only me")
    TEAM = "team", _("my team")
    PUBLIC = "public", _("everybody")


class Panel(models.TextChoices):
    """What stands beside the history on the page of a customer."""

    FACTS = "facts", _("Who it is")
    CARD = "card", _("Preference card")
    TIES = "ties", _("Family and friends")
    GROUPS = "groups", _("Groups")
    AGREED = "agreed", _("Agrees to")
    NEXT = "next", _("Next step")
    STANDING = "standing", _("Standing")
    SIGNALS = "signals", _("Signals")
    HOLDINGS = "holdings", _("With us")


class Shift(models.TextChoices):
    """What may be done to a panel: a step within its column, to the other column, folded away, opened again."""

    UP = "up", _("Up")
    DOWN = "down", _("Down")
    ACROSS = "across", _("To the other side")
    FOLD = "fold", _("Fold away")
    OPEN = "open", _("Leave open")


class Story(models.TextChoices):
    """What of the history of a customer is shown."""

    ALL = "", _("All")
    CONTACTS = "contacts", _("Contacts")
    DEALINGS = "dealings", _("Dealings")
    WORK = "work", _("Signals and work")
    CHANGES = "changes", _("Changes")
    OFFERED = "offered", _("Offered")
