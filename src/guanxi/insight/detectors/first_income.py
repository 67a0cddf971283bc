"""First regular income (LEV-11): a life stage at which a first product of one's own may be wanted."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from guanxi.insight import profile
from guanxi.insight.detectors.deposits import last_closed_month, own_of
from guanxi.insight.detectors.feed import Feed
from guanxi.insight.warehouse.workbench import Workbench

TABLE = "first_income_signals"
_SQL = Path(__file__).parent / "sql"


def detect(
    workbench: Workbench, *, as_of: dt.date, feed: Feed, given: Mapping[str, float], minor: int, keep: bool = False
) -> list[dict[str, Any]]:
    """Fill the table first_income_signals, all supposed; nothing has to wait."""
    del feed, minor, keep
    own = own_of("first_income", given)
    until = last_closed_month(as_of)
    incomes = profile.build(workbench, "income_months", purpose=profile.Purpose.ADVICE, of="incomes", until=until)
    birthdays = profile.build(workbench, "birthday", purpose=profile.Purpose.ADVICE, of=incomes)
    whole = {name: int(own[name]) for name in ("months", "age", "told")}
    crowd = int(given["detectors.segment_customers"])
    workbench.run(_SQL / "first_income.sql", until=until, as_of=as_of, chance=own["chance"], crowd=crowd, **whole)
    workbench.run(f"DROP TABLE {incomes}; DROP TABLE {birthdays}")
    return []
