"""The demo's customers go for good; nobody else ever does (people are erased, by `erase_customer`)."""

from collections.abc import Sequence

from django.db import transaction

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


def _remove_demo_groups() -> None:
    """The demo's groups go, from the lowest up, but for those that hold customers or groups of the firm's own."""
    for group in Group.objects.filter(is_demo=True, members=None).order_by("-lo"):
        if not Group.objects.filter(parent=group).exists():
            group.delete()
    renumber_groups()
