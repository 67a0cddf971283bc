"""Fitting one model to the histories of an edition and holding its promise against what came (`guanxi estimate`)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol

import numpy as np

from guanxi.ground.money import minor_digits
from guanxi.ground.refusals import gettext_noop
from guanxi.insight.appraisal.purchases import (
    Floats,
    HeldOut,
    Purchases,
    first_day,
    last_day,
    read_held_out,
    read_purchases,
)
from guanxi.insight.estimates.bg_nbd import BgNbd, fit_bg_nbd
from guanxi.insight.estimates.evidence import NotEnoughData
from guanxi.insight.estimates.gamma_gamma import GammaGamma, fit_gamma_gamma
from guanxi.insight.estimates.grading import (
    Grade,
    HoldOut,
    compare_baskets,
    compare_hold_out,
    grade,
    grade_baskets,
)
from guanxi.insight.estimates.pareto_nbd import ParetoNbd, fit_pareto_nbd
from guanxi.insight.estimates.words import Said, Sentence
from guanxi.insight.warehouse.workbench import Workbench

Lifetime = BgNbd | ParetoNbd
LIFETIME_MODELS: dict[str, Callable[..., Lifetime]] = {"bg_nbd": fit_bg_nbd, "pareto_nbd": fit_pareto_nbd}
UNITS = {"day": 1, "week": 7}

NO_DEALINGS = gettext_noop("There are no dealings yet.")
NOTHING_AFTER = gettext_noop("There are no dealings after {day}, so nothing can be held against the estimate.")
TOO_SHORT = gettext_noop("The dealings reach over {days} days only; at least {least} are needed to hold some out.")

# A year of data is cut a quarter before its end; a shorter log by its last third. Below this a cut tells nothing.
_LEAST_SPAN = 60
_QUARTER = 91


@dataclass(frozen=True)
class Question:
    """What is asked of a model. `as_of` None: to the last day of the data; `calibrate_to` None: a cut is chosen."""

    as_of: date | None = None
    calibrate_to: date | None = None
    unit: str = "week"
    gross: bool = False


@dataclass
class Answer:
    """One model's answer. `figures` are the keys of its JSON in their order; `missing` says in words what is lacking."""

    model: str
    figures: dict[str, Any] = field(default_factory=dict)
    grade: Grade | None = None
    missing: list[Sentence] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The contract's form (architecture.md); without a grade the answer is a C, for the first reason missing."""
        judged = self.grade or Grade("C", self.missing[0] if self.missing else Sentence(""))
        told = {"grade": judged.letter, "grade_reason": Said(judged.reason), "missing": [Said(s) for s in self.missing]}
        return {"model": self.model, **self.figures, **told}


class _Task(Protocol):
    """One way of fitting and judging."""

    def fit(self, known: Purchases) -> Any:
        """The model fitted to the buyers among `known`; raises NotEnoughData."""

    def customers(self, known: Purchases, fitted: Any) -> int:
        """How many customers it was fitted to."""

    def judge(self, answer: Answer, known: Purchases, fitted: Any, to: date) -> None:
        """Hold what `fitted` promises against what came by `to`; into the answer's figures and grade."""


def appraise_lifetime(bench: Workbench, model: str, asked: Question) -> dict[str, Any]:
    """How often customers will buy and whether they are still there, as JSON; `model` is one of LIFETIME_MODELS."""
    figures: dict[str, Any] = {"unit": asked.unit, **_EMPTY, "cumulative": None}
    return _appraise(bench, Answer(model, figures), _LifetimeTask(bench, model, UNITS[asked.unit]), asked)


def appraise_spending(bench: Workbench, asked: Question, *, currency: str) -> dict[str, Any]:
    """What a purchase of each customer is worth, as JSON: Gamma-Gamma over the days after the first, in whole units."""
    figures: dict[str, Any] = {"currency": currency, **_EMPTY}
    return _appraise(bench, Answer("gamma_gamma", figures), _SpendingTask(bench, currency, asked.gross), asked)


_EMPTY = dict.fromkeys(("as_of", "customers", "parameters", "log_likelihood", "boundary", "holdout")) | {"customers": 0}


def _appraise(bench: Workbench, answer: Answer, task: _Task, asked: Question) -> dict[str, Any]:
    last = last_day(bench)
    to = asked.as_of or last
    answer.figures |= {"as_of": to and to.isoformat(), "parameters": {}}
    if to is None or last is None:
        answer.missing.append(Sentence(NO_DEALINGS))
        return answer.as_json()
    try:
        _fit_and_judge(bench, answer, task, asked, to)
    except NotEnoughData as lack:
        answer.missing.append(Sentence(lack.words, lack.params))
    return answer.as_json()


