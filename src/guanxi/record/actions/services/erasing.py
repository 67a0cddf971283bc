"""What goes when a person is erased: the words and figures of his actions. That work was done stays counted."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import F, QuerySet

from guanxi.identity.principals import Principal
from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.models import Action, OfferAnswer
from guanxi.record.actions.rules import LIVE
from guanxi.record.conversations.choices import Outcome
from guanxi.record.signals.services import erase_suppositions


def erase_actions(customer_ids: Sequence[int]) -> None:
    """Empty the actions of erased customers and withdraw the live ones, in the transaction of the erasure
    (customers.register_eraser).
    """
    _empty(Action.objects.filter(customer__in=customer_ids))


@transaction.atomic
def forget_suppositions(customer_id: int, *, by: Principal) -> int:
    """Erase what was supposed about a customer and the questions asked for it; contracts, dealings and what was said stay.
    Returns how many suppositions there were. Raises Denied, and Refused (customers.not_found).
    """
    keys = erase_suppositions(customer_id, by=by)
    _empty(Action.objects.filter(customer=customer_id, signal_key__in=keys))
    return len(keys)


def forget_work(keys: Collection[str]) -> None:
    """Empty the actions of some keys and withdraw the live ones, in the transaction of who forgets their cause."""
    _empty(Action.objects.filter(key__in=keys))


def _empty(theirs: QuerySet[Action]) -> None:
    ids = list(theirs.values_list("pk", flat=True))
    theirs = Action.objects.filter(pk__in=ids)
    pending = [*LIVE, ActionStatus.NOT_NOW]
    theirs.filter(status__in=pending).update(
        status=ActionStatus.WITHDRAWN, not_now=None, again_on=None, version=F("version") + 1
    )
    OfferAnswer.objects.filter(action__in=ids).delete()
    theirs.update(
        outcome=Outcome.NONE,
        reason_facts={},
        evidence={},
        enclosed=None,
        answer="",
        signal_key="",
        digest="",
        value_at_stake=0,
        score=0,
    )
