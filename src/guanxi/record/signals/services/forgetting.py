"""What was concluded is forgotten: of customers who want no advice from their own data (IDC-03), of moves taken back."""

from collections.abc import Sequence

from django.db import transaction

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.signals.choices import SignalState
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
            _note(count, by)
        gone += count
    return gone


def forget_moves(customer_ids: Sequence[int], address_ids: Sequence[int], *, by: Principal) -> list[str]:
    """Delete what moves to these addresses let one suppose, and return the keys; what a person has settled stays. In the
    transaction that takes the moves back, whose act has asked for the right.
    """
    addresses, keys = set(address_ids), list[str]()
    for start in range(0, len(customer_ids), _STEP):
        standing = Signal.objects.filter(
            customer__in=customer_ids[start : start + _STEP],
            kind__in=sorted(SUPPOSED),
            state=SignalState.HYPOTHESISED,
            judgement=None,
        )
        rows = standing.values_list("pk", "key", "evidence__figures__address")
        ours = [(pk, key) for pk, key, address in rows if address in addresses]
        Signal.objects.filter(pk__in=[pk for pk, _ in ours]).delete()
        keys += [key for _, key in ours]
    _note(len(keys), by)
    return keys


def _note(count: int, by: Principal) -> None:
    if count:
        record_acts("signals.forgotten", [Entry(Noun("signals", ""), count=count)], by=by.actor)
