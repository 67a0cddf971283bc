"""What decisions over offers ask of the record beside the edition: what customers allow today, and signals that are alive."""

import datetime as dt

import pyarrow as pa

from guanxi.ground import clock
from guanxi.identity.queries import firm
from guanxi.insight.warehouse.record_view import RecordView
from guanxi.record.consents.choices import ConsentStatus
from guanxi.record.signals.rules import OPEN_STATES

_AGREED = pa.schema([("customer_id", pa.int64()), ("purpose", pa.int16()), ("channel", pa.int16())])
_ALIVE = pa.schema(
    [("customer_id", pa.int64()), ("kind", pa.string()), ("state", pa.string()), ("at_stake", pa.int64())]
)


def agreed_on(record: RecordView, day: dt.date) -> pa.Table:
    """customer_id, purpose, channel of every consent that stands on a day: the latest statement, granted and not expired.

    Consents to partners' offers name a partner, which offers do not yet: they open nothing.
    """
    until = clock.start_of_day(day + dt.timedelta(days=1), firm().zone).astimezone(dt.UTC)
    return record.table(
        f"""SELECT customer_id, purpose, channel FROM (
            SELECT c.customer_id, c.purpose, c.channel, c.partner, c.status, c.expires_on, row_number() OVER (
                PARTITION BY c.customer_id, c.purpose, c.channel, c.partner ORDER BY c.at DESC, c.id DESC) AS place
            FROM consents_consent c WHERE c.at < '{until:%Y-%m-%d %H:%M:%S}+00') t
        WHERE place = 1 AND partner = '' AND status = {int(ConsentStatus.GRANTED)}
            AND (expires_on IS NULL OR expires_on >= '{day.isoformat()}')""",  # noqa: S608 - our own constants
        _AGREED,
    )


def alive_now(record: RecordView) -> pa.Table:
    """customer_id, kind, state, at_stake (minor units, a month) of every signal that is open."""
    states = ", ".join(f"'{state}'" for state in sorted(OPEN_STATES))
    return record.table(
        f"SELECT s.customer_id, s.kind, s.state, s.at_stake FROM signals_signal s WHERE s.state IN ({states})",  # noqa: S608 - our own constants
        _ALIVE,
    )
