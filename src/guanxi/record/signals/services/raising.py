"""Raising signals: what a run of the detectors states is compared with the record by key, and only differences are written."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.db.models import Q

from guanxi.ground.ids import new_codes
from guanxi.ground.kill_points import kill_point
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.customers.bulk import insert, update
from guanxi.record.signals.choices import ERASED, Judgement, SignalKind, SignalState
from guanxi.record.signals.models import Signal
from guanxi.record.signals.rules import (
    ALARMS,
    DETECTED,
    OPEN_STATES,
    is_given_up,
    is_settled_by_person,
    is_silenced,
    may_follow,
)

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]

# Rows written in one transaction: about 100 ms of SQLite's lock (decision 12); rows compared at once.
_STEP, _PAGE = 1_000, 5_000
_COLUMNS = (
    "key customer_id kind state occurred_on detected_on severity at_stake probability evidence detector_version"
).split()
_STATED = "state occurred_on severity at_stake probability evidence detector_version".split()
_RENEWED = (*_STATED, "digest", "changed_on", "closed_on")
_RENEWED_AT = [_COLUMNS.index(column) for column in _STATED]
_STATE, _OCCURRED = _COLUMNS.index("state"), _COLUMNS.index("occurred_on")
_OPEN = frozenset(state.value for state in OPEN_STATES)

Values = tuple[Any, ...]  # of _COLUMNS and digest, days as text


class _Known(NamedTuple):
    """What the record holds about a key."""

    id: int
    state: str
    digest: str
    judgement: int | None
    quiet_until: dt.date | None
    kind: str
    judged_from: str
    detected_on: dt.date


@dataclass
class _Differences:
    """What is to be written: whole rows, (id, *values of _RENEWED), and ids of what is over."""

    new: list[Values] = field(default_factory=list)
    changed: list[Values] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)

    def steps(self) -> Iterator["_Differences"]:
        """The same in parts of at most _STEP rows of each."""
        for start in range(0, max(len(self.new), len(self.changed), len(self.gone)), _STEP):
            there = slice(start, start + _STEP)
            yield _Differences(self.new[there], self.changed[there], self.gone[there])


@dataclass(frozen=True)
class _Page:
    """Keys and digests of some stated rows, ascending by key; `rows` gives those at some places whole."""

    keys: list[str]
    digests: list[str]
    rows: Callable[[list[int]], Sequence[Values]]


def raise_signals(
    rows: "pa.Table | Iterable[Row]",
    *,
    by: Principal,
    as_of: dt.date | None = None,
    kinds: Iterable[SignalKind] = DETECTED,
) -> dict[str, int]:
    """Bring the record to what the detectors state and return the counts new, changed, unchanged, silenced, closed.

    rows: a whole run's statement about `kinds`, one row a key, with the columns key, customer_id, kind, state,
        occurred_on, detected_on, severity, at_stake (minor units a month), probability, evidence (JSON text) and
        detector_version; an Arrow table or mappings. A further column digest, any text that differs when state, figures
        or evidence do, spares a large table the work of drawing it here.
    A new key is inserted unless its episode is already over; a known one is updated where state or figures differ; an
    open signal of `kinds` that no row states any more expires. What a person explained away stays silent. Writes in
    steps of 1,000, each with its journal row; repeated or resumed, the same rows write nothing.
    """
    require(by, Permission.RUN_REFRESH)
    day = as_of or firm_day()
    counts: Counter[str] = Counter(new=0, changed=0, unchanged=0, silenced=0, closed=0)
    for known, page in _side_by_side(_pages(rows), sorted(kinds), day):
        found = _compare_page(known, page, day, counts)
        for step in found.steps():
            _write(step, by=by, day=day)
    return dict(counts)


def _compare_page(known: dict[str, _Known], page: _Page, day: dt.date, counts: Counter[str]) -> _Differences:
    """What differs between the page and what is known of its keys and between them; counts everything."""
    differing = _differing(known, page, day, counts)
    found = _Differences(gone=[left.id for left in known.values()])
    counts["closed"] += len(found.gone)
    for (_, before), row in zip(differing, page.rows([place for place, _ in differing]), strict=True):
        state, is_now_open = row[_STATE], row[_STATE] in _OPEN
        if before is None and not is_now_open:
            counts["unchanged"] += 1
            continue
        told = (row[-1], day.isoformat(), None if is_now_open else row[_OCCURRED])
        if before is None:
            counts["new"] += 1
            found.new.append((*row[:-1], *told))
            continue
        if before.state != state and not may_follow(SignalState(before.state), SignalState(state)):
            raise ValueError(f"signal {row[0]}: {state} cannot follow {before.state}")
        counts["changed"] += 1
        found.changed.append((before.id, *(row[place] for place in _RENEWED_AT), *told))
    return found


def _differing(
    known: dict[str, _Known], page: _Page, day: dt.date, counts: Counter[str]
) -> list[tuple[int, _Known | None]]:
    """Places of the rows to look at, beside what is known of them, which leaves `known`; the others are counted."""
    differing: list[tuple[int, _Known | None]] = []
    silent = unchanged = 0
    for place, (key, digest) in enumerate(zip(page.keys, page.digests, strict=True)):
        before = known.pop(key, None)
        if before is None:
            differing.append((place, None))
        elif _is_silent(before, day):
            silent += 1
        elif before.digest == digest:
            unchanged += 1
        else:
            differing.append((place, before))
    counts["silenced"] += silent
    counts["unchanged"] += unchanged
    return differing


def _side_by_side(
    pages: Iterator[_Page], kinds: Sequence[str], day: dt.date
) -> Iterator[tuple[dict[str, _Known], _Page]]:
    """Beside each page what is known of its keys and between them, in one pass over both in the order of keys."""
    after: str | None = ""
    for page in pages:
        last = page.keys[-1]
        known, _ = _known_after(str(after), last, kinds, day, set(page.keys))
        yield known, page
        after = last
    while after is not None:
        known, after = _known_after(after, None, kinds, day, set())
        yield known, _Page([], [], partial(_picked, []))


def _known_after(
    after: str, last: str | None, kinds: Sequence[str], day: dt.date, stated: set[str]
) -> tuple[dict[str, _Known], str | None]:
    """Signals with after < key <= last, or a step of those after it, that are stated or open and of `kinds`; and where
    the next step begins (None: there is none). Walks the index of keys: a filter by kind would make databases sort.
    """
    found = Signal.objects.filter(key__gt=after).order_by("key")
    found = found[:_PAGE] if last is None else found.filter(key__lte=last)
    rows = list(found.values_list("key", *_Known._fields))
    known = {}
    for key, *values in rows:
        one = _Known._make(values)
        if key in stated or (one.kind in kinds and _may_close(one)):
            known[key] = one
    return known, rows[-1][0] if rows else None


def _is_silent(one: _Known, day: dt.date) -> bool:
    """Whether a person has settled the signal, or time has, or it was erased: no statement changes it."""
    if one.judgement is None and not one.judged_from and one.state in _OPEN:
        return one.digest == ERASED
    state = SignalState(one.state)
    return (
        one.digest == ERASED
        or is_settled_by_person(state, one.judged_from)
        or is_given_up(one.kind, state, one.detected_on, day)
        or is_silenced(Judgement(one.judgement) if one.judgement else None, one.quiet_until, day)
    )


def _may_close(one: _Known) -> bool:
    """Whether a signal is over when no detector states it any more."""
    return one.state in _OPEN and not is_settled_by_person(SignalState(one.state), one.judged_from)


def _pages(rows: "pa.Table | Iterable[Row]") -> Iterator[_Page]:
    """At most a step of rows each, in the order of their keys (bytewise, as both databases compare hexadecimal)."""
    # An Arrow table is told apart without loading its library.
    if not isinstance(rows, Iterable) and "digest" not in rows.column_names:
        rows = rows.to_pylist()
    if not isinstance(rows, Iterable):
        for batch in _in_text(rows).sort_by("key").to_batches(max_chunksize=_PAGE):
            if batch.num_rows:
                yield _Page(batch["key"].to_pylist(), batch["digest"].to_pylist(), partial(_taken, batch))
        return
    given = sorted(map(_in_cells, rows), key=itemgetter(0))
    for start in range(0, len(given), _PAGE):
        page = given[start : start + _PAGE]
        yield _Page([row[0] for row in page], [row[-1] for row in page], partial(_picked, page))


def _in_text(rows: "pa.Table") -> "pa.Table":
    """The columns of Values, days as the text that both databases take."""
    rows = rows.select([*_COLUMNS, "digest"])
    for name in ("occurred_on", "detected_on"):
        rows = rows.set_column(rows.schema.get_field_index(name), name, rows[name].cast("string"))
    return rows


def _taken(batch: "pa.RecordBatch", places: list[int]) -> Sequence[Values]:
    return list(zip(*(column.to_pylist() for column in batch.take(places).columns), strict=True)) if places else []


def _picked(page: Sequence[Values], places: list[int]) -> Sequence[Values]:
    return [page[place] for place in places]


def _in_cells(row: Row) -> Values:
    values = (row[column] for column in _COLUMNS)
    cells = (value.isoformat() if isinstance(value, dt.date) else value for value in values)
    return (*cells, row["digest"] if "digest" in row else _digest(row))


def _digest(row: Row) -> str:
    stated = "\x1f".join(str(row[column]) for column in _STATED)
    return blake2b(stated.encode(), digest_size=8).hexdigest()


def _write(step: _Differences, *, by: Principal, day: dt.date) -> None:
    """One step: insert and update, close what is over, and say so in the journal."""
    with transaction.atomic():
        codes = new_codes(len(step.new))
        rows = [(code, *row, "", "") for code, row in zip(codes, step.new, strict=True)]
        insert(Signal, ("code", *_COLUMNS, "digest", "changed_on", "closed_on", "judged_from", "note"), rows)
        # An explanation whose time is over goes; that a signal was right stays said.
        refuted = Signal.objects.filter(pk__in=[row[0] for row in step.changed], state=SignalState.REFUTED)
        refuted.update(judgement=None)
        update(Signal, _RENEWED, step.changed)
        written_now = Q(code__in=codes) | Q(pk__in=[row[0] for row in step.changed])
        Signal.objects.filter(written_now, state__in=ALARMS, alarmed_on=None).update(alarmed_on=day)
        over = Signal.objects.filter(pk__in=step.gone)
        over.update(state=SignalState.EXPIRED, changed_on=day, closed_on=day, digest="")
        written, gone = len(step.new) + len(step.changed), len(step.gone)
        record_act(
            "signals.raised",
            by=by.actor,
            noun=Noun("refresh", day.isoformat()),
            payload={"as_of": day.isoformat(), "written": written, "expired": gone, "count": written + gone},
        )
        kill_point("refresh.signals")
