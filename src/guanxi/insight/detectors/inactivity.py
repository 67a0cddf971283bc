"""Inactivity (decisioning.md 4.6): absence against the own rhythm, with a budget of false alarms a customer-year.

Of a trade with a season all days are counted within it: gaps, thresholds and the absence itself stand still while it is closed.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.special import gammaincc, gammainccinv

from guanxi.insight.detectors.feed import Feed
from guanxi.insight.detectors.notes import note
from guanxi.insight.detectors.seasons import Calendar, day_number, season_of
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.customers.choices import Stage
from guanxi.record.signals.choices import SignalState

TABLE = "absence_signals"
_SQL = Path(__file__).parent / "sql"
_SEVERITY = {SignalState.WATCH: 0.4, SignalState.ALARM: 0.7, SignalState.LAPSED: 1.0, SignalState.CLEARED: 0.0}
_NEVER = 2**31 - 1
_NO_STAGE = 0  # that no customer is in: nobody is left out
_DAY = pa.date32()
_ABSENCES = pa.schema(
    {
        "customer_id": pa.int64(),
        "state": pa.string(),
        "occurred_on": _DAY,
        "severity": pa.float64(),
        "last_on": _DAY,
        "counted_from": _DAY,
        "gaps": pa.int64(),
        "total": pa.int64(),
        "mean": pa.float64(),
        "cv2": pa.float64(),
        "watch_on": _DAY,
        "alarm_on": _DAY,
        "lapsed_on": _DAY,
    }
)
Floats = np.ndarray


@dataclass(frozen=True)
class Silence:
    """Days of absence after which watch, alarm and lapse begin (_NEVER: not before the lapse), and what they rest on."""

    mean: Floats
    cv2: Floats
    watch: np.ndarray
    alarm: np.ndarray
    lapse: np.ndarray


def detect(
    workbench: Workbench, *, as_of: dt.date, feed: Feed, given: Mapping[str, float], minor: int, keep: bool = False
) -> list[dict[str, Any]]:
    """Fill the table absence_signals and return a note where a late feed keeps the clock of absence from running.

    keep: leave the rhythms in the edition for the next one. minor is not needed: an absence is counted in days.
    """
    del minor
    own = {name.removeprefix("inactivity."): value for name, value in given.items() if name.startswith("inactivity.")}
    calendar = Calendar(season_of(own))
    _read_visits(workbench, calendar, as_of=as_of, gaps=int(own["gaps"]), keep=keep)
    segments = _segments(workbench, given)
    visits = workbench.arrow("SELECT * FROM visits ORDER BY customer_id")
    late = feed.is_late(as_of)
    counted_to = (feed.last_day(as_of) or as_of) if late else as_of
    rows = _absences(visits, segments, own, calendar, as_of=as_of, counted_to=counted_to)
    workbench.register("absences", rows)
    words: dict[str, Any] = {name: own[name] for name in ("budget", "alarm_cap", "lapse_days", "lapse_gaps")}
    words |= {name: int(own[name]) for name in ("lapse_unknown", "own_gaps", "gaps")}
    if not calendar.season.is_all_year:
        words |= {"season": list(calendar.season)}
    given_words = json.dumps(words, separators=(",", ":"))[1:-1]
    workbench.run(_SQL / "absences.sql", given=given_words, own_gaps=int(own["own_gaps"]))
    return [note("inactivity", "feed_late", last_day=counted_to.isoformat())] if late else []


@dataclass(frozen=True)
class Presence:
    """A row a customer with a visit: days (of the season) since the last one, the state of that absence ('' for none), and how
    likely so long a gap is by the own rhythm (0.5 where nothing is known of it).
    """

    customer_id: np.ndarray
    elapsed: np.ndarray
    state: np.ndarray
    chance: Floats


def presence_of(workbench: Workbench, *, as_of: dt.date, given: Mapping[str, float]) -> Presence:
    """How everybody's absence stands at the end of a day, as the detector judges it; a late feed is not considered."""
    own = {name.removeprefix("inactivity."): value for name, value in given.items() if name.startswith("inactivity.")}
    workbench.run(_SQL / "prelude_duckdb.sql")
    calendar = Calendar(season_of(own))
    _read_visits(workbench, calendar, as_of=as_of, gaps=int(own["gaps"]), keep=False)
    segments = _segments(workbench, given)
    now = _judged(workbench.arrow("SELECT * FROM visits ORDER BY customer_id"), segments, own, prefix="")
    elapsed = calendar.count(np.array(day_number(as_of))) - calendar.count(now["last_on"])
    silent = now["silence"]
    with np.errstate(invalid="ignore", divide="ignore"):
        chance = gammaincc(1 / silent.cv2, elapsed / (silent.mean * silent.cv2))
    state, _ = _state_of(elapsed, silent)
    return Presence(now["customer_id"], elapsed, state, np.where(np.isnan(chance), 0.5, chance))


