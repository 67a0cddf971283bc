"""How long customers stay, and how many are lost a month (`guanxi estimate survival`, decisioning.md 4.13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from guanxi.insight.appraisal.fitting import NO_DEALINGS, Answer
from guanxi.insight.appraisal.losing import BY_TENURE, PERIOD_DAYS, known_span, read_at_risk
from guanxi.insight.appraisal.patience import START, know_patience
from guanxi.insight.appraisal.purchases import day_number
from guanxi.insight.estimates.evidence import NotEnoughData
from guanxi.insight.estimates.loss_grading import compare_losses, grade_losses
from guanxi.insight.estimates.loss_rates import LEAST_LOSSES, Rate, is_preliminary, loss_rate, loss_table
from guanxi.insight.estimates.loss_rates import Path as CellPath
from guanxi.insight.estimates.survival import Survival, cumulative_incidence, kaplan_meier
from guanxi.insight.estimates.words import Sentence
from guanxi.insight.warehouse.workbench import Workbench

_SQL = Path(__file__).parent / "sql"
_MONTHS = 24
_MONTHS_AT_RISK = 48  # before and after of what was done, a year each, and time to do it
# A month is 365.25 / 12 days in formulas (estimates.md, lesson 7).
_MONTH_DAYS = 365.25 / 12
_YEARS = (365, 730)
_UNKNOWN, _FEW = "unknown", "few"
_TELL_AT = (30, 90, 180, 365, 730)
_BANDS = (("under 1 year", 365), ("1 to 2 years", 731), ("2 to 5 years", 1826), ("5 years and more", 100_000))

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Stays:
    """A row a customer (ids ascending): segment, first day and last day seen (days from 1970-01-01), and whether he is lost; until
    when all losses of his kind are known.
    """

    customer_id: Integers
    segment: NDArray
    first_day: Integers
    last_day: Integers
    lost: NDArray[np.bool_]
    known_until: Integers

    @property
    def survival(self) -> Survival:
        """How long they stay, in days, from the time in which all losses are known: what came later would look too good."""
        known = self.first_day <= self.known_until
        ends = np.minimum(self.last_day, self.known_until)
        return kaplan_meier((ends - self.first_day)[known], (self.lost & (self.last_day <= self.known_until))[known])


def read_stays(bench: Workbench, *, as_of: date, thresholds: Mapping[str, float] = START) -> Stays:
    """Every customer who came by `as_of`, as known that day; losses dated back to the last activity (sql/stays.sql)."""
    know_patience(bench, as_of=as_of, thresholds=thresholds)
    return stays_with_patience(bench, as_of=as_of)


def stays_with_patience(bench: Workbench, *, as_of: date) -> Stays:
    """The same where the table `patience` of that day is there already."""
    rows = bench.arrow(_SQL / "stays.sql", as_of=as_of)
    first, last, known = (
        rows[name].cast(pa.int32()).to_numpy().astype(np.int64) for name in ("first_day", "last_day", "known_until")
    )
    segment, lost = rows["segment"].to_numpy(zero_copy_only=False), rows["lost"].to_numpy().astype(bool)
    return Stays(rows["customer_id"].to_numpy(), segment, first, last, lost, known)


def lives_of(bench: Workbench, stays: Stays, *, as_of: date) -> Stays:
    """The same with a row for each time that somebody was a customer: who was silent beyond his patience and came back was lost once,
    dated back as others are, and began anew (decisioning.md 4.13). Rates go by these; how long people stay, by the first row of each.

    Reads `patience` of that day.
    """
    rows = bench.arrow(_SQL / "absences.sql", as_of=as_of)
    who = rows["customer_id"].to_numpy().astype(np.int64)
    if not len(who):
        return stays
    left, back = (rows[name].cast(pa.int32()).to_numpy().astype(np.int64) for name in ("last_day", "back_on"))
    place = np.searchsorted(stays.customer_id, who)
    is_first = np.append(True, who[1:] != who[:-1])
    began = np.where(is_first, stays.first_day[place], np.roll(back, 1))
    now = stays.first_day.copy()
    now[place] = back  # the last absence of a customer stands last, and wins
    segment = np.concatenate([stays.segment, stays.segment[place]])
    known = np.concatenate([stays.known_until, stays.known_until[place]])
    return Stays(
        np.concatenate([stays.customer_id, who]),
        segment,
        np.concatenate([now, began]),
        np.concatenate([stays.last_day, left]),
        np.concatenate([stays.lost, np.ones(len(who), dtype=bool)]),
        known,
    )


def appraise_survival(
    bench: Workbench, *, as_of: date | None, thresholds: Mapping[str, float] = START
) -> dict[str, Any]:
    """The contract's JSON: the share that stays, the loss rate of each of the last 24 months and by segment and time."""
    to = as_of or known_span(bench)[1]
    figures: dict[str, Any] = {"as_of": to and to.isoformat(), "unit": "day", "customers": 0}
    answer = Answer("kaplan_meier", figures | {"parameters": {}, "months": [], "cells": [], "holdout": None})
    if to is None:
        answer.missing.append(Sentence(NO_DEALINGS))
        return answer.as_json()
    try:
        _follow(bench, answer, to, thresholds)
    except NotEnoughData as lack:
        answer.missing.append(Sentence(lack.words, lack.params))
    return answer.as_json()


