"""The timeline engine: one stream of everything about a customer, merged from the nouns that hold it.

Nothing is copied: each noun offers a source, `project` registers them, and a page asks every source for its newest rows
before a place in the order (day, source, id), newest first.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from heapq import merge
from itertools import islice
from typing import Any

from guanxi.identity.principals import Principal

_HIGHEST = 2**62


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One thing that happened or is planned. `kind` names it for the presenter ("conversation", "stage.changed" …),
    `facts` are plain values, masked already for the principal who asked. `at` is None where only the day is known.
    """

    on: date
    id: int
    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    code: str = ""
    source: str = ""


# A place in one source: rows strictly before (day, id) are asked for; None asks for the newest.
Before = tuple[date, int] | None
# source(customer_id, principal, before, limit) -> rows ordered by (on, id) descending, at most `limit`.
Source = Callable[[int, Principal, Before, int], Iterable[TimelineRow]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the timeline ended."""

    on: date
    source: str
    id: int


_sources: dict[str, Source] = {}


def register_source(name: str, source: Source) -> None:
    """Let a noun's rows appear on timelines; called once, by `project`. A name twice replaces."""
    _sources[name] = source


def source_names() -> list[str]:
    """Return the names of the registered sources, in the order that breaks ties."""
    return sorted(_sources)


def as_rows(kind: str, found: Iterable[tuple[date, int, Any]]) -> list[TimelineRow]:
    """What a noun's query returns as (day, id, row) as rows of the timeline: the cells of the row are the facts."""
    return [
        TimelineRow(day, key, kind, asdict(row), getattr(row, "at", None), getattr(row, "code", ""))
        for day, key, row in found
    ]


def timeline(
    customer_id: int,
    principal: Principal,
    *,
    before: Place | None = None,
    limit: int = 50,
    only: Iterable[str] | None = None,
    given: Mapping[str, Iterable[TimelineRow]] | None = None,
) -> tuple[list[TimelineRow], Place | None]:
    """Return the newest rows before a place, newest first, and the place to go on from (None at the end).

    One query a source, and each source gives only what the principal may see: of a customer out of sight, nothing.
    given: rows of sources that the page has read already, newest first: all of them, or at least limit + 1.
    """
    read = given or {}
    names = source_names() if only is None else sorted(set(only) & _sources.keys())
    streams = [
        [_named(row, name) for row in read[name]]
        if name in read
        else _rows_of(name, customer_id, principal, before, limit + 1)
        for name in sorted({*names, *read})
    ]
    rows = list(islice(merge(*streams, key=_order, reverse=True), limit + 1))
    page = rows[:limit]
    last = page[-1] if len(rows) > limit else None
    return page, Place(last.on, last.source, last.id) if last else None


def _rows_of(name: str, customer_id: int, principal: Principal, before: Place | None, limit: int) -> list[TimelineRow]:
    rows = _sources[name](customer_id, principal, _place_in(name, before), limit)
    return [_named(row, name) for row in rows]


def _named(row: TimelineRow, name: str) -> TimelineRow:
    return TimelineRow(row.on, row.id, row.kind, row.facts, row.at, row.code, name)


def _place_in(name: str, before: Place | None) -> Before:
    """The same place as one source sees it: on that day, sources of earlier names come whole after it, later ones not."""
    if before is None:
        return None
    if name == before.source:
        return before.on, before.id
    return before.on, _HIGHEST if name < before.source else 0


def _order(row: TimelineRow) -> tuple[date, str, int]:
    return row.on, row.source, row.id
