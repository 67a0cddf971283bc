"""What rests for one customer today, by what he answered until this minute: the rule of the night (resting.py), asked in the process."""

import datetime as dt
import threading
from collections.abc import Sequence

import pyarrow as pa

from guanxi.engage.policy.queries import policy_now
from guanxi.insight.decisions.offers.resting import REMEMBERED, SAID, Rest, resting, rests_by
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.actions.queries.said import offer_answers_of
from guanxi.record.customers.choices import Channel

Answers = Sequence[tuple[str, int, dt.date, int, int]]  # of offer_answers_of


def said_now(customer_id: int, on: dt.date) -> Answers:
    """What a customer answered about offers until this minute, as far back as anything rests by it (one query)."""
    return offer_answers_of(customer_id, since=on - REMEMBERED)


def resting_now(customer_id: int, said: Answers, on: dt.date) -> dict[tuple[str, str], Rest]:
    """Everything that rests by what was said, by offer and reason. Where nothing was, nothing is asked."""
    if not said:
        return {}
    rows = [
        {
            "customer_id": customer_id,
            "offer": offer,
            "outcome": outcome,
            "day": day,
            "place": place,
            "is_paper": channel == Channel.POST,
        }
        for offer, outcome, day, place, channel in said
    ]
    with _lock:
        bench = _kept[0] if _kept else _opened()
        found = resting(bench, pa.Table.from_pylist(rows, schema=SAID), policy_now(), on=on).to_pylist()
    return rests_by(found)


_lock = threading.Lock()
_kept: list[Workbench] = []


def _opened() -> Workbench:
    bench = Workbench()
    bench.run("SET threads = 1")
    _kept.append(bench)
    return bench
