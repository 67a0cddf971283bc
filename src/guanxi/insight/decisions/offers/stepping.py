"""Offers whose letter or leaflet went out, and for whom the call that comes after it is due (LEV-06, RET-06)."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from guanxi.engage.offers.choices import CHANNELS, PAPER
from guanxi.engage.offers.queries import PublishedOffer
from guanxi.engage.offers.rules.steps import OPEN_DAYS, step_day
from guanxi.ground.workdays import Calendar
from guanxi.insight.warehouse.record_view import RecordView
from guanxi.record.conversations.choices import Outcome

# Longer ago no letter has a call left to come: a year, and the days in which it may be made.
_REMEMBERED: Final = dt.timedelta(days=400)
_WENT: Final = pa.schema([("customer_id", pa.int64()), ("offer", pa.string()), ("day", pa.date32())])
# step: "<offer>|<way>"; is_ripe: whether it may be made on the day that was asked for, else it is still to come.
STEPS: Final = pa.schema(
    [("customer_id", pa.int64()), ("offer", pa.string()), ("step", pa.string()), ("is_ripe", pa.bool_())]
)


def steps_on(record: RecordView, on: dt.date, offers: Sequence[PublishedOffer], calendar: Calendar) -> pa.Table:
    """The second steps that are due on a day or still to come: a row of STEPS a customer, offer and way."""
    later = [(offer.reference, one) for offer in offers for one in offer.treatments if one.after]
    if not later:
        return STEPS.empty_table()
    went = went_out(record, on)
    days = [
        {"offer": offer, "day": day, "step": f"{offer}|{int(one.way)}", "opens": step_day(one.after, day, calendar)}
        for day in pc.unique(went["day"]).to_pylist()
        for offer, one in later
    ]
    planned = pa.Table.from_pylist(
        [one for one in days if on <= one["opens"] + dt.timedelta(days=OPEN_DAYS)], schema=_DAYS
    )
    found = went.join(planned, keys=["offer", "day"], join_type="inner")
    found = found.append_column("is_ripe", pc.less_equal(found["opens"], pa.scalar(on)))
    return found.select(STEPS.names).cast(STEPS).sort_by([("customer_id", "ascending"), ("step", "ascending")])


def went_out(record: RecordView, on: dt.date) -> pa.Table:
    """customer_id, offer, day of every letter or leaflet that went out until a day, is the last that was done about its offer, and
    did not come back: a letter without an answer, noted from that day on, is one that came back. That somebody was not reached on
    the telephone is nothing done: how often that is tried, the policy says (sql/closures.sql).
    """
    post = ", ".join(str(int(channel)) for channel in sorted({CHANNELS[way] for way in PAPER}))
    return record.table(
        f"""SELECT customer_id, offer, DAY(day) AS day FROM (
            SELECT a.customer_id, o.offer, o.channel, o.outcome, o.answered_on AS day,
                row_number() OVER (PARTITION BY a.customer_id, o.offer ORDER BY o.id DESC) AS place
            FROM actions_offeranswer o JOIN actions_action a ON a.id = o.action_id
            WHERE o.answered_on BETWEEN '{(on - _REMEMBERED).isoformat()}' AND '{on.isoformat()}'
                AND (o.channel IN ({post}) OR o.outcome <> {int(Outcome.NO_ANSWER)})) t
        WHERE place = 1 AND channel IN ({post}) AND outcome = {int(Outcome.REACHED)} AND NOT EXISTS (
            SELECT 1 FROM conversations_conversation v WHERE v.customer_id = t.customer_id AND v.channel IN ({post})
                AND v.outcome = {int(Outcome.NO_ANSWER)} AND v."on" >= t.day AND v.deleted_at IS NULL)""",  # noqa: S608 - our own constants
        _WENT,
    )


_DAYS: Final = pa.schema([("offer", pa.string()), ("day", pa.date32()), ("step", pa.string()), ("opens", pa.date32())])
