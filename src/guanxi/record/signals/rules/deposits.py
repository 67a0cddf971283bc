"""The figures of deposits, computed again from the balances that an explanation names: plain Python beside the SQL."""

import datetime as dt
from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any, NamedTuple

_YEAR = 12


class Level(NamedTuple):
    """The balance of one deposit at the end of a day, in minor units; `closed_on` is the end of the deposit itself."""

    holding: int
    day: dt.date
    amount: int
    is_term: bool = False
    closed_on: dt.date | None = None


def recompute_deposits(rows: Iterable[Level], evidence: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures that the balances up to `to` give; equal to evidence["figures"]. Months end with their last balance,
    which stands until the next one and no longer than the deposit does.
    """
    last = _month(dt.date.fromisoformat(evidence["to"]))
    first = _month(dt.date.fromisoformat(evidence["from"]))
    totals = deposits_by_month(rows, last)
    if "usual" in evidence["figures"]:
        return _runoff({month: total for month, (total, _) in totals.items()}, first + _YEAR, last)
    before = [total for month, (total, _) in totals.items() if first - _YEAR <= month < first]
    return {
        "first": totals.get(first, (0, 0))[0],
        "now": totals.get(last, (0, 0))[0],
        "term": totals.get(last, (0, 0))[1],
        "months": last - first,
        "before": max(before, default=None),
    }


def deposits_by_month(rows: Iterable[Level], last: int) -> dict[int, tuple[int, int]]:
    """(all, tied for a time) at the end of each month (its number: year × 12 + month − 1) from the first known to `last`."""
    known: dict[int, dict[int, Level]] = {}
    for row in sorted(rows, key=lambda row: row.day):
        if _month(row.day) <= last:
            known.setdefault(row.holding, {})[_month(row.day)] = row
    first = min((min(months) for months in known.values()), default=last + 1)
    found = {}
    for month in range(first, last + 1):
        standing = [level for months in known.values() if (level := _standing(months, month)) is not None]
        found[month] = (sum(one.amount for one in standing), sum(one.amount for one in standing if one.is_term))
    return found


def _standing(months: Mapping[int, Level], month: int) -> Level | None:
    latest = max((known for known in months if known <= month), default=None)
    if latest is None:
        return None
    level = months[latest]
    return None if level.closed_on is not None and month >= _month(level.closed_on) else level


def _runoff(totals: Mapping[int, int], began: int, last: int) -> dict[str, Any]:
    before = [totals[month] for month in range(began - _YEAR, began) if month in totals]
    usual = int(median(before) + 0.5) if before else 0
    now = totals.get(last, 0)
    drop = int((1 - now / usual) * 10_000 + 0.5) / 10_000 if usual else 0.0
    return {"usual": usual, "now": now, "drop": drop, "months": last - began + 1}


def _month(day: dt.date) -> int:
    return day.year * _YEAR + day.month - 1
