"""What was proposed in a contact: taken up it becomes work of whoever has the customer, with the need in the customer's words; refused
it is kept as any other no.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import transaction

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.text.normalise import checked
from guanxi.identity.permissions import Permission, may, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.actions.choices import ActionClass, ActionStatus, NotNow
from guanxi.record.actions.models import Action
from guanxi.record.actions.rules import CHOSEN, LIVE, OFFERED, PENDING, PLANNED, REFUSED_THERE, enclosed_of
from guanxi.record.actions.services.answering import put_off_until
from guanxi.record.actions.services.hearing import keep_answers, went_by_post
from guanxi.record.actions.services.planning import MAX_WHAT
from guanxi.record.actions.services.sharing import share_as_work_stands
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.services import hold_customers
from guanxi.record.customers.services.heads import Owned, seen_head

_NO_NEED = gettext_noop("Say what the customer needs it for, in the customer’s words.")
_LONG = gettext_noop("Say it in at most {most} characters.")
_OVER = gettext_noop("This offer was answered already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """An offer that was spoken of: `facts` are what decisions state of it (`code` of the version and `reference` among them), `need`
    is what the customer said (to a refusal: why not, or nothing), `value_at_stake` what an acceptance brings, in minor units;
    `action_class`: its place in the order of classes.
    """

    facts: Mapping[str, Any]
    need: str
    channel: Channel
    value_at_stake: int = 0
    action_class: ActionClass = ActionClass.VALUE


@transaction.atomic
def take_up_offer(customer_id: int, taking: Taking, *, by: Principal) -> str:
    """Put an offer on the list of whoever has the customer (of `by`, where nobody has), due today, and return the action's code.

    The same version taken up twice is one, and it is the one that a run may have proposed: from now on only a person settles
    it. Raises Denied, and Refused: customers.not_found, actions.no_need, actions.need_too_long, actions.offer_answered.
    """
    require(by, Permission.LOG_CONVERSATIONS)
    hold_customers()
    customer = seen_head(customer_id, by=by)
    today, need = firm_day(), _need(taking.need)
    there = _work_of(customer, taking, by, today)
    if there.reason == REFUSED_THERE:
        there.reason = CHOSEN
    if there.status not in LIVE:  # withdrawn since, or put off: now whoever has the customer speaks of it
        there.status, there.not_now, there.again_on, there.outcome = ActionStatus.OPEN, None, None, Outcome.NONE
        there.owner_id, there.team_id, there.handed_from_id = *_whose(customer, by), None
        there.version += 1
    _state(there, {**taking.facts, "need": {"zh": need, "en": need}}, taking)
    there.due_on = min(there.due_on, today)
    there.save()
    share_as_work_stands([there], actor=by.actor, today=today)
    payload = {"customer": customer.code, "what": need, "offer": there.offer, "due_on": there.due_on.isoformat()}
    record_act("action.planned", by=by.actor, noun=Noun("action", there.code), payload=payload, subject=customer.code)
    return there.code


@transaction.atomic
def decline_offer(customer_id: int, taking: Taking, *, by: Principal) -> str:
    """Note that the customer refused in this contact what was proposed, and return the action's code: it rests as after any other
    refusal, and the work that a run may have made of it is off the list. Taken back like an answer, on the same day.

    Raises Denied, and Refused: customers.not_found, actions.need_too_long, actions.offer_answered.
    """
    require(by, Permission.LOG_CONVERSATIONS)
    hold_customers()
    customer = seen_head(customer_id, by=by)
    today, words = firm_day(), _said(taking.need)
    there = _work_of(customer, taking, by, today)
    origin = there.origin
    if there._state.adding:  # nobody's work yet; once its rest is over, runs may propose it again, and only they
        there.reason, origin = REFUSED_THERE, OFFERED
    _state(there, taking.facts, taking)
    there.origin = origin
    there.status, there.outcome = ActionStatus.NOT_NOW, Outcome.REFUSED
    there.not_now, there.again_on = put_off_until(NotNow.DECLINED, None, today)
    there.answer, there.answered_at, there.answered_by_id = words, clock.now(), by.staff_id
    there.version += 1
    there.save()
    keep_answers([there])
    share_as_work_stands([there], actor=by.actor, today=today)
    said = {"note": words, "reason": "declined", "again_on": there.again_on and there.again_on.isoformat()}
    payload = {"customer": customer.code, "action": there.reason, **said}
    record_act("action.not_now", by=by.actor, noun=Noun("action", there.code), payload=payload, subject=customer.code)
    return there.code


def _work_of(customer: Owned, taking: Taking, by: Principal, today: dt.date) -> Action:
    """The work that this version is or was for him, or a new one, not saved yet. Raises Refused: actions.offer_answered."""
    key, there = _known(f"offer|{customer.code}|{taking.facts['code']}")
    if there is not None and there.outcome == Outcome.REACHED and went_by_post(there):
        # its letter went out: this is what is said after it, by the key of that step (sql/proposed.sql)
        key, there = _known(f"offer|{customer.code}|{taking.facts['code']}|{taking.facts['way']}")
    if there is not None and there.status == ActionStatus.DONE:
        raise Refused("actions.offer_answered", _OVER)
    return there or _proposed(customer.id, taking.facts) or _new(key, customer, by, today)


def _state(action: Action, facts: Mapping[str, Any], taking: Taking) -> None:
    """What the work is about, as it was decided in the contact."""
    action.action_class, action.origin, action.channel = taking.action_class, PLANNED, taking.channel
    action.offer = str(taking.facts["reference"])
    causes = {name: told for name, told in action.reason_facts.get("offer", {}).items() if name == "causes"}
    action.reason_facts = {"offer": {**facts, **causes}, "also": []}
    action.enclosed = enclosed_of(action.reason_facts)
    action.value_at_stake = taking.value_at_stake


def _known(words: str) -> tuple[str, Action | None]:
    """The key that runs give to such work, and the work of that key."""
    key = sha256(words.encode()).hexdigest()[:32]
    return key, Action.objects.select_for_update().filter(key=key).first()


def _proposed(customer_id: int, facts: Mapping[str, Any]) -> Action | None:
    """The work that a run proposes of this version for a cause, which is part of its key (sql/causes.sql)."""
    pending = Action.objects.select_for_update().filter(customer=customer_id, offer=facts["reference"], origin="offer")
    pending = pending.filter(status__in=sorted(PENDING), reason_facts__offer__code=facts["code"])
    return pending.order_by("pk").first()


def _whose(customer: Owned, by: Principal) -> tuple[int | None, int | None]:
    """Owner and team of work on a customer: whoever has him, else whoever speaks with him."""
    if customer.owner_id is None and by.staff_id is not None and may(by, Permission.ANSWER_ACTIONS):
        return by.staff_id, by.team_id
    return customer.owner_id, customer.team_id


def _new(key: str, customer: Owned, by: Principal, today: dt.date) -> Action:
    owner_id, team_id = _whose(customer, by)
    return Action(
        key=key, customer_id=customer.id, owner_id=owner_id, team_id=team_id,
        reason=CHOSEN, due_on=today, proposed_on=today, status=ActionStatus.OPEN,
    )  # fmt: skip


def _need(text: str) -> str:
    need = _said(text)
    if not need:
        raise Refused("actions.no_need", _NO_NEED)
    return need


def _said(text: str) -> str:
    words = checked(text).strip()
    if len(words) > MAX_WHAT:
        raise Refused("actions.need_too_long", _LONG, most=MAX_WHAT)
    return words
