"""Balances by day: one a holding and day, the last word counts."""

from collections.abc import Mapping, Sequence
from typing import Any

from guanxi.ground.completion import Completion, Taken
from guanxi.ground.restoring import restore_cells
from guanxi.record.customers.bulk import insert, next_ids, rows_of, update
from guanxi.record.customers.services import mark_dirty
from guanxi.record.holdings.models import Balance
from guanxi.record.holdings.rules import NewBalance, Problem, balance_cells

_STEP = 500
_CELLS = ("holding_id", "day", "amount", "currency")


def store_balances(rows: Sequence[NewBalance], *, customers: Mapping[int, int]) -> list[Taken | Problem]:
    """Store balances in the caller's transaction: one answer a row, in order. The caller has asked the right and journals.

    customers: whose each holding is, so that they are marked for the next refresh.
    """
    read = [balance_cells(row) for row in rows]
    good = [cells for cells in read if isinstance(cells, dict)]
    completion = Completion(_known(good))
    answers: list[Taken | Problem] = [
        cells if isinstance(cells, Problem) else completion.take((cells["holding_id"], cells["day"]), cells, blank={})
        for cells in read
    ]
    for known, row_id in zip(completion.made, next_ids(Balance, len(completion.made)), strict=True):
        known.id = row_id
    insert(Balance, ("id", *_CELLS), [(known.id, *(known.cells[name] for name in _CELLS)) for known in completion.made])
    changed = [(known.id, known.cells["amount"], known.cells["currency"]) for known in completion.changed.values()]
    update(Balance, ("amount", "currency"), changed)
    mark_dirty(
        sorted(
            {
                customers[answer.known.cells["holding_id"]]
                for answer in answers
                if isinstance(answer, Taken) and answer.fate != "unchanged"
            }
        )
    )
    return answers


def remove_balances(ids: Sequence[int]) -> None:
    """Take balances back."""
    _mark(ids)
    for start in range(0, len(ids), _STEP):
        Balance.objects.filter(pk__in=ids[start : start + _STEP]).delete()


def restore_balances(images: Sequence[tuple[int, Mapping[str, Any], Mapping[str, Any]]]) -> list[int]:
    """Set cells back where nobody changed them since; returns the ids of balances that were changed."""
    _mark(sorted({row_id for row_id, _, _ in images}))
    return restore_cells(Balance, images)


def _known(cells: Sequence[Mapping[str, Any]]) -> list[tuple[tuple[int, Any], int, dict[str, Any]]]:
    """Balances of the same holdings on the days between the first and the last of the batch."""
    if not cells:
        return []
    wanted = {(row["holding_id"], row["day"]) for row in cells}
    days = sorted(row["day"] for row in cells)
    holdings = sorted({row["holding_id"] for row in cells})
    found = []
    for start in range(0, len(holdings), _STEP):
        there = Balance.objects.filter(holding_id__in=holdings[start : start + _STEP], day__range=(days[0], days[-1]))
        found += [
            ((row["holding_id"], row["day"]), row.pop("id"), row)
            for row in there.values("id", *_CELLS)
            if (row["holding_id"], row["day"]) in wanted
        ]
    return found


def _mark(ids: Sequence[int]) -> None:
    sql = (
        "SELECT DISTINCT h.customer_id FROM holdings_balance b JOIN holdings_holding h ON h.id = b.holding_id"
        " WHERE b.id IN {given}"
    )
    mark_dirty(row[0] for row in rows_of(sql, ids))
