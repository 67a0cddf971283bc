"""A person says what a signal was: right, explained, or wrong. The machine keeps quiet about what is explained."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Permission, may, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.signals.choices import Judgement, SignalState
from guanxi.record.signals.models import Signal
from guanxi.record.signals.permissions import seen_signals
from guanxi.record.signals.rules import is_settled_by_person, last_day_given_up, may_follow, state_after
from guanxi.record.signals.rules.notes import acceptance_in, beginnings_of, note_of_wrong

_UNKNOWN = gettext_noop("There is no such signal.")


@transaction.atomic
def judge_signal(
    code: str, *, by: Principal, judgement: Judgement, quiet_until: dt.date | None = None, note: str = ""
) -> None:
    """Record what a person found out. TRUE confirms a supposition and keeps any other signal as it is; every other
    judgement refutes and closes it.

    quiet_until: the last day for which the explanation holds (a journey's end); None for this whole episode.
    Refused for a signal out of sight, one already over, or a day that has passed.
    """
    require(by, Permission.JUDGE_SIGNALS)
    signal = _locked(code, by)
    today = firm_day()
    explained = judgement != Judgement.TRUE
    state = SignalState(signal.state)
    if is_settled_by_person(state, signal.judged_from) or (explained and not may_follow(state, SignalState.REFUTED)):
        raise Refused("signal.over", gettext_noop("This signal is already over."))
    if quiet_until is not None and quiet_until < today:
        raise Refused("signal.day_passed", gettext_noop("That day has already passed."))
    _settle(signal, judgement, note, by, quiet_until=quiet_until if explained else None)
    _journal("signal.judged", signal, by, {"judgement": judgement.name.lower(), "note": signal.note})


def _settle(
    signal: Signal, judgement: Judgement, note: str, by: Principal, *, quiet_until: dt.date | None = None
) -> None:
    """What every judgement leaves, by whatever it came: who, when, from which state; and an end to what it explains."""
    today = firm_day()
    signal.judgement, signal.note, signal.quiet_until = judgement, note[:2000], quiet_until
    signal.judged_on, signal.judged_by_id, signal.judged_from = today, by.staff_id, signal.state
    if judgement != Judgement.TRUE:
        signal.closed_on = today
    signal.state, signal.changed_on = state_after(SignalState(signal.state), judgement), today
    signal.save()


@dataclass(frozen=True, slots=True)
class Proved:
    """That something happened which shows a supposition to be right: of whom, which kind (SignalKind), and what is kept of it
    (rules.notes). coupon: which one was redeemed; "" where an offer was accepted.
    """

    customer_id: int
    kind: str
    note: str
    coupon: str = ""


def prove_suppositions(proved: Sequence[Proved], *, by: Principal, on: dt.date) -> list[str]:
    """Confirm what was supposed and what has now shown itself, and return the keys of these signals; in the caller's transaction,
    whose act has asked for the right.

    Only what is still supposed: what was refuted, or given up after its twelve months, no evidence of a day after them revives.
    """
    by_need = {(one.customer_id, one.kind): one for one in proved}
    standing = Signal.objects.filter(
        customer__in={customer for customer, _kind in by_need}, kind__in={kind for _customer, kind in by_need},
        state=SignalState.HYPOTHESISED, detected_on__gt=last_day_given_up(on),
    )  # fmt: skip
    held = standing.select_for_update(of=("self",)).select_related("customer").order_by("pk")
    shown = [signal for signal in held if (signal.customer_id, signal.kind) in by_need]
    for signal in shown:
        one = by_need[signal.customer_id, signal.kind]
        _settle(signal, Judgement.TRUE, one.note, by)
        if one.coupon:
            _journal("signal.proved", signal, by, {"coupon": one.coupon})
        else:
            _journal("signal.borne_out", signal, by, {"note": acceptance_in(one.note) or ""})
    return [signal.key for signal in shown]


def call_wrong(key: str, customer_id: int, action: str, words: str, *, by: Principal) -> bool:
    """Judge the signal of a key WRONG, because the work about it (an action's code) was answered so, and return whether it was still
    open. In the caller's transaction; nothing for who may not judge signals.
    """
    if not may(by, Permission.JUDGE_SIGNALS):
        return False
    found = Signal.objects.select_for_update(of=("self",)).select_related("customer")
    signal = found.filter(customer=customer_id, key=key, judgement=None).first()
    if signal is None or not may_follow(SignalState(signal.state), SignalState.REFUTED):
        return False
    _settle(signal, Judgement.WRONG, note_of_wrong(action, words), by)
    _journal("signal.judged", signal, by, {"judgement": Judgement.WRONG.name.lower(), "note": words})
    return True


def forget_answer(customer_id: int, action: str, *, by: Principal) -> list[str]:
    """Take back what an answer to an action (code) had said of signals, and return the keys of those that it had proved: they are
    supposed again. In the caller's transaction, whose act has asked for the right.
    """
    accepted, wrong = beginnings_of(action)
    said = Q(note__startswith=accepted) | Q(note__startswith=wrong)
    proved = Signal.objects.filter(said, customer=customer_id)
    taken = list(proved.select_for_update(of=("self",)).select_related("customer").order_by("pk"))
    for signal in taken:
        _unjudge(signal)
        _journal("signal.judgement_withdrawn", signal, by, {})
    return [signal.key for signal in taken]


@transaction.atomic
def withdraw_judgement(code: str, *, by: Principal) -> None:
    """Take a judgement back: the signal stands again as before; the next refresh brings it up to date."""
    require(by, Permission.JUDGE_SIGNALS)
    signal = _locked(code, by)
    if signal.judgement is None:
        raise Refused("signal.not_judged", gettext_noop("Nobody has judged this signal."))
    _unjudge(signal)
    _journal("signal.judgement_withdrawn", signal, by, {})


def _unjudge(signal: Signal) -> None:
    state = SignalState(signal.state)
    if state == SignalState.REFUTED or is_settled_by_person(state, signal.judged_from):
        signal.state, signal.closed_on, signal.digest = signal.judged_from, None, ""
    signal.judgement, signal.judged_on, signal.judged_by_id, signal.quiet_until = None, None, None, None
    signal.judged_from, signal.note = "", ""
    signal.changed_on = firm_day()
    signal.save()


def _locked(code: str, by: Principal) -> Signal:
    signal = seen_signals(by).select_for_update(of=("self",)).select_related("customer").filter(code=code).first()
    if signal is None:
        raise Refused("signal.unknown", _UNKNOWN)
    return signal


def _journal(kind: str, signal: Signal, by: Principal, payload: dict[str, str]) -> None:
    customer = signal.customer.code
    record_act(
        kind,
        by=by.actor,
        noun=Noun("signal", signal.code),
        payload={"kind": signal.kind, "customer": customer, **payload},
        subject=customer,
    )
