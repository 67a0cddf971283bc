"""Work that rooms above hand out to whoever has the customer: many pieces at once, each by its key once."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.actions.choices import ActionClass, ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.actions.rules import PENDING, Act, next_status
from guanxi.record.actions.services.sharing import share_as_work_stands
from guanxi.record.customers.bulk import update

_STEP = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A piece of work on one customer. `key` is a digest of origin, customer and cause; `facts` fill the words of `reason`, `evidence`
    names the row behind it.
    """

    key: str
    customer_id: int
    customer_code: str
    owner_id: int | None
    team_id: int | None
    action_class: ActionClass
    origin: str
    reason: str
    due_on: dt.date
    channel: int = 0
    offer: str = ""
    value_at_stake: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, Any] = field(default_factory=dict)


def hand_out(work: Sequence[Work], *, by: Principal) -> int:
    """Put work on the lists of those who have the customers; what is there by its key stays as it is. Returns how much is
    new. Writes in steps, each with its journal rows. Raises Denied.
    """
    require(by, Permission.HAND_OVER_ACTIONS)
    today, new = firm_day(), 0
    for start in range(0, len(work), _STEP):
        some = work[start : start + _STEP]
        with transaction.atomic():
            there = set(Action.objects.filter(key__in=[one.key for one in some]).values_list("key", flat=True))
            fresh = [(one, _action(one, today)) for one in some if one.key not in there]
            Action.objects.bulk_create([action for _, action in fresh], batch_size=_STEP)
            record_acts("action.asked", [_entry(action, one.customer_code) for one, action in fresh], by=by.actor)
            new += len(fresh)
    return new


def take_back(keys: Sequence[str], *, by: Principal) -> int:
    """Withdraw the work of these keys that nobody has settled; returns how much. Raises Denied."""
    require(by, Permission.HAND_OVER_ACTIONS)
    done = 0
    for start in range(0, len(keys), _STEP):
        with transaction.atomic():
            found = Action.objects.filter(key__in=keys[start : start + _STEP], status__in=sorted(PENDING)).order_by(
                "pk"
            )
            actions = list(found.select_for_update(of=("self",)).select_related("customer"))
            for action in actions:
                action.status = next_status(ActionStatus(action.status), Act.WITHDRAW) or action.status
                action.version += 1
            update(Action, ("status", "version"), [(one.pk, int(one.status), one.version) for one in actions])
            share_as_work_stands(actions, actor=by.actor, today=firm_day())
            record_acts("action.groundless", [_entry(action, action.customer.code) for action in actions], by=by.actor)
            done += len(actions)
    return done


def _action(one: Work, today: dt.date) -> Action:
    return Action(
        key=one.key, customer_id=one.customer_id, owner_id=one.owner_id, team_id=one.team_id, action_class=one.action_class,
        origin=one.origin, offer=one.offer, channel=one.channel, reason=one.reason, reason_facts={**one.facts, "also": []},
        evidence=one.evidence, value_at_stake=one.value_at_stake, due_on=one.due_on, proposed_on=today, status=ActionStatus.OPEN,
    )  # fmt: skip


def _entry(action: Action, customer: str) -> Entry:
    return Entry(Noun("action", action.code), {"customer": customer, "action": action.reason}, customer)
