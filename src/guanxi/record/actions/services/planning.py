"""Work that people plan by hand: a promise to a customer, the next step of a contact. Decisions leave it alone."""

import datetime as dt
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
from guanxi.record.actions.choices import ActionClass, ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.actions.rules import PENDING, PLANNED
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.services import hold_customers
from guanxi.record.customers.services.heads import Owned, seen_head

MAX_WHAT = 200
_FURTHEST = dt.timedelta(days=3 * 366)

_NOTHING = gettext_noop("Say what is promised.")
_TOO_LONG = gettext_noop("Say it in at most {most} characters.")
_PAST = gettext_noop("Name a day from today on.")
_FAR = gettext_noop("This day is more than three years away.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done by a day. `is_promise`: the customer was told so. `noted`: the code of the contact in which it
    was agreed ("" for none); such a plan needs no words of its own.
    """

    due_on: dt.date
    what: str = ""
    is_promise: bool = True
    channel: Channel = Channel.CALL
    noted: str = ""


@transaction.atomic
def plan_action(customer_id: int, plan: Plan, *, by: Principal) -> str:
    """Put a promise or a next step on the list of whoever has the customer (of `by`, where nobody has) and return its code.

    It stands on Today from its day on, before everything else, until somebody answers it. The same step planned twice is
    one. Raises Denied, and Refused: customers.not_found, actions.nothing_planned, actions.plan_too_long,
    actions.plan_past, actions.plan_too_far.
    """
    require(by, Permission.LOG_CONVERSATIONS)
    hold_customers()
    customer = seen_head(customer_id, by=by)
    today = firm_day()
    what = _checked(plan, today)
    step = f"{plan.due_on.isoformat()}" if plan.noted else f"{plan.due_on.isoformat()}|{what}"
    key = _key("follow_up" if plan.noted else "promise", customer.code, step)
    there = Action.objects.select_for_update().filter(key=key).first()
    if there is not None and there.status not in PENDING:  # done or no longer needed: this is another one
        key = _key("again", there.key, plan.noted or clock.now().isoformat())
        there = None
    if there is None:
        there = _new(key, customer, plan, by, today)
    elif what and what not in str(there.reason_facts.get("what", "")):
        there.reason_facts = {**there.reason_facts, "what": _joined(there.reason_facts.get("what", ""), what)}
        there.version += 1
        there.origin = PLANNED
    there.save()
    payload = {"customer": customer.code, "what": what, "due_on": plan.due_on.isoformat()}
    record_act("action.planned", by=by.actor, noun=Noun("action", there.code), payload=payload, subject=customer.code)
    return there.code


def _new(key: str, customer: Owned, plan: Plan, by: Principal, today: dt.date) -> Action:
    owner_id, team_id = customer.owner_id, customer.team_id
    if owner_id is None and by.staff_id is not None and may(by, Permission.ANSWER_ACTIONS):
        owner_id, team_id = by.staff_id, by.team_id
    facts: dict[str, Any] = {"day": today.isoformat(), "due": plan.due_on.isoformat(), "also": []}
    what = plan.what.strip()
    return Action(
        key=key, customer_id=customer.id, owner_id=owner_id, team_id=team_id, action_class=ActionClass.OBLIGATION,
        origin=PLANNED, channel=plan.channel, reason="promise_due" if plan.is_promise else "follow_up_due",
        reason_facts=facts | ({"what": what} if what else {}),
        evidence=_evidence(customer.id, today, plan.due_on) if plan.noted else {},
        value_at_stake=max(customer.value, 0), due_on=plan.due_on, proposed_on=today, status=ActionStatus.OPEN,
    )  # fmt: skip


def _evidence(customer_id: int, day: dt.date, due: dt.date) -> dict[str, Any]:
    """As decisions state the evidence of a step that was agreed in a conversation."""
    on = day.isoformat()
    return {
        "table": "conversations", "customer_id": customer_id, "from": on, "to": on, "measure": "follow_up", "given": {},
        "figures": {"due": due.isoformat()},
    }  # fmt: skip


def _key(kind: str, code: str, step: str) -> str:
    """For the next step of a contact the very key by which decisions would propose it: it is never there twice."""
    return sha256(f"{kind}|{code}|{step}".encode()).hexdigest()[:32]


def _checked(plan: Plan, today: dt.date) -> str:
    what = checked(plan.what).strip()
    if not what and not plan.noted:
        raise Refused("actions.nothing_planned", _NOTHING)
    if len(what) > MAX_WHAT:
        raise Refused("actions.plan_too_long", _TOO_LONG, most=MAX_WHAT)
    if plan.due_on < today:
        raise Refused("actions.plan_past", _PAST)
    if plan.due_on > today + _FURTHEST:
        raise Refused("actions.plan_too_far", _FAR)
    return what


def _joined(old: str, new: str) -> str:
    return f"{old}; {new}"[:MAX_WHAT] if old else new
