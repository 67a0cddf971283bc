"""Which lifetime model serves this firm: both are held against what came, and the better one is taken, with its grade.

Models are fitted to at most SAMPLE customers, every k-th in the order of their ids: fifty thousand histories fix four
parameters as well as a million, in a twentieth of the time, and the same data give the same numbers.
"""

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np

from guanxi.insight.appraisal.fitting import LIFETIME_MODELS, Lifetime, hold_out
from guanxi.insight.appraisal.purchases import Floats, HeldOut, Purchases
from guanxi.insight.estimates.bg_nbd import BgNbd
from guanxi.insight.estimates.grading import SAME_RANKING, Grade, HoldOut, grade

SAMPLE = 50_000
UNIT = 7  # weeks: whole days group into few distinct rows either way

_Rows = TypeVar("_Rows", Purchases, HeldOut)


@dataclass(frozen=True)
class Choice:
    """The model that served best, fitted to all there is, and its grade."""

    name: str
    fitted: Lifetime
    grade: Grade


def choose_model(known: Purchases, sooner: Purchases, later: HeldOut, as_of: date) -> Choice:
    """Fit both models to what was known sooner, judge them by what came later, and fit the better one to all buyers.

    Better is who ranks better, by more than SAME_RANKING, who would buy again; else whose total is nearer; else the
    simpler BG/NBD. Raises NotEnoughData.
    """
    step = -(-len(sooner) // SAMPLE)
    judged: dict[str, HoldOut] = {}
    for name, fit in LIFETIME_MODELS.items():
        cut = sampled(sooner, step)
        judged[name] = hold_out(cut, fit(*cut.histories(UNIT)), sampled(later, step), to=as_of, unit=UNIT)
    best = _better(judged)
    return Choice(best, fit_sampled(best, known), grade(judged[best]))


def fit_sampled(name: str, buyers: Purchases) -> Lifetime:
    """A model fitted to a sample of buyers. Raises NotEnoughData."""
    return LIFETIME_MODELS[name](*sampled(buyers, -(-len(buyers) // SAMPLE)).histories(UNIT))


def sampled(rows: _Rows, step: int) -> _Rows:
    """Every `step`-th row."""
    if step <= 1:
        return rows
    columns = {name: column[::step] for name, column in vars(rows).items() if isinstance(column, np.ndarray)}
    return type(rows)(**{**vars(rows), **columns})


def silent_year(fitted: Lifetime, buyers: Purchases, alive: Floats, purchases: Floats) -> Floats:
    """The chance that a customer buys nothing in the next 365 days: 1 - P(alive) (1 - ((alpha + T) / (alpha + T + t))^(r + x)).

    From the Gamma posterior of his rate. In BG/NBD nobody leaves but at a purchase, so t is the whole year (Fader, Hardie
    and Lee 2005); in Pareto/NBD it is the mean time he still stays, of which `purchases`, expected in the year, tell.
    """
    shape, scale = fitted.r + buyers.frequency, fitted.alpha + buyers.age_days / UNIT
    stays = np.full(len(buyers), 365 / UNIT)
    if not isinstance(fitted, BgNbd):
        stays = np.divide(purchases, alive, out=np.zeros(len(buyers)), where=alive > 0) * scale / shape
    return 1 - alive * -np.expm1(-shape * np.log1p(stays / scale))


def _better(judged: dict[str, HoldOut]) -> str:
    simple, other = judged["bg_nbd"], judged["pareto_nbd"]
    if simple.auc_expected is None or other.auc_expected is None:
        return "bg_nbd"
    lead = other.auc_expected - simple.auc_expected
    if abs(lead) > SAME_RANKING:
        return "pareto_nbd" if lead > 0 else "bg_nbd"
    return "pareto_nbd" if _miss(other) < _miss(simple) else "bg_nbd"


def _miss(held_out: HoldOut) -> float:
    return abs(held_out.predicted - held_out.actual)
