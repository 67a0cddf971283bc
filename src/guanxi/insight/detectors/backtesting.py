"""Back-test: the detectors run again for the ends of past months on today's edition, and what came of what they stated.

Each month is judged by the detectors themselves with its own last day as the day asked for, so nothing known after it counts;
only what came of a state is read from later data.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from guanxi.ground.refusals import gettext_noop
from guanxi.insight import profile
from guanxi.insight.detectors import (
    balance_runoff,
    credit_downshift,
    inactivity,
    running,
    service,
    spend_drop,
    within_cycle,
)
from guanxi.insight.detectors.thresholds import settled
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.customers.choices import Stage
from guanxi.record.signals.choices import SignalKind, SignalState

Said = dict[str, Any]  # a sentence: its words, and the params that fill their places
_SQL = Path(__file__).parent / "sql"
_TRAINING = 6  # closed months before the first that is replayed: min_cycles of 4.5, the shortest way to a lapse of 4.6
_AFTER_CYCLES = 3  # a fall that lasts so many closed cycles more is no passing one
_AFTER_DAYS = 90
_HALF = 0.5
_FALSE_SHARE = 0.10  # of the list that can be defended, at most so many are false
_WITHIN = "within"  # in the place of a state
_FEW = 10  # judged states: fewer make no share to rely on

NO_DEALINGS = gettext_noop("There are no dealings yet.")
NO_BALANCES = gettext_noop("There are no balances yet.")
TOO_SHORT = gettext_noop(
    "The history begins in {first}: {months} of the {asked} months asked for could be replayed (6 closed months must come before)."
)
FEW_CUSTOMERS = gettext_noop(
    "Only {customers} customers could be judged; with fewer than {least}, start values stand in for what is usual in the firm."
)
FEW_JUDGED = gettext_noop("Of “{state}” only {judged} could be held against what came later: the share says little.")
NONE_JUDGED = gettext_noop("None of what was stated as “{state}” is old enough to be held against what came later.")
NOTHING_STATED = gettext_noop(
    "Nothing was stated in these months, so there is nothing to hold against what came later."
)
DECLARED = gettext_noop(
    "{customers} customers were noted as lost by a person. The figures do not know since when, so they are left out of every month."
)
NOBODY_AT_RISK = gettext_noop("Nobody could be judged in these months.")

_SPENDING_LEFT = gettext_noop(
    "Left means: in none of the next three closed months did spending, season taken out, come back to half of the habit."
)
_SPENDING_RISK = gettext_noop("Counted are customers in each month in which their spending could be judged.")
_ABSENCE_LEFT = gettext_noop(
    "Left means: no purchase until the absence counted as a loss (180 days and six usual gaps); "
    "one who had lapsed: none in 90 days more."
)
_ABSENCE_RISK = gettext_noop(
    "Counted are customers in each month who had bought before it and were not lost when it began. "
    "An absence that came and went between the ends of two months is not seen."
)
_RUNOFF_LEFT = gettext_noop(
    "Left means: in none of the next three months did the deposits come back to half of what was usual."
)
_RUNOFF_RISK = gettext_noop("Counted are customers in each month who had something on deposit in the year before.")
_TROUBLE_LEFT = gettext_noop(
    "Left means: no purchase after it until an absence counts as a loss (180 days and six usual gaps). "
    "Who had not bought before, or was lost by then, stays undecided."
)
_TROUBLE_RISK = gettext_noop("Counted are customers in each month with whom there was a contact in the year before.")
_WITHIN_RISK = gettext_noop(
    "Within the month means: stated of tier A before the month had closed. Counted are customers who are in tier A today."
)


@dataclass(frozen=True)
class Replay:
    """What to replay: closed months up to `as_of` (the last day known). thresholds: the firm's own. kept, planned: promised
    steps by a day, done and not (record.actions.queries: kept_steps, planned_promises). aside: customers of whom nothing
    is concluded.
    """

    as_of: dt.date | None = None
    months: int = 12
    thresholds: Mapping[str, float] = field(default_factory=dict)
    kept: Callable[[dt.date], Iterable[str]] = lambda day: ()
    planned: Callable[[dt.date], Iterable[Mapping[str, Any]]] = lambda day: ()
    aside: Sequence[int] = ()


@dataclass(frozen=True)
class _Trial:
    """How a kind is replayed: its detectors in their order, the states it has, its statements, and what they mean in words."""

    detectors: tuple[running.Detector, ...]
    states: tuple[SignalState, ...]
    name: str  # of the file backtest_<name>_month.sql, and of backtest_<name>_truth.sql but for `levels`
    left: str
    at_risk: str
    within: tuple[running.Detector, ...] = ()  # what is also asked before a month has closed
    rests_on: tuple[str, str] = ("feed", "months")  # tables of the days and the months that it looks at
    nothing: str = NO_DEALINGS  # said where these are empty
    levels: str = ""  # a query of customer_id, month, level: the truth is that of a level that came back (spending)

    @property
    def keeps(self) -> bool:
        """Whether its judged cycles are handed on (into the temporary tables of backtest_begin.sql)."""
        return spend_drop in self.detectors


_SPENT = "SELECT customer_id, month, gross AS level FROM months"
_KEPT = ("kept_cycles", "kept_seasons", "kept_groups", "kept_scores")
_FALL = (SignalState.WATCH, SignalState.ALARM, SignalState.CONFIRMED)
_MONEY = (SignalState.ALARM, SignalState.CONFIRMED)
_TROUBLE = (SignalState.WATCH, SignalState.ALARM)
_SILENCE = (SignalState.WATCH, SignalState.ALARM, SignalState.LAPSED)
TRIALS: Mapping[str, _Trial] = {
    SignalKind.SPEND_DROP.value: _Trial(
        (spend_drop,), _FALL, "spending", _SPENDING_LEFT, _SPENDING_RISK, within=(spend_drop, within_cycle)
    ),
    SignalKind.INACTIVITY.value: _Trial((inactivity,), _SILENCE, "absence", _ABSENCE_LEFT, _ABSENCE_RISK),
    SignalKind.CREDIT_DOWNSHIFT.value: _Trial(
        (spend_drop, credit_downshift), _FALL, "spending", _SPENDING_LEFT, _SPENDING_RISK
    ),
    SignalKind.BALANCE_RUNOFF.value: _Trial(
        (balance_runoff,),
        _MONEY,
        "runoff",
        _RUNOFF_LEFT,
        _RUNOFF_RISK,
        rests_on=("balances", "balances"),
        nothing=NO_BALANCES,
        levels="SELECT customer_id, month, total AS level FROM feature_deposit_months",
    ),
    SignalKind.PROMISE_BROKEN.value: _Trial((service.promises,), _TROUBLE, "trouble", _TROUBLE_LEFT, _TROUBLE_RISK),
    SignalKind.SERVICE_FRICTION.value: _Trial((service.friction,), _TROUBLE, "trouble", _TROUBLE_LEFT, _TROUBLE_RISK),
}


def backtest(workbench: Workbench, kind: str, asked: Replay) -> dict[str, Any]:
    """What a detector (a key of TRIALS) would have stated in past months, and what came of it, as JSON.

    Per state: alarms (how often it was reached), per_1000 customer-months, judged and undecided (too young to know), left
    and share_left of the judged, delay_median and delay_p90 in days from the true beginning, of those who left; None where
    nothing is known. `left_means` and `at_risk_means` define the figures, `missing` says what the data do not carry, `lacking`
    the same as words and params for a face that translates. `defended`: how long a list of the newest month can be defended
    (4.5, portfolio view; spending only), None elsewhere. `within`: the figures of a state for what was stated of tier A
    within a month, with its customer_months and what they mean; None where that is not asked, or nobody is in tier A.
    """
    trial = TRIALS[kind]
    days, by_month = trial.rests_on
    as_of = asked.as_of or workbench.scalar(f"SELECT max(day) FROM {days}")  # noqa: S608 - our own names
    begins = workbench.scalar(f"SELECT min(month) FROM {by_month}")  # noqa: S608 - our own names
    if as_of is None or begins is None:
        return _answer(kind, trial, as_of, 0, (0, 0), {}, [_said(trial.nothing)])
    newest = spend_drop.last_closed(as_of)
    first = max(newest - asked.months + 1, _number(begins) + _TRAINING)
    months = max(0, newest - first + 1)
    missing = []
    if months < asked.months:
        missing.append(_said(TOO_SHORT, first=begins.isoformat()[:7], months=months, asked=asked.months))
    waits = _replay(workbench, kind, asked, range(first, newest + 1)) if months else []
    if not months:
        return _answer(kind, trial, as_of, 0, (0, 0), {}, missing)
    given = settled(asked.thresholds)
    told = _truth(workbench, trial, given, as_of, range(first, newest + 1))
    at_risk = workbench.arrow("SELECT count(*) AS months, count(DISTINCT customer_id) AS customers FROM backtest_risk")
    [counted] = at_risk.to_pylist()
    states = {state.value: _counted(told, state.value, counted["months"]) for state in trial.states}
    missing += _lacking(workbench, trial, counted, states, given) + waits
    told_of = _answer(kind, trial, as_of, months, (counted["months"], counted["customers"]), states, missing)
    return told_of | {
        "defended": _defended(workbench, newest) if trial.name == "spending" else None,
        "within": _within(workbench, told) if trial.within else None,
    }


def _within(workbench: Workbench, told: pa.Table) -> dict[str, Any] | None:
    """What the rule within the month did, of those whose months could be judged."""
    months = workbench.scalar(
        "SELECT count(*) FROM backtest_risk r JOIN customers c ON c.customer_id = r.customer_id WHERE c.tier = 1"
    )
    return _counted(told, _WITHIN, months) | {"customer_months": months, "means": _WITHIN_RISK} if months else None


def _defended(workbench: Workbench, newest: int) -> dict[str, Any]:
    """How many of the newest month's falls stand out at a false discovery rate of `q`, of how many judged customers.

    p: the place of z among the segment's last twelve months of z; the list by Benjamini and Hochberg (1995).
    """
    chances = workbench.arrow(
        """SELECT chance FROM (
            SELECT cycle, cume_dist() OVER (PARTITION BY segment ORDER BY z) AS chance
            FROM backtest_scores WHERE cycle > $newest - 12
        ) p WHERE cycle = $newest ORDER BY chance""",
        newest=newest,
    )["chance"].to_numpy()
    return {"q": _FALSE_SHARE, "judged": len(chances), "size": discoveries(chances, _FALSE_SHARE)}


def discoveries(chances: np.ndarray, share: float) -> int:
    """The greatest k of which the k-th smallest chance is at most share × k / n; 0 where there is none. chances ascending."""
    under = np.nonzero(chances <= share * np.arange(1, len(chances) + 1) / max(1, len(chances)))[0]
    return int(under[-1]) + 1 if len(under) else 0


def _replay(workbench: Workbench, kind: str, asked: Replay, cycles: range) -> list[Said]:
    """Fill the tables of backtest_begin.sql for the cycles and the one before them; what had to wait in them, in words."""
    trial = TRIALS[kind]
    workbench.run(_SQL / "backtest_begin.sql")
    workbench.register("backtest_aside", pa.table({"customer_id": pa.array(asked.aside, pa.int64())}))
    noted: list[Said] = []
    for cycle in range(cycles.start - 1, cycles.stop):
        until, before = spend_drop.last_day_of(cycle), spend_drop.last_day_of(cycle - 1)
        if trial.within and cycle >= cycles.start:
            open_day = until - dt.timedelta(days=1)
            running.run(workbench, as_of=open_day, thresholds=asked.thresholds, keep=trial.keeps, only=trial.within)
            workbench.run(_SQL / "backtest_within_month.sql", cycle=cycle, kind=kind)
        rows = running.run(
            workbench,
            as_of=until,
            thresholds=asked.thresholds,
            keep=trial.keeps,
            kept=asked.kept(until),
            planned=asked.planned(until),
            only=trial.detectors,
        )
        named = {"cycle": cycle, "until": until, "before": before, "kind": kind}
        lost = {"lost": int(Stage.LOST)} if trial.name == "absence" else {}
        workbench.run(_SQL / f"backtest_{trial.name}_month.sql", **named, **lost)
        if cycle >= cycles.start:
            noted += [_said(note["words"], **note["params"]) for note in running.notes_of(rows)]
    workbench.run("DELETE FROM backtest_risk WHERE cycle < $first", first=cycles.start)
    workbench.run("; ".join(f"DROP TABLE temp.{name}" for name in _KEPT))
    workbench.unregister("backtest_aside")
    return [note for place, note in enumerate(noted) if note not in noted[:place]]


def _truth(workbench: Workbench, trial: _Trial, given: Mapping[str, float], as_of: dt.date, cycles: range) -> pa.Table:
    """A row a state reached: cycle, key, customer_id, state, told_on, is_judged, has_left, delay (days)."""
    terms: Mapping[str, dict[str, Any]] = {
        "spending": {"newest": cycles.stop - 1, "after": _AFTER_CYCLES, "half": _HALF},
        "absence": {"as_of": as_of, "after": _AFTER_DAYS},
        "trouble": {"as_of": as_of}
        | {name: given[f"inactivity.{name}"] for name in ("lapse_days", "lapse_gaps", "lapse_unknown")},
    }
    if trial.levels:
        profile.build(workbench, "deposit_months", purpose=profile.Purpose.CARE, of="backtest_stated", until=as_of)
    name = "spending" if trial.levels else trial.name
    workbench.run(f"CREATE OR REPLACE TEMP VIEW backtest_levels AS {trial.levels or _SPENT}")
    return workbench.arrow(_SQL / f"backtest_{name}_truth.sql", baseline=cycles.start - 1, **terms[name])


def _counted(told: pa.Table, state: str, customer_months: int) -> dict[str, Any]:
    here = np.array(told["state"].to_pylist(), dtype=object) == state
    judged, left = (told[name].to_numpy(zero_copy_only=False).astype(bool) & here for name in ("is_judged", "has_left"))
    delay = told["delay"].to_numpy(zero_copy_only=False)[left]
    alarms, known, gone = int(here.sum()), int(judged.sum()), int(left.sum())
    return {
        "alarms": alarms,
        "per_1000": round(1_000 * alarms / customer_months, 2) if customer_months else None,
        "judged": known,
        "left": gone,
        "share_left": round(gone / known, 4) if known else None,
        "delay_median": float(np.median(delay)) if gone else None,
        "delay_p90": round(float(np.quantile(delay, 0.9)), 1) if gone else None,
        "undecided": alarms - known,
    }


def _lacking(
    workbench: Workbench,
    trial: _Trial,
    counted: Mapping[str, int],
    states: Mapping[str, Mapping[str, Any]],
    given: Mapping[str, float],
) -> list[Said]:
    if not counted["customers"]:
        return [_said(NOBODY_AT_RISK)]
    found = []
    least = int(given["detectors.segment_customers"])
    if counted["customers"] < least:
        found.append(_said(FEW_CUSTOMERS, customers=counted["customers"], least=least))
    if trial.name == "absence":
        lost = workbench.scalar("SELECT count(*) FROM customers WHERE stage = $lost", lost=int(Stage.LOST))
        found += [_said(DECLARED, customers=lost)] if lost else []
    if not any(row["alarms"] for row in states.values()):
        return [*found, _said(NOTHING_STATED)]
    few = {name: row["judged"] for name, row in states.items() if row["alarms"] and row["judged"] < _FEW}
    return found + [
        _said(FEW_JUDGED if judged else NONE_JUDGED, state=name, judged=judged) for name, judged in few.items()
    ]


def _answer(
    kind: str,
    trial: _Trial,
    as_of: dt.date | None,
    months: int,
    counted: tuple[int, int],
    states: Mapping[str, Any],
    missing: Sequence[Said],
) -> dict[str, Any]:
    return {
        "detector": kind,
        "as_of": as_of and as_of.isoformat(),
        "months": months,
        "customer_months": counted[0],
        "customers": counted[1],
        "states": dict(states) or {state.value: _NOTHING for state in trial.states},
        "left_means": trial.left,
        "at_risk_means": trial.at_risk,
        "missing": [said["words"].format_map(said["params"]) for said in missing],
        "lacking": list(missing),
        "defended": None,
        "within": None,
    }


def _said(words: str, **params: Any) -> Said:
    return {"words": words, "params": params}


_NOTHING: Mapping[str, Any] = {
    "alarms": 0,
    "per_1000": None,
    "judged": 0,
    "left": 0,
    "share_left": None,
    "delay_median": None,
    "delay_p90": None,
    "undecided": 0,
}


def _number(day: dt.date) -> int:
    return day.year * 12 + day.month - 1
