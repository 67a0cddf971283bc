"""Refunds on nearly every order of two months: a count for a person to look at, never a conclusion (RSK-06).

The book has the example alone (6 claims on 7 orders in 60 days); the thresholds are set so that it is found [j].
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa

from guanxi.insight.detectors.deposits import own_of
from guanxi.insight.detectors.feed import Feed
from guanxi.insight.warehouse.categories import INCOME
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.dealings.queries import orders_dealt

TABLE = "claim_signals"
_SQL = Path(__file__).parent / "sql"
_BACK = 365  # days in which claims that follow each other are one episode
_CLOSER = "SELECT customer_id FROM refunds WHERE day > $since AND day <= $as_of GROUP BY customer_id HAVING sum(lines) >= $claims"
_ORDERS = pa.schema(
    {
        "customer_id": pa.int64(), "order": pa.string(), "bought_on": pa.date32(), "claimed_on": pa.date32(),
        "returned": pa.int64(),
    }
)  # fmt: skip


def detect(
    workbench: Workbench, *, as_of: dt.date, feed: Feed, given: Mapping[str, float], minor: int, keep: bool = False
) -> list[dict[str, Any]]:
    """Fill the table claim_signals. Which lines are one order only the record knows: it is asked about the few who had as many
    refunded lines at all. Nothing has to wait.
    """
    del feed, minor, keep
    own = own_of("abuse_review", given)
    days, claims = int(own["days"]), int(own["claims"])
    few = workbench.arrow(_CLOSER, since=as_of - dt.timedelta(days=days), as_of=as_of, claims=claims)
    orders = orders_dealt(
        few["customer_id"].to_pylist(), first=as_of - dt.timedelta(days=_BACK), last=as_of,
        currency=workbench.scalar("SELECT currency FROM firm"), but=INCOME,
    )  # fmt: skip
    workbench.register("dealt_orders", pa.Table.from_pylist([asdict(one) for one in orders], schema=_ORDERS))
    workbench.run(_SQL / "refund_claims.sql", as_of=as_of, days=days, claims=claims, share=own["share"])
    workbench.unregister("dealt_orders")
    return []
