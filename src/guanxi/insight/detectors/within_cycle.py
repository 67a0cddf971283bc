"""Spend drop within the cycle (decisioning.md 4.5), for tier A alone: each day the last 30 days against those before.

What is found lives until the month closes; then the month is judged as a whole (spend_drop) and goes on with the same signal,
or with none.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from guanxi.insight.detectors import spend_drop
from guanxi.insight.detectors.feed import Feed
from guanxi.insight.detectors.notes import note
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.signals.rules import WINDOW, seasons_of_windows

TABLE = "within_signals"
_SQL = Path(__file__).parent / "sql"
_BEFORE = 12
_EPOCH = dt.date(1970, 1, 1)
_NEVER = -1
Floats = np.ndarray


@dataclass(frozen=True)
class _Spent:
    """Purchase days (who: place of the customer, day: from 1970-01-01, gross: minor units), and of each customer the id, the
    place of the segment, the first purchase day and whether something explains a fall.
    """

    who: np.ndarray
    day: np.ndarray
    gross: Floats
    customer: np.ndarray
    segment: np.ndarray
    first: np.ndarray
    is_explained: np.ndarray


@dataclass
class _Found:
    """By customer: since when the fall is held, on which days it was raised and was over (_NEVER), and its figures."""

    held: np.ndarray
    raised: np.ndarray
    ended: np.ndarray
    figures: dict[str, np.ndarray] = field(default_factory=dict)


def detect(
    workbench: Workbench, *, as_of: dt.date, feed: Feed, given: Mapping[str, float], minor: int, keep: bool = False
) -> list[dict[str, Any]]:
    """Fill the table within_signals from the running month's days up to `as_of` and return what had to wait.

    Needs the tables of spend_drop: a fall that a closed month states already is not stated twice, and of one that it only
    watches this row is stated instead.
    """
    del keep
    own = {name.removeprefix("spend_drop."): value for name, value in given.items() if name.startswith("spend_drop.")}
    own |= {name: own[name] * minor for name in ("min_usual", "offset", "alarm_stake")}
    own["segment_customers"] = given["detectors.segment_customers"]
    closed = spend_drop.last_closed(as_of)
    begins = spend_drop.last_day_of(closed) + dt.timedelta(days=1)
    counted_to = (feed.last_day(as_of) if feed.is_late(as_of) else None) or as_of
    days = (
        range(_number(begins) - int(own["within_days"]) + 1, _number(counted_to) + 1)
        if begins <= counted_to
        else range(0)
    )
    spent, segments = _read(workbench, days, closed, int(own["min_cycles"]))
    seasons = _seasons(workbench, closed, segments)
    found, waits = _follow(spent, days, _number(begins), (seasons, own))
    workbench.register("within_found", _table(spent, found, segments))
    workbench.register("within_seasons", _season_words(segments, seasons))
    words = {name: own[name] for name in ("offset", "offset_share", "spread_floor")} | {"weight": own["spread_weight"]}
    said = json.dumps(words, separators=(",", ":"))[1:-1]
    workbench.run(_SQL / "within_states.sql", began_on=begins, given=said)
    workbench.unregister("within_found")
    workbench.unregister("within_seasons")
    return [_noted(segments[place], begins, *told) for place, told in sorted(waits.items())]


def _read(workbench: Workbench, days: range, closed: int, min_cycles: int) -> tuple[_Spent, list[str]]:
    """The purchase days of tier A that the days' windows see, of whoever can have a habit; and the segments, by place."""
    if not days:
        none = np.empty(0, dtype=np.int64)
        return _Spent(none, none, np.empty(0), none, none, none, np.empty(0, dtype=bool)), []
    rows = workbench.arrow(
        _SQL / "within_days.sql",
        first=_EPOCH + dt.timedelta(days=days.start - WINDOW * (_BEFORE + 1) + 1),
        last=_EPOCH + dt.timedelta(days=days.stop - 1),
        least=min_cycles - 1,
    )
    customer, begin, who = np.unique(rows["customer_id"].to_numpy(), return_index=True, return_inverse=True)
    names = rows["segment"].to_numpy(zero_copy_only=False).astype(str)[begin]
    segments, segment = np.unique(names, return_inverse=True)
    explained = workbench.arrow(
        "SELECT DISTINCT customer_id FROM spend_explained WHERE month BETWEEN $closed AND $closed + 1", closed=closed
    )["customer_id"].to_numpy()
    spent = _Spent(
        who=who,
        day=rows["day"].to_numpy().astype(np.int64),
        gross=rows["gross"].to_numpy().astype(np.float64),  # whole minor units: sums stay exact
        customer=customer,
        segment=segment,
        first=rows["first_day"].to_numpy().astype(np.int64)[begin],
        is_explained=np.isin(customer, explained),
    )
    return spent, segments.tolist()


