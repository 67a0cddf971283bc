"""Work that reached customers, as it was answered: with the contacts that were noted it is the ledger that paces (decisioning.md 3.4).

What is both counts once (profile/sql/contacts.sql).
"""

import datetime as dt
from typing import Final

import pyarrow as pa

from guanxi.engage.offers.choices import CHANNELS, Way
from guanxi.record.actions.queries.done import worked_since

_DAYS: Final = dt.timedelta(days=30)  # the longest that a line of the policy looks back
WORKED: Final = pa.schema([("customer_id", pa.int64()), ("day", pa.date32()), ("way", pa.int16())])
_BY_CHANNEL: Final = {int(channel): int(way) for way, channel in CHANNELS.items() if way != Way.INSERT}


def worked_on(as_of: dt.date) -> pa.Table:
    """customer_id, day, way (engage.offers.choices.Way) of each answer by which somebody was reached in the thirty days up to a day."""
    rows = [
        (customer, day, int(way) if way is not None else _BY_CHANNEL.get(int(channel)))
        for customer, day, channel, way in worked_since(as_of - _DAYS)
    ]
    kept = [dict(zip(WORKED.names, row, strict=True)) for row in rows if row[1] <= as_of and row[2] is not None]
    return pa.Table.from_pylist(kept, schema=WORKED)
