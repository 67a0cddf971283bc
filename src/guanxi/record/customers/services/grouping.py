"""Free, nested groups (SEG-07): opening, naming, moving, closing, and who is in them."""

from collections.abc import Iterator, Sequence

from django.db import transaction

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_act, record_acts
from guanxi.record.customers.models import Customer, Group, GroupMember
from guanxi.record.customers.rules.words import sound_text
from guanxi.record.customers.services.seeing import seen_customers

MOST_GROUPS = 5_000

_NO_NAME = gettext_noop("A group needs a name.")
_NOT_THERE = gettext_noop("This group is not found.")
_HAS_GROUPS = gettext_noop("This group has groups below it; close or move them first.")
_INTO_ITSELF = gettext_noop("A group cannot stand below itself.")
_TOO_MANY = gettext_noop("There are {most} groups already.")
_TOO_LATE = gettext_noop("Only what was removed today can be put back.")


@transaction.atomic
def open_group(name: str, *, by: Principal, parent_id: int | None = None) -> int:
    """Open a group, below another where one is named, and return its id.

    Raises Denied, and Refused: customers.group_name, customers.group_not_found, customers.too_many_groups.
    """
    require(by, Permission.EDIT_CUSTOMERS)
    if Group.objects.filter(closed_on=None).count() >= MOST_GROUPS:
        raise Refused("customers.too_many_groups", _TOO_MANY, most=MOST_GROUPS)
    parent = None if parent_id is None else _group(parent_id)
    group = Group.objects.create(name=_named(name), parent=parent)
    renumber_groups()
    record_act("group.opened", by=by.actor, noun=Noun("group", group.code), payload={"name": group.name})
    return group.pk


@transaction.atomic
def rename_group(group_id: int, name: str, *, by: Principal) -> None:
    """Give a group another name. Raises Denied, Refused."""
    require(by, Permission.EDIT_CUSTOMERS)
    group = _group(group_id)
    group.name = _named(name)
    group.save(update_fields=["name"])
    record_act("group.renamed", by=by.actor, noun=Noun("group", group.code), payload={"name": group.name})


@transaction.atomic
def move_group(group_id: int, *, parent_id: int | None, by: Principal) -> None:
    """Let a group, with all below it, stand below another (None: at the top).

    Raises Denied, and Refused: customers.group_not_found, customers.group_into_itself.
    """
    require(by, Permission.EDIT_CUSTOMERS)
    group, parent = _group(group_id), None if parent_id is None else _group(parent_id)
    if parent is not None and group.lo <= parent.lo <= group.hi:
        raise Refused("customers.group_into_itself", _INTO_ITSELF)
    group.parent = parent
    group.save(update_fields=["parent"])
    renumber_groups()
    record_act("group.moved", by=by.actor, noun=Noun("group", group.code), payload={"parent": parent_id})


@transaction.atomic
def close_group(group_id: int, *, by: Principal) -> None:
    """Remove a group: it stands nowhere any more. The same day `reopen_group` brings it back with its members.

    Raises Denied, and Refused: customers.group_not_found, customers.group_has_groups.
    """
    require(by, Permission.EDIT_CUSTOMERS)
    group, today = _group(group_id), firm_day()
    if Group.objects.filter(parent=group, closed_on=None).exists():
        raise Refused("customers.group_has_groups", _HAS_GROUPS)
    group.closed_on = today
    group.save(update_fields=["closed_on"])
    long_closed = Group.objects.filter(closed_on__lt=today)
    long_closed.update(parent=None)
    long_closed.delete()
    renumber_groups()
    record_act("group.closed", by=by.actor, noun=Noun("group", group.code), payload={"name": group.name})


