"""Registering a promotion: only then may its prizes be mentioned (RET-03)."""

import datetime as dt
import re
from dataclasses import dataclass

from django.db import transaction

from guanxi.engage.offers.models import Promotion
from guanxi.engage.offers.permissions import require_approval
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.text.normalise import checked
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act

MOST_RULES, MOST_NAME = 4_000, 120
_REFERENCE = re.compile(r"[a-z][a-z0-9_]{0,63}")

_NO_REFERENCE = gettext_noop("“{text}” is no short name: small letters, figures and _ are, up to 64, a letter first.")
_TAKEN = gettext_noop("Another promotion is called {reference} already.")
_UNTOLD = gettext_noop("A promotion needs a name, its published rules and its real odds, none of them too long.")
_DAYS = gettext_noop("The last day lies before the first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPromotion:
    """A draw as it is published: its whole rules, and the odds in words (1 in 500)."""

    reference: str
    name: str
    rules: str
    odds: str
    valid_from: dt.date
    valid_to: dt.date
    is_demo: bool = False


@transaction.atomic
def register_promotion(promotion: NewPromotion, *, by: Principal) -> str:
    """Register a promotion; returns its reference. Raises Denied, and Refused where something is missing or taken."""
    require_approval(by)
    if not _REFERENCE.fullmatch(promotion.reference):
        raise Refused("promotion.no_reference", _NO_REFERENCE, text=excerpt(promotion.reference))
    name, rules, odds = (checked(text).strip() for text in (promotion.name, promotion.rules, promotion.odds))
    if not (name and rules and odds) or max(len(name), len(odds)) > MOST_NAME or len(rules) > MOST_RULES:
        raise Refused("promotion.untold", _UNTOLD)
    if promotion.valid_to < promotion.valid_from:
        raise Refused("promotion.days", _DAYS)
    if Promotion.objects.filter(reference=promotion.reference).exists():
        raise Refused("promotion.taken", _TAKEN, reference=promotion.reference)
    Promotion.objects.create(
        reference=promotion.reference,
        name=name,
        rules=rules,
        odds=odds,
        valid_from=promotion.valid_from,
        valid_to=promotion.valid_to,
        registered_by_id=by.staff_id,
        is_demo=promotion.is_demo,
    )
    noun = Noun("promotion", promotion.reference)
    record_act("promotion.registered", by=by.actor, noun=noun, payload={"reference": promotion.reference})
    return promotion.reference
