"""One run of all detectors: the rows that the record's signals are compared with, and what had to wait."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from guanxi.ground.money import minor_digits
from guanxi.insight.detectors import (
    balance_runoff,
    credit_downshift,
    first_income,
    inactivity,
    refund_claims,
    savings,
    service,
    spend_drop,
    within_cycle,
)
from guanxi.insight.detectors.feed import Feed, feed_of
from guanxi.insight.detectors.thresholds import settled
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.signals.choices import SignalKind

VERSION = 1
_SQL = Path(__file__).parent / "sql"
_NOTES = b"guanxi.notes"
_PLANNED = pa.schema({"customer_id": pa.int64(), "day": pa.date32(), "due_on": pa.date32()})


class Detector(Protocol):
    """What a module must be to stand in DETECTORS: it fills its own table (`TABLE`) with the columns of `_COMMON`.

    `probability` is P(real) where the detector has its own; NULL: by the state (real.*). `usual` and the days of the habit are
    NULL where no habit of spending stands behind the signal. A detector may read the tables of those before it.
    """

    @property
    def TABLE(self) -> str:  # noqa: N802 - a constant of the modules
        """The name of its table."""
        ...

    def detect(
        self,
        workbench: Workbench,
        *,
        as_of: dt.date,
        feed: Feed,
        given: Mapping[str, float],
        minor: int,
        keep: bool,
    ) -> list[dict[str, Any]]:
        """Fill the table and return notes of what had to wait. minor: minor units in one unit of the currency."""
        ...


# In the order in which they run.
DETECTORS: tuple[Detector, ...] = (
    spend_drop,
    within_cycle,
    inactivity,
    credit_downshift,
    savings,
    balance_runoff,
    first_income,
    service.promises,
    service.friction,
    refund_claims,
)

_BELIEVED = 50  # alarms that what was believed before people judged any weighs as (decisioning.md 3.3, smoothing)
_COMMON = "key, customer_id, kind, state, occurred_on, severity, at_stake, evidence, facts, usual, habit_from, habit_to, probability"
_STATED = """
    WITH stated AS (
    SELECT s.key, s.customer_id, s.kind, s.state, s.occurred_on, CAST($as_of AS DATE) AS detected_on,
        CAST(s.severity AS DOUBLE) AS severity, CAST(s.at_stake AS BIGINT) AS at_stake,
        CAST(coalesce(s.probability, {real}) AS DOUBLE) AS probability,
        s.evidence, CAST($version AS SMALLINT) AS detector_version,
        s.facts, CAST(s.usual AS BIGINT) AS usual, s.habit_from, s.habit_to
    FROM ({found}) s
    )
    SELECT *, digest_of(concat_ws(' ', state, CAST(occurred_on AS STRING), CAST(severity AS STRING),
        CAST(at_stake AS STRING), CAST(probability AS STRING), evidence)) AS digest
    FROM stated ORDER BY key
"""


def run(
    workbench: Workbench,
    *,
    as_of: dt.date,
    thresholds: Mapping[str, float] | None = None,
    keep: bool = False,
    kept: Iterable[str] = (),
    planned: Iterable[Mapping[str, Any]] = (),
    judged: Iterable[tuple[str, str, int, int]] = (),
    only: Sequence[Detector] = DETECTORS,
) -> pa.Table:
    """Return the signal rows as of a day (that day included), in the order of their keys.

    Columns: those of record.signals.raise_signals (money in minor units, evidence as JSON text, digest), and for decisions
    facts (JSON text of the reason's words), usual (spend a month) and the days of the habit. Stays registered in the
    workbench as `signals`. `notes_of` says what had to wait and why. keep: the workbench is an edition being built;
    leave in it what the next one need not compute again. kept: keys of promised steps that were done by their day
    (record.actions.queries.kept_steps); planned: promises noted without a contact (planned_promises
    there); judged: what people found of earlier alarms (record.signals.queries.judged_lately), by which P(real) is
    relearned. only: some of DETECTORS, in their order, with those whose tables they read.
    """
    given = settled(thresholds or {})
    minor = 10 ** minor_digits(workbench.scalar("SELECT currency FROM firm"))
    workbench.run(_SQL / "prelude_duckdb.sql")
    workbench.register("kept_steps", pa.table({"key": pa.array(list(kept), pa.string())}))
    workbench.register("planned_steps", pa.Table.from_pylist(list(planned), schema=_PLANNED))
    feed = feed_of(workbench, as_of=as_of, given=given)
    notes: list[dict[str, Any]] = []
    for detector in only:
        notes += detector.detect(workbench, as_of=as_of, feed=feed, given=given, minor=minor, keep=keep)
    found = " UNION ALL ".join(f"SELECT {_COMMON} FROM {detector.TABLE}" for detector in only)  # noqa: S608 - our own names
    rows = workbench.arrow(_STATED.format(found=found, real=real_sql(given, judged)), as_of=as_of, version=VERSION)
    workbench.run(_SQL / "tidy.sql")
    workbench.run("; ".join(f"DROP TABLE {detector.TABLE}" for detector in only))
    workbench.unregister("kept_steps")
    workbench.unregister("planned_steps")
    workbench.register("signals", rows)
    return rows.replace_schema_metadata({_NOTES: json.dumps(notes).encode()})


def real_sql(given: Mapping[str, float], judged: Iterable[tuple[str, str, int, int]]) -> str:
    """P(real | kind, state) as SQL over a signal: of each state as given, drawn to what people found (decisioning.md 1.5, 4.5), with
    the weight of 50 alarms for what was believed before; to whole hundredths, so that one judgement more does not move all.
    """
    start = {name.removeprefix("real."): value for name, value in given.items() if name.startswith("real.")}
    kinds = {kind.value for kind in SignalKind}
    learned = [
        f"WHEN s.kind = '{kind}' AND s.state = '{state}' THEN {round((right + _BELIEVED * start[state]) / (count + _BELIEVED), 2)}"
        for kind, state, right, count in judged
        if kind in kinds and state in start
    ]
    begun = [f"WHEN s.state = '{state}' THEN {value}" for state, value in start.items()]
    return f"CASE {' '.join([*learned, *begun])} ELSE 0 END"


def notes_of(rows: pa.Table) -> list[dict[str, Any]]:
    """What a run had to leave undecided: [{"detector", "code", "segment", "words", "params"}]."""
    notes: list[dict[str, Any]] = json.loads((rows.schema.metadata or {}).get(_NOTES, b"[]"))
    return notes
