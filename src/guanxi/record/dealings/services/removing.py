"""Taking lines back: undoing an import."""

from collections.abc import Mapping, Sequence
from typing import Any

from guanxi.identity.principals import Principal
from guanxi.record.customers.bulk import rows_of
from guanxi.record.customers.services import forget_dealing, mark_dirty
from guanxi.record.dealings.models import Dealing
from guanxi.record.dealings.services.existing import COLUMNS, find_by_id, from_plain, plain, write_cells

_STEP = 20_000


def remove_dealings(ids: Sequence[int], *, by: Principal) -> None:
    """Delete lines by id in the caller's transaction, and note whose records changed. Who became a customer by dealing
    and has no line left is again what he was before.
    """
    for start in range(0, len(ids), _STEP):
        some = ids[start : start + _STEP]
        table = Dealing._meta.db_table
        whose = [row[0] for row in rows_of(f"SELECT DISTINCT customer_id FROM {table} WHERE id IN {{given}}", some)]  # noqa: S608 - own table
        for first, last in _ranges(some):
            Dealing.objects.filter(pk__range=(first, last)).delete()
        mark_dirty(whose)
        left = f"SELECT DISTINCT customer_id FROM {table} WHERE customer_id IN {{given}}"  # noqa: S608 - own table
        still = {row[0] for row in rows_of(left, whose)}
        forget_dealing([key for key in whose if key not in still], by=by)


def remove_dealings_of(customer_ids: Sequence[int]) -> int:
    """Delete all lines of customers who go for good, in the caller's transaction. Returns how many."""
    gone = 0
    for start in range(0, len(customer_ids), _STEP):
        gone += Dealing.objects.filter(customer_id__in=customer_ids[start : start + _STEP]).delete()[0]
    return gone


def _ranges(ids: Sequence[int]) -> list[tuple[int, int]]:
    """Ids as runs without a gap: an import's ids are mostly one."""
    runs: list[list[int]] = []
    for row_id in sorted(ids):
        if runs and row_id == runs[-1][1] + 1:
            runs[-1][1] = row_id
        else:
            runs.append([row_id, row_id])
    return [(first, last) for first, last in runs]


def restore_dealings(images: Sequence[tuple[int, Mapping[str, Any], Mapping[str, Any]]]) -> list[int]:
    """Set cells of lines back: (id, old, new) in the order in which they are to be undone.

    A cell that is no longer what the import made it stays as it is; returns the ids of such lines.
    """
    lines = find_by_id({row_id for row_id, _, _ in images})
    kept, dirty = [], set()
    for row_id, old, new in images:
        if (cells := lines.get(row_id)) is None:
            kept.append(row_id)
            continue
        same = {name for name in old if plain(cells[name]) == new[name]}
        dirty |= {cells["customer_id"]}
        cells |= {name: from_plain(name, old[name]) for name in same}
        dirty |= {cells["customer_id"]}
        if len(same) < len(old):
            kept.append(row_id)
    write_cells([(row_id, *(cells[name] for name in COLUMNS)) for row_id, cells in lines.items()])
    mark_dirty(sorted(dirty))
    return kept
