"""What leaves the record: answers that decisions must respect, and the rows of the export."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from guanxi.ground.clock import local_day
from guanxi.ground.money import from_minor
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm
from guanxi.record.actions.choices import ActionClass, ActionStatus, NotNow
from guanxi.record.actions.models import Action
from guanxi.record.actions.permissions import seen_actions
from guanxi.record.actions.rules import DESK_WORK, HANDED_OUT, PLANNED, PROPOSED
from guanxi.record.actions.wording import reason_in_words
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel

EXPORT_COLUMNS = (
    "customer",
    "owner",
    "rank",
    "class",
    "offer",
    "channel",
    "reason",
    "value_at_stake",
    "due_on",
    "status",
)
# Answers older than this concern causes that no decision considers any more.
_REMEMBERED = dt.timedelta(days=400)
_NO, _OWED = NotNow.DECLINED, ActionClass.OBLIGATION


def answers(on: dt.date) -> list[dict[str, Any]]:
    """What decisions as of `on` must respect, a row a key: {key, customer_id, is_settled, owner_id, team_id, done_on, again_on,
    accepted, along, complaint, met_on, about, causes}.

    is_settled: done, postponed beyond `on`, or planned by people, who settle it themselves; owner_id and team_id only
    where people handed the action over; done_on and again_on not for promises, which are no reason to leave a customer
    in peace, and of a no of the customer the day on which he said it: what he said no to rests for long (resting.py), everything else
    as after any contact; accepted: code of the version of the offer that the customer said yes to, whatever the action is about;
    along: codes of the versions whose leaflets went out with its own; complaint: the code of the complaint that it was work about,
    where people said that it is over; about and causes: of the offer in it, the code of its version and the keys of the signals that
    it was made for (of care alone; none where nobody noted them); met_on: when somebody did it who spoke with the customer for it,
    promises among it.
    """
    recent = Q(status=ActionStatus.DONE, proposed_on__gte=on - _REMEMBERED)
    standing = Q(status__in=[ActionStatus.NOT_NOW, ActionStatus.HANDED_OVER])
    planned = Q(origin=PLANNED, status=ActionStatus.OPEN)  # stands on somebody's list already
    found = Action.objects.filter(recent | standing | planned, origin__in=[*PROPOSED, *HANDED_OUT, PLANNED]).order_by(
        "key"
    )
    yes = dict(found.filter(outcome=Outcome.ACCEPTED).values_list("key", "reason_facts__offer__code"))
    went = found.filter(status=ActionStatus.DONE, outcome=Outcome.REACHED, reason_facts__offer__has_key="along")
    along = dict(went.values_list("key", "reason_facts__offer__along"))
    offered = found.filter(action_class=ActionClass.CARE, reason_facts__offer__has_key="code")
    about = {
        key: (code, causes or ())
        for key, code, causes in offered.values_list("key", "reason_facts__offer__code", "reason_facts__offer__causes")
    }
    over = Q(status=ActionStatus.DONE) | Q(status=ActionStatus.NOT_NOW, again_on=None)
    complaints = dict(found.filter(over, origin="complaint").values_list("key", "reason_facts__complaint"))
    zone = firm().zone
    columns = (
        "key",
        "customer_id",
        "status",
        "not_now",
        "again_on",
        "owner_id",
        "team_id",
        "answered_at",
        "action_class",
        "origin",
    )
    return [
        {
            "key": key,
            "customer_id": customer,
            "is_settled": origin == PLANNED
            or status == ActionStatus.DONE
            or (status == ActionStatus.NOT_NOW and (again is None or again > on)),
            "owner_id": owner if status == ActionStatus.HANDED_OVER else None,
            "team_id": team if status == ActionStatus.HANDED_OVER else None,
            "done_on": _local(at, zone) if (status == ActionStatus.DONE or no == _NO) and kind != _OWED else None,
            "again_on": again if status == ActionStatus.NOT_NOW and no != _NO and kind != _OWED else None,
            "accepted": yes.get(key),
            "along": [one["code"] for one in along.get(key, ())],
            "complaint": complaints.get(key),
            "about": about.get(key, (None, ()))[0],
            "causes": list(about.get(key, (None, ()))[1]),
            "met_on": _local(at, zone) if status == ActionStatus.DONE and origin not in DESK_WORK else None,
        }
        for key, customer, status, no, again, owner, team, at, kind, origin in found.values_list(*columns)
    ]


def kept_steps(on: dt.date) -> list[str]:
    """Keys of promised steps of the last year that were answered with "done" by the day they were owed."""
    done = Action.objects.filter(status=ActionStatus.DONE, origin__in=["follow_up", PLANNED], answered_at__isnull=False)
    recent = done.filter(due_on__gte=on - _REMEMBERED, due_on__lte=on).order_by("key")
    zone = firm().zone
    rows = recent.values_list("key", "due_on", "answered_at")
    return [key for key, due, at in rows if at is not None and local_day(at, zone) <= due]


def planned_promises(on: dt.date) -> list[dict[str, Any]]:
    """Promises of the last year whose day has come and that were not done by it: {customer_id, day, due_on}. `day`: when it
    was promised.
    """
    there = Action.objects.filter(origin=PLANNED, reason="promise_due").exclude(status=ActionStatus.WITHDRAWN)
    recent = there.filter(due_on__gte=on - _REMEMBERED, due_on__lte=on).order_by("pk")
    zone = firm().zone
    return [
        {"customer_id": customer, "day": day, "due_on": due}
        for customer, day, due, status, at in recent.values_list(
            "customer_id", "proposed_on", "due_on", "status", "answered_at"
        )
        if status != ActionStatus.DONE or at is None or local_day(at, zone) > due
    ]


def export_rows(principal: Principal, *, as_of: dt.date | None = None) -> Iterator[dict[str, Any]]:
    """Rows of the export in the columns of EXPORT_COLUMNS, live and answered; money in whole units a year.

    The reason is in words of the active language; class, channel and status are English words for programs.
    as_of: only what had been proposed by that day.
    """
    currency = firm().currency
    found = seen_actions(principal).order_by("owner_id", "rank", "pk")
    if as_of:
        found = found.filter(proposed_on__lte=as_of)
    related = "customer__reference customer__code owner__reference owner__code".split()
    own = "rank action_class offer channel reason reason_facts value_at_stake due_on status".split()
    for row in found.values(*related, *own).iterator(chunk_size=2_000):
        yield {
            "customer": row["customer__reference"] or row["customer__code"],
            "owner": row["owner__reference"] or row["owner__code"] or "",
            "rank": row["rank"],
            "class": ActionClass(row["action_class"]).name.lower(),
            "offer": row["offer"],
            "channel": Channel(row["channel"]).name.lower(),
            "reason": reason_in_words(row["reason"], row["reason_facts"], currency=currency),
            "value_at_stake": from_minor(row["value_at_stake"], currency),
            "due_on": row["due_on"],
            "status": ActionStatus(row["status"]).name.lower(),
        }


def _local(at: dt.datetime | None, zone: str) -> dt.date | None:
    return None if at is None else local_day(at, zone)