def patience_of(workbench: Workbench, *, as_of: dt.date, given: Mapping[str, float]) -> pa.Table:
    """customer_id, patience: the days of silence after which the detector calls somebody lapsed, of everybody who bought by
    a day, closed months among them; those also whom a person called lost.
    """
    own = {name.removeprefix("inactivity."): value for name, value in given.items() if name.startswith("inactivity.")}
    workbench.run(_SQL / "prelude_duckdb.sql")
    calendar = Calendar(season_of(own))
    _read_visits(workbench, calendar, as_of=as_of, gaps=int(own["gaps"]), keep=False)
    segments = _segments(workbench, given)
    workbench.run(_SQL / "visits.sql", as_of=as_of, gaps=int(own["gaps"]), lost=_NO_STAGE)
    rows = workbench.arrow("SELECT * FROM visits ORDER BY customer_id")
    middle, _ = _habits(rows, segments)
    gaps, total = (rows[name].to_numpy().astype(np.int64) for name in ("gaps", "total"))
    lapse = _lapse(_mean_gap(gaps, total, middle), own)
    last_on = _numbers(rows["last_day"])
    patience = calendar.day_of(calendar.count(last_on) + lapse) - last_on
    return pa.table({"customer_id": rows["customer_id"], "patience": pa.array(patience, pa.int64())})


def _read_visits(workbench: Workbench, calendar: Calendar, *, as_of: dt.date, gaps: int, keep: bool) -> None:
    """Fill the table visits; rhythms that the edition keeps of an earlier day are computed again only where they changed."""
    calendar.lay_out(workbench)
    terms = " ".join(str(one) for one in (gaps, *calendar.season))
    before, _, kept = (workbench.scalar("SELECT value FROM meta WHERE name = 'rhythms'") or "").partition(" ")
    if before and before <= as_of.isoformat() and kept == terms:
        workbench.run(_SQL / "rhythms_stale.sql", before=dt.date.fromisoformat(before), as_of=as_of)
    else:
        workbench.run(_SQL / "rhythms_all.sql")
    workbench.run(_SQL / "visits.sql", as_of=as_of, gaps=gaps, lost=int(Stage.LOST))
    if keep:
        workbench.run(_SQL / "rhythms_keep.sql", terms=f"{as_of} {terms}")


def silence(
    gaps: np.ndarray, total: np.ndarray, squares: np.ndarray, segment: tuple[Floats, Floats], own: Mapping[str, float]
) -> Silence:
    """Thresholds of absence for arrays of customers (the same as record.signals.rules.recomputing, one by one).

    gaps, total, squares: number of gaps, their sum and the sum of their squares in days. segment: its mean gap (nan
    where it has none) and its squared coefficient of variation. own: thresholds without their "inactivity." prefix.
    """
    middle, spread = segment
    count = np.maximum(gaps, 1)
    mean = _mean_gap(gaps, total, middle)
    with np.errstate(divide="ignore", invalid="ignore"):
        mine = np.where(gaps > 0, total / count, np.nan)
        variance = np.maximum(0.0, (squares - total * (total / count)) / np.maximum(gaps - 1, 1))
        mixed = np.maximum(0.6 * spread, (gaps * (variance / mine**2) + 6 * spread) / (gaps + 6)) * (1 + 2 / count)
    cv2 = np.where(gaps < own["own_gaps"], spread * (1 + 2 / own["own_gaps"]), mixed)
    lapse = _lapse(mean, own)
    chance = np.minimum(own["alarm_cap"], own["budget"] * mean / 365)
    judged = gaps > 0
    return Silence(
        mean=mean,
        cv2=cv2,
        watch=_first_day_beyond(mean, cv2, 5 * chance, judged, lapse),
        alarm=_first_day_beyond(mean, cv2, chance, judged, lapse),
        lapse=lapse,
    )


