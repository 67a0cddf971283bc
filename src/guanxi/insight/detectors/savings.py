"""Savings pile up (LEV-08): deposits that fell after large purchases and then grow for two years without big spending."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from guanxi.insight import profile
from guanxi.insight.detectors.deposits import deposit_months, own_of
from guanxi.insight.detectors.feed import Feed
from guanxi.insight.warehouse.workbench import Workbench

TABLE = "savings_signals"
_SQL = Path(__file__).parent / "sql"


def detect(
    workbench: Workbench, *, as_of: dt.date, feed: Feed, given: Mapping[str, float], minor: int, keep: bool = False
) -> list[dict[str, Any]]:
    """Fill the table savings_signals, all supposed; nothing has to wait. Only who has enough now is looked at."""
    del feed, keep
    own = own_of("savings", given)
    until = deposit_months(
        workbench, "savings_cases", f"total >= {own['growth'] * minor}", as_of=as_of, purpose=profile.Purpose.ADVICE
    )
    money = {name: int(own[name] * minor) for name in ("outflow", "growth")}
    workbench.run(_SQL / "savings.sql", until=until, months=int(own["months"]), chance=own["chance"], **money)
    workbench.run("DROP TABLE savings_cases; DROP TABLE feature_deposit_months")
    return []
