"""Tombstones: keyed hashes of the identifiers of those who were erased, asked before anybody is taken in."""

from collections.abc import Sequence
from datetime import date

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.record.customers.models import Tombstone
from guanxi.record.customers.rules.newcomers import Prepared

_ERASED = gettext_noop("This person was erased on {day} and is not taken in again.")
_FEW = 20_000


def erased_keys(rows: Sequence[Prepared]) -> dict[int, date]:
    """Return those keys of the rows under which somebody was erased, with the day (one query while they are few)."""
    stones = dict(Tombstone.objects.values_list("key", "erased_on")[:_FEW])
    if len(stones) < _FEW:
        return stones
    keys = [mark.key for row in rows for mark in row.marks]
    return dict(Tombstone.objects.filter(key__in=keys).values_list("key", "erased_on"))


def check_not_erased(row: Prepared, erased: dict[int, date]) -> None:
    """Raise Refused when the row is somebody who was erased."""
    for mark in row.marks:
        if mark.key in erased:
            raise Refused("customers.erased", _ERASED, day=erased[mark.key].isoformat())
