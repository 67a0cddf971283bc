"""Who stays away longer than the own rhythm allows, and whether that tells who is gone (`guanxi estimate inactivity`, 4.6)."""

from datetime import date, timedelta
from typing import Any

import numpy as np

from guanxi.ground.refusals import gettext_noop
from guanxi.insight.appraisal.fitting import NO_DEALINGS, Answer
from guanxi.insight.appraisal.purchases import first_day, last_day
from guanxi.insight.detectors.inactivity import Presence, presence_of
from guanxi.insight.detectors.thresholds import settled
from guanxi.insight.estimates.evidence import NotEnoughData
from guanxi.insight.estimates.grading import LEAST_OF_EACH, SAME_RANKING, Grade, auc
from guanxi.insight.estimates.words import Sentence
from guanxi.insight.warehouse.workbench import Workbench

HELD_DAYS = 90

RANKS = gettext_noop(
    "The own rhythm tells who will not come within {days} days at least as well as days since the last purchase "
    "({model} against {simple})."
)
RANKS_WORSE = gettext_noop(
    "Days since the last purchase tell who will not come within {days} days better than the own rhythm ({simple} against "
    "{model}): rank by days; the rhythm is for the day of the alarm."
)
TOO_FEW = gettext_noop(
    "Of {customers} customers {gone} did not come in the {days} days held out; at least {least} who did and {least} who "
    "did not are needed to compare."
)
TOO_SHORT = gettext_noop("The history is shorter than {days} days: nothing can be held out to judge by.")


def appraise_inactivity(bench: Workbench, *, as_of: date | None, thresholds: dict[str, Any]) -> dict[str, Any]:
    """The contract's JSON: customers by state, and P(a gap as long) against days since the last purchase, 90 days held out."""
    to = as_of or last_day(bench)
    figures: dict[str, Any] = {"as_of": to and to.isoformat(), "unit": "day", "customers": 0}
    answer = Answer("gamma_gaps", figures | {"parameters": {}, "states": {}, "holdout": None})
    if to is None:
        answer.missing.append(Sentence(NO_DEALINGS))
        return answer.as_json()
    given = settled(thresholds)
    now = presence_of(bench, as_of=to, given=given)
    names, counts = np.unique(now.state.astype(str), return_counts=True)
    answer.figures["customers"] = len(now.elapsed)
    answer.figures["states"] = {name or "present": int(count) for name, count in zip(names, counts, strict=True)}
    answer.figures["parameters"] = {name: given[f"inactivity.{name}"] for name in ("budget", "alarm_cap", "gaps")}
    try:
        _judge(bench, answer, to, given)
    except NotEnoughData as lack:
        answer.missing.append(Sentence(lack.words, lack.params))
    return answer.as_json()


def _judge(bench: Workbench, answer: Answer, to: date, given: dict[str, float]) -> None:
    cut, begun = to - timedelta(days=HELD_DAYS), first_day(bench)
    if begun is None or (cut - begun).days < HELD_DAYS:
        raise NotEnoughData("estimate.short_history", TOO_SHORT, days=2 * HELD_DAYS)
    before = presence_of(bench, as_of=cut, given=given)
    came = _came(bench, before, cut, to)
    gone = int((~came).sum())
    if min(gone, len(came) - gone) < LEAST_OF_EACH:
        counts = {"customers": len(came), "gone": gone, "days": HELD_DAYS, "least": LEAST_OF_EACH}
        raise NotEnoughData("estimate.few_to_compare", TOO_FEW, **counts)
    model, simple = auc(before.chance, came) or 0.0, auc(-before.elapsed, came) or 0.0
    alarmed = np.isin(before.state, ("alarm", "lapsed"))
    answer.figures["holdout"] = {
        "to": to.isoformat(),
        "customers": len(came),
        "gone": gone,
        "alarmed": int(alarmed.sum()),
        "alarmed_gone": int((alarmed & ~came).sum()),
        "auc_rhythm": round(model, 4),
        "auc_recency": round(simple, 4),
    }
    held = model >= simple - SAME_RANKING
    params = {"days": HELD_DAYS, "model": f"{model:.3f}", "simple": f"{simple:.3f}"}
    answer.grade = Grade("A" if held else "B", Sentence(RANKS if held else RANKS_WORSE, params))


def _came(bench: Workbench, before: Presence, cut: date, to: date) -> np.ndarray:
    rows = bench.arrow(
        "SELECT DISTINCT customer_id FROM days WHERE is_purchase AND day > $cut AND day <= $to ORDER BY 1",
        cut=cut,
        to=to,
    )
    return np.isin(before.customer_id, rows["customer_id"].to_numpy())
