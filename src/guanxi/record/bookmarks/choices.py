"""Enumerations of bookmarks."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sharing(models.TextChoices):
    """Who finds a saved view among the tabs."""

    PRIVATE = "private", _("only me")
    TEAM = "team", _("my team")
    PUBLIC = "public", _("everybody")
