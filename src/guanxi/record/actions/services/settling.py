"""A person says what a signal was. What is explained is no reason to call: the work it had caused is taken off the list."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import QuerySet

from guanxi.ground import clock
from guanxi.identity.permissions import Permission, may, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm, firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.actions.rules import PENDING, SUPPOSED, Act, next_status, status_before
from guanxi.record.actions.services.sharing import share_as_work_stands
from guanxi.record.signals.choices import Judgement
from guanxi.record.signals.queries import SignalRow, get_signal
from guanxi.record.signals.services import (
    Proved,
    forget_answer,
    judge_signal,
    prove_suppositions,
    withdraw_judgement,
)


@transaction.atomic
def settle_signal(
    code: str, *, by: Principal, judgement: Judgement, quiet_until: dt.date | None = None, note: str = ""
) -> int:
    """Record what a person found out about a signal, and return how many actions it took off lists.

    TRUE answers the questions about a supposition and changes no other action. Any other judgement explains the signal
    away: its pending actions are withdrawn, whoever has them, and the next refresh proposes nothing for it until
    `quiet_until` has passed (None: this whole episode). Raises Denied, and Refused as `judge_signal` does.
    """
    judge_signal(code, by=by, judgement=judgement, quiet_until=quiet_until, note=note)
    is_true = judgement == Judgement.TRUE
    act, kind = (Act.DO, "action.done") if is_true else (Act.WITHDRAW, "action.explained_away")
    settled = list(_actions_of(code, by, only_questions=is_true).filter(status__in=sorted(PENDING)))
    for action in settled:
        _set(action, next_status(ActionStatus(action.status), act), by=by)
        _journal(kind, action, by)
    share_as_work_stands(settled, actor=by.actor, today=firm_day())
    return len(settled)


@transaction.atomic
def reopen_signal(code: str, *, by: Principal) -> int:
    """Take a judgement back, and return how many actions stand on lists again, each where it had been.

    Raises Denied, and Refused as `withdraw_judgement` does.
    """
    judged = get_signal(code, principal=by)
    withdraw_judgement(code, by=by)
    if judged is None or judged.judged_on is None:
        return 0
    was_true = judged.judgement == Judgement.TRUE
    since = clock.start_of_day(judged.judged_on, firm().zone)
    status = ActionStatus.DONE if was_true else ActionStatus.WITHDRAWN
    taken = list(_actions_of(code, by, only_questions=was_true).filter(status=status, answered_at__gte=since))
    for action in taken:
        before = status_before(
            is_elsewhere=action.owner_id != action.customer.owner_id, is_postponed=action.not_now is not None
        )
        _set(action, before, by=None)
        _journal("action.answer_undone", action, by)
    share_as_work_stands(taken, actor=by.actor, today=firm_day())
    return len(taken)


@transaction.atomic
def finish_actions_of(signal_key: str, customer_id: int, *, by: Principal) -> int:
    """Take the pending work of a signal off the lists as done, because a person did what it asked for, and return how much it
    was. Whoever answers work may, and whoever reviews credit, of what a decision about a limit has done. Raises Denied.
    """
    if not may(by, Permission.REVIEW_CREDIT):
        require(by, Permission.ANSWER_ACTIONS)
    theirs = Action.objects.filter(customer=customer_id, signal_key=signal_key, status__in=sorted(PENDING))
    done = list(theirs.select_for_update(of=("self",)).select_related("customer").order_by("pk"))
    for action in done:
        _set(action, next_status(ActionStatus(action.status), Act.DO), by=by)
        _journal("action.done", action, by)
    share_as_work_stands(done, actor=by.actor, today=firm_day())
    return len(done)


def prove_needs(proved: Sequence[Proved], *, by: Principal, on: dt.date) -> int:
    """Confirm what was supposed and has shown itself, answer the questions whether it is so, and return how much it was. In the
    transaction of the act that shows it, which has asked for the right.
    """
    keys = prove_suppositions(proved, by=by, on=on)
    asked = list(_questions(keys, {one.customer_id for one in proved}).filter(status__in=sorted(PENDING)))
    for action in asked:
        _set(action, next_status(ActionStatus(action.status), Act.DO), by=by)
        _journal("action.done", action, by)
    share_as_work_stands(asked, actor=by.actor, today=firm_day())
    return len(keys)


def unprove_needs(action: Action, *, by: Principal) -> int:
    """Take back what the answer to an action had said of signals: what it had proved is supposed again, and what it had answered is
    asked again.
    """
    keys = forget_answer(action.customer_id, action.code, by=by)
    since = action.answered_at or clock.now()
    asked = list(_questions(keys, {action.customer_id}).filter(status=ActionStatus.DONE, answered_at__gte=since))
    for question in asked:
        is_elsewhere = question.owner_id != question.customer.owner_id
        _set(question, status_before(is_elsewhere=is_elsewhere, is_postponed=question.not_now is not None), by=None)
        _journal("action.answer_undone", question, by)
    share_as_work_stands(asked, actor=by.actor, today=firm_day())
    return len(keys)


def _questions(keys: Sequence[str], customers: Collection[int]) -> QuerySet[Action]:
    """The questions whether something supposed is so, by the keys of its signals, locked; by customers first, which have the index."""
    if not keys:
        return Action.objects.none()
    found = Action.objects.filter(customer__in=customers, signal_key__in=keys, origin__in=SUPPOSED)
    return found.select_for_update(of=("self",)).select_related("customer").order_by("pk")


def _actions_of(code: str, by: Principal, *, only_questions: bool) -> QuerySet[Action]:
    """All actions that a signal caused, or only the questions whether it is so, locked; by customer first, which has the index."""
    signal: SignalRow | None = get_signal(code, principal=by)
    if signal is None or not signal.key:
        return Action.objects.none()
    found = Action.objects.filter(customer=signal.customer_id, signal_key=signal.key)
    found = found.filter(origin__in=SUPPOSED) if only_questions else found
    return found.select_for_update(of=("self",)).select_related("customer").order_by("pk")


def _set(action: Action, status: ActionStatus | None, *, by: Principal | None) -> None:
    if status is None:
        raise AssertionError(f"action {action.code} cannot go on from {action.status}")
    action.status = status
    action.answered_at, action.answered_by_id = (clock.now(), by.staff_id) if by else (None, None)
    action.version += 1
    action.save()


def _journal(kind: str, action: Action, by: Principal) -> None:
    customer = action.customer.code
    payload = {"customer": customer, "action": action.reason}
    record_act(kind, by=by.actor, noun=Noun("action", action.code), payload=payload, subject=customer)
