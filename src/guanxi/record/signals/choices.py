"""Enumerations of signals. Kinds are words, as they stand in exports."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SignalKind(models.TextChoices):
    SPEND_DROP = "spend_drop", _("Spends far less than usual")
    INACTIVITY = "inactivity", _("Stays away longer than usual")
    CREDIT_DOWNSHIFT = "credit_downshift", _("Spends less and at cheaper merchants")
    NEW_HOME = "new_home", _("May have moved into a new home")
    HOUSEHOLD_CHANGE = "household_change_unspecified", _("Has moved; why is not known")
    CAR_NEED = "car_need", _("May need a car")
    SAVINGS_ACCUMULATING = "savings_accumulating", _("Savings pile up")
    FIRST_INCOME = "first_income", _("First regular income")
    BALANCE_RUNOFF = "balance_runoff", _("Money leaves the accounts")
    SERVICE_FRICTION = "service_friction", _("Trouble with our service")
    PROMISE_BROKEN = "promise_broken", _("We broke a promise")
    ABUSE_REVIEW = "abuse_review", _("Refund claims for a person to look at")


# What only a reviewer sees, and what no advice, figure or state of a customer is drawn from: a rumour spreads faster than a
# person decides (RSK-06). From the kinds of ADVISING all of it may be.
CONFIDENTIAL = frozenset({SignalKind.ABUSE_REVIEW})
ADVISING = tuple(kind for kind in SignalKind if kind not in CONFIDENTIAL)


class Sign(models.TextChoices):
    """What a customer said that says something about today by itself: no detector states it, and nobody has to judge it."""

    WANTS_TO_LEAVE = "wants_to_leave", _("Wants to leave, as they said")
    WAY_REFUSED = "way_refused", _("Has just refused an offer this way")


# What offers and context weights may ask for.
NAMED = (*ADVISING, *Sign)


def is_named(kind: str, state: str = "") -> bool:
    """Whether a weight may be set on a signal in a state ("" any), or on a sign, which has none."""
    return (kind in ADVISING and state in {"", *SignalState.values}) or (kind in Sign.values and not state)


def label_of(kind: str) -> str:
    """What a signal or a sign is called in the active language; its own word where it is none of ours."""
    of = SignalKind if kind in SignalKind.values else Sign
    return str(of(kind).label) if kind in of.values else kind


class SignalState(models.TextChoices):
    WATCH = "watch", _("watch")
    ALARM = "alarm", _("alarm")
    CONFIRMED = "confirmed", _("confirmed")
    CLEARED = "cleared", _("cleared")
    LAPSED = "lapsed", _("lapsed")
    HYPOTHESISED = "hypothesised", _("supposed")
    REFUTED = "refuted", _("refuted")
    EXPIRED = "expired", _("expired")


# The digest of what stays of a supposition that was erased: its key alone, so that it is not supposed again.
ERASED = "erased"


class Judgement(models.IntegerChoices):
    """What a person found out about a signal. All but TRUE explain it away."""

    TRUE = 1, _("The signal was right")
    CARD_LOST = 2, _("Card lost or replaced")
    LIMIT_BLOCKED = 3, _("Limit was blocked")
    CLOSING = 4, _("Account is being closed")
    TRAVEL = 5, _("Travelling, as the customer told us")
    SUPPLEMENTARY = 6, _("Spending moved to a supplementary card")
    OTHER = 7, _("Explained otherwise")
    WRONG = 8, _("Not so: the figures are wrong")
    DENIED = 9, _("Not so, as the customer says")
