"""What one more contact risks (f of decisioning.md 3.3): how many take their consent back after one, by what they heard of us in the
thirty days before it. Learned from the firm's own contacts, drawn to what was thought before there were any.
"""

import datetime as dt
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

import pyarrow as pa

from guanxi.insight.estimates.response import smooth_response
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.consents.choices import Purpose
from guanxi.record.consents.queries import withdrawals
from guanxi.record.conversations.choices import Direction, Outcome

WITHIN: Final = 14  # days after a contact in which taking a consent back is an answer to it, unless another contact lies between [j]
LOOKED_BACK: Final = 365
WEIGHT: Final = 1_000  # contacts that what was thought before is worth: such answers are rare [j]
WITHDRAWN: Final = pa.schema([("customer_id", pa.int64()), ("day", pa.date32())])
_SQL: Final = Path(__file__).parent / "sql"


@dataclass(frozen=True, slots=True)
class Fatigue:
    """P(opting out) at one more contact, after 30 days without any, with up to four units of pressure, and with more [j]."""

    rested: float = 0.002
    touched: float = 0.005
    pressed: float = 0.02


THOUGHT: Final = Fatigue()


def withdrawn_on(on: dt.date) -> pa.Table:
    """WITHDRAWN of the year up to a day (one query)."""
    rows = withdrawals(Purpose.MARKETING, since=on - dt.timedelta(days=LOOKED_BACK), until=on)
    return pa.Table.from_pylist([dict(zip(WITHDRAWN.names, row, strict=True)) for row in rows], schema=WITHDRAWN)


def learn_fatigue(bench: Workbench, withdrawn: pa.Table, on: dt.date) -> Fatigue:
    """The rates of the year before a day, of contacts whose days for an answer are over. Reads `conversations`. withdrawn: customer_id,
    day of each time that somebody took a consent to marketing back; where nobody ever did, it was not noted, and nothing is learned.
    """
    if not withdrawn.num_rows:
        return THOUGHT
    bench.register("withdrawn", withdrawn)
    rows = bench.arrow(
        _SQL / "tiring.sql",
        first=on - dt.timedelta(days=LOOKED_BACK),
        last=on - dt.timedelta(days=WITHIN),
        within=WITHIN,
        outward=int(Direction.OUT),
        no_answer=int(Outcome.NO_ANSWER),
    ).to_pylist()
    bench.unregister("withdrawn")
    counted = {row["pressure"]: (row["contacts"], row["withdrew"]) for row in rows}
    if not any(withdrew for _contacts, withdrew in counted.values()):
        return THOUGHT
    rates = []
    for place, one in enumerate(fields(Fatigue)):
        contacts, withdrew = counted.get(place, (0, 0))
        rates.append(float(smooth_response(withdrew, contacts, getattr(THOUGHT, one.name), prior=WEIGHT)))
    return Fatigue(*rates)
