"""Spend drop (decisioning.md 4.5): each closed month against the own habit, season and the segment's common shift taken out."""

import calendar
import datetime as dt
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from guanxi.insight.detectors.feed import Feed
from guanxi.insight.detectors.notes import note
from guanxi.insight.warehouse.workbench import Workbench

TABLE = "spend_signals"
_SQL = Path(__file__).parent / "sql"
Note = dict[str, Any]
# Raised when spend_prepare.sql or spend_cycle.sql mean something else: then no judged cycle is taken over.
_VERSION = 1


def detect(
    workbench: Workbench, *, as_of: dt.date, feed: Feed, given: Mapping[str, float], minor: int, keep: bool = False
) -> list[Note]:
    """Fill the table spend_signals and return what had to wait in the cycle that closed last.

    minor: minor units in one unit of the currency. keep: leave the judged cycles in the edition for the next one.
    """
    newest = last_closed(as_of)
    oldest = newest - int(given["spend_drop.replay"])
    own = {name.removeprefix("spend_drop."): value for name, value in given.items() if name.startswith("spend_drop.")}
    money = {name: own[name] * minor for name in ("min_usual", "offset", "alarm_stake")}
    terms = {
        "segment_customers": int(given["detectors.segment_customers"]),
        "min_cycles": int(own["min_cycles"]),
        "weight": own["spread_weight"],
        **money,
        **{name: own[name] for name in _AS_THEY_ARE},
    }
    _judge_cycles(workbench, oldest, newest, terms)
    if keep:
        workbench.run(_SQL / "spend_keep.sql")
    waits = _waits(workbench, feed, given)
    workbench.register("spend_waits", pa.Table.from_pylist(waits, schema=_WAITS))
    workbench.register("spend_season_words", _season_words(workbench))
    words = {
        "offset": money["offset"],
        "offset_share": own["offset_share"],
        "weight": own["spread_weight"],
        "spread_floor": own["spread_floor"],
    }
    workbench.run(
        _SQL / "spend_states.sql",
        oldest=oldest,
        newest=newest,
        watch_drop=own["watch_drop"],
        given=json.dumps(words, separators=(",", ":"))[1:-1],
    )
    return [_noted(wait, feed) for wait in waits if wait["cycle"] == newest]


def _judge_cycles(workbench: Workbench, oldest: int, newest: int, terms: Mapping[str, float]) -> None:
    """Fill spend_scores, spend_groups and spend_seasons for the cycles; what an edition kept is not computed again."""
    workbench.register("spend_window", pa.table({"cycle": pa.array(range(oldest, newest + 1), pa.int32())}))
    workbench.run(_SQL / "spend_begin.sql", newest=newest, terms=json.dumps({"version": _VERSION, **terms}))
    workbench.unregister("spend_window")
    cycles = workbench.arrow("SELECT cycle FROM spend_inputs WHERE NOT is_kept ORDER BY cycle")["cycle"].to_pylist()
    if cycles:
        needed = {name: terms[name] for name in ("min_cycles", "min_usual")}
        workbench.run(_SQL / "spend_prepare.sql", oldest=oldest, newest=newest, **needed)
    for cycle in _with_spend(workbench, cycles, terms):
        workbench.run(_SQL / "spend_cycle.sql", cycle=cycle, **terms)


def _with_spend(workbench: Workbench, cycles: Sequence[int], terms: Mapping[str, float]) -> Sequence[int]:
    """The cycles in which spend_cycle.sql finds somebody to judge: for the others its dozen plans would be made for nothing."""
    if not cycles:
        return cycles
    spans = workbench.arrow("SELECT DISTINCT first_month, month FROM spend_months").to_pylist()
    return [
        cycle
        for cycle in cycles
        if any(s["first_month"] <= cycle - terms["min_cycles"] and cycle - 12 <= s["month"] <= cycle for s in spans)
    ]


def last_closed(as_of: dt.date) -> int:
    """Number (year × 12 + month − 1) of the last calendar month that is over at the end of `as_of`."""
    month = as_of.year * 12 + as_of.month - 1
    return month if as_of.day == calendar.monthrange(as_of.year, as_of.month)[1] else month - 1


def last_day_of(month: int) -> dt.date:
    """The last day of a month by its number."""
    year, place = divmod(month, 12)
    return dt.date(year, place + 1, calendar.monthrange(year, place + 1)[1])


_AS_THEY_ARE = (
    "season_from offset_share spread_floor spread_default watch_z watch_drop alarm_z alarm_drop clear_z"
).split()
_WAITS = pa.schema([("cycle", pa.int32()), ("segment", pa.string())])


def _waits(workbench: Workbench, feed: Feed, given: Mapping[str, float]) -> list[Note]:
    """Cycles and segments about which nothing can be said: the feed is late or has holes, or all fell together."""
    groups = workbench.arrow("SELECT * FROM spend_groups ORDER BY cycle, segment").to_pylist()
    found = []
    for group in groups:
        present = group["present"] / group["expected"] if group["expected"] else 1.0
        code = ""
        if feed.is_late(last_day_of(group["cycle"])):
            code = "feed_late"
        elif group["customers"] >= given["detectors.volume_customers"] and present < given["detectors.volume_share"]:
            code = "feed_incomplete"
        elif abs(group["shift"]) > given["spend_drop.incident_shift"]:
            code = "all_moved_together"
        if code:
            found.append({**group, "code": code, "present": present})
    return found


def _noted(wait: Note, feed: Feed) -> Note:
    last = last_day_of(wait["cycle"])
    return note(
        "spend_drop",
        wait["code"],
        segment=wait["segment"],
        month=last.isoformat()[:7],
        present=round(100 * wait["present"], 1),
        shift=round(100 * (math.exp(wait["shift"]) - 1), 1),
        customers=wait["customers"],
        last_day=str(feed.last_day(last)),
    )


def _season_words(workbench: Workbench) -> pa.Table:
    """The twelve factors of each cycle and segment as JSON text, for the evidence."""
    rows = workbench.arrow("SELECT * FROM spend_seasons ORDER BY cycle, segment, calendar").to_pylist()
    factors: dict[tuple[int, str], list[float]] = {}
    for row in rows:
        factors.setdefault((row["cycle"], row["segment"]), []).append(row["factor"])
    words = [{"cycle": c, "segment": s, "season": json.dumps(f)} for (c, s), f in factors.items() if len(f) == 12]
    return pa.Table.from_pylist(
        words, schema=pa.schema([("cycle", pa.int32()), ("segment", pa.string()), ("season", pa.string())])
    )
