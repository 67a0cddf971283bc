"""Giving what a customer asked for: a benefit that the loyal may have as well as those who waver (RET-04)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import transaction

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.text.normalise import checked
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.actions.choices import ActionClass, ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.actions.permissions import require_giving
from guanxi.record.actions.queries.said import offers_given
from guanxi.record.actions.rules import GIVEN, GIVEN_AGAIN, LIVE, PLANNED
from guanxi.record.actions.services.hearing import keep_answers
from guanxi.record.actions.services.planning import MAX_WHAT
from guanxi.record.actions.services.sharing import share_as_work_stands
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.services import hold_customers
from guanxi.record.customers.services.heads import Owned, seen_head

_NO_WORDS = gettext_noop("Say how the customer asked for it, in the customer’s words.")
_LONG = gettext_noop("Say it in at most {most} characters.")
_HAS_IT = gettext_noop("This customer has had it within a year.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    """A benefit that is given: `facts` are what decisions state of the offer (`code` of the version and `reference` among them),
    `words` is what the customer said, `value` what it costs us, in minor units.
    """

    facts: Mapping[str, Any]
    words: str
    channel: Channel = Channel.UNKNOWN
    value: int = 0


@transaction.atomic
def give_benefit(customer_id: int, giving: Giving, *, by: Principal) -> str:
    """Note that a customer got a benefit because he asked for it, as work that is done, and return the action's code. Where it was
    proposed already, that proposal is answered by it. Taken back like an answer, on the same day.

    Whether he may have it, the caller knows. Raises Denied (also to who has neither the customer nor his team), and Refused:
    customers.not_found, actions.no_words, actions.words_too_long, actions.benefit_given.
    """
    hold_customers()
    customer = seen_head(customer_id, by=by)
    require_giving(by, owner_id=customer.owner_id, team_id=customer.team_id)
    today, words, reference = firm_day(), _words(giving.words), str(giving.facts["reference"])
    if reference in offers_given(customer.id, since=today - GIVEN_AGAIN):
        raise Refused("actions.benefit_given", _HAS_IT)
    action = _proposed(customer, reference) or _new(customer, giving, today)
    action.status, action.outcome, action.not_now, action.again_on = ActionStatus.DONE, Outcome.ACCEPTED, None, None
    action.answer, action.answered_at, action.answered_by_id = words, clock.now(), by.staff_id
    action.version += 1
    action.save()
    keep_answers([action])
    share_as_work_stands([action], actor=by.actor, today=today)
    payload = {"customer": customer.code, "offer": reference, "what": words}
    record_act("action.given", by=by.actor, noun=Noun("action", action.code), payload=payload, subject=customer.code)
    return action.code


def _proposed(customer: Owned, reference: str) -> Action | None:
    """What is open of this offer for him: only one of it is given."""
    there = Action.objects.select_for_update().filter(customer=customer.id, offer=reference, status__in=LIVE)
    return there.order_by("pk").first()


def _new(customer: Owned, giving: Giving, today: dt.date) -> Action:
    key = sha256(f"given|{customer.code}|{giving.facts['code']}|{today}".encode()).hexdigest()[:32]
    there = Action.objects.select_for_update().filter(key=key).first()  # given and taken back today
    action = there or Action(key=key, customer_id=customer.id, version=0)
    need = _words(giving.words)
    action.owner_id, action.team_id = customer.owner_id, customer.team_id
    action.action_class, action.origin, action.reason = ActionClass.VALUE, PLANNED, GIVEN
    action.offer, action.channel, action.value_at_stake = str(giving.facts["reference"]), giving.channel, giving.value
    action.reason_facts = {"offer": {**giving.facts, "need": {"zh": need, "en": need}}, "also": []}
    action.enclosed, action.due_on, action.proposed_on = None, today, today
    return action


def _words(text: str) -> str:
    words = checked(text).strip()
    if not words:
        raise Refused("actions.no_words", _NO_WORDS)
    if len(words) > MAX_WHAT:
        raise Refused("actions.words_too_long", _LONG, most=MAX_WHAT)
    return words
