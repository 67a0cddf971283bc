"""Tombstones: keyed hashes of those who were erased, asked before anybody is taken in.

A strong identifier alone is enough. A phone, e-mail or plate counts only together with the name, for it may belong to
the family, or to somebody else by now.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.secrets import KeyRing, keyring
from guanxi.record.customers.choices import STRONG_KINDS
from guanxi.record.customers.models import Tombstone
from guanxi.record.customers.rules.marks import NAME_ONLY, key_of
from guanxi.record.customers.rules.newcomers import Prepared

_ERASED = gettext_noop("This person was erased on {day} and is not taken in again.")
_FEW = 20_000
_STRONG = frozenset(map(int, STRONG_KINDS))


def stone_keys(marks: Iterable[tuple[int, str]], form: str, ring: KeyRing) -> set[int]:
    """Return the keys of the tombstones of somebody with these identifiers (kind, norm) and this normal name."""
    return {
        key_of(kind, norm, ring) if kind in _STRONG else ring.blind_index("erased", f"{kind}\0{norm}\0{form}")
        for kind, norm in marks
        if kind != NAME_ONLY
    }


def erased_keys(rows: Sequence[Prepared]) -> dict[int, date]:
    """Return the tombstones that the rows may meet, with the day (one query while they are few)."""
    stones = dict(Tombstone.objects.values_list("key", "erased_on")[:_FEW])
    if len(stones) < _FEW:
        return stones
    ring = keyring()
    keys = {key for row in rows for key in stone_keys([mark[:2] for mark in row.marks], row.form, ring)}
    return dict(Tombstone.objects.filter(key__in=keys).values_list("key", "erased_on"))


def check_not_erased(row: Prepared, erased: dict[int, date]) -> None:
    """Raise Refused when the row is somebody who was erased."""
    if not erased:
        return
    for key in stone_keys([mark[:2] for mark in row.marks], row.form, keyring()):
        if key in erased:
            raise Refused("customers.erased", _ERASED, day=erased[key].isoformat())
