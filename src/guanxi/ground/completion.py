"""Rows that are known by an identity: made when new, completed where they say something else, else left alone.

Pure. A batch is folded in row order, so that the second row of an identity meets what the first has made of it.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Fate(StrEnum):
    """What a row became."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(slots=True, eq=False)
class Known:
    """One record while a batch is worked on; `id` is 0 until it is written."""

    id: int
    cells: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Taken:
    """What one row became: the record, and the cells it changed, before and after (empty unless UPDATED)."""

    fate: Fate
    known: Known
    old: Mapping[str, Any] = field(default_factory=dict)
    new: Mapping[str, Any] = field(default_factory=dict)


class Completion:
    """Folds rows into records. `made` are to be inserted, `changed` to be updated, both whole."""

    def __init__(self, known: Iterable[tuple[Hashable, int, dict[str, Any]]]) -> None:
        self._known = {identity: Known(row_id, cells) for identity, row_id, cells in known}
        self.made: list[Known] = []
        self.changed: dict[int, Known] = {}

    def take(self, identity: Hashable, cells: Mapping[str, Any], *, blank: Mapping[str, Any]) -> Taken:
        """Take one row. A cell that is None says nothing; `blank` is what a new record has where no cell says otherwise."""
        said = {name: value for name, value in cells.items() if value is not None}
        known = self._known.get(identity)
        if known is None:
            known = self._known[identity] = Known(0, dict(blank) | said)
            self.made.append(known)
            return Taken(Fate.CREATED, known)
        new = {name: value for name, value in said.items() if known.cells[name] != value}
        if not new:
            return Taken(Fate.UNCHANGED, known)
        old = {name: known.cells[name] for name in new}
        known.cells |= new
        if known.id:
            self.changed[known.id] = known
        return Taken(Fate.UPDATED, known, old, new)