def _follow(bench: Workbench, answer: Answer, to: date, thresholds: Mapping[str, float]) -> None:
    stays = read_stays(bench, as_of=to, thresholds=thresholds)
    lives, found = lives_of(bench, stays, as_of=to), stays.survival
    times = [days for days in _TELL_AT if days <= found.times[-1]]
    lower, upper = found.interval_at(times)
    shares = zip(times, found.survival_at(times), lower, upper, strict=True)
    median = found.quantile(0.5)
    answer.figures |= {
        "customers": len(stays.lost),
        "parameters": {
            "lost": int(stays.lost.sum()),
            "survival": {str(t): [float(s), float(low), float(high)] for t, s, low, high in shares},
            "median_days": median if np.isfinite(median) else None,
        },
        "months": tell_months(lives, to),
        "cells": tell_cells(lives, to),
    }
    _judge(bench, answer, to, thresholds)


def _judge(bench: Workbench, answer: Answer, to: date, thresholds: Mapping[str, float]) -> None:
    """What was known half a year ago, held against who has been lost since."""
    cut = to - timedelta(PERIOD_DAYS)
    sooner = read_stays(bench, as_of=cut, thresholds=thresholds).survival
    later = read_at_risk(bench, cut=cut, until=to, thresholds=thresholds)
    known = later.features["days_known"]
    # A loss in trade is dated back: who is told to be lost by the end went in the half year before it was noticed.
    begin = np.where(later.features["under_contract"] > 0, known, known - PERIOD_DAYS)
    kept = np.where(begin > 0, sooner.retention(begin, PERIOD_DAYS), sooner.survival_at(PERIOD_DAYS))
    held_out = compare_losses(1 - kept, -known, later.lost)
    answer.grade = grade_losses(held_out)
    told = {name: value for name, value in vars(held_out).items() if name != "calibration"}
    answer.figures["holdout"] = {"from": cut.isoformat(), "to": to.isoformat(), "simple_rule": BY_TENURE, **told}


def tell_months(stays: Stays, as_of: date) -> list[dict[str, Any]]:
    """The loss rate of each of the last 24 calendar months, the latest last; the last six are preliminary. Months with few losses are
    put together with those after them, up to `until`, as long as these are preliminary as well or are not; what stays few is hidden.
    """
    told, first, losses, exposure = [], None, 0, 0.0
    for ago in range(_MONTHS - 1, -1, -1):
        begin = _months_before(as_of, ago)
        end = min(_months_before(as_of, ago - 1), as_of + timedelta(1))
        of_month = _between(stays, day_number(begin), day_number(end))
        if not of_month[1]:
            continue
        first, losses, exposure = first or begin, losses + of_month[0], exposure + of_month[1]
        is_told = losses >= LEAST_LOSSES
        if is_told or not ago or is_preliminary(begin, as_of) != is_preliminary(_months_before(as_of, ago - 1), as_of):
            rate = _tell(loss_rate(losses, exposure))
            shown = rate if is_told else dict.fromkeys(rate)
            span = {"month": first.isoformat()[:7], "until": begin.isoformat()[:7]}
            told.append({**span, **shown, "preliminary": is_preliminary(begin, as_of)})
            first, losses, exposure = None, 0, 0.0
    return told


def months_at_risk(stays: Stays, as_of: date) -> dict[date, float]:
    """The customer-months at risk of each of the last 48 calendar months that are over (first day of the month → months)."""
    firsts = [_months_before(as_of + timedelta(1), ago) for ago in range(_MONTHS_AT_RISK, -1, -1)]
    return {first: _between(stays, day_number(first), day_number(after))[1] for first, after in pairwise(firsts)}


