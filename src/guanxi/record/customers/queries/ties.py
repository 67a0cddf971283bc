"""Ties of a customer: relations both ways, household, groups. Relations keep their ends as told; a merged end is read
as the one it was merged into, and what then stands twice is shown once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from guanxi.ground.text.masks import mask
from guanxi.identity.principals import Principal
from guanxi.record.customers.models import Customer, Group, Relation
from guanxi.record.customers.permissions import shown, visible_to

MOST_TIES = 200


@dataclass(frozen=True, slots=True)
class TieRow:
    """One relation as seen from a customer. `is_outward`: the other is his `kind` (his spouse); else he is the other's.

    Of somebody beyond the principal's scope only the masked name is told: `other_id` is 0 and `other_code` "".
    """

    id: int
    kind: int
    is_outward: bool
    other_id: int
    other_code: str
    other_name: str
    note: str
    source: str
    told_on: date | None


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One of those who keep house together."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """A household and its members that the principal sees."""

    id: int
    name: str
    members: tuple[MemberRow, ...]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group in its place in the tree: `depth` 0 is the top."""

    id: int
    code: str
    name: str
    depth: int


def relations_of(customer_id: int, principal: Principal) -> list[TieRow]:
    """Return the current relations of a customer, at most 200 (five queries). The caller has checked the customer."""
    own = {customer_id, *Customer.objects.filter(merged_into=customer_id).values_list("pk", flat=True)}
    rows = Relation.objects.filter(Q(customer__in=own) | Q(other__in=own), ended_on=None).order_by("pk")
    ties = list(rows.values_list("pk", "customer_id", "other_id", "kind", "note", "source", "told_on")[:MOST_TIES])
    people = _people([end for _, *ends, _, _, _, _ in ties for end in ends], principal)
    found: dict[tuple[int, int, bool], TieRow] = {}
    for key, one, other, kind, note, source, told_on in ties:
        is_outward = one in own
        person = people[other if is_outward else one]
        if person.root not in own and not person.deleted:
            row = TieRow(key, kind, is_outward, person.id, person.code, person.name, note, source, told_on)
            found.setdefault((person.root, kind, is_outward), row)
    return list(found.values())


def household_of(customer_id: int, principal: Principal) -> HouseholdRow | None:
    """Return the household of a customer with those members whom the principal sees (two queries)."""
    there = Customer.objects.filter(pk=customer_id).values_list("household_id", "household__name").first()
    if there is None or there[0] is None:
        return None
    members = Customer.objects.filter(visible_to(principal), household=there[0]).order_by("pk")
    rows = members.values_list("pk", "code", "name")[:MOST_TIES]
    return HouseholdRow(there[0], there[1], tuple(MemberRow(k, c, shown(principal, "name", n)) for k, c, n in rows))


def groups_of(customer_id: int) -> list[GroupRow]:
    """Return the groups that a customer is in, in the order of the tree (one query)."""
    rows = Group.objects.filter(members__customer=customer_id, closed_on=None).order_by("lo")
    return [GroupRow(key, code, name, 0) for key, code, name in rows.values_list("pk", "code", "name")]


def group_tree() -> list[GroupRow]:
    """Return all groups in preorder with their depth (one query; groups are thousands at most)."""
    ends: list[int] = []
    found: list[GroupRow] = []
    there = Group.objects.filter(closed_on=None).order_by("lo")
    for key, code, name, lo, hi in there.values_list("pk", "code", "name", "lo", "hi"):
        while ends and ends[-1] < lo:
            ends.pop()
        found.append(GroupRow(key, code, name, len(ends)))
        ends.append(hi)
    return found


def removed_group(code: str) -> GroupRow | None:
    """Return a group that was removed and may come back, by code (one query)."""
    found = Group.objects.filter(code=code).exclude(closed_on=None).values_list("pk", "code", "name").first()
    return GroupRow(*found, depth=0) if found else None


def group_members(group_id: int, principal: Principal, *, after: int = 0, limit: int = 80) -> list[int]:
    """Return ids of the customers in a group or a group below it, whom the principal sees, by key after `after`."""
    group = Group.objects.filter(pk=group_id, closed_on=None).values_list("lo", "hi").first()
    if group is None:
        return []
    inside = Customer.objects.filter(visible_to(principal), pk__gt=after, memberships__group__lo__range=group)
    return list(inside.order_by("pk").values_list("pk", flat=True).distinct()[:limit])


@dataclass(frozen=True, slots=True)
class _Person:
    root: int
    id: int
    code: str
    name: str
    deleted: bool


def _people(ids: Iterable[int], principal: Principal) -> dict[int, _Person]:
    """The ends of relations as the principal may see them, each as the one it was merged into."""
    wanted = set(ids)
    roots = dict(Customer.objects.filter(pk__in=wanted).values_list("pk", "merged_into_id"))
    columns = ("pk", "code", "name", "deleted_at")
    heads = {
        row[0]: row for row in Customer.objects.filter(pk__in={r or k for k, r in roots.items()}).values_list(*columns)
    }
    seen = set(Customer.objects.filter(visible_to(principal), pk__in=heads).values_list("pk", flat=True))
    people = {}
    for key, root in roots.items():
        head_id, code, name, deleted_at = heads[root or key]
        clear = head_id in seen
        label = shown(principal, "name", name) if clear else mask("name", name)
        people[key] = _Person(head_id, head_id if clear else 0, code if clear else "", label, deleted_at is not None)
    return people
