"""Suppositions that nobody confirmed or refuted for a year are given up: a hypothesis is never more than its evidence."""

import datetime as dt

from django.db import transaction

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.signals.choices import SignalState
from guanxi.record.signals.models import Signal
from guanxi.record.signals.rules import last_day_given_up

_STEP = 1_000  # rows of one transaction


def expire_hypotheses(*, by: Principal, on: dt.date) -> int:
    """Close, as of the day `on`, the suppositions first seen twelve months ago or earlier; returns how many. A thousand a
    transaction, each with its journal row; again, or after it was broken off, it goes on with what is left.
    """
    require(by, Permission.RUN_REFRESH)
    expired = 0
    while step := _expire_step(by, on):
        expired += step
    return expired


@transaction.atomic
def _expire_step(by: Principal, on: dt.date) -> int:
    old = Signal.objects.filter(state=SignalState.HYPOTHESISED, detected_on__lte=last_day_given_up(on)).order_by("pk")
    ids = list(old.select_for_update(of=("self",)).values_list("pk", flat=True)[:_STEP])
    if ids:
        # The digest stays: a detector that states the same again finds it told, and it stays given up.
        Signal.objects.filter(pk__in=ids).update(state=SignalState.EXPIRED, changed_on=on, closed_on=on)
        noun, payload = Noun("night", on.isoformat()), {"count": len(ids)}
        record_act("signals.expired", by=by.actor, noun=noun, payload=payload)
    return len(ids)
