"""At the anniversary the loyal become due for what those get who waver (RET-04): a candidate for whoever has them, never a send."""

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from guanxi.engage.offers.criteria import criteria_by
from guanxi.engage.offers.queries import PublishedOffer
from guanxi.engage.offers.stock import units_of
from guanxi.insight.decisions.offers.asking import openings
from guanxi.insight.decisions.offers.parity import met_sql
from guanxi.insight.decisions.offers.peers import facts_of_benefit, to_stay
from guanxi.insight.decisions.running import Sought
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.actions.rules import GIVEN_AGAIN
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel

_SQL: Final = Path(__file__).parent / "sql" / "anniversaries.sql"
_NO_END: Final = 2**31 - 1
# What rests by somebody's own answers or for a written reason rests at his anniversary as well. What else closes an offer does not:
# that something comes before it, and when he is left in peace, is weighed with all other work.
_RESTS: Final = (
    "complaint_rest", "abuse_review", "credit_review_open", "refused_twice", "refused", "refused_family", "unanswered_family",
)  # fmt: skip


def add_anniversaries(
    bench: Workbench, sought: Sought, offers: Sequence[PublishedOffer], said: pa.Table, *, on: dt.date
) -> None:
    """Add to `candidates` the loyal peers of each offer to stay whose anniversary is near, as many as this run leaves units free;
    to whom it is proposed already his unit is kept.

    Reads `deciding`, `proposed`, `people`, `answers` and `peace`; said: of resting.said_by.
    """
    units = units_of(offers)
    for offer in to_stay(offers):
        criteria = criteria_by(offer)
        had = pc.and_(
            pc.equal(said["offer"], offer.reference),
            pc.equal(said["outcome"], pa.scalar(int(Outcome.ACCEPTED), pa.int16())),
        )
        bench.register("had", said.filter(pc.and_(had, pc.greater(said["day"], pa.scalar(on - GIVEN_AGAIN)))))
        is_open = " AND ".join(f"({one.sql})" for one in openings(offer, _RESTS))
        bench.run(f"""CREATE OR REPLACE TEMP TABLE met AS SELECT m.*, {is_open} AS is_open
            FROM ({met_sql(criteria)}) m JOIN deciding d ON d.customer_id = m.customer_id""")  # noqa: S608 - our own names
        told: dict[str, Any] = facts_of_benefit(offer, arm="anniversary")
        bench.run(
            _SQL,
            on=on,
            offer=offer.reference,
            version_code=offer.code,
            told=json.dumps(told, ensure_ascii=False, separators=(",", ":")),
            due=sought.terms["due_b"],
            call=sought.terms["call"],
            letter=int(Channel.POST),
            most=units[offer.reference].free if offer.reference in units else _NO_END,
        )
        bench.unregister("had")
