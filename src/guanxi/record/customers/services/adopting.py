"""What a merge moves, cell by cell, and how it goes back (decision 7).

Every foreign key to a customer, in whatever room, is followed by asking the models, so that a noun added later is moved
too. Rows that would stand twice (the same phone or group on both sides) stay with the loser, and are moved when the
other one goes back. Relations do not move at all: they tie two ends, either of which may be merged, so they keep both
ends as told and are read through `merged_into` (queries.ties).
"""

# ruff: noqa: S608 - tables and columns are names of models; every value is a parameter

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Exists, F, ForeignObjectRel, OuterRef

from guanxi.record.customers import bulk
from guanxi.record.customers.models import Customer, GroupMember, Identifier, Merge, MergeMove, Relation

_MOVE = ("merge_id", "table", "row_id", "column", "old", "new")
HEADS, GROUPS = Customer._meta.db_table, GroupMember._meta.db_table
# Tables with a rule of their own, below.
_OWN_RULE = {Customer, Merge, Identifier, Relation, GroupMember}


def followers() -> list[tuple[str, str]]:
    """Return (table, column) of every foreign key to a customer whose rows simply follow him."""
    return sorted(
        (relation.related_model._meta.db_table, str(relation.remote_field.column))
        for relation in Customer._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel) and relation.related_model not in _OWN_RULE
    )


def adopt_rows(merge: Merge) -> int:
    """Move what the loser has to the winner, note each row, and return how many moved. Called again after another merge
    went back, it moves what stood in the way before.
    """
    winner, loser = merge.winner_id, merge.loser_id
    moved = 0
    for table, column in followers():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT id FROM {table} WHERE "{column}" = %s ORDER BY id', [loser])
            moved += _move(merge, table, column, [row[0] for row in cursor.fetchall()])
    known = Identifier.objects.filter(customer=winner, kind=OuterRef("kind"), norm=OuterRef("norm"))
    identifiers = Identifier.objects.filter(~Exists(known), customer=loser)
    moved += _move(merge, Identifier._meta.db_table, "customer_id", _keys(identifiers))
    groups = GroupMember.objects.filter(customer=winner).values("group_id")
    joining = GroupMember.objects.filter(customer=loser).exclude(group_id__in=groups)
    ids = list(joining.order_by("group_id").values_list("group_id", flat=True))
    GroupMember.objects.filter(customer=loser, group_id__in=ids).update(customer_id=winner)
    return moved + _note(merge, GROUPS, "customer_id", ids, loser, winner)


def change_cells(merge: Merge, table: str, row_id: int, cells: dict[str, tuple[Any, Any]]) -> None:
    """Note cells of a row that the merge changed: column to (old, new), as JSON holds them."""
    MergeMove.objects.bulk_create(
        [
            MergeMove(merge=merge, table=table, row_id=row_id, column=column, old=old, new=new)
            for column, (old, new) in cells.items()
        ]
    )


def return_rows(merge: Merge) -> None:
    """Move back what followed, as far as it is still where the merge brought it."""
    places = {*followers(), (Identifier._meta.db_table, "customer_id"), (GROUPS, "customer_id")}
    moves = MergeMove.objects.filter(merge=merge, table__in={table for table, _ in places})
    by_place: dict[tuple[str, str], list[int]] = {}
    for table, row_id, column in moves.values_list("table", "row_id", "column"):
        if (table, column) in places:
            by_place.setdefault((table, column), []).append(row_id)
    for (table, column), ids in by_place.items():
        key = "group_id" if table == GROUPS else "id"
        for step in bulk.steps_of(ids, 500):
            marks = ", ".join(["%s"] * len(step))
            with connection.cursor() as cursor:
                cursor.execute(
                    f'UPDATE {table} SET "{column}" = %s WHERE "{column}" = %s AND "{key}" IN ({marks})',
                    [merge.loser_id, merge.winner_id, *step],
                )


def return_cells(merge: Merge, table: str) -> dict[int, dict[str, Any]]:
    """Return what cells of a table go back to: {row: {column: value}}.

    Where a later merge changed the same cell, its note of the old value becomes ours, and the cell stays; where somebody
    changed the cell since, the ledger's new value is not there any more and the caller leaves it.
    """
    back: dict[int, dict[str, Any]] = {}
    moves = MergeMove.objects.filter(merge=merge, table=table).exclude(column__in=("", "customer_id"))
    for move in moves.order_by("-pk"):
        later = MergeMove.objects.filter(
            table=table, row_id=move.row_id, column=move.column, pk__gt=move.pk, merge__undone_at=None
        ).exclude(merge=merge)
        following = later.order_by("pk").first()
        if following is not None:  # what somebody wrote between the two merges stays the later one's old value
            if following.old == move.new:
                MergeMove.objects.filter(pk=following.pk).update(old=move.old)
        else:
            back.setdefault(move.row_id, {})[move.column] = (move.old, move.new)
    return back


def _keys(rows: Any) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _move(merge: Merge, table: str, column: str, ids: Sequence[int]) -> int:
    for step in bulk.steps_of(ids, 500):
        places = ", ".join(["%s"] * len(step))
        with connection.cursor() as cursor:
            cursor.execute(f'UPDATE {table} SET "{column}" = %s WHERE id IN ({places})', [merge.winner_id, *step])
    return _note(merge, table, column, ids, merge.loser_id, merge.winner_id)


def _note(merge: Merge, table: str, column: str, ids: Sequence[int], old: int, new: int) -> int:
    rows = [(merge.pk, table, row_id, column, str(old), str(new)) for row_id in ids]
    bulk.insert(MergeMove, _MOVE, rows)
    return len(ids)


def compress_paths(merge: Merge) -> None:
    """Let those merged into the loser before point to the winner at once."""
    before = list(Customer.objects.filter(merged_into=merge.loser_id).order_by("pk").values_list("pk", flat=True))
    Customer.objects.filter(pk__in=before).update(merged_into=merge.winner_id, version=F("version") + 1)
    _note(merge, HEADS, "merged_into_id", before, merge.loser_id, merge.winner_id)