def _seasons(workbench: Workbench, closed: int, segments: list[str]) -> list[list[float] | None]:
    """Twelve factors a segment, as the month that closed last has them; None where it has no season."""
    rows = workbench.arrow(
        "SELECT segment, calendar, factor FROM spend_seasons WHERE cycle = $closed ORDER BY segment, calendar",
        closed=closed,
    ).to_pylist()
    known: dict[str, list[float]] = {}
    for row in rows:
        known.setdefault(row["segment"], []).append(row["factor"])
    return [known[name] if len(known.get(name, [])) == _BEFORE else None for name in segments]


def _follow(
    spent: _Spent, days: range, begins: int, terms: tuple[list[list[float] | None], Mapping[str, float]]
) -> tuple[_Found, dict[int, tuple[float, int]]]:
    """Day by day who has fallen for long enough and who is back; and of the last day the segments that moved together."""
    seasons, own = terms
    count = len(spent.customer)
    found = _Found(np.zeros(count, np.int64), np.full(count, _NEVER), np.full(count, _NEVER))
    waits: dict[int, tuple[float, int]] = {}
    for day in days if count else ():
        judged = _judged(spent, day, seasons, own)
        moved = np.abs(judged["shift"]) > own["incident_shift"]
        told = judged["eligible"] & ~moved
        is_low = (judged["z"] <= own["within_z"]) & (judged["fallen"] >= own["within_drop"]) & ~spent.is_explained
        is_low &= judged["usual"] - judged["now"] >= own["alarm_stake"]
        found.held = np.where(told, np.where(is_low, found.held + 1, 0), found.held)
        is_open = (found.raised != _NEVER) & (found.ended == _NEVER)
        new = told & (found.held >= own["within_days"]) & (day >= begins) & ~is_open
        found.raised[new], found.ended[new] = day, _NEVER
        for name, values in judged.items():
            found.figures.setdefault(name, values.copy())[new] = values[new]
        found.ended[told & is_open & (judged["z"] > own["clear_z"])] = day
        shifts = zip(spent.segment[moved].tolist(), judged["shift"][moved].tolist(), strict=True)
        sizes = np.bincount(spent.segment[judged["eligible"]], minlength=len(seasons))
        waits = {place: (shift, int(sizes[place])) for place, shift in shifts}
    return found, waits