def _fit_and_judge(bench: Workbench, answer: Answer, task: _Task, asked: Question, to: date) -> None:
    cut = asked.calibrate_to or to
    known = read_purchases(bench, as_of=cut, gross=asked.gross).buyers
    answer.figures["customers"] = len(known)
    fitted = task.fit(known)
    answer.figures |= {
        "customers": task.customers(known, fitted),
        "parameters": fitted.parameters,
        "log_likelihood": fitted.log_likelihood,
        "boundary": fitted.boundary,
    }
    if asked.calibrate_to is None:
        cut = chosen_cut(bench, to)
        known = read_purchases(bench, as_of=cut, gross=asked.gross).buyers
        fitted = task.fit(known)
    if cut >= to:
        raise NotEnoughData("estimate.nothing_after", NOTHING_AFTER, day=cut)
    task.judge(answer, known, fitted, to)
    answer.figures["holdout"] = {"from": cut.isoformat(), "to": to.isoformat(), **answer.figures["holdout"]}


@dataclass(frozen=True)
class _LifetimeTask:
    bench: Workbench
    model: str
    unit: int

    def fit(self, known: Purchases) -> Lifetime:
        return LIFETIME_MODELS[self.model](*known.histories(self.unit))

    def customers(self, known: Purchases, fitted: Lifetime) -> int:
        return len(known)

    def judge(self, answer: Answer, known: Purchases, fitted: Lifetime, to: date) -> None:
        later = read_held_out(self.bench, known, to=to)
        held_out = hold_out(known, fitted, later, to=to, unit=self.unit)
        answer.grade = grade(held_out)
        answer.figures["holdout"] = {name: getattr(held_out, name) for name in _HOLD_OUT}
        answer.figures["cumulative"] = _cumulative(known, fitted, later, to=to, unit=self.unit)


@dataclass(frozen=True)
class _SpendingTask:
    bench: Workbench
    currency: str
    gross: bool

    def fit(self, known: Purchases) -> GammaGamma:
        return fit_gamma_gamma(known.frequency, self._money(known.monetary))

    def customers(self, known: Purchases, fitted: GammaGamma) -> int:
        return round(fitted.customers)

    def judge(self, answer: Answer, known: Purchases, fitted: GammaGamma, to: date) -> None:
        later = read_held_out(self.bench, known, to=to, gross=self.gross)
        both = (known.frequency > 0) & (known.monetary > 0) & (later.purchases > 0)
        own = self._money(known.monetary)
        came = self._money(later.total)[both] / later.purchases[both]
        baskets = compare_baskets(fitted.expected_average(known.frequency, own)[both], own[both], came)
        answer.grade = grade_baskets(baskets)
        answer.figures["holdout"] = {name: getattr(baskets, name) for name in _BASKETS}

    def _money(self, minor: Floats) -> Floats:
        return minor / 10 ** minor_digits(self.currency)


_HOLD_OUT = "predicted actual correlation mae auc_expected auc_recency".split()
_BASKETS = "customers predicted actual correlation mae mae_personal_mean".split()


def hold_out(known: Purchases, fitted: Lifetime, later: HeldOut, *, to: date, unit: int) -> HoldOut:
    """What the model, fitted to `known`, expected by `to`, beside what came."""
    ahead = (to - known.as_of).days / unit
    expected = fitted.expected_purchases(ahead, *known.histories(unit))
    return compare_hold_out(expected, known.recency_days, later.purchases)


def chosen_cut(bench: Workbench, to: date) -> date:
    """The day to calibrate to when nobody names one: a quarter before the end, in a short log two thirds of the way.

    Raises NotEnoughData for a log that is too short.
    """
    begin = first_day(bench)
    days = (to - begin).days if begin else 0
    if days < _LEAST_SPAN:
        raise NotEnoughData("estimate.too_short", TOO_SHORT, days=max(days, 0), least=_LEAST_SPAN)
    return to - timedelta(days=min(_QUARTER, days // 3))


def _cumulative(known: Purchases, fitted: Lifetime, later: HeldOut, *, to: date, unit: int) -> dict[str, float]:
    """Repeat purchases of the known customers from their first day to the end: as expected of strangers, and as they came."""
    ages = (known.age_days + (to - known.as_of).days) / unit
    distinct, place = np.unique(ages, return_inverse=True)
    predicted = float(np.sum(fitted.expected_cumulative(distinct) * np.bincount(place)))
    return {"predicted": predicted, "actual": int(known.frequency.sum() + later.purchases.sum())}
