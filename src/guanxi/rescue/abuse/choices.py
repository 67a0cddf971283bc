"""Words stored in columns of abuse reviews. No label says what somebody is: only what is looked at, and how far."""

from django.db.models import IntegerChoices
from django.utils.translation import pgettext_lazy


class ReviewKind(IntegerChoices):
    """What a review is about."""

    CLAIMS = 1, pgettext_lazy("review", "Refund claims")
    FRAUD = 2, pgettext_lazy("review", "A fraud hit")


class ReviewState(IntegerChoices):
    """Where a review stands; rules.FOLLOWS says what may come after what."""

    OPEN = 1, pgettext_lazy("review", "To be looked at")
    PROPOSED = 2, pgettext_lazy("review", "A flag is proposed")
    CONFIRMED = 3, pgettext_lazy("review", "Flag in force")
    APPEALED = 4, pgettext_lazy("review", "Appeal to be decided")
    UPHELD = 5, pgettext_lazy("review", "Flag in force, appeal decided")
    OVERTURNED = 6, pgettext_lazy("review", "Taken back on appeal")
    DISMISSED = 7, pgettext_lazy("review", "Nothing in it")
    EXPIRED = 8, pgettext_lazy("review", "Flag over after its time")
    WITHDRAWN = 9, pgettext_lazy("review", "Ended without a decision")


class Told(IntegerChoices):
    """What a notice tells."""

    FLAG = 1, pgettext_lazy("review notice", "The flag")
    UPHELD = 2, pgettext_lazy("review notice", "Appeal: it stays")
    OVERTURNED = 3, pgettext_lazy("review notice", "Appeal: it is taken back")
