"""What was concluded about customers who want no advice from their own data is forgotten (IDC-03)."""

from collections.abc import Sequence

from django.db import transaction

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.signals.models import Signal
from guanxi.record.signals.rules import DETECTED, SUPPOSED

_STEP = 500


def forget_signals(customer_ids: Sequence[int], *, by: Principal) -> int:
    """Delete what detectors have noticed of these customers and return how many signals that were. What a person has said
    about one stays with it: it is the person's own finding. Raises Denied.
    """
    require(by, Permission.RUN_REFRESH)
    gone = 0
    for start in range(0, len(customer_ids), _STEP):
        ids = list(customer_ids[start : start + _STEP])
        with transaction.atomic():
            there = Signal.objects.filter(customer__in=ids, kind__in=sorted(DETECTED | SUPPOSED), judgement=None)
            count, _ = there.delete()
            if count:
                record_acts("signals.forgotten", [Entry(Noun("signals", ""), count=count)], by=by.actor)
        gone += count
    return gone