def _mean_gap(gaps: np.ndarray, total: np.ndarray, middle: Floats) -> Floats:
    """The usual gap of each: the own mean, drawn up towards the segment's; nan where nothing is known."""
    with np.errstate(divide="ignore", invalid="ignore"):
        mine = np.where(gaps > 0, total / np.maximum(gaps, 1), np.nan)
        shrunk = np.exp((gaps * np.log(mine) + 2 * np.log(middle)) / (gaps + 2))
        mean = np.where(gaps == 0, middle, np.where(np.isnan(middle), mine, np.fmax(mine, shrunk)))
        return np.where(gaps == 0, mean, np.floor(mean * 1e6 + 0.5) / 1e6)


def _lapse(mean: Floats, own: Mapping[str, float]) -> np.ndarray:
    """After how many days of silence somebody is lapsed."""
    days = np.ceil(np.fmax(own["lapse_days"], own["lapse_gaps"] * np.nan_to_num(mean)))
    return np.where(np.isnan(mean), own["lapse_unknown"], days).astype(np.int64)


def _first_day_beyond(mean: Floats, cv2: Floats, chance: Floats, judged: np.ndarray, lapse: np.ndarray) -> np.ndarray:
    """First whole day t with P(gap > t) < chance; _NEVER where that is not before the lapse, or nothing is known."""
    day = np.full(len(mean), _NEVER, dtype=np.int64)
    if judged.any():
        scale = mean[judged] * cv2[judged]
        day[judged] = np.floor(gammainccinv(1 / cv2[judged], chance[judged]) * scale).astype(np.int64) + 1
    return np.where(day < lapse, day, _NEVER)


