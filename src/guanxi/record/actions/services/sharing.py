"""Whoever takes work over sees its customer for as long as it is theirs to do, and no longer."""

import datetime as dt
from collections.abc import Iterable

from guanxi.journal.rules import Actor
from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.customers.services.sharing import NewShare, settle_shares

_LONGEST = dt.timedelta(days=30)  # beyond the day it is due: what nobody does is no reason to see somebody for ever


def share_as_work_stands(actions: Iterable[Action], *, actor: Actor, today: dt.date) -> int:
    """Share the customers of work that waits with somebody whose customer it is not, and end the shares of all other
    work among `actions` (read with their customers); in the caller's transaction. Returns how many began or ended.
    """
    there = list(actions)
    wanted = [
        NewShare(action.customer_id, action.owner_id, _until(action, today), _cause(action))
        for action in there
        if action.owner_id and action.owner_id != action.customer.owner_id and _is_taken_over(action)
    ]
    return settle_shares([_cause(action) for action in there], wanted, actor=actor)


def _is_taken_over(action: Action) -> bool:
    if action.status == ActionStatus.HANDED_OVER:
        return True
    return action.status == ActionStatus.NOT_NOW and action.handed_from_id is not None


def _until(action: Action, today: dt.date) -> dt.date:
    return max(today, action.due_on, action.again_on or today) + _LONGEST


def _cause(action: Action) -> str:
    return f"action {action.code}"
