"""Enumerations of imports."""

from enum import IntEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportStatus(models.IntegerChoices):
    READY = 1, _("not imported yet")
    RUNNING = 2, _("running")
    DONE = 3, _("finished")
    FAILED = 4, _("failed")
    UNDONE = 5, _("undone")
    HELD = 6, _("held: feed incomplete")
    UNDOING = 7, _("being undone")
    STOPPED = 8, _("stopped: it broke off again and again")


# Begun and not ended: to be gone on with, or taken back.
OPEN = (ImportStatus.RUNNING, ImportStatus.STOPPED)


class Outcome(IntEnum):
    """What became of a row, one byte each in the ledger. Skipped rows say why: SKIPPED + place in SKIP_REASONS."""

    CREATED = 1
    UPDATED = 2
    UNCHANGED = 3
    FAILED = 4
    SKIPPED = 16


# Reasons for which a row is passed over without being wrong. The places are stored: only add.
SKIP_REASONS = ("empty", "no_customer", "private", "feed_incomplete")
SKIP_WORDS = {
    "empty": _("The row is empty."),
    "no_customer": _("The row names no customer."),
    "private": _("The contact is marked as private."),
    "feed_incomplete": _("The delivery was held: it is much smaller than usual."),
}