def tell_cells(stays: Stays, as_of: date) -> list[dict[str, Any]]:
    """The loss rate by segment and time as a customer, of 24 months up to half a year ago: later ones are preliminary.
    Cells with few losses are put together.
    """
    begin, end = _complete_months(as_of)
    cells: dict[CellPath, tuple[int, float]] = {}
    for segment in np.unique(stays.segment):
        of_segment = _only(stays, stays.segment == segment)
        after = 0
        for name, until in _BANDS:
            cells[str(segment), name] = _between(of_segment, begin, end, (after, until))
            after = until
    return [
        {
            "cell": list(cell.path),
            "merged": [list(path) for path in cell.merged],
            **_tell(cell.rate),
            "smoothed": cell.smoothed,
        }
        for cell in loss_table(cells)
    ]


def tell_causes(stays: Stays, lost_on: Integers, causes: NDArray[np.str_], as_of: date) -> list[dict[str, Any]]:
    """The loss rate by cause over the same months, each against all customers at risk; causes with few losses are left out.
    `lost_on`: days from 1970-01-01 of the losses that `causes` belong to.
    """
    begin, end = _complete_months(as_of)
    exposure = _between(stays, begin, end)[1]
    among = causes[(lost_on >= begin) & (lost_on < end)]
    counted = {str(name): int(count) for name, count in zip(*np.unique(among, return_counts=True), strict=True)}
    shown = {name: count for name, count in counted.items() if count >= LEAST_LOSSES}
    return [
        {"cause": name, **_tell(loss_rate(count, exposure))}
        for name, count in sorted(shown.items(), key=lambda i: -i[1])
    ]


def tell_incidence(stays: Stays, customers: Integers, causes: NDArray[np.str_]) -> list[dict[str, Any]]:
    """Of those who come, the share that leaves for each cause within one and within two years, each beside the others, so that they
    add up (Aalen and Johansen, decisioning.md 4.13); the largest first. customers: to whom `causes` belong ("" is not known).
    Nothing while fewer than ten losses are known; a cause of fewer is not told apart.
    """
    known = stays.first_day <= stays.known_until
    lost = (stays.lost & (stays.last_day <= stays.known_until))[known]
    if lost.sum() < LEAST_LOSSES:
        return []
    ids, place = np.unique(customers, return_index=True)
    found = np.searchsorted(ids, stays.customer_id[known])
    found = np.minimum(found, max(len(ids) - 1, 0))
    is_told = ids[found] == stays.customer_id[known] if len(ids) else np.zeros(len(found), dtype=bool)
    named = np.full(len(found), _UNKNOWN, dtype=object)
    named[is_told] = np.where(causes == "", _UNKNOWN, causes)[place[found[is_told]]]
    names, counts = np.unique(named[lost].astype(str), return_counts=True)
    few = names[counts < LEAST_LOSSES]
    named[np.isin(named.astype(str), few)] = _FEW
    ends = np.minimum(stays.last_day, stays.known_until)
    incidence = cumulative_incidence((ends - stays.first_day)[known], np.where(lost, named, ""))
    shares = {cause: incidence.share_at(cause, _YEARS) for cause in incidence.by_reason}
    return [
        {"cause": cause, "within_1_year": float(first), "within_2_years": float(second)}
        for cause, (first, second) in sorted(shares.items(), key=lambda one: (-one[1][1], one[0]))
    ]


def _complete_months(as_of: date) -> tuple[int, int]:
    """First day of 24 months that end half a year ago, and the day after them: later losses are not all known."""
    complete = as_of - timedelta(PERIOD_DAYS)
    return day_number(_months_before(complete, _MONTHS)), day_number(complete) + 1


def _between(stays: Stays, begin: int, end: int, tenure: tuple[int, int] = (0, 10**6)) -> tuple[int, float]:
    """Losses on days from `begin` up to but not `end`, at a time as a customer within `tenure`, and months at risk there."""
    since, until = np.maximum(begin, stays.first_day + tenure[0]), np.minimum(end, stays.first_day + tenure[1])
    # A day seen is a day at risk, the last one too.
    days = np.clip(np.minimum(until, stays.last_day + 1) - since, 0, None)
    lost = stays.lost & (since <= stays.last_day) & (stays.last_day < until)
    return int(lost.sum()), float(days.sum()) / _MONTH_DAYS


def _only(stays: Stays, kept: NDArray[np.bool_]) -> Stays:
    return Stays(**{name: column[kept] for name, column in vars(stays).items()})


def _months_before(day: date, months: int) -> date:
    month = day.year * 12 + day.month - 1 - months
    return date(month // 12, month % 12 + 1, 1)


def _tell(rate: Rate) -> dict[str, Any]:
    return vars(rate)
