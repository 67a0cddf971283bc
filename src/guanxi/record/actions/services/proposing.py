"""Proposing actions: what decisions state is compared with the record by key; answers of people are never overruled."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import transaction

from guanxi.ground.kill_points import kill_point
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.actions.rules import LIVE, PLANNED, PROPOSED, Act, enclosed_of, may_return, next_status
from guanxi.record.actions.services.sharing import share_as_work_stands
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.bulk import day as day_cell
from guanxi.record.customers.bulk import update

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]

# Rows written in one transaction: about 100 ms of SQLite's lock (decision 12).
_STEP = 500
_STATED = (
    "owner_id team_id action_class origin signal_key offer channel rank score reason reason_facts evidence value_at_stake"
).split()
_JSON = {"reason_facts", "evidence"}
_RENEWED = (*_STATED, *"status version digest enclosed not_now again_on outcome due_on proposed_on".split())


def propose_actions(rows: "pa.Table | Iterable[Row]", *, by: Principal, as_of: dt.date | None = None) -> dict[str, int]:
    """Bring the record to what decisions state and return the counts new, changed, unchanged, answered, withdrawn.

    rows: a whole run, at most one row a customer, with key, customer_id, owner_id, team_id, action_class, origin,
        signal_key, offer, channel, rank, score, reason, reason_facts, evidence (JSON texts), value_at_stake (minor
        units a year), due_on, proposed_on; an Arrow table or mappings.
    A new key is inserted; one still to be done takes the new rank and figures but keeps its day; one postponed or
    withdrawn opens again when its time has come; one done stays done. Live actions of these origins that no row states
    are withdrawn. Handed-over actions keep the owner people gave them. Writes in steps, each with its journal row.
    """
    require(by, Permission.RUN_REFRESH)
    day = as_of or firm_day()
    stated = {row["key"]: row for row in (rows.to_pylist() if hasattr(rows, "to_pylist") else rows)}
    counts = Counter(new=0, changed=0, unchanged=0, answered=0, withdrawn=0)
    changed: list[Action] = []
    known = _known(stated)
    for action in known:
        counts[_bring_up_to_date(action, stated.get(action.key), day, changed)] += 1
    fresh = [_new(stated[key]) for key in sorted(stated.keys() - {action.key for action in known})]
    counts["new"] = len(fresh)
    _write(fresh, changed, by=by, day=day)
    counts.pop("untouched", None)
    return dict(counts)


def _known(stated: Mapping[str, Row]) -> list[Action]:
    """Actions of the stated keys, and all others of the same origins that may have to be withdrawn."""
    pending = [*LIVE, ActionStatus.NOT_NOW]
    found = {action.key: action for action in Action.objects.filter(origin__in=PROPOSED, status__in=pending)}
    missing = iter(sorted(stated.keys() - found.keys()))
    while keys := list(islice(missing, _STEP)):
        found |= {action.key: action for action in Action.objects.filter(key__in=keys)}
    return [found[key] for key in sorted(found)]


def _bring_up_to_date(action: Action, row: Row | None, day: dt.date, changed: list[Action]) -> str:
    """Change the action in memory; return how it counts ("untouched": postponed, and rightly not stated)."""
    old = ActionStatus(action.status)
    if action.origin == PLANNED:
        return "answered"
    if not may_return(old, action.again_on, day):
        return "untouched" if row is None else "answered"
    status = next_status(old, Act.WITHDRAW if row is None else Act.PROPOSE)
    if status is None:
        return "untouched"
    if row is None:
        action.status = status
        action.version += 1
        changed.append(action)
        return "withdrawn"
    if status == old and action.digest == _digest(row):
        return "unchanged"
    _take_over(action, row, status)
    changed.append(action)
    return "changed"


def _take_over(action: Action, row: Row, status: ActionStatus) -> None:
    owner = (action.owner_id, action.team_id)
    returned = status != action.status
    for column in _STATED:
        setattr(action, column, json.loads(row[column]) if column in _JSON else row[column])
    action.enclosed = enclosed_of(action.reason_facts)
    action.digest = _digest(row)
    if status == ActionStatus.HANDED_OVER:
        action.owner_id, action.team_id = owner
    if returned:
        action.status, action.not_now, action.again_on, action.outcome = status, None, None, Outcome.NONE
        action.due_on, action.proposed_on = row["due_on"], row["proposed_on"]
    if returned or owner != (action.owner_id, action.team_id):
        action.version += 1


def _new(row: Row) -> Action:
    stated = {column: json.loads(row[column]) if column in _JSON else row[column] for column in _STATED}
    return Action(
        key=row["key"],
        customer_id=row["customer_id"],
        due_on=row["due_on"],
        proposed_on=row["proposed_on"],
        digest=_digest(row),
        enclosed=enclosed_of(stated["reason_facts"]),
        **stated,
    )


def _digest(row: Row) -> str:
    stated = "\x1f".join(str(row[column]) for column in _STATED)
    return blake2b(stated.encode(), digest_size=8).hexdigest()


def _write(fresh: list[Action], changed: list[Action], *, by: Principal, day: dt.date) -> None:
    for start in range(0, max(len(fresh), len(changed)), _STEP):
        new, renewed = fresh[start : start + _STEP], changed[start : start + _STEP]
        with transaction.atomic():
            new = _unknown_still(new)
            Action.objects.bulk_create(new, batch_size=_STEP)
            renewed = _unanswered_since(renewed)
            update(Action, _RENEWED, [(action.pk, *_cells(action)) for action in renewed])
            _settle_shares(renewed, by, day)
            record_act(
                "actions.proposed",
                by=by.actor,
                noun=Noun("refresh", day.isoformat()),
                payload={"as_of": day.isoformat(), "new": len(new), "changed": len(renewed)},
            )
            kill_point("refresh.actions")


def _cells(action: Action) -> Iterator[Any]:
    """The values of _RENEWED as the database takes them: bulk_update costs six milliseconds an action."""
    for column in _RENEWED:
        value = getattr(action, column)
        if isinstance(value, dict | list):
            yield json.dumps(value)
        elif isinstance(value, dt.date):
            yield day_cell(value)
        else:
            yield value.value if isinstance(value, Enum) else value


def _settle_shares(renewed: list[Action], by: Principal, day: dt.date) -> None:
    """What had been handed over and is no longer needed is no reason to see its customer."""
    given = [action.pk for action in renewed if action.handed_from_id is not None]
    if given:
        there = Action.objects.filter(pk__in=given).select_related("customer")
        share_as_work_stands(there, actor=by.actor, today=day)


def _unknown_still(actions: list[Action]) -> list[Action]:
    """Those that nobody took up between our reading and this transaction (services/taking.py): what a person did stands."""
    there = set(Action.objects.filter(key__in=[action.key for action in actions]).values_list("key", flat=True))
    return [action for action in actions if action.key not in there]


def _unanswered_since(actions: list[Action]) -> list[Action]:
    """Those that nobody answered or took up between our reading and this transaction: what a person did stands."""
    ids = [action.pk for action in actions]
    there = Action.objects.select_for_update().filter(pk__in=ids).exclude(origin=PLANNED)
    now = dict(there.values_list("pk", "answered_at"))
    return [action for action in actions if action.pk in now and now[action.pk] == action.answered_at]
