"""The bin: deleted customers whom a principal may bring back, what was deleted last first."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.record.customers.models import Customer
from guanxi.record.customers.permissions import shown, visible_to

PAGE = 80


@dataclass(frozen=True, slots=True)
class DeletedRow:
    """One customer in the bin; the name as the principal may see it."""

    id: int
    code: str
    name: str
    reference: str
    tier: int
    owner_name: str
    deleted_at: datetime


@dataclass(frozen=True, slots=True)
class Bin:
    """A page of the bin; `next` is the code after which it goes on ("" at its end)."""

    rows: list[DeletedRow]
    next: str


def deleted_customers(principal: Principal, *, after: str = "", limit: int = PAGE) -> Bin:
    """Return who was deleted of those whom a principal sees, but the erased, who cannot come back (two queries at most).

    Raises Denied.
    """
    require(principal, Permission.DELETE_CUSTOMERS)
    there = Customer.objects.filter(
        visible_to(principal, gone=True, shared=False), deleted_at__isnull=False, erased_at=None
    )
    there = there.filter(merged_into=None)
    place = there.filter(code=after).values_list("deleted_at", "pk").first() if after else None
    if place is not None:
        there = there.filter(Q(deleted_at__lt=place[0]) | Q(deleted_at=place[0], pk__lt=place[1]))
    columns = ("pk", "code", "name", "reference", "tier", "owner__name", "deleted_at")
    found = list(there.order_by("-deleted_at", "-pk").values_list(*columns)[: limit + 1])
    rows = [
        DeletedRow(key, code, shown(principal, "name", name), reference, tier, owner or "", at)
        for key, code, name, reference, tier, owner, at in found[:limit]
    ]
    return Bin(rows, rows[-1].code if len(found) > limit else "")


def deleted_ids(codes: list[str], principal: Principal) -> list[int]:
    """Return the keys of those codes that are of deleted customers whom the principal sees."""
    there = Customer.objects.filter(visible_to(principal, gone=True, shared=False), code__in=codes, erased_at=None)
    return list(there.exclude(deleted_at=None).values_list("pk", flat=True))