@transaction.atomic
def reopen_group(group_id: int, *, by: Principal) -> None:
    """Put back a group that was removed today, with those who were in it; at the top where its place is gone.

    Raises Denied, and Refused: customers.group_not_found, customers.group_too_late.
    """
    require(by, Permission.EDIT_CUSTOMERS)
    group = Group.objects.filter(pk=group_id).select_related("parent").first()
    if group is None:
        raise Refused("customers.group_not_found", _NOT_THERE)
    if group.closed_on is None:
        return
    if group.closed_on != firm_day():
        raise Refused("customers.group_too_late", _TOO_LATE)
    group.closed_on = None
    if group.parent is not None and group.parent.closed_on is not None:
        group.parent = None
    group.save(update_fields=["closed_on", "parent"])
    renumber_groups()
    record_act("group.opened", by=by.actor, noun=Noun("group", group.code), payload={"name": group.name})


@transaction.atomic
def add_to_group(group_id: int, ids: Sequence[int], *, by: Principal) -> int:
    """Put customers into a group and return how many were not in it. Raises Denied, and Refused:
    customers.group_not_found, customers.not_found.
    """
    require(by, Permission.EDIT_CUSTOMERS)
    group, customers = _group(group_id), seen_customers(ids, by)
    inside = _inside(group, customers)
    joining = [customer for customer in customers if customer.pk not in inside]
    GroupMember.objects.bulk_create(
        [GroupMember(group=group, customer=customer) for customer in joining], ignore_conflicts=True, batch_size=500
    )
    _journal("customer.group_joined", group, joining, by)
    return len(joining)


@transaction.atomic
def remove_from_group(group_id: int, ids: Sequence[int], *, by: Principal) -> int:
    """Take customers out of a group and return how many were in it. Raises Denied, and Refused:
    customers.group_not_found, customers.not_found.
    """
    require(by, Permission.EDIT_CUSTOMERS)
    group, customers = _group(group_id), seen_customers(ids, by)
    inside = _inside(group, customers)
    leaving = [customer for customer in customers if customer.pk in inside]
    GroupMember.objects.filter(group=group, customer__in=leaving).delete()
    _journal("customer.group_left", group, leaving, by)
    return len(leaving)


def renumber_groups() -> None:
    """Number the tree in preorder: one read, one write of what moved. Groups are few: thousands at most. Those that were
    removed have no number.
    """
    children: dict[int | None, list[Group]] = {}
    for group in Group.objects.filter(closed_on=None).order_by("pk"):
        children.setdefault(group.parent_id, []).append(group)
    moved: list[Group] = []
    _number(children, moved)
    Group.objects.bulk_update(moved, ["lo", "hi"], batch_size=500)
    Group.objects.filter(lo__gt=0).exclude(closed_on=None).update(lo=0, hi=0)


def _number(children: dict[int | None, list[Group]], moved: list[Group]) -> None:
    """Depth first without recursion: a tree may be as deep as it has groups."""
    position = 1
    path: list[tuple[Group | None, Iterator[Group]]] = [(None, iter(children.get(None, [])))]
    while path:
        group = next(path[-1][1], None)
        if group is None:
            done, _ = path.pop()
            if done is not None and done.hi != position - 1:
                done.hi = position - 1
                moved.append(done)
            continue
        if group.lo != position:
            group.lo = position
            moved.append(group)
        position += 1
        path.append((group, iter(children.get(group.pk, []))))


def _group(group_id: int) -> Group:
    group = Group.objects.filter(pk=group_id, closed_on=None).first()
    if group is None:
        raise Refused("customers.group_not_found", _NOT_THERE)
    return group


def _inside(group: Group, customers: Sequence[Customer]) -> set[int]:
    members = GroupMember.objects.filter(group=group, customer__in=customers)
    return set(members.values_list("customer_id", flat=True))


def _journal(act: str, group: Group, customers: Sequence[Customer], by: Principal) -> None:
    payload = {"group": group.name}
    entries = [Entry(Noun("customer", one.code), payload=payload, subject=one.code) for one in customers]
    if entries:
        record_acts(act, entries, by=by.actor)


def _named(name: str) -> str:
    name = sound_text(name, 120)
    if not name:
        raise Refused("customers.group_name", _NO_NAME)
    return name
