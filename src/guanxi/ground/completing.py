"""Writing what a `Completion` has folded: new rows with codes of their own, changed ones whole, a fixed number of queries."""

from collections.abc import Collection
from typing import Any

from django.db import models

from guanxi.ground.completion import Completion
from guanxi.ground.ids import new_codes

_STEP = 500


def write_completion(model: type[models.Model], completion: Completion, *, changing: Collection[str]) -> None:
    """Insert `made` and update the columns `changing` of `changed`, in the caller's transaction; the records learn their ids."""
    rows: Any = model._default_manager
    codes = new_codes(len(completion.made))
    made = rows.bulk_create(
        [model(code=code, **known.cells) for code, known in zip(codes, completion.made, strict=True)], batch_size=_STEP
    )
    for known, row in zip(completion.made, made, strict=True):
        known.id = row.pk
    changed = [model(pk=known.id, **known.cells) for known in completion.changed.values()]
    rows.bulk_update(changed, tuple(changing), batch_size=_STEP)
