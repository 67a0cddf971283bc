"""What goes when a person is erased, or only what was supposed about somebody: conclusions that help no one any more."""

from collections.abc import Sequence

from django.db import transaction

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.customers.services.heads import seen_head
from guanxi.record.signals.choices import ERASED, SignalState
from guanxi.record.signals.models import Signal
from guanxi.record.signals.queries import ever_supposed


def erase_signals(customer_ids: Sequence[int]) -> None:
    """Delete the signals of erased customers, in the transaction of the erasure (customers.register_eraser)."""
    Signal.objects.filter(customer__in=customer_ids).delete()


@transaction.atomic
def erase_suppositions(customer_id: int, *, by: Principal) -> list[str]:
    """Erase everything that was ever supposed about a customer, confirmed or not (LEV-10), and return the keys. Of each the
    key alone stays, which names nobody: by it the same is not supposed again tomorrow. What the customer has and did
    stays. Nothing undoes it. Raises Denied, and Refused (customers.not_found).
    """
    require(by, Permission.EDIT_CONSENTS)
    head, today = seen_head(customer_id, by=by), firm_day()
    there = Signal.objects.filter(ever_supposed(), customer=head.id)
    keys = list(there.order_by("pk").values_list("key", flat=True))
    Signal.objects.filter(key__in=keys).update(
        kind="", state=SignalState.EXPIRED, occurred_on=today, detected_on=today, changed_on=today, closed_on=today,
        severity=0, at_stake=0, probability=0, evidence={}, digest=ERASED, judgement=None, judged_on=None, judged_by=None,
        judged_from="", quiet_until=None, note="",
    )  # fmt: skip
    if keys:
        noun = Noun("customer", head.code)
        record_act("suppositions.erased", by=by.actor, noun=noun, payload={"count": len(keys)}, subject=head.code)
    return keys
