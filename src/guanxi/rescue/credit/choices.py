"""Words stored in columns of credit cases."""

from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CaseKind(IntegerChoices):
    """What a case is about."""

    LOWER = 1, pgettext_lazy("credit case", "Spending fell")
    RAISE = 2, pgettext_lazy("credit case", "A higher limit")


class CaseState(IntegerChoices):
    """Where a case stands; rules.FOLLOWS says what may come after what."""

    OPEN = 1, pgettext_lazy("credit case", "To be decided")
    DECIDED = 2, pgettext_lazy("credit case", "Decided; the notice is to be given")
    NOTIFIED = 3, pgettext_lazy("credit case", "In force")
    APPEALED = 4, pgettext_lazy("credit case", "Appeal to be decided")
    UPHELD = 5, pgettext_lazy("credit case", "In force, appeal decided")
    OVERTURNED = 6, pgettext_lazy("credit case", "Overturned on appeal")
    RECHECK = 7, pgettext_lazy("credit case", "To be looked at again")
    RESTORED = 8, pgettext_lazy("credit case", "Limit given back")
    CLOSED = 9, pgettext_lazy("credit case", "Closed")
    WITHDRAWN = 10, pgettext_lazy("credit case", "Ended without a decision")


class Decision(IntegerChoices):
    """What a person decided about a limit."""

    KEEP = 1, _("Keep the limit")
    TEMPORARY = 2, _("Lower it for a time")
    STEPS = 3, _("Lower it in two steps")
    REDUCE = 4, _("Lower it")
    HARDSHIP = 5, _("Help in hardship, the limit stays")
    RAISE = 6, _("Raise the limit")
    DECLINE = 7, _("Leave the limit")


class Way(IntegerChoices):
    """How a notice reached the customer."""

    LETTER = 1, pgettext_lazy("notice", "By letter")
    HAND = 2, pgettext_lazy("notice", "By hand")


class About(IntegerChoices):
    """What a notice tells."""

    DECISION = 1, _("Decision")
    UPHELD = 2, _("Appeal: it stays")
    OVERTURNED = 3, _("Appeal: it is taken back")
    RESTORED = 4, _("The limit is given back")
