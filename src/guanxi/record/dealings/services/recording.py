"""Recording dealings. A line with a reference is one record however often it comes; a line without one is always new."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.customers.services import mark_dirty
from guanxi.record.dealings.services import existing
from guanxi.record.dealings.services.lines import completed
from guanxi.record.dealings.services.storing import insert_lines, try_insert

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

CREATED, UPDATED, UNCHANGED = 1, 2, 3


@dataclass(slots=True)
class Stored:
    """What lines became, in row order: CREATED, UPDATED or UNCHANGED, and the id of each.

    changes: (row, id, old cells, new cells) of each updated line; `customers` whose records changed.
    """

    outcomes: "np.ndarray"
    ids: "np.ndarray"
    changes: list[tuple[int, int, Mapping[str, Any], Mapping[str, Any]]] = field(default_factory=list)
    customers: "np.ndarray | None" = None


def record_dealings(table: "pa.Table", *, by: Principal, cause: str) -> Stored:
    """Store lines (columns of `lines.schema()`; those left out are empty) and journal them as one act.

    Raises Denied without the right EDIT_DEALINGS, ValueError for columns that are none.
    """
    require(by, Permission.EDIT_DEALINGS)
    with transaction.atomic():
        stored = store_dealings(table)
        counts = {name: int((stored.outcomes == code).sum()) for name, code in _NAMES.items()}
        record_act(
            "dealings.recorded", by=by.actor, noun=Noun("dealings", cause[:40]), payload={"cause": cause, **counts}
        )
    return stored


def store_dealings(table: "pa.Table") -> Stored:
    """Store lines in the caller's transaction and note whose customers changed; the caller journals (imports, demo)."""
    import numpy as np
    import pyarrow.compute as pc

    table = completed(table)
    given = pc.not_equal(table.column("reference"), "").to_numpy()
    stored = Stored(np.full(len(table), CREATED, dtype=np.int8), np.zeros(len(table), dtype=np.int64))
    without = np.flatnonzero(~given)
    if len(without) == len(table):
        stored.ids = insert_lines(table)
    else:
        stored.ids[without] = insert_lines(table.take(without)) if len(without) else []
        for rows in _rounds(table.column("reference").combine_chunks(), np.flatnonzero(given)):
            _store_by_reference(table, rows, stored)
    changed = stored.outcomes != UNCHANGED
    customers = [table.column("customer_id").to_numpy()[changed]]
    customers += [
        np.array([old["customer_id"] for _, _, old, _ in stored.changes if "customer_id" in old], dtype=np.int64)
    ]
    stored.customers = np.unique(np.concatenate(customers))
    mark_dirty(stored.customers.tolist())
    return stored


def _store_by_reference(table: "pa.Table", rows: "np.ndarray", stored: Stored) -> None:
    """Lines whose references are all different: mostly new, so try that first."""
    part = table if len(rows) == len(table) else table.take(rows)
    ids = try_insert(part)
    if ids is not None:
        stored.ids[rows] = ids
        return
    known = existing.find(part.column("reference").to_pylist())
    new = [place for place, reference in enumerate(part.column("reference").to_pylist()) if reference not in known]
    stored.ids[rows[new]] = insert_lines(part.take(new)) if new else []
    old = [place for place in range(len(rows)) if place not in set(new)] if new else list(range(len(rows)))
    answers = existing.update(part.take(old), known)
    for place, (row_id, before, after) in zip(old, answers, strict=True):
        row = int(rows[place])
        stored.ids[row] = row_id
        stored.outcomes[row] = UPDATED if before else UNCHANGED
        if before:
            stored.changes.append((row, row_id, before, after))


def _rounds(references: Any, rows: "np.ndarray") -> "list[np.ndarray]":
    """Rows in rounds, each reference once a round, in row order: the second line of a reference meets the first."""
    import numpy as np

    code = references.take(rows).dictionary_encode().indices.to_numpy(zero_copy_only=False)
    order = np.argsort(code, kind="stable")
    starts = np.r_[True, code[order][1:] != code[order][:-1]]
    first = np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0))
    turn = np.empty(len(rows), dtype=np.int64)
    turn[order] = np.arange(len(order)) - first
    return [rows[turn == number] for number in range(int(turn.max()) + 1)]


_NAMES = {"created": CREATED, "updated": UPDATED, "unchanged": UNCHANGED}
