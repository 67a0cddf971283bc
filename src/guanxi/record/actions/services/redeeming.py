"""Coupons of partners that were redeemed: a yes to the offer, and the proof of the need that was only supposed (LEV-07).

The partner hands back codes and knows of nobody whose they are.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.actions.models import Action, OfferAnswer
from guanxi.record.actions.rules import action_of_coupon, coupon_of, coupons_in
from guanxi.record.actions.services.settling import prove_needs
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel
from guanxi.record.signals.rules.notes import note_of_coupon
from guanxi.record.signals.services import Proved

MOST = 500  # codes at once

_MANY = gettext_noop("At most {most} codes at once.")
_NONE = gettext_noop("Enter the codes that the partner handed back.")
_FUTURE = gettext_noop("That day has not come yet.")


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What came of some codes: how many were redeemed now, how many had been before, how many needs that proves, and those that
    are no coupon of this offer or whose letter had not gone out by that day.
    """

    new: int = 0
    known: int = 0
    proved: int = 0
    unknown: list[str] = field(default_factory=list)


@transaction.atomic
def redeem_coupons(offer: str, codes: Sequence[str], *, by: Principal, on: dt.date | None = None) -> Redeemed:
    """Note that coupons of an offer (reference) were redeemed on a day (None: today), each once, however often its code comes.

    What was supposed and is still open is confirmed by it; what was given up, refuted or never supposed stays as it is. Raises
    Denied, and Refused: coupons.none, coupons.too_many, coupons.future.
    """
    require(by, Permission.EDIT_OFFERS)
    today = firm_day()
    day = on or today
    if not codes:
        raise Refused("coupons.none", _NONE)
    if len(codes) > MOST:
        raise Refused("coupons.too_many", _MANY, most=MOST)
    if day > today:
        raise Refused("coupons.future", _FUTURE)
    whose = {text: action_of_coupon(text, offer) for text in codes}
    out = _gone_out({code for code in whose.values() if code}, offer, day)
    known = _accepted([one.pk for one in out.values()], offer)
    fresh = [action for action in out.values() if action.pk not in known]
    _keep(fresh, offer, day)
    proved = _prove(fresh, offer, day, by)
    entries = [
        Entry(Noun("action", one.code), {"customer": one.customer.code, "offer": offer}, one.customer.code)
        for one in fresh
    ]
    if entries:
        record_acts("action.redeemed", entries, by=by.actor)
    unknown = [text for text, code in whose.items() if code not in out]
    return Redeemed(len(fresh), len(known), proved, unknown)


def _gone_out(codes: set[str], offer: str, day: dt.date) -> dict[str, Action]:
    """The actions of some codes whose letter with this coupon went out until a day, by code, locked."""
    rows = (
        Action.objects.filter(code__in=codes).select_for_update(of=("self",)).select_related("customer").order_by("pk")
    )
    there = {one.code: one for one in rows if offer in coupons_in(one.reason_facts)}
    sent = OfferAnswer.objects.filter(
        action__in=[one.pk for one in there.values()], offer=offer, channel=Channel.POST, outcome=Outcome.REACHED,
        answered_on__lte=day,
    )  # fmt: skip
    went = set(sent.values_list("action_id", flat=True))
    return {code: one for code, one in there.items() if one.pk in went}


def _accepted(actions: Sequence[int], offer: str) -> set[int]:
    """Those of some actions (ids) whose coupon was redeemed before."""
    found = OfferAnswer.objects.filter(action__in=actions, offer=offer, outcome=Outcome.ACCEPTED)
    return set(found.values_list("action_id", flat=True))


def _keep(actions: Sequence[Action], offer: str, day: dt.date) -> None:
    """A yes by post, as decisions learn from it and rest by it."""
    now = clock.now()
    OfferAnswer.objects.bulk_create(
        OfferAnswer(
            action=one, offer=offer, channel=int(Channel.POST), outcome=Outcome.ACCEPTED, answered_at=now, answered_on=day
        )
        for one in actions
    )  # fmt: skip


def _prove(actions: Sequence[Action], offer: str, day: dt.date, by: Principal) -> int:
    proved = [
        Proved(one.customer_id, kind, note_of_coupon(coupon), coupon)
        for one in actions
        for coupon in [coupon_of(one.code, offer)]
        for kind in coupons_in(one.reason_facts)[offer].get("proves", ())
    ]
    return prove_needs(proved, by=by, on=day)
