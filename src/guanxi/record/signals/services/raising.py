"""Raising signals: what a run of the detectors states is compared with the record by key, and only differences are written."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from guanxi.ground import clock
from guanxi.ground.ids import new_codes
from guanxi.ground.kill_points import kill_point
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.signals.choices import Judgement, SignalKind, SignalState
from guanxi.record.signals.models import Signal
from guanxi.record.signals.rules import DETECTED, is_open, is_silenced, may_follow

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]

# Rows written in one transaction: about 100 ms of SQLite's lock (decision 12).
_STEP = 1_000
_COLUMNS = (
    "key customer_id kind state occurred_on detected_on severity at_stake probability evidence detector_version"
).split()
_STATED = "state occurred_on severity at_stake probability evidence detector_version".split()


@dataclass(frozen=True)
class _Known:
    """What the record holds about a key."""

    id: int
    state: SignalState
    digest: str
    is_silent: bool


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
        detector_version; an Arrow table or mappings.
    A new key is inserted unless its episode is already over; a known one is updated where state or figures differ; an
    open signal of `kinds` that no row states any more expires. What a person explained away stays silent. Writes in
    steps of 1,000, each with its journal row; repeated or resumed, the same rows write nothing.
    """
    require(by, Permission.RUN_REFRESH)
    day = as_of or clock.local_day(clock.now(), firm().zone)
    counts: Counter[str] = Counter(new=0, changed=0, unchanged=0, silenced=0, closed=0)
    written: list[tuple[Any, ...]] = []
    gone: list[int] = []
    for known, row in _side_by_side(_by_key(rows), sorted(kinds), day):
        outcome, values = _compare(known, row, day)
        counts[outcome] += 1
        if outcome == "closed" and known is not None:
            gone.append(known.id)
        elif outcome in {"new", "changed"} and values:
            written.append(values)
        if len(written) + len(gone) >= _STEP:
            _write(written, gone, by=by, day=day)
    if written or gone:
        _write(written, gone, by=by, day=day)
    return dict(counts)


def _compare(known: _Known | None, row: Row | None, day: dt.date) -> tuple[str, tuple[Any, ...] | None]:
    if row is None:
        return "closed", None
    state = SignalState(row["state"])
    if known is None:
        return ("new", _values(row, day)) if is_open(state) else ("unchanged", None)
    if known.is_silent:
        return "silenced", None
    if known.digest == _digest(row):
        return "unchanged", None
    if known.state != state and not may_follow(known.state, state):
        raise ValueError(f"signal {row['key']}: {state} cannot follow {known.state}")
    return "changed", _values(row, day)


def _side_by_side(
    rows: Iterator[list[Row]], kinds: Sequence[str], day: dt.date
) -> Iterator[tuple[_Known | None, Row | None]]:
    """Pair rows with what is known under the same key, in one pass over both in the order of keys."""
    after: str | None = ""
    for batch in rows:
        last = batch[-1]["key"]
        known, _ = _known_after(str(after), last, kinds, day, {row["key"] for row in batch})
        for row in batch:
            yield known.pop(row["key"], None), row
        for left in known.values():
            yield left, None
        after = last
    while after is not None:
        known, after = _known_after(after, None, kinds, day, set())
        for left in known.values():
            yield left, None


def _known_after(
    after: str, last: str | None, kinds: Sequence[str], day: dt.date, stated: set[str]
) -> tuple[dict[str, _Known], str | None]:
    """Signals with after < key <= last, or a step of those after it, that are stated or open and of `kinds`; and where
    the next step begins (None: there is none). Walks the index of keys: a filter by kind would make databases sort.
    """
    found = Signal.objects.filter(key__gt=after).order_by("key")
    found = found[:_STEP] if last is None else found.filter(key__lte=last)
    rows = list(found.values_list("key", "id", "state", "digest", "judgement", "quiet_until", "kind"))
    known = {
        key: _Known(
            pk, SignalState(state), digest, is_silenced(Judgement(judgement) if judgement else None, quiet_until, day)
        )
        for key, pk, state, digest, judgement, quiet_until, kind in rows
        if key in stated or (kind in kinds and is_open(SignalState(state)))
    }
    return known, rows[-1][0] if rows else None


def _by_key(rows: "pa.Table | Iterable[Row]") -> Iterator[list[Row]]:
    """Lists of at most a step of rows, in the order of their keys (bytewise, as both databases compare hexadecimal)."""
    if not isinstance(rows, Iterable):  # an Arrow table; told apart without loading its library
        for batch in rows.select(_COLUMNS).sort_by("key").to_batches(max_chunksize=_STEP):
            yield batch.to_pylist()
        return
    ordered = sorted(rows, key=lambda row: row["key"])
    yield from (ordered[start : start + _STEP] for start in range(0, len(ordered), _STEP))


def _digest(row: Row) -> str:
    stated = "\x1f".join(str(row[column]) for column in _STATED)
    return blake2b(stated.encode(), digest_size=8).hexdigest()


def _values(row: Row, day: dt.date) -> tuple[Any, ...]:
    closed_on = None if is_open(SignalState(row["state"])) else row["occurred_on"]
    return (*(_cell(row[column]) for column in _COLUMNS), _digest(row), day.isoformat(), closed_on and _cell(closed_on))


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
