"""The demo's customers go for good; nobody else ever does (people are erased, by `erase_customer`)."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import F, Q

from guanxi.ground import clock
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.customers import bulk, search
from guanxi.record.customers.models import Customer, Group, Household, Identifier, IdentifierKey, Merge
from guanxi.record.customers.services.dirty import mark_dirty
from guanxi.record.customers.services.grouping import renumber_groups

_STEP = 2_000


@transaction.atomic
def remove_demo_customers(ids: Sequence[int], *, by: Principal) -> int:
    """Remove demo customers with what hangs on them here and in signals, consents and actions; others are left alone.

    The caller has removed what they dealt, hold and said. Returns how many went. Raises Denied.
    """
    require(by, Permission.ADMINISTER)
    gone = 0
    for step in bulk.steps_of(ids, _STEP):
        demo = Customer.objects.filter(pk__in=step, is_demo=True)
        here = list(demo.values_list("pk", flat=True))
        Merge.objects.filter(winner_id__in=here).delete()
        Merge.objects.filter(loser_id__in=here).delete()
        Customer.objects.filter(pk__in=here).update(merged_into=None)
        Identifier.objects.filter(customer_id__in=here).delete()
        IdentifierKey.objects.filter(customer_id__in=here).delete()
        Customer.objects.filter(pk__in=here).delete()
        search.reindex_customers(here)
        mark_dirty(here)
        gone += len(here)
    Household.objects.filter(is_demo=True, members=None).delete()
    _remove_demo_groups()
    record_act("customers.demo_removed", by=by.actor, noun=Noun("customers", "demo"), payload={"count": gone})
    return gone


@transaction.atomic
def free_own_customers(*, staff: Collection[int], teams: Collection[int], top: int, by: Principal) -> int:
    """Customers of the firm's own whom people of the demo look after, or who stand in the pool of a demo's team, go to the
    pool of the whole firm (the team `top`): nobody is left with somebody who goes. Returns how many. Raises Denied.
    """
    require(by, Permission.ADMINISTER)
    theirs = Q(owner__in=staff) | Q(owner=None, team__in=teams)
    ids = list(Customer.objects.filter(theirs, is_demo=False).order_by("pk").values_list("pk", flat=True))
    for step in bulk.steps_of(ids, _STEP):
        kept = Customer.objects.filter(pk__in=step)
        kept.update(owner=None, team=top, version=F("version") + 1, updated_at=clock.now())
        search.reindex_customers(list(step))
        mark_dirty(step)
    if ids:
        record_act("customers.moved", by=by.actor, noun=Noun("customers", "demo"), payload={"count": len(ids)})
    return len(ids)


def _remove_demo_groups() -> None:
    """The demo's groups go, from the lowest up, but for those that hold customers or groups of the firm's own."""
    for group in Group.objects.filter(is_demo=True, members=None).order_by("-lo"):
        if not Group.objects.filter(parent=group).exists():
            group.delete()
    renumber_groups()
