"""Caring: what a move lets one suppose becomes a question for whoever has the customer, in the same transaction.

A question, no sale: whether it is so. Offers that fit are decided elsewhere and may hang themselves on its `offer`.
"""

import datetime as dt
from collections.abc import Sequence
from hashlib import sha256

from django.db import transaction

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day, work_calendar
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.actions.choices import ActionClass, ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.actions.rules import PENDING, SUPPOSED
from guanxi.record.actions.services.withdrawing import withdraw_work
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.queries.moves import Move
from guanxi.record.signals.choices import SignalKind
from guanxi.record.signals.queries import open_keys
from guanxi.record.signals.services import Supposed, forget_moves, suppose_missed, suppose_moves

_STEP = 500
_DUE_DAYS = 5  # business days, as for a customer of tier B


def ask_about_moves(moves: Sequence[Move], by: Principal) -> list[str]:
    """Say what moves let one suppose, and ask about each new home; returns the codes of the questions. In the transaction
    of the move, whose act has asked for the right (customers.register_listener).
    """
    return _ask(suppose_moves(moves, by=by), by)


def unask_about_moves(customer_ids: Sequence[int], address_ids: Sequence[int], by: Principal) -> None:
    """Take back what was supposed of moves that were taken back, and the questions about it that nobody has answered; in the
    transaction of the undoing, whose act has asked for the right (customers.register_listener).
    """
    keys = forget_moves(customer_ids, address_ids, by=by)
    for start in range(0, len(keys), _STEP):
        unanswered = Action.objects.filter(signal_key__in=keys[start : start + _STEP], origin__in=SUPPOSED)
        unanswered.filter(status=ActionStatus.OPEN, answered_at=None).delete()


def ask_about_missed(*, by: Principal, on: dt.date) -> int:
    """The same for moves that could be understood only later, and an end to the questions whose supposition is over.
    Nightly; again, it writes nothing. Returns how many questions are new. Raises Denied.
    """
    require(by, Permission.RUN_REFRESH)
    asked = _ask(suppose_missed(by=by, on=on), by)
    pending = Action.objects.filter(origin__in=SUPPOSED, status__in=sorted(PENDING)).order_by("pk")
    rows = list(pending.values_list("pk", "signal_key"))
    for start in range(0, len(rows), _STEP):
        step = rows[start : start + _STEP]
        grounds = open_keys([key for _, key in step])
        _withdraw([pk for pk, key in step if key not in grounds], by)
    return len(asked)


@transaction.atomic
def _ask(supposed: Sequence[Supposed], by: Principal) -> list[str]:
    today = firm_day()
    homes = [one for one in supposed if one.kind == SignalKind.NEW_HOME]
    if not homes:
        return []
    due = work_calendar(today).after(today, _DUE_DAYS)
    questions = [_question(one, today, due) for one in homes]
    Action.objects.bulk_create(questions, batch_size=_STEP)
    entries = [
        Entry(Noun("action", action.code), {"customer": one.move.code, "action": action.reason}, one.move.code)
        for action, one in zip(questions, homes, strict=True)
    ]
    record_acts("action.asked", entries, by=by.actor)
    return [action.code for action in questions]


def _question(one: Supposed, today: dt.date, due: dt.date) -> Action:
    figures = one.evidence["figures"]
    facts = {"moved_on": figures["moved_on"], "handover_on": figures["handover_on"], "also": []}
    return Action(
        key=sha256(f"{one.kind}|{one.key}".encode()).hexdigest()[:32], customer_id=one.move.customer_id,
        owner_id=one.move.owner_id, team_id=one.move.team_id, action_class=ActionClass.CARE, origin=one.kind.value,
        signal_key=one.key, channel=Channel.CALL, reason=f"{one.kind.value}_hypothesised", reason_facts=facts,
        evidence=one.evidence, due_on=due, proposed_on=today, status=ActionStatus.OPEN,
    )  # fmt: skip


@transaction.atomic
def _withdraw(ids: Sequence[int], by: Principal) -> None:
    there = Action.objects.filter(pk__in=ids, status__in=sorted(PENDING)).order_by("pk")
    actions = list(there.select_for_update(of=("self",)).select_related("customer"))
    withdraw_work(actions, kind="action.groundless", actor=by.actor)
