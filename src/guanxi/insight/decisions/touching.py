"""Once a quarter everybody of tier B hears of us (SEG-03): a candidate for whoever has him, in turn over the quarter, never a send."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pyarrow as pa

from guanxi.engage.policy.queries import policy_now
from guanxi.engage.policy.rules import HUNDREDTHS
from guanxi.insight import profile
from guanxi.insight.decisions.running import Sought
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.customers.choices import Channel
from guanxi.record.standing.rules import end_of_quarter, quarter_of
from guanxi.record.surveys.rules import BETWEEN

_SQL: Final = Path(__file__).parent / "sql" / "touches.sql"
_NO_RULE: Final = 2**31 - 1
_DAY: Final = dt.timedelta(days=1)


def add_touches(bench: Workbench, sought: Sought, *, unasked: Iterable[int] = ()) -> None:
    """Add to `candidates` the touches of the quarter that are due, with why not where something keeps one back. Once a year the talk
    is there for the survey as well (RET-07), but with whom wants none (unasked).

    After all other candidates, offers among them: whoever is spoken with for another reason needs no touch. Reads `people`, `answers`,
    `peace` and `in_review` of the run.
    """
    on = sought.as_of + _DAY
    last = end_of_quarter(on)
    lines = {name: _NO_RULE if line.amount is None else line.amount for name, line in policy_now().items()}
    share = sought.given["decisions.touch_share"]
    bench.register("spared", sought.spared)
    bench.register("unasked", pa.table({"customer_id": pa.array(list(unasked), pa.int64())}))
    bench.register("worked", sought.worked)
    profile.build(
        bench,
        "contacts",
        purpose=profile.Purpose.SERVICE,
        of="people",
        as_of=sought.as_of,
        at=on,
        outward=int(Direction.OUT),
        no_answer=int(Outcome.NO_ANSWER),
    )
    bench.run(
        _SQL,
        on=on,
        quarter=quarter_of(on),
        days_left=max(1, sought.calendar.between(sought.as_of, last)),
        due=max(on, min(sought.terms["due_c"], last)),
        most=int(sought.given["decisions.capacity"] * share),
        most_pool=int(sought.given["decisions.capacity_pool"] * share),
        pressure=lines["pressure"] / HUNDREDTHS,
        a_week=lines["touches_week"],
        a_day=lines["touches_day"],
        calls=lines["calls"],
        call=int(Channel.CALL),
        between=BETWEEN.days,
    )
    bench.unregister("worked")
    bench.unregister("spared")
    bench.unregister("unasked")
