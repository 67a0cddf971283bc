"""The lifetime model behind standing: BG/NBD, fitted to a sample, judged by the firm's own last quarter.

Pareto/NBD is offered by `guanxi estimate`; nightly it would cost twenty times as much and rank customers alike
(docs/measurements.md). What BG/NBD cannot say, the chance that who bought once is still there, stays unsaid.
"""

from datetime import date
from typing import TypeVar

import numpy as np

from guanxi.insight.appraisal.fitting import hold_out
from guanxi.insight.appraisal.purchases import Floats, HeldOut, Purchases
from guanxi.insight.estimates.bg_nbd import BgNbd, fit_bg_nbd
from guanxi.insight.estimates.grading import Grade, grade

UNIT = 7  # weeks: whole days group into few distinct rows either way
# A hundred thousand histories fix four parameters as well as a million, in a tenth of the time.
SAMPLE = 100_000

_Rows = TypeVar("_Rows", Purchases, HeldOut)


def fit_sample(buyers: Purchases) -> BgNbd:
    """The model fitted to at most SAMPLE buyers. Raises NotEnoughData."""
    return fit_bg_nbd(*sampled(buyers, step_of(buyers)).histories(UNIT))


def judge_sample(sooner: Purchases, later: HeldOut, as_of: date) -> Grade:
    """The grade of the model fitted to what was known sooner, by what came later. Raises NotEnoughData."""
    step = step_of(sooner)
    cut = sampled(sooner, step)
    fitted = fit_bg_nbd(*cut.histories(UNIT))
    return grade(hold_out(cut, fitted, sampled(later, step), to=as_of, unit=UNIT))


def step_of(buyers: Purchases) -> int:
    """Every how many-th buyer, in the order of their ids, makes a sample: the same data give the same numbers."""
    return max(-(-len(buyers) // SAMPLE), 1)


def sampled(rows: _Rows, step: int) -> _Rows:
    """Every `step`-th row."""
    columns = {name: column[::step] for name, column in vars(rows).items() if isinstance(column, np.ndarray)}
    return type(rows)(**{**vars(rows), **columns})


def silent_year(fitted: BgNbd, buyers: Purchases, alive: Floats) -> Floats:
    """The chance that a customer buys nothing in the next 365 days: 1 - P(alive) (1 - ((alpha + T) / (alpha + T + t))^(r + x)).

    From the Gamma posterior of his rate; in BG/NBD nobody leaves but at a purchase (Fader, Hardie and Lee 2005).
    """
    now = fitted.alpha + buyers.age_days / UNIT
    return 1 - alive * -np.expm1(-(fitted.r + buyers.frequency) * np.log1p(365 / UNIT / now))
