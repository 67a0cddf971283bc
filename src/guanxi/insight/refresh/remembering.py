"""The tiers of a year ago, or of the first day for which any were published, as movements tell them (SEG-04)."""

from datetime import date, timedelta
from typing import Final

import pyarrow as pa

from guanxi.insight.appraisal.asset import Past
from guanxi.insight.warehouse.record_view import RecordView
from guanxi.record.standing.queries import first_edition_day

_YEAR: Final = timedelta(days=365)
_MOVED: Final = pa.schema([("customer_id", pa.int64()), ("old", pa.int16())])


def read_past(view: RecordView, *, as_of: date) -> Past | None:
    """The tiers of then; None where none were published before `as_of`."""
    first = first_edition_day()
    if first is None or first >= as_of:
        return None
    since = max(first, as_of - _YEAR)
    sql = f"""SELECT m.customer_id, m.old FROM standing_standingmove m
        WHERE m.field = 'tier' AND m."on" > '{since.isoformat()}' AND NOT EXISTS (
            SELECT 1 FROM standing_standingmove e
            WHERE e.customer_id = m.customer_id AND e.field = 'tier' AND e."on" > '{since.isoformat()}' AND e.id < m.id)"""  # noqa: S608 - a day of our own
    return Past(since, view.table(sql, _MOVED))
