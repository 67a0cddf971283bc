"""A letter that came back: whoever has the customer checks the address (RET-06). No call is derived from it."""

import datetime as dt
from hashlib import sha256

from guanxi.identity.queries import work_calendar
from guanxi.journal.rules import Actor, Noun
from guanxi.journal.services import record_act
from guanxi.record.actions.choices import ActionClass, ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.actions.rules import PENDING, PLANNED, RETURNED
from guanxi.record.actions.services.sharing import share_as_work_stands
from guanxi.record.actions.services.withdrawing import withdraw_work
from guanxi.record.customers.choices import Channel


def ask_for_address(letter: Action, *, actor: Actor, today: dt.date) -> None:
    """Put the check of the address on the list where the letter stood, once for each letter; in the transaction of the answer, whose act
    has asked for the right.
    """
    there = Action.objects.select_for_update().filter(key=_key(letter)).first()
    check = there or Action(key=_key(letter), customer_id=letter.customer_id, proposed_on=today, version=0)
    if check.status == ActionStatus.DONE:
        return
    check.owner_id, check.team_id, check.action_class = letter.owner_id, letter.team_id, ActionClass.CARE
    check.origin, check.reason, check.channel, check.status = PLANNED, RETURNED, Channel.CALL, ActionStatus.OPEN
    name = (letter.reason_facts.get("offer") or {}).get("name", {})
    check.reason_facts = {"day": today.isoformat(), "offer_name": name, "also": []}
    check.due_on = work_calendar(today).after(today, 1)
    check.version += 1
    check.save()
    share_as_work_stands([check], actor=actor, today=today)
    customer = letter.customer.code
    payload = {"customer": customer, "action": check.reason}
    record_act("action.asked", by=actor, noun=Noun("action", check.code), payload=payload, subject=customer)


def unask_for_address(letter: Action, *, actor: Actor) -> None:
    """Take that back with the answer, where nobody has done it yet."""
    there = Action.objects.filter(key=_key(letter), status__in=sorted(PENDING))
    checks = list(there.select_for_update(of=("self",)).select_related("customer"))
    withdraw_work(checks, kind="action.groundless", actor=actor)


def _key(letter: Action) -> str:
    return sha256(f"address|{letter.code}".encode()).hexdigest()[:32]
