"""Acts on many customers: giving them to a manager, groups, deleting. 500 a transaction, each with its journal row, so
that nobody waits long and an act that broke off can be taken back as far as it went.
"""

from collections.abc import Callable, Sequence

from django.db import transaction
from django.db.models import F

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.sheets import BulkDone, Selection, Skip
from guanxi.identity.naming import names_of_staff
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.customers import bulk, search
from guanxi.record.customers.choices import BulkKind
from guanxi.record.customers.models import BulkAct, BulkMove, Customer, Group, GroupMember, OwnerChange
from guanxi.record.customers.permissions import visible_to
from guanxi.record.customers.services.dirty import mark_dirty
from guanxi.record.customers.services.owners import receiving_team
from guanxi.record.customers.services.removing import take_away
from guanxi.record.customers.services.selecting import selected

STEP = 500

_NO_GROUP = gettext_noop("This group is not found.")
_WORDS = {
    BulkKind.ASSIGNED: "customers.assigned",
    BulkKind.JOINED: "customers.grouped",
    BulkKind.LEFT: "customers.ungrouped",
    BulkKind.DELETED: "customers.deleted",
}


Move = tuple[int, int | None, int | None]  # customer, owner and team before
Step = Callable[[Sequence[int]], list[Move]]


def assign_selected(selection: Selection, *, owner_id: int | None, by: Principal, cause: str = "") -> BulkDone:
    """Give customers to a colleague, or with None back to the pool of their teams.

    Raises Denied, and Refused as `receiving_team` and `selected` do; then nothing was done.
    """
    require(by, Permission.ASSIGN_CUSTOMERS)
    team_id = receiving_team(owner_id, by)

    def give(ids: Sequence[int]) -> list[Move]:
        moving = [one for one in _held(ids, by) if one.owner_id != owner_id]
        move_owners([(one.pk, one.owner_id) for one in moving], owner_id, team_id)
        return [(one.pk, one.owner_id, one.team_id) for one in moving]

    name = names_of_staff([owner_id])[owner_id][1] if owner_id is not None else ""
    return _carry_out(BulkKind.ASSIGNED, selection, give, by=by, target_id=owner_id, told={"to": name, "cause": cause})


def group_selected(selection: Selection, group_id: int, *, by: Principal) -> BulkDone:
    """Put customers into a group. Raises Denied, and Refused: customers.group_not_found, and what `selected` raises."""
    require(by, Permission.EDIT_CUSTOMERS)
    group = _group(group_id)

    def join(ids: Sequence[int]) -> list[Move]:
        inside = _inside(group, ids)
        moving = [one.pk for one in _held(ids, by) if one.pk not in inside]
        add_members(group.pk, moving)
        return [(key, None, None) for key in moving]

    return _carry_out(BulkKind.JOINED, selection, join, by=by, target_id=group_id, told={"group": group.name})


def ungroup_selected(selection: Selection, group_id: int, *, by: Principal) -> BulkDone:
    """Take customers out of a group. Raises Denied, and Refused as `group_selected` does."""
    require(by, Permission.EDIT_CUSTOMERS)
    group = _group(group_id)

    def leave(ids: Sequence[int]) -> list[Move]:
        inside = _inside(group, ids)
        moving = [one.pk for one in _held(ids, by) if one.pk in inside]
        GroupMember.objects.filter(group=group, customer__in=moving).delete()
        return [(key, None, None) for key in moving]

    return _carry_out(BulkKind.LEFT, selection, leave, by=by, target_id=group_id, told={"group": group.name})


def delete_selected(selection: Selection, *, by: Principal, cause: str = "") -> BulkDone:
    """Delete customers: they lie in the bin, whole. Raises Denied, and Refused as `selected` does."""
    require(by, Permission.DELETE_CUSTOMERS)

    def remove(ids: Sequence[int]) -> list[Move]:
        moving = [one.pk for one in _held(ids, by)]
        take_away(moving)
        return [(key, None, None) for key in moving]

    return _carry_out(BulkKind.DELETED, selection, remove, by=by, target_id=None, told={"cause": cause})


def move_owners(customers: Sequence[tuple[int, int | None]], owner_id: int | None, team_id: int | None) -> None:
    """Let customers (key, owner before) stand with an owner, in the caller's transaction. Without a team they stay in
    theirs: back in the pool a customer stays in his team.
    """
    ids = [key for key, _ in customers]
    values = {"owner_id": owner_id} | ({"team_id": team_id} if team_id is not None else {})
    Customer.objects.filter(pk__in=ids).update(**values, version=F("version") + 1, updated_at=clock.now())
    today = firm_day()
    OwnerChange.objects.bulk_create(
        [OwnerChange(customer_id=key, on=today, from_staff_id=old, to_staff_id=owner_id) for key, old in customers]
    )
    search.reindex_customers(ids)
    mark_dirty(ids)


def add_members(group_id: int, ids: Sequence[int]) -> None:
    """Put customers into a group, in the caller's transaction."""
    members = [GroupMember(group_id=group_id, customer_id=key) for key in ids]
    GroupMember.objects.bulk_create(members, ignore_conflicts=True, batch_size=STEP)


def _carry_out(
    kind: BulkKind, selection: Selection, step: Step, *, by: Principal, target_id: int | None, told: dict[str, str]
) -> BulkDone:
    whom = selected(selection, by)
    act: BulkAct | None = None
    done = 0
    for ids in bulk.steps_of(whom.ids, STEP):
        with transaction.atomic():
            moves = step(ids)
            if not moves:
                continue
            act = act or BulkAct.objects.create(
                kind=kind, at=clock.now(), on=firm_day(), by_code=by.code, target_id=target_id
            )
            bulk.insert(
                BulkMove, ("act_id", "customer_id", "old_owner_id", "old_team_id"), [(act.pk, *move) for move in moves]
            )
            entry = Entry(Noun("customers", act.code), payload={**told, "count": len(moves)}, count=len(moves))
            record_acts(_WORDS[kind], [entry], by=by.actor)
        done += len(moves)
    skipped = {Skip.UNSEEN: whom.unseen, Skip.SAME: len(whom.ids) - done}
    return BulkDone(act.code if act else "", done, {reason: count for reason, count in skipped.items() if count})


def _held(ids: Sequence[int], by: Principal) -> list[Customer]:
    """Those of some customers whom one sees within one's own reach, locked until the end of the transaction."""
    rows = Customer.objects.filter(visible_to(by, shared=False), pk__in=list(ids)).order_by("pk")
    return list(rows.select_for_update(of=("self",)).only("pk", "owner_id", "team_id"))


def _inside(group: Group, ids: Sequence[int]) -> set[int]:
    members = GroupMember.objects.filter(group=group, customer__in=list(ids))
    return set(members.values_list("customer_id", flat=True))


def _group(group_id: int) -> Group:
    group = Group.objects.filter(pk=group_id, closed_on=None).first()
    if group is None:
        raise Refused("customers.group_not_found", _NO_GROUP)
    return group