def _judged(
    spent: _Spent, day: int, seasons: list[list[float] | None], own: Mapping[str, float]
) -> dict[str, np.ndarray]:
    """Everybody's figures of 4.5 at the end of a day, windows in the place of months; `eligible` says whose count."""
    count = len(spent.customer)
    back = (day - spent.day) // WINDOW
    seen = (back >= 0) & (back <= _BEFORE)
    place = spent.who[seen] * (_BEFORE + 1) + back[seen]
    gross = np.bincount(place, spent.gross[seen], count * (_BEFORE + 1)).reshape(count, _BEFORE + 1)
    last = _EPOCH + dt.timedelta(days=day)
    factors = np.array([seasons_of_windows(last, season, _BEFORE + 1) for season in seasons])[spent.segment]
    x = gross / factors
    cycles = np.clip((day - WINDOW + 1 - spent.first) // WINDOW, 0, _BEFORE)
    names = "usual spread difference low high".split()
    told = {name: np.zeros(count) for name in names} | {"eligible": np.zeros(count, dtype=bool)}
    for windows in range(int(own["min_cycles"]), _BEFORE + 1):
        some = np.flatnonzero(cycles == windows)
        some = some[(gross[some, 1 : windows + 1] > 0).sum(axis=1) >= windows - 1]
        before, raw = x[some, 1 : windows + 1], gross[some, 1 : windows + 1]
        usual = np.median(before, axis=1) if len(some) else np.empty(0)
        offset = np.maximum(own["offset"], own["offset_share"] * usual)
        logs = np.log(before + offset[:, None])
        middle = np.median(logs, axis=1) if len(some) else np.empty(0)
        told["usual"][some] = usual
        told["spread"][some] = 1.4826 * np.median(np.abs(logs - middle[:, None]), axis=1) if len(some) else 0.0
        told["difference"][some] = np.log(x[some, 0] + offset) - middle
        told["low"][some], told["high"][some] = raw.min(axis=1, initial=np.inf), raw.max(axis=1, initial=0)
        told["eligible"][some] = usual >= own["min_usual"]
    shift, middle_spread = _common(told, spent.segment, len(seasons), own)
    weight = own["spread_weight"]
    sigma = np.sqrt((cycles * told["spread"] ** 2 + weight * middle_spread**2) / (cycles + weight))
    z = (told["difference"] - shift) / np.maximum(own["spread_floor"], sigma)
    fallen = 1 - x[:, 0] / np.where(told["usual"] > 0, told["usual"], 1)
    here = {"now": x[:, 0], "gross_now": gross[:, 0], "usual_here": told["usual"] * factors[:, 0], "cycles": cycles}
    return told | here | {"z": z, "fallen": fallen, "shift": shift, "segment_spread": middle_spread}


def _common(
    told: Mapping[str, np.ndarray], segment: np.ndarray, segments: int, own: Mapping[str, float]
) -> tuple[Floats, Floats]:
    """g and the usual spread of each customer's segment; of all of tier A where the segment is small, start values where
    that is small.
    """

    def of(some: np.ndarray) -> tuple[float, float]:
        return round(float(np.median(told["difference"][some])), 6), round(float(np.median(told["spread"][some])), 6)

    least, eligible = own["segment_customers"], told["eligible"]
    everybody = of(eligible) if eligible.sum() >= least else (0.0, own["spread_default"])
    known = [
        of(some) if (some := eligible & (segment == place)).sum() >= least else everybody for place in range(segments)
    ]
    table = np.array(known).reshape(segments, 2)
    return table[segment, 0], table[segment, 1]


def _table(spent: _Spent, found: _Found, segments: list[str]) -> pa.Table:
    chosen = np.flatnonzero(found.raised != _NEVER)
    ended = found.ended[chosen]
    figures = {name: values[chosen] for name, values in found.figures.items() if name != "eligible"}
    names = "usual usual_here now gross_now low high z fallen shift segment_spread cycles".split()
    floats = {name: pa.array(figures.get(name, np.empty(0)).astype(np.float64), pa.float64()) for name in names}
    return pa.table(
        {
            "customer_id": pa.array(spent.customer[chosen], pa.int64()),
            "segment": pa.array([segments[place] for place in spent.segment[chosen].tolist()], pa.string()),
            "raised_on": pa.array(found.raised[chosen].astype(np.int32), pa.int32()).cast(pa.date32()),
            "ended_on": pa.array(np.maximum(ended, 0).astype(np.int32), pa.int32(), mask=ended == _NEVER).cast(
                pa.date32()
            ),
            **floats,
        }
    )


def _season_words(segments: list[str], seasons: list[list[float] | None]) -> pa.Table:
    words = [json.dumps(season) for season in seasons]
    return pa.table({"segment": pa.array(segments, pa.string()), "season": pa.array(words, pa.string())})


def _noted(segment: str, begins: dt.date, shift: float, customers: int) -> dict[str, Any]:
    moved = round(100 * (float(np.exp(shift)) - 1), 1)
    month = begins.isoformat()[:7]
    return note("spend_drop", "all_moved_together", segment=segment, month=month, shift=moved, customers=customers)


def _number(day: dt.date) -> int:
    return (day - _EPOCH).days
