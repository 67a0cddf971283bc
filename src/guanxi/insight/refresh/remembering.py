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
    later = f"field = 'tier' AND \"on\" > '{since.isoformat()}'"
    sql = f"""SELECT m.customer_id, m.old FROM standing_standingmove m
        JOIN (SELECT min(id) AS id FROM standing_standingmove WHERE {later} GROUP BY customer_id) f ON f.id = m.id"""  # noqa: S608 - a day of our own
    return Past(since, view.table(sql, _MOVED))
