"""Raising signals: what a run of the detectors states is compared with the record by key, and only differences are written."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from guanxi.ground.ids import new_codes
from guanxi.ground.kill_points import kill_point
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.signals.choices import ERASED, Judgement, SignalKind, SignalState
from guanxi.record.signals.models import Signal
from guanxi.record.signals.rules import (
    DETECTED,
    is_given_up,
    is_open,
    is_settled_by_person,
    is_silenced,
    may_follow,
)

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]

# Rows written in one transaction: about 100 ms of SQLite's lock (decision 12).
_STEP = 1_000
_COLUMNS = (
    "key customer_id kind state occurred_on detected_on severity at_stake probability evidence detector_version"
).split()
_READ = "key id state digest judgement quiet_until kind judged_from detected_on".split()
_STATED = "state occurred_on severity at_stake probability evidence detector_version".split()


@dataclass(frozen=True)
class _Known:
    """What the record holds about a key."""

    id: int
    state: SignalState
    digest: str
    is_silent: bool


@dataclass(frozen=True)
class _Page:
    """Keys and digests of some stated rows, ascending by key; `rows` gives those at some places whole."""

    keys: list[str]
    digests: list[str]
    rows: Callable[[list[int]], Sequence[Row]]


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
    written: list[tuple[Any, ...]] = []
    gone: list[int] = []
    for known, page in _side_by_side(_pages(rows), sorted(kinds), day):
        differing = _differing(known, page, counts)
        for (_, before), row in zip(differing, page.rows([place for place, _ in differing]), strict=True):
            outcome, values = _compare(before, row, day)
            counts[outcome] += 1
            if values:
                written.append(values)
        counts["closed"] += len(known)
        gone += [left.id for left in known.values()]
        if len(written) + len(gone) >= _STEP:
            _write(written, gone, by=by, day=day)
    if written or gone:
        _write(written, gone, by=by, day=day)
    return dict(counts)


def _differing(known: dict[str, _Known], page: _Page, counts: Counter[str]) -> list[tuple[int, _Known | None]]:
    """Places of the rows to look at, beside what is known of them, which leaves `known`; the others are counted."""
    differing: list[tuple[int, _Known | None]] = []
    for place, (key, digest) in enumerate(zip(page.keys, page.digests, strict=True)):
        before = known.pop(key, None)
        if before is None:
            differing.append((place, None))
        elif before.is_silent:
            counts["silenced"] += 1
        elif before.digest == digest:
            counts["unchanged"] += 1
        else:
            differing.append((place, before))
    return differing


def _compare(known: _Known | None, row: Row, day: dt.date) -> tuple[str, tuple[Any, ...] | None]:
    state = SignalState(row["state"])
    if known is None:
        return ("new", _values(row, day)) if is_open(state) else ("unchanged", None)
    if known.state != state and not may_follow(known.state, state):
        raise ValueError(f"signal {row['key']}: {state} cannot follow {known.state}")
    return "changed", _values(row, day)


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
    found = found[:_STEP] if last is None else found.filter(key__lte=last)
    rows = list(found.values_list(*_READ))
    known = {
        row[0]: _Known(row[1], SignalState(row[2]), row[3], _is_silent(row, day))
        for row in rows
        if row[0] in stated or (row[6] in kinds and _may_close(row))
    }
    return known, rows[-1][0] if rows else None


def _is_silent(row: Sequence[Any], day: dt.date) -> bool:
    """Whether a person has settled the signal, or time has, or it was erased: no statement changes it."""
    _key, _pk, state, digest, judgement, quiet_until, kind, judged_from, detected_on = row
    if (
        digest == ERASED
        or is_settled_by_person(SignalState(state), judged_from)
        or is_given_up(kind, SignalState(state), detected_on, day)
    ):
        return True
    return is_silenced(Judgement(judgement) if judgement else None, quiet_until, day)


def _may_close(row: Sequence[Any]) -> bool:
    """Whether a signal is over when no detector states it any more."""
    return is_open(SignalState(row[2])) and not is_settled_by_person(SignalState(row[2]), row[7])


def _pages(rows: "pa.Table | Iterable[Row]") -> Iterator[_Page]:
    """At most a step of rows each, in the order of their keys (bytewise, as both databases compare hexadecimal)."""
    # An Arrow table is told apart without loading its library.
    if not isinstance(rows, Iterable) and "digest" not in rows.column_names:
        rows = rows.to_pylist()
    if not isinstance(rows, Iterable):
        for batch in rows.select([*_COLUMNS, "digest"]).sort_by("key").to_batches(max_chunksize=_STEP):
            if batch.num_rows:
                yield _Page(batch["key"].to_pylist(), batch["digest"].to_pylist(), partial(_taken, batch))
        return
    given = sorted(({"digest": _digest(row), **row} for row in rows), key=lambda row: row["key"])
    for start in range(0, len(given), _STEP):
        page = given[start : start + _STEP]
        yield _Page([row["key"] for row in page], [row["digest"] for row in page], partial(_picked, page))


def _taken(batch: "pa.RecordBatch", places: list[int]) -> Sequence[Row]:
    taken: list[Row] = batch.take(places).to_pylist() if places else []
    return taken


def _picked(page: Sequence[Row], places: list[int]) -> Sequence[Row]:
    return [page[place] for place in places]


def _digest(row: Row) -> str:
    stated = "\x1f".join(str(row[column]) for column in _STATED)
    return blake2b(stated.encode(), digest_size=8).hexdigest()


def _values(row: Row, day: dt.date) -> tuple[Any, ...]:
    closed_on = None if is_open(SignalState(row["state"])) else row["occurred_on"]
    return (
        *(_cell(row[column]) for column in _COLUMNS),
        row["digest"],
        day.isoformat(),
        closed_on and _cell(closed_on),
    )


def _cell(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value


def _write(written: list[tuple[Any, ...]], gone: list[int], *, by: Principal, day: dt.date) -> None:
    """One step: insert or update, close what is over, and say so in the journal; empties both lists."""
    codes = new_codes(len(written))
    with transaction.atomic():
        if written:
            cells = [cell for code, values in zip(codes, written, strict=True) for cell in (code, *values)]
            with connection.cursor() as cursor:
                cursor.execute(_upsert(len(written)), cells)
        Signal.objects.filter(pk__in=gone).update(state=SignalState.EXPIRED, changed_on=day, closed_on=day, digest="")
        count = len(written) + len(gone)
        record_act(
            "signals.raised",
            by=by.actor,
            noun=Noun("refresh", day.isoformat()),
            payload={"as_of": day.isoformat(), "written": len(written), "expired": len(gone), "count": count},
        )
        kill_point("refresh.signals")
    written.clear()
    gone.clear()


def _upsert(rows: int) -> str:
    """One statement for all rows of a step: a statement a row costs PostgreSQL ten times as much."""
    inserted = ["code", *_COLUMNS, "digest", "changed_on", "closed_on"]
    renewed = [*_STATED, "digest", "changed_on", "closed_on"]
    table = Signal._meta.db_table
    places = f"({', '.join(['%s'] * len(inserted))}, '', '')"
    # An explanation whose time is over goes; that a signal was right stays said.
    judgement = f"judgement = CASE WHEN {table}.state = 'refuted' THEN NULL ELSE {table}.judgement END"
    return (
        f"INSERT INTO {table} ({', '.join(inserted)}, judged_from, note)"  # noqa: S608 - names of our own
        f" VALUES {', '.join([places] * rows)} ON CONFLICT (key) DO UPDATE SET {judgement}, "
        + ", ".join(f"{column} = excluded.{column}" for column in renewed)
    )
