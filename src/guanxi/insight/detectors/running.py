"""One run of all detectors: the rows that the record's signals are compared with, and what had to wait."""

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from guanxi.ground.money import minor_digits
from guanxi.insight.detectors import inactivity, spend_drop
from guanxi.insight.detectors.feed import feed_of
from guanxi.insight.detectors.thresholds import settled
from guanxi.insight.warehouse.workbench import Workbench

VERSION = 1
_SQL = Path(__file__).parent / "sql"
_NOTES = b"guanxi.notes"

_STATED = """
    WITH stated AS (
    SELECT s.key, s.customer_id, s.kind, s.state, s.occurred_on, CAST($as_of AS DATE) AS detected_on,
        s.severity, CAST(s.at_stake AS BIGINT) AS at_stake,
        CAST(CASE s.state WHEN 'watch' THEN $watch WHEN 'alarm' THEN $alarm WHEN 'confirmed' THEN $confirmed
            WHEN 'lapsed' THEN $lapsed ELSE 0 END AS DOUBLE) AS probability,
        s.evidence, CAST($version AS SMALLINT) AS detector_version,
        s.facts, CAST(s.usual AS BIGINT) AS usual, s.habit_from, s.habit_to
    FROM (SELECT * FROM spend_signals UNION ALL SELECT * FROM absence_signals) s
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
) -> pa.Table:
    """Return the signal rows as of a day (that day included), in the order of their keys.

    Columns: those of record.signals.raise_signals (money in minor units, evidence as JSON text, digest), and for decisions
    facts (JSON text of the reason's words), usual (spend a month) and the days of the habit. Stays registered in the
    workbench as `signals`. `notes_of` says what had to wait and why. keep: the workbench is an edition being built;
    leave in it what the next one need not compute again.
    """
    given = settled(thresholds or {})
    minor = 10 ** minor_digits(workbench.scalar("SELECT currency FROM firm"))
    workbench.run(_SQL / "prelude_duckdb.sql")
    feed = feed_of(workbench, as_of=as_of, given=given)
    notes = spend_drop.detect(workbench, as_of=as_of, feed=feed, given=given, minor=minor, keep=keep)
    notes += inactivity.detect(workbench, as_of=as_of, feed=feed, given=given, keep=keep)
    real = {name.removeprefix("real."): value for name, value in given.items() if name.startswith("real.")}
    rows = workbench.arrow(_STATED, as_of=as_of, version=VERSION, **real)
    workbench.run(_SQL / "tidy.sql")
    workbench.register("signals", rows)
    return rows.replace_schema_metadata({_NOTES: json.dumps(notes).encode()})


def notes_of(rows: pa.Table) -> list[dict[str, Any]]:
    """What a run had to leave undecided: [{"detector", "code", "segment", "words", "params"}]."""
    notes: list[dict[str, Any]] = json.loads((rows.schema.metadata or {}).get(_NOTES, b"[]"))
    return notes
