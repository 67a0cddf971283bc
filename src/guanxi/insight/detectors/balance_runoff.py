"""Money leaves the accounts: deposits far below the own level of the year before."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from guanxi.insight import profile
from guanxi.insight.detectors.deposits import deposit_months, own_of
from guanxi.insight.detectors.feed import Feed
from guanxi.insight.warehouse.workbench import Workbench

TABLE = "runoff_signals"
_SQL = Path(__file__).parent / "sql"


def detect(
    workbench: Workbench, *, as_of: dt.date, feed: Feed, given: Mapping[str, float], minor: int, keep: bool = False
) -> list[dict[str, Any]]:
    """Fill the table runoff_signals; nothing has to wait. Only whose deposits fell that far since some month of the last
    year can have fallen that far below its median.
    """
    del feed, keep
    own = own_of("balance_runoff", given)
    least, drop = int(own["least"] * minor), own["drop"]
    fallen = f"highest - total >= {least} AND total <= {1 - drop} * highest"
    until = deposit_months(workbench, "runoff_cases", fallen, as_of=as_of, purpose=profile.Purpose.CARE)
    known = int(own["known"])
    workbench.run(_SQL / "balance_runoff.sql", until=until, drop=drop, least=least, known=known)
    workbench.run("DROP TABLE runoff_cases; DROP TABLE feature_deposit_months")
    return []
