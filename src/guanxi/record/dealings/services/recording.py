"""Recording dealings. A line with a reference is one record however often it comes; a line without one is always new."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.customers.services import begin_dealing, hold_customers, mark_dirty
from guanxi.record.dealings.models import Dealing
from guanxi.record.dealings.services import existing
from guanxi.record.dealings.services.lines import completed
from guanxi.record.dealings.services.storing import insert_lines

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

CREATED, UPDATED, UNCHANGED = 1, 2, 3


class CustomerGone(Exception):
    """A line names a customer who is deleted or merged away: look the customer up again."""


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
    """Store lines (columns of `lines.schema()`; those left out are empty) and journal them as one act; prospects who buy
    become customers.

    Raises Denied without the right EDIT_DEALINGS, ValueError for columns that are none.
    """
    require(by, Permission.EDIT_DEALINGS)
    with transaction.atomic():
        stored = store_dealings(table)
        begin_dealing(buyers(table).tolist(), by=by)
        counts = {name: int((stored.outcomes == code).sum()) for name, code in _NAMES.items()}
        record_act(
            "dealings.recorded", by=by.actor, noun=Noun("dealings", cause[:40]), payload={"cause": cause, **counts}
        )
    return stored


def buyers(table: "pa.Table") -> "np.ndarray":
    """Customers with a purchase among the lines (rules.is_purchase), each once."""
    import numpy as np
    import pyarrow.compute as pc

    bought = pc.greater_equal(table.column("amount"), 0)
    if "quantity_milli" in table.column_names:
        bought = pc.and_(bought, pc.fill_null(pc.greater(table.column("quantity_milli"), 0), True))  # noqa: FBT003 - a scalar
    if "cancelled" in table.column_names:
        bought = pc.and_not(bought, table.column("cancelled"))
    return np.unique(table.column("customer_id").to_numpy()[bought.to_numpy()])


def store_dealings(table: "pa.Table", *, look_first: bool = True) -> Stored:
    """Store lines in the caller's transaction and note whose customers changed; the caller journals (imports).

    look_first: whether to ask for known references before inserting. A caller who expects none does not ask, and asks
    in a new transaction when django.db.IntegrityError says that there was one: a savepoint for each try would hold a
    copy of every page of the index that a batch touches.
    Raises CustomerGone when a line names a customer who is not there (any more).
    """
    import numpy as np
    import pyarrow.compute as pc

    hold_customers()  # before _check_customers asks
    table = completed(table)
    given = pc.not_equal(table.column("reference"), "").to_numpy()
    stored = Stored(np.full(len(table), CREATED, dtype=np.int8), np.zeros(len(table), dtype=np.int64))
    without = np.flatnonzero(~given)
    rounds = _rounds(table.column("reference").combine_chunks(), np.flatnonzero(given)) or [without]
    rounds[0] = np.union1d(rounds[0], without)  # in row order, so that ids follow the file
    for number, rows in enumerate(rounds):
        part = table if len(rows) == len(table) else table.take(rows)
        if number or (look_first and given.any()):
            _store_by_reference(part, rows, stored)
        else:
            stored.ids[rows] = insert_lines(part)
    _check_customers(stored)
    changed = stored.outcomes != UNCHANGED
    customers = [table.column("customer_id").to_numpy()[changed]]
    customers += [
        np.array([old["customer_id"] for _, _, old, _ in stored.changes if "customer_id" in old], dtype=np.int64)
    ]
    stored.customers = np.unique(np.concatenate(customers))
    mark_dirty(stored.customers.tolist())
    return stored


def _check_customers(stored: Stored) -> None:
    """No foreign key guards this table, and callers remember customers: so each transaction asks once, in one query."""
    ids = stored.ids[stored.outcomes == CREATED]
    if (
        len(ids)
        and Dealing.objects.filter(pk__range=(int(ids.min()), int(ids.max()))).exclude(customer__gone=0).exists()
    ):
        raise CustomerGone
    wrong = [row_id for _, row_id, _, new in stored.changes if "customer_id" in new]
    if wrong and Dealing.objects.filter(pk__in=wrong[:500]).exclude(customer__gone=0).exists():
        raise CustomerGone


def _store_by_reference(part: "pa.Table", rows: "np.ndarray", stored: Stored) -> None:
    """Lines whose references, where they have one, are all different: `part` holds the rows `rows` of the table."""
    import numpy as np

    references = part.column("reference").to_pylist()
    known = existing.find([reference for reference in references if reference])
    is_old = np.array([reference in known.place for reference in references], dtype=bool)
    new, old = rows[~is_old], rows[is_old]
    stored.ids[new] = insert_lines(part.filter(~is_old))
    there = part.filter(is_old)
    stored.outcomes[old] = UNCHANGED
    stored.ids[old] = known.ids[[known.place[reference] for reference in there.column("reference").to_pylist()]]
    for place, row_id, before, after in existing.update(there, known):
        stored.outcomes[old[place]] = UPDATED
        stored.changes.append((int(old[place]), row_id, before, after))


def _rounds(references: Any, rows: "np.ndarray") -> "list[np.ndarray]":
    """Rows in rounds, each reference once a round, in row order: the second line of a reference meets the first."""
    import numpy as np

    if not len(rows):
        return []
    code = references.take(rows).dictionary_encode().indices.to_numpy(zero_copy_only=False)
    order = np.argsort(code, kind="stable")
    starts = np.r_[True, code[order][1:] != code[order][:-1]]
    first = np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0))
    turn = np.empty(len(rows), dtype=np.int64)
    turn[order] = np.arange(len(order)) - first
    return [rows[turn == number] for number in range(int(turn.max()) + 1)]


_NAMES = {"created": CREATED, "updated": UPDATED, "unchanged": UNCHANGED}
