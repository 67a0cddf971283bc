"""What detectors of savings share: the last closed month, and the deposits by month of those whom they have to look at."""

import datetime as dt
from collections.abc import Mapping

from guanxi.insight import profile
from guanxi.insight.detectors.spend_drop import last_closed
from guanxi.insight.warehouse.workbench import Workbench

_YEAR = 12


def own_of(detector: str, given: Mapping[str, float]) -> dict[str, float]:
    """The thresholds of one detector, without its name before them."""
    return {name.partition(".")[2]: value for name, value in given.items() if name.startswith(f"{detector}.")}


def last_closed_month(as_of: dt.date) -> dt.date:
    """The first day of the last calendar month that is over at the end of `as_of`."""
    month = last_closed(as_of)
    return dt.date(month // _YEAR, month % _YEAR + 1, 1)


def deposit_months(workbench: Workbench, cases: str, such: str, *, as_of: dt.date, purpose: profile.Purpose) -> dt.date:
    """Fill the table `cases` with the customers for whom the condition `such` holds of what they have on deposit (`total`)
    and had at most in the year before (`highest`), and feature_deposit_months with theirs; returns the last closed month.
    """
    until = last_closed_month(as_of)
    since = until.replace(year=until.year - 1)
    now = profile.build(workbench, "deposits_now", purpose=purpose, of="balances", until=until, since=since)
    chosen = f"SELECT customer_id FROM {now} WHERE {such}"  # noqa: S608 - our own names and numbers
    workbench.run(f"CREATE OR REPLACE TEMP TABLE {cases} AS {chosen}; DROP TABLE {now}")
    profile.build(workbench, "deposit_months", purpose=purpose, of=cases, until=until)
    return until
