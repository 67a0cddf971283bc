"""The figures of an explanation, computed again from the rows it names: plain Python beside the warehouse's SQL.

Evidence: {"table": "dealings", "customer_id", "from": day, "to": day, "measure", "given": what came from the segment
and the settings, "figures": what the rows give}. Money in minor units of the firm's currency, days in ISO form.
"""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

from guanxi.record.signals.rules.seasons import Season, day_after, days_open
from guanxi.record.signals.rules.windows import gross_by_window


class EvidenceRow(NamedTuple):
    """One line of dealings in the firm's currency; `is_purchase` by decision 10 of docs/architecture.md. `tier`: the price
    tier (1 value, 2 mid, 3 premium) of a purchase in a whitelisted category; 0 for all others.
    """

    day: dt.date
    amount: int
    is_purchase: bool
    tier: int = 0


def recompute(rows: Iterable[EvidenceRow], evidence: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures that the rows between `from` and `to` give; equal to evidence["figures"] to the last digit."""
    measures = {
        "gross_by_month": _spend_drop,
        "gross_by_window": _within_cycle,
        "visit_days": _inactivity,
        "tier_shares": _credit_downshift,
    }
    first, last = dt.date.fromisoformat(evidence["from"]), dt.date.fromisoformat(evidence["to"])
    bought = [row for row in rows if row.is_purchase and first <= row.day <= last]
    return measures[evidence["measure"]](bought, first, last, evidence["given"])


def _spend_drop(rows: list[EvidenceRow], first: dt.date, last: dt.date, given: Mapping[str, Any]) -> dict[str, Any]:
    """Figures of decisioning.md 4.5: the last month against the months before it.

    `usual` is the median without season, times the season of that month: what the customer usually spends in it.
    """
    gross: dict[int, int] = defaultdict(int)
    for row in rows:
        gross[_month(row.day)] += row.amount
    cycle = _month(last)
    season = given["season"] or [1.0] * 12
    spend = {month: gross.get(month, 0) / season[month % 12] for month in range(_month(first), cycle + 1)}
    before, now = [value for month, value in spend.items() if month < cycle], spend[cycle]
    usual = median(before)
    offset = max(given["offset"], given["offset_share"] * usual)
    logs = [math.log(value + offset) for value in before]
    middle = median(logs)
    spread = 1.4826 * median(abs(value - middle) for value in logs)
    count = len(before)
    sigma = math.sqrt((count * spread**2 + given["weight"] * given["spread"] ** 2) / (count + given["weight"]))
    z = (math.log(now + offset) - middle - given["shift"]) / max(given["spread_floor"], sigma)
    raw = [gross.get(month, 0) for month in spend if month < cycle]
    return {
        "usual": _nearest(usual * season[cycle % 12]),
        "now": gross.get(cycle, 0),
        "below": _nearest(usual * season[cycle % 12] - gross.get(cycle, 0)),
        "drop": _places(1 - now / usual, 4) if usual else 0.0,  # the rows may have been taken back since
        "z": _places(z, 2),
        "low": min(raw),
        "high": max(raw),
        "cycles": count,
    }


def _within_cycle(rows: list[EvidenceRow], first: dt.date, last: dt.date, given: Mapping[str, Any]) -> dict[str, Any]:
    return gross_by_window(((row.day, row.amount) for row in rows), first, last, given)


def _inactivity(rows: list[EvidenceRow], first: dt.date, last: dt.date, given: Mapping[str, Any]) -> dict[str, Any]:
    """Figures of decisioning.md 4.6: how long the customer usually stays away, and what follows from it."""
    days = sorted({row.day for row in rows})[-(given["gaps"] + 1) :]
    season = Season(*given.get("season", ()))
    gaps = [max(1, days_open(earlier, later, season)) for earlier, later in pairwise(days)]
    year = sum(row.amount for row in rows if row.day > last - dt.timedelta(days=365))
    figures: dict[str, Any] = {
        "last": last.isoformat(),
        "visits": len(days),
        "gap": _places(sum(gaps) / len(gaps), 1) if gaps else None,
        "usual": _nearest(year / 12),
    }
    return figures | days_of_silence(last, gaps, given)


def _credit_downshift(
    rows: list[EvidenceRow], first: dt.date, last: dt.date, given: Mapping[str, Any]
) -> dict[str, Any]:
    """Figures of decisioning.md 4.7: shares of spend by price tier (value, mid, premium) before the fall and in it."""
    base_to, recent_from = dt.date.fromisoformat(given["base_to"]), dt.date.fromisoformat(given["recent_from"])
    tiered = [row for row in rows if row.tier and row.amount > 0]
    before, now = [row for row in tiered if row.day <= base_to], [row for row in tiered if row.day >= recent_from]
    shares = [_tier_shares(before), _tier_shares(now)]
    index = [sum(tier * share for tier, share in enumerate(one, start=1)) for one in shares]
    middle = [(one + other) / 2 for one, other in zip(*shares, strict=True)]
    divergence = sum(_kullback_leibler(one, middle) for one in shares) / 2
    return {
        "before": [_places(share, 4) for share in shares[0]],
        "after": [_places(share, 4) for share in shares[1]],
        "purchases_before": len(before),
        "purchases": len(now),
        "index_before": _places(index[0], 2),
        "index": _places(index[1], 2),
        "divergence": _places(max(0.0, divergence), 3),
    }


def _tier_shares(rows: list[EvidenceRow]) -> list[float]:
    total = sum(row.amount for row in rows)
    return [sum(row.amount for row in rows if row.tier == tier) / total if total else 0.0 for tier in (1, 2, 3)]


def _kullback_leibler(one: list[float], middle: list[float]) -> float:
    return sum(share * math.log2(share / mean) for share, mean in zip(one, middle, strict=True) if share)


def days_of_silence(last: dt.date, gaps: list[int], given: Mapping[str, Any]) -> dict[str, Any]:
    """Days on which absence since `last` becomes watch, alarm and lapse (ISO days; None where it never does).

    gaps: days (of the season) between visits, at most given["gaps"] of them. given: `season` where the trade closes for a part of the
    year, `mean` and `cv2` of the segment (mean None where
    it has none), `budget` false alarms a customer-year, `alarm_cap`, `lapse_days`, `lapse_gaps`, `lapse_unknown`,
    `own_gaps` needed before the customer's own spread counts.
    """
    count, total, squares = len(gaps), sum(gaps), sum(gap * gap for gap in gaps)
    mean, season = usual_gap(count, total, given["mean"]), Season(*given.get("season", ()))
    if mean is None:
        return {"watch_on": None, "alarm_on": None, "lapsed_on": _after(last, given["lapse_unknown"], season)}
    lapse = math.ceil(max(given["lapse_days"], given["lapse_gaps"] * mean))
    figures: dict[str, Any] = {"watch_on": None, "alarm_on": None, "lapsed_on": _after(last, lapse, season)}
    if count == 0:
        return figures
    cv2 = _squared_cv(count, total, squares, given)
    alarm = min(given["alarm_cap"], given["budget"] * mean / 365)
    for name, chance in (("watch_on", 5 * alarm), ("alarm_on", alarm)):
        silent = first_day_beyond(mean, cv2, chance)
        if silent < lapse:
            figures[name] = _after(last, silent, season)
    return figures


def usual_gap(count: int, total: int, segment: float | None) -> float | None:
    """Mean gap in days, shrunk towards the segment's but only upward (4.6); None without any gap to go by."""
    if count == 0 or total == 0:
        return segment
    own = total / count
    if segment is None:
        return _places(own, 6)
    # Rounded, because exp(ln 30) is a hair above 30, and six of that hair is a day.
    return _places(max(own, math.exp((count * math.log(own) + 2 * math.log(segment)) / (count + 2))), 6)


def _squared_cv(count: int, total: int, squares: int, given: Mapping[str, Any]) -> float:
    segment = given["cv2"]
    if count < given["own_gaps"]:
        return segment * (1 + 2 / given["own_gaps"])
    own = max(0.0, (squares - total * total / count) / (count - 1)) / (total / count) ** 2
    return max(0.6 * segment, (count * own + 6 * segment) / (count + 6)) * (1 + 2 / count)


def first_day_beyond(mean: float, cv2: float, chance: float) -> int:
    """The first whole day t with P(gap > t) < chance for a gamma gap of that mean and squared coefficient of variation."""
    low, high = 0, 1
    while gamma_tail(1 / cv2, high / (mean * cv2)) >= chance:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if gamma_tail(1 / cv2, middle / (mean * cv2)) >= chance:
            low = middle
        else:
            high = middle
    return high


def gamma_tail(shape: float, x: float) -> float:
    """P(X > x) of a gamma variable with that shape and scale 1: series below, continued fraction above shape + 1.

    Source: Press et al., Numerical Recipes, 6.2; Lentz's method. Web pages recompute with it, so no library is loaded.
    """
    if x <= 0:
        return 1.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1:
        term = total = 1 / shape
        step = shape
        while term > total * 1e-16:
            step += 1
            term *= x / step
            total += term
        return 1 - front * total
    b, c = x + 1 - shape, 1e300
    fraction = d = 1 / b
    for i in range(1, 10_000):
        a = -i * (i - shape)
        b += 2
        d = 1 / (a * d + b)
        c = b + a / c
        change = d * c
        fraction *= change
        if abs(change - 1) < 1e-15:
            break
    return front * fraction


def _month(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def _after(day: dt.date, days: int, season: Season) -> str:
    return day_after(day, days, season).isoformat()


def _nearest(value: float) -> int:
    return math.floor(value + 0.5)


def _places(value: float, digits: int) -> float:
    return math.floor(value * 10**digits + 0.5) / 10**digits
