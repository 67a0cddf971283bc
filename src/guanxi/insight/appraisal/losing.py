"""Who will be lost in the next half year (`guanxi estimate loss`): learnt from one half year, judged on the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from guanxi.ground.refusals import gettext_noop
from guanxi.insight import profile
from guanxi.insight.appraisal.fitting import NO_DEALINGS, TOO_SHORT, Answer
from guanxi.insight.appraisal.patience import START, know_patience
from guanxi.insight.appraisal.purchases import first_day, last_day
from guanxi.insight.estimates.evidence import NotEnoughData
from guanxi.insight.estimates.loss import LossModel, fit_loss
from guanxi.insight.estimates.loss_grading import compare_losses, grade_losses
from guanxi.insight.estimates.words import Sentence
from guanxi.insight.warehouse.workbench import Workbench

# The least time after which somebody in trade is lost (decisioning.md 4.6); two of them, and some days to learn from.
PERIOD_DAYS = 180
_LEAST_SPAN = 2 * PERIOD_DAYS + 60
# So many customers tell who leaves as well as all of them do.
SAMPLE = 50_000

BY_RECENCY = gettext_noop("days since the last purchase")
BY_TENURE = gettext_noop("how short a time one has been a customer")


@dataclass(frozen=True)
class AtRisk:
    """A row a customer who could be lost after a day: what was known then, and whether he was lost in the period after."""

    features: dict[str, NDArray]
    lost: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.lost)

    @property
    def simple_rule(self) -> tuple[str, NDArray[np.float64]]:
        """The number that everybody can look up, more of it meaning sooner lost, and its name."""
        known, since = self.features["days_known"], self.features["days_since_purchase"]
        if self.features["under_contract"].mean() > 0.5:
            return BY_TENURE, -known
        return BY_RECENCY, np.where(np.isnan(since), known, since)


def read_at_risk(bench: Workbench, *, cut: date, until: date, thresholds: Mapping[str, float] = START) -> AtRisk:
    """Who could be lost after `cut`, and was by `until`, by the firm's own definition (profile/sql/at_risk.sql)."""
    know_patience(bench, as_of=cut, thresholds=thresholds)
    declared = profile.FEATURES.feature("at_risk", purpose=profile.Purpose.CARE)
    table = profile.build(bench, declared.name, purpose=profile.Purpose.CARE, of="customers", cut=cut, until=until)
    rows = bench.arrow(f"SELECT * FROM {table} ORDER BY customer_id")  # noqa: S608 - our own name
    lost = rows["lost"].to_numpy().astype(bool)
    return AtRisk({name: _column(rows[name]) for name in declared.columns if name != "lost"}, lost)


def appraise_loss(bench: Workbench, *, as_of: date | None, thresholds: Mapping[str, float] = START) -> dict[str, Any]:
    """The contract's JSON: which model, how well it ranks and counts, what weighs how much, how many it expects to lose."""
    begin, end = known_span(bench)
    to = as_of or end
    figures: dict[str, Any] = {"as_of": to and to.isoformat(), "period_days": PERIOD_DAYS, "customers": 0}
    answer = Answer("loss", figures | {"parameters": {}, "holdout": None})
    if to is None or begin is None:
        answer.missing.append(Sentence(NO_DEALINGS))
        return answer.as_json()
    try:
        _learn_and_judge(bench, answer, (begin, to), thresholds)
    except NotEnoughData as lack:
        answer.missing.append(Sentence(lack.words, lack.params))
    return answer.as_json()


def known_span(bench: Workbench) -> tuple[date | None, date | None]:
    """First and last day of the data: of dealings, and of what was taken out; the last one of dealings where there are any."""
    opened = bench.arrow("SELECT min(opened_on) AS first_day, max(opened_on) AS last_day FROM holdings").to_pylist()[0]
    begins = [day for day in (first_day(bench), opened["first_day"]) if day]
    return min(begins, default=None), last_day(bench) or opened["last_day"]


def _learn_and_judge(
    bench: Workbench, answer: Answer, span: tuple[date, date], thresholds: Mapping[str, float]
) -> None:
    begin, to = span
    now = read_at_risk(bench, cut=to, until=to, thresholds=thresholds)
    answer.figures["customers"] = len(now)
    days = max((to - begin).days, 0)
    if days < _LEAST_SPAN:
        raise NotEnoughData("estimate.too_short", TOO_SHORT, days=days, least=_LEAST_SPAN)
    cut, period = to - timedelta(PERIOD_DAYS), timedelta(PERIOD_DAYS)
    sooner = _fit(read_at_risk(bench, cut=cut - period, until=cut, thresholds=thresholds))
    later = read_at_risk(bench, cut=cut, until=to, thresholds=thresholds)
    rule, simple = later.simple_rule
    held_out = compare_losses(sooner.probabilities(later.features), simple, later.lost)
    answer.grade = grade_losses(held_out)
    answer.figures["holdout"] = {
        "from": cut.isoformat(),
        "to": to.isoformat(),
        "simple_rule": rule,
        **vars(held_out),
        "calibration": [list(part) for part in held_out.calibration],
    }
    answer.figures["parameters"] = _tell(_fit(later), now)


def _fit(known: AtRisk) -> LossModel:
    step = max(-(-len(known) // SAMPLE), 1)
    return fit_loss({name: column[::step] for name, column in known.features.items()}, known.lost[::step])


def _tell(model: LossModel, now: AtRisk) -> dict[str, Any]:
    """The model of today: cross-validated figures, and how far each feature moves the log-odds of a customer on average."""
    reasons = model.reasons(now.features)
    moved = np.abs(reasons.contributions).mean(axis=0) if len(now) else np.zeros(len(reasons.names))
    found = model.validation
    return {
        "chosen": found.chosen,
        "why": str(found.why),
        "learnt_from": found.customers,
        "lost": found.lost,
        **{name: getattr(found, name) for name in ("auc", "auc_sd", "log_loss", "lift_top_tenth")},
        "weights": {reasons.names[place]: float(moved[place]) for place in np.argsort(-moved, kind="stable")},
        "expected_lost": float(model.probabilities(now.features).sum()),
    }


def _column(column: pa.ChunkedArray) -> NDArray:
    if pa.types.is_string(column.type):
        return column.to_numpy(zero_copy_only=False)
    return column.cast(pa.float64()).to_numpy().astype(np.float64)
