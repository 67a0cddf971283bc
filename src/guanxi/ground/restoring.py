"""Setting cells back to what they were before an import."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

_STEP = 500
_PLAIN = DjangoJSONEncoder()


def restore_cells(
    model: type[models.Model], images: Sequence[tuple[int, Mapping[str, Any], Mapping[str, Any]]]
) -> list[int]:
    """Undo images (id, old, new) in the order given; cells are plain JSON.

    A cell that is no longer what `new` says was changed since and stays; returns the ids of such rows, and of rows
    that are gone.
    """
    kept: list[int] = []
    rows: dict[Any, models.Model] = {}
    wanted = sorted({row_id for row_id, _, _ in images})
    for start in range(0, len(wanted), _STEP):
        rows |= {row.pk: row for row in model._base_manager.filter(pk__in=wanted[start : start + _STEP])}
    touched: set[str] = set()
    for row_id, old, new in images:
        row = rows.get(row_id)
        same = {name for name in old if row is not None and plain(getattr(row, name)) == new[name]}
        for name in same:
            setattr(row, name, _field(model, name).to_python(old[name]))
        touched |= same
        if len(same) < len(old):
            kept.append(row_id)
    if touched:
        model._base_manager.bulk_update(rows.values(), sorted(touched), batch_size=_STEP)
    return kept


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def plain(value: Any) -> Any:
    """A cell as JSON gives it back."""
    return value if isinstance(value, str | int | float | bool | list | dict | None) else _PLAIN.default(value)
