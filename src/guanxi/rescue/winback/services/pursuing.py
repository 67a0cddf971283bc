"""Handing the ranked list out to those who have the customers, a tenth kept back to compare (WIN-05)."""

import datetime as dt
from collections.abc import Collection, Sequence
from hashlib import sha256

from django.db import transaction

from guanxi.engage.offers.choices import CHANNELS, Way
from guanxi.engage.policy.queries import policy_now
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day, work_calendar
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.actions.choices import ActionClass
from guanxi.record.actions.services.handing_out import Work, hand_out, take_back
from guanxi.record.consents.choices import Purpose
from guanxi.record.consents.queries import consent_now, unprofiled_ids
from guanxi.record.suppressions.choices import Cause
from guanxi.record.suppressions.queries import suppressions_on
from guanxi.rescue.winback.choices import Arm, Excluded
from guanxi.rescue.winback.models import Loss
from guanxi.rescue.winback.permissions import ranked_losses
from guanxi.rescue.winback.rules import MOST_HANDED_OUT, WON_WITHIN, is_control
from guanxi.rescue.winback.services.asking import loss_evidence

ORIGIN = "win_back"
_DUE_DAYS = 10  # business days, as for a customer of tier C
_STEP = 500
# Why work in hand is taken back; that no offer is open just now is no such reason: a way that was used rests.
_ENDS = frozenset(
    {
        Excluded.LET_GO, Excluded.PRICE_SEEKER, Excluded.OUTSIDE, Excluded.ENDED, Excluded.DISPUTE, Excluded.TOUCHED, Excluded.NOT_LOST,
    }
)  # fmt: skip
_STOPS = frozenset({Cause.COMPLAINT, Cause.FRAUD})

_HOW_MANY = gettext_noop("Name a number from 1 to {most}.")


def hand_out_best(count: int, *, by: Principal) -> dict[str, int]:
    """Hand the first `count` of the ranked list in sight out as work; returns how many are pursued and kept back. Who was handed
    out once stands on no list again. Raises Denied, Refused (winback.how_many).
    """
    require(by, Permission.HAND_OVER_ACTIONS)
    if not 1 <= count <= MOST_HANDED_OUT:
        raise Refused("winback.how_many", _HOW_MANY, most=MOST_HANDED_OUT)
    today = firm_day()
    chosen = list(ranked_losses(by, on=today).order_by("-per_unit", "pk").values_list("pk", flat=True)[:count])
    counts = {"pursued": 0, "control": 0}
    at_rest = _at_rest(today, after_complaint=policy_now()["rest_complaint"].amount or 0)
    for start in range(0, len(chosen), _STEP):
        for name, number in _hand_out_step(chosen[start : start + _STEP], by, today, at_rest=at_rest).items():
            counts[name] += number
    return counts


@transaction.atomic
def _hand_out_step(ids: Sequence[int], by: Principal, today: dt.date, *, at_rest: Collection[int]) -> dict[str, int]:
    found = Loss.objects.filter(pk__in=ids, arm=Arm.NONE).select_for_update(of=("self",)).select_related("customer")
    theirs = Loss.objects.filter(pk__in=ids).values("customer")
    lately = Loss.objects.filter(customer__in=theirs, handed_on__gt=today - WON_WITHIN)
    busy = set(lately.values_list("customer_id", flat=True))  # by another loss: of a customer merged, or one dated anew
    busy |= _in_peace(list(found), today, at_rest=at_rest)
    losses = [loss for loss in found.order_by("pk") if loss.customer_id not in busy]
    for loss in losses:
        loss.arm = Arm.CONTROL if is_control(loss.customer.code) else Arm.PURSUED
        loss.handed_on, loss.handed_offer = today, loss.offer
    Loss.objects.bulk_update(losses, ["arm", "handed_on", "handed_offer"], batch_size=100)
    due = work_calendar(today).after(today, _DUE_DAYS)
    hand_out([_work(loss, due) for loss in losses if loss.arm == Arm.PURSUED], by=by)
    pursued = sum(loss.arm == Arm.PURSUED for loss in losses)
    counts = {"pursued": pursued, "control": len(losses) - pursued}
    if losses:
        record_act("winback.handed_out", by=by.actor, noun=Noun("losses", ""), payload={"count": len(losses), **counts})
    return counts


def end_pursuits(*, by: Principal, on: dt.date) -> int:
    """Take the work back of those who came again by themselves, who by now are not to be pursued, and who want no more of it or
    complained since. They stay where they were drawn: what comes of the list is counted with them. Nightly. Raises Denied.
    """
    require(by, Permission.RUN_REFRESH)
    pursued = list(Loss.objects.filter(arm=Arm.PURSUED, handed_on__gt=on - dt.timedelta(days=365)).order_by("pk"))
    over = [loss for loss in pursued if loss.returned_on is not None or loss.excluded in _ENDS]
    open_ones = [loss for loss in pursued if loss.returned_on is None and loss.excluded not in _ENDS]
    at_rest = _at_rest(on) if open_ones else set()
    for start in range(0, len(open_ones), _STEP):
        some = open_ones[start : start + _STEP]
        peace = _in_peace(some, on, at_rest=at_rest)
        over += [loss for loss in some if loss.customer_id in peace]
    return take_back([work_key(loss.key) for loss in over], by=by)


def _at_rest(on: dt.date, *, after_complaint: int = 0) -> set[int]:
    """Customers of the whole firm whom nobody approaches on a day (two queries): who wants no advice from own data, whose complaint
    is not solved, or was so few days ago, or who is looked into. Whatever the list of the night said. after_complaint: as of
    suppressions_on; work in hand is not ended by a complaint that was solved.
    """
    resting = suppressions_on(on, after_complaint=after_complaint)
    return {*unprofiled_ids(on), *(one.customer_id for one in resting if one.cause in _STOPS)}


def _in_peace(losses: Sequence[Loss], on: dt.date, *, at_rest: Collection[int]) -> set[int]:
    """Customers among some whom nobody approaches on a day: who is at rest, and who said no to the way by which he would be asked."""
    ids = {loss.customer_id for loss in losses}
    peace = ids.intersection(at_rest)
    stated = consent_now(ids, on=on)
    for loss in losses:
        way = CHANNELS[Way(loss.way)] if loss.way else None
        said = [one for one in stated.get(loss.customer_id, ()) if one.purpose == Purpose.MARKETING and not one.partner]
        if any(one.channel == way and not one.is_granted for one in said):
            peace.add(loss.customer_id)
    return peace


def work_key(loss_key: str) -> str:
    """The key of the action by which somebody is pursued."""
    return sha256(f"{ORIGIN}|{loss_key}".encode()).hexdigest()[:32]


def _work(loss: Loss, due: dt.date) -> Work:
    customer = loss.customer
    return Work(
        key=work_key(loss.key), customer_id=customer.pk, customer_code=customer.code, owner_id=customer.owner_id,
        team_id=customer.team_id, action_class=ActionClass.VALUE, origin=ORIGIN, reason=ORIGIN, offer=loss.offer,
        channel=CHANNELS[Way(loss.way)], value_at_stake=loss.value, due_on=due,
        facts={"lost_on": loss.lost_on.isoformat(), "value": loss.value}, evidence=loss_evidence(loss.code),
    )  # fmt: skip
