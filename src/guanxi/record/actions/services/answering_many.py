"""Many pieces of work at once: handing them to one colleague, putting them off, and taking that back. 500 a transaction,
each with one journal row of the act; how each piece stood before is kept in the journal of its customer.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Value, When

from guanxi.ground import clock
from guanxi.ground.ids import new_code
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.sheets import BulkDone, Selection, Skip
from guanxi.identity.naming import present_staff
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm, firm_day
from guanxi.journal.queries import ActLine, acts_of, acts_on_many
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.actions.choices import ActionStatus, NotNow
from guanxi.record.actions.models import Action
from guanxi.record.actions.permissions import may_answer
from guanxi.record.actions.rules import Act, outcome_of, waits
from guanxi.record.actions.services.answering import put_off_until, taker_of
from guanxi.record.actions.services.hearing import forget_answers, keep_answers
from guanxi.record.actions.services.selecting import selected_actions
from guanxi.record.actions.services.sharing import share_as_work_stands
from guanxi.record.conversations.choices import Outcome

_STEP = 500
_HANDED, _PUT_OFF = "handed_over", "not_now"
_STATUS = {_HANDED: ActionStatus.HANDED_OVER, _PUT_OFF: ActionStatus.NOT_NOW}
_NEEDS = {_HANDED: Permission.HAND_OVER_ACTIONS, _PUT_OFF: Permission.ANSWER_ACTIONS}
# What an act on many changes, and what taking it back restores.
_CHANGED = (
    "status", "owner_id", "team_id", "handed_from_id", "not_now", "again_on", "outcome", "answer", "answered_by_id",
)  # fmt: skip

_NOT_THERE = gettext_noop("This can be undone no more: only on the same day, by whoever did it, and once.")


def hand_over_selected(selection: Selection, *, to_staff: str, by: Principal, note: str = "") -> BulkDone:
    """Give pieces of work to a colleague in sight (by code), with a note for all of them; each customer is shared with the
    colleague until the work is answered. Without a note the one that a piece came with goes along.

    Raises Denied, and Refused as `taker_of` and `selected_actions` do; then nothing was done.
    """
    require(by, Permission.HAND_OVER_ACTIONS)
    to = taker_of(to_staff, by)
    values: dict[str, Any] = {
        "status": ActionStatus.HANDED_OVER,
        "handed_from": F("owner"),
        "owner": to.pk,
        "team": to.team_id,
    }
    values |= {"not_now": None, "again_on": None, "outcome": Outcome.NONE} | ({"answer": note[:2000]} if note else {})

    def is_another(action: Action) -> bool:
        return action.owner_id != to.pk

    told = {"to": to.code, "note": note[:2000]}
    return _carry_out(_HANDED, selection, values, by=by, told=told, wanted=is_another, name=to.name)


def put_off_selected(
    selection: Selection, *, reason: NotNow, by: Principal, again_on: dt.date | None = None
) -> BulkDone:
    """Answer pieces of work with “not now, because…”; `again_on` as `answer_action` takes it. The note that a piece came
    with stays with it.

    Raises Denied, and Refused as `put_off_until` and `selected_actions` do; then nothing was done.
    """
    require(by, Permission.ANSWER_ACTIONS)
    why, day = put_off_until(reason, again_on, firm_day())
    said = Case(When(offer="", then=Value(int(Outcome.NONE))), default=Value(int(outcome_of(Act.POSTPONE, why))))
    values: dict[str, Any] = {"status": ActionStatus.NOT_NOW, "not_now": why, "again_on": day, "outcome": said}
    return _carry_out(_PUT_OFF, selection, values, by=by, told={"reason": why.name.lower()}, wanted=lambda _: True)


def undo_answers(code: str, *, by: Principal) -> BulkDone:
    """Bring every piece of work of an act on many back as it was; one that somebody changed since keeps the later state and
    is counted as skipped, and so is one whose customer or former owner has gone.

    Raises Denied, and Refused (action.not_undoable): not one's own, of another day, or undone already.
    """
    acts = acts_of(Noun("actions", code))
    undone = [act for act in acts if act.kind == "actions.answers_undone"]
    acts = [act for act in acts if act not in undone]
    kind = acts[0].kind.removeprefix("actions.") if acts else ""
    if kind not in _STATUS or acts[0].by != by.actor or clock.local_day(acts[0].at, firm().zone) != firm_day():
        raise Refused("action.not_undoable", _NOT_THERE)
    require(by, _NEEDS[kind])
    moment = dt.datetime.fromisoformat((acts[0].payload or {})["at"])
    standing = Action.objects.filter(answered_at=moment, answered_by=by.staff_id, status=_STATUS[kind])
    ids = list(standing.order_by("pk").values_list("pk", flat=True))
    if undone and not ids:
        raise Refused("action.not_undoable", _NOT_THERE)
    steps = (ids[start : start + _STEP] for start in range(0, len(ids), _STEP))
    done = sum(_bring_back(step, f"action.{kind}", code, by, at=moment) for step in steps)
    changed = sum(act.count for act in acts) - sum(act.count for act in undone) - done
    return BulkDone(code, done, {Skip.CHANGED: changed} if changed else {})


def _carry_out(
    kind: str,
    selection: Selection,
    values: Mapping[str, Any],
    *,
    by: Principal,
    told: Mapping[str, str],
    wanted: Callable[[Action], bool],
    name: str = "",
) -> BulkDone:
    today = firm_day()
    found = selected_actions(selection, by, on=today)
    code, moment, done = new_code(), clock.now(), 0
    set_ = {**values, "answered_at": moment, "answered_by": by.staff_id, "version": F("version") + 1}
    for start in range(0, len(found.ids), _STEP):
        with transaction.atomic():
            moving = [one for one in _held(found.ids[start : start + _STEP], by, today) if wanted(one)]
            if not moving:
                continue
            Action.objects.filter(pk__in=[one.pk for one in moving]).update(**set_)
            entries = [_entry(one, {**told, "act": code, "before": _state(one)}) for one in moving]
            record_acts(f"action.{kind}", entries, by=by.actor)
            act = {"to": name, "count": len(moving), "at": moment.isoformat()}
            record_acts(f"actions.{kind}", [Entry(Noun("actions", code), payload=act, count=len(moving))], by=by.actor)
            now = Action.objects.filter(pk__in=[one.pk for one in moving]).select_related("customer")
            keep_answers(now)
            share_as_work_stands(now, actor=by.actor, today=today)
        done += len(moving)
    same = len(found.ids) - done
    return BulkDone(code if done else "", done, {**found.skipped, **({Skip.SAME: same} if same else {})})


def _held(ids: Sequence[int], by: Principal, today: dt.date) -> list[Action]:
    """Those of some actions that still wait and may still be answered, locked until the end of the transaction."""
    rows = Action.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",)).select_related("customer")
    return [
        row
        for row in rows
        if may_answer(by, owner_id=row.owner_id, team_id=row.team_id)
        and waits(ActionStatus(row.status), row.again_on, today)
    ]


@transaction.atomic
def _bring_back(ids: Sequence[int], kind: str, code: str, by: Principal, *, at: dt.datetime) -> int:
    """Restore what nobody changed since it was answered at that moment; returns how many."""
    rows = Action.objects.filter(pk__in=ids, customer__deleted_at=None, customer__merged_into=None).order_by("pk")
    held = {row.code: row for row in rows.select_for_update(of=("self",)).select_related("customer")}
    acts = acts_on_many(Noun("action", ""), list(held), kinds=(kind,), limit=len(held))
    before = {act.noun.code: _told(act, code) for act in acts}
    owners = present_staff({state["owner_id"] for state in before.values() if state and state["owner_id"]})
    back = []
    for row in held.values():
        state = before.get(row.code)
        if not state or row.version != state["version"] + 1 or not {state["owner_id"]} <= {None, *owners}:
            continue
        for column in _CHANGED:
            setattr(row, column, state[column])
        row.again_on = dt.date.fromisoformat(state["again_on"]) if state["again_on"] else None
        row.answered_at = dt.datetime.fromisoformat(state["answered_at"]) if state["answered_at"] else None
        row.version += 1
        back.append(row)
    if not back:
        return 0
    forget_answers([row.pk for row in back], at=at)
    columns = [name.removesuffix("_id") for name in (*_CHANGED, "answered_at", "version")]
    Action.objects.bulk_update(back, columns, batch_size=_STEP)
    share_as_work_stands(back, actor=by.actor, today=firm_day())
    record_acts("action.answer_undone", [_entry(row, {}) for row in back], by=by.actor)
    entry = Entry(Noun("actions", code), payload={"count": len(back)}, count=len(back))
    record_acts("actions.answers_undone", [entry], by=by.actor)
    return len(back)


def _entry(action: Action, payload: Mapping[str, Any]) -> Entry:
    customer = action.customer.code
    about = {"customer": customer, "action": action.reason, **payload}
    return Entry(Noun("action", action.code), payload=about, subject=customer)


def _state(action: Action) -> dict[str, Any]:
    """How an action stands, as JSON."""
    state = {name: getattr(action, name) for name in (*_CHANGED, "version")}
    days = {name: day.isoformat() if (day := getattr(action, name)) else "" for name in ("again_on", "answered_at")}
    return state | days


def _told(act: ActLine, code: str) -> dict[str, Any] | None:
    """How an action stood before the act of this code; None where another act was the last one, or it was erased."""
    payload = act.payload or {}
    return payload["before"] if payload.get("act") == code else None
