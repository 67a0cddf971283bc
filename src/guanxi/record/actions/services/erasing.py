"""What goes when a person is erased: the words and figures of his actions. That work was done stays counted."""

from collections.abc import Sequence

from django.db.models import F

from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.actions.rules import LIVE


def erase_actions(customer_ids: Sequence[int]) -> None:
    """Empty the actions of erased customers and withdraw the live ones, in the transaction of the erasure
    (customers.register_eraser).
    """
    theirs = Action.objects.filter(customer__in=customer_ids)
    pending = [*LIVE, ActionStatus.NOT_NOW]
    theirs.filter(status__in=pending).update(
        status=ActionStatus.WITHDRAWN, not_now=None, again_on=None, version=F("version") + 1
    )
    theirs.update(reason_facts={}, evidence={}, answer="", signal_key="", digest="", value_at_stake=0, score=0)