def _segments(workbench: Workbench, given: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Segment → (mean gap, cv²), two figures each, so that yesterday's signals do not move with the third.

    A segment too small takes the firm's ("*"); a firm too small has no mean and the default spread.
    """
    rows = workbench.arrow(_SQL / "visit_segments.sql", own_gaps=int(given["inactivity.own_gaps"])).to_pylist()
    nobody = (float("nan"), given["inactivity.cv2_default"])
    known = {
        row["segment"]: (_two_figures(row["mean"]), max(0.05, round(row["cv2"] * 20) / 20))
        for row in rows
        if row["customers"] >= given["detectors.segment_customers"]
    }
    firm = known.get("*", nobody)
    return {row["segment"]: known.get(row["segment"], firm) for row in rows} | {"*": firm}


def _two_figures(value: float) -> float:
    return float(f"{value:.2g}")


def _absences(
    visits: pa.Table,
    segments: Mapping[str, tuple[float, float]],
    own: Mapping[str, float],
    calendar: Calendar,
    *,
    as_of: dt.date,
    counted_to: dt.date,
) -> pa.Table:
    """Those absent longer than their rhythm allows, and those who came back from such an absence lately."""
    now = _judged(visits, segments, own, prefix="")
    last_on = calendar.count(now["last_on"])
    elapsed = calendar.count(np.array(day_number(counted_to))) - last_on
    state, since = _state_of(elapsed, now["silence"])
    # after the lapse even a late feed changes nothing
    lapsed = calendar.count(np.array(day_number(as_of))) - last_on >= now["silence"].lapse
    state[lapsed], since[lapsed] = SignalState.LAPSED, now["silence"].lapse[lapsed]
    back = _judged(visits, segments, own, prefix="before_")
    returned = last_on - calendar.count(back["last_on"])
    missed, _ = _state_of(returned, back["silence"])
    recent = day_number(as_of) - now["last_on"] <= own["returned_days"]
    is_back = (missed != "") & recent & back["there"]
    cleared = np.full(len(state), str(SignalState.CLEARED), dtype=object)
    absent = _table(now, state, since, state != "", calendar)
    return pa.concat_tables([absent, _table(back, cleared, returned, is_back, calendar)])


def _judged(
    visits: pa.Table, segments: Mapping[str, tuple[float, float]], own: Mapping[str, float], *, prefix: str
) -> dict[str, Any]:
    middle, spread = _habits(visits, segments)
    last = visits[f"{prefix}day" if prefix else "last_day"]
    counted = visits[f"{prefix}from" if prefix else "counted_from"]
    gaps, total, squares = (
        visits[f"{prefix}{name}"].to_numpy().astype(np.int64) for name in ("gaps", "total", "squares")
    )
    return {
        "customer_id": visits["customer_id"].to_numpy(),
        "there": last.is_valid().to_numpy(),
        "last_on": _numbers(last),
        "counted_from": _numbers(counted),
        "gaps": gaps,
        "total": total,
        "silence": silence(gaps, total, squares, (middle, spread), own),
        "middle": middle,
        "spread": spread,
    }


def _habits(visits: pa.Table, segments: Mapping[str, tuple[float, float]]) -> tuple[Floats, Floats]:
    """Of each row the middle gap and the spread of its segment."""
    names = visits["segment"].dictionary_encode().combine_chunks()
    of_segment = np.array(
        [segments.get(name, segments["*"]) for name in names.dictionary.to_pylist()] or [(np.nan, 1.0)]
    )
    place = names.indices.to_numpy()
    return (of_segment[place, 0], of_segment[place, 1]) if len(visits) else (np.empty(0), np.empty(0))


def _state_of(elapsed: np.ndarray, silent: Silence) -> tuple[np.ndarray, np.ndarray]:
    """The state of each absence ('' for none) and the day of it on which that state began."""
    state = np.full(len(elapsed), "", dtype=object)
    since = np.zeros(len(elapsed), dtype=np.int64)
    for name, days in (
        (SignalState.WATCH, silent.watch),
        (SignalState.ALARM, silent.alarm),
        (SignalState.LAPSED, silent.lapse),
    ):
        reached = elapsed >= days
        state[reached], since[reached] = str(name), days[reached]
    return state, since


def _table(
    judged: Mapping[str, Any], state: np.ndarray, since: np.ndarray, chosen: np.ndarray, calendar: Calendar
) -> pa.Table:
    last, silent = judged["last_on"][chosen], judged["silence"]
    counted = calendar.count(last)

    def after(days: np.ndarray) -> pa.Array:
        never = days == _NEVER
        on = calendar.day_of(counted + np.where(never, 0, days))
        return pa.array(on.astype(np.int32), pa.int32(), mask=never).cast(pa.date32())

    states = [str(value) for value in state[chosen]]
    return pa.table(
        {
            "customer_id": pa.array(judged["customer_id"][chosen], pa.int64()),
            "state": pa.array(states, pa.string()),
            "occurred_on": after(since[chosen]),
            "severity": pa.array([_SEVERITY[SignalState(value)] for value in states], pa.float64()),
            "last_on": _days(last),
            "counted_from": _days(judged["counted_from"][chosen]),
            "gaps": pa.array(judged["gaps"][chosen], pa.int64()),
            "total": pa.array(judged["total"][chosen], pa.int64()),
            "mean": pa.array(judged["middle"][chosen], pa.float64(), from_pandas=True),
            "cv2": pa.array(judged["spread"][chosen], pa.float64()),
            "watch_on": after(silent.watch[chosen]),
            "alarm_on": after(silent.alarm[chosen]),
            "lapsed_on": after(silent.lapse[chosen]),
        },
        schema=_ABSENCES,
    )


def _days(numbers: np.ndarray) -> pa.Array:
    return pa.array(numbers.astype(np.int32), pa.int32()).cast(pa.date32())


def _numbers(days: pa.ChunkedArray) -> np.ndarray:
    return days.cast(pa.int32()).fill_null(0).to_numpy().astype(np.int64)
