"""Taking an act on many customers back: whoever did it, the same day, exactly where nobody changed anything since."""

from collections.abc import Sequence

from django.db import transaction

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.sheets import BulkDone, Skip
from guanxi.identity.naming import present_staff
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.customers import bulk
from guanxi.record.customers.choices import BulkKind
from guanxi.record.customers.models import PRESENT, BulkAct, BulkMove, Customer, Group, GroupMember
from guanxi.record.customers.services.bulk_acting import STEP, add_members, move_owners
from guanxi.record.customers.services.removing import bring_back

_NOT_THERE = gettext_noop("This can be undone no more: only on the same day, by whoever did it, and once.")
_NEEDS = {
    BulkKind.ASSIGNED: Permission.ASSIGN_CUSTOMERS,
    BulkKind.JOINED: Permission.EDIT_CUSTOMERS,
    BulkKind.LEFT: Permission.EDIT_CUSTOMERS,
    BulkKind.DELETED: Permission.DELETE_CUSTOMERS,
}


def undo_bulk_act(code: str, *, by: Principal) -> BulkDone:
    """Take back what one did to many customers today: former owners exactly, groups as they were, the deleted restored.
    A customer whom somebody changed since in that point keeps the later state and is counted as skipped.

    Raises Denied, and Refused (customers.not_undoable): not one's own, of another day, or undone already.
    """
    act = BulkAct.objects.filter(code=code, by_code=by.code, on=firm_day(), undone_at=None).first()
    if act is None:
        raise Refused("customers.not_undoable", _NOT_THERE)
    require(by, _NEEDS[BulkKind(act.kind)])
    moves = list(BulkMove.objects.filter(act=act).order_by("customer_id"))
    done, skipped = 0, dict.fromkeys((Skip.CHANGED, Skip.TAKEN), 0)
    for step in bulk.steps_of(moves, STEP):
        with transaction.atomic():
            back, taken = _UNDOERS[BulkKind(act.kind)](act, step)
            if back:
                entry = Entry(Noun("customers", act.code), payload={"count": back}, count=back)
                record_acts("customers.act_undone", [entry], by=by.actor)
        done += back
        skipped[Skip.TAKEN] += taken
        skipped[Skip.CHANGED] += len(step) - back - taken
    BulkAct.objects.filter(pk=act.pk).update(undone_at=clock.now())
    return BulkDone(act.code, done, {reason: count for reason, count in skipped.items() if count})


def _give_back(act: BulkAct, moves: Sequence[BulkMove]) -> tuple[int, int]:
    """To the former owners, where the customer still is with the one he was given to."""
    held = Customer.objects.select_for_update().filter(PRESENT, pk__in=[move.customer_id for move in moves])
    there = set(held.filter(owner_id=act.target_id).values_list("pk", flat=True))
    still_here = present_staff({move.old_owner_id for move in moves if move.old_owner_id})
    places: dict[tuple[int | None, int | None], list[int]] = {}
    for move in moves:
        if move.customer_id in there and (move.old_owner_id is None or move.old_owner_id in still_here):
            places.setdefault((move.old_owner_id, move.old_team_id), []).append(move.customer_id)
    for (owner_id, team_id), ids in places.items():
        if team_id is None:
            Customer.objects.filter(pk__in=ids).update(owner=None, team=None)
        move_owners([(key, act.target_id) for key in ids], owner_id, team_id)
    return sum(map(len, places.values())), 0


def _take_out(act: BulkAct, moves: Sequence[BulkMove]) -> tuple[int, int]:
    members = GroupMember.objects.filter(group=act.target_id, customer__in=[move.customer_id for move in moves])
    return members.delete()[0], 0


def _put_back(act: BulkAct, moves: Sequence[BulkMove]) -> tuple[int, int]:
    """Into the group, where it is still there and the customer not in it again."""
    group_id = act.target_id or 0
    if not Group.objects.filter(pk=group_id, closed_on=None).exists():
        return 0, 0
    ids = [move.customer_id for move in moves]
    inside = set(GroupMember.objects.filter(group=group_id, customer__in=ids).values_list("customer_id", flat=True))
    there = set(Customer.objects.filter(PRESENT, pk__in=ids).values_list("pk", flat=True)) - inside
    add_members(group_id, sorted(there))
    return len(there), 0


def _restore(act: BulkAct, moves: Sequence[BulkMove]) -> tuple[int, int]:
    """Who was deleted; whoever has an identifier that belongs to somebody else by now stays in the bin."""
    held = Customer.objects.select_for_update().filter(pk__in=[move.customer_id for move in moves], erased_at=None)
    ids = list(held.exclude(deleted_at=None).order_by("pk").values_list("pk", flat=True))
    try:
        bring_back(ids)
    except Refused:
        taken = sum(not _restored(key) for key in ids)
        return len(ids) - taken, taken
    return len(ids), 0


def _restored(customer_id: int) -> bool:
    try:
        bring_back([customer_id])
    except Refused:
        return False
    return True


_UNDOERS = {
    BulkKind.ASSIGNED: _give_back,
    BulkKind.JOINED: _take_out,
    BulkKind.LEFT: _put_back,
    BulkKind.DELETED: _restore,
}
