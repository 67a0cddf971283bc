"""Scenes in which alarms reach people: somebody has looked at the back-test of every detector that is tried."""

from collections.abc import Iterable
from typing import Any

from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm, system_principal
from guanxi.insight.trials import TRIED, keep_run, let_reach_people


def trust_detectors(kinds: Iterable[str] = TRIED, *, by: Principal | None = None, **figures: Any) -> None:
    """Keep a back-test of these kinds on the thresholds of now, and look at it, by the product's own services."""
    by = by or system_principal()
    for kind in kinds:
        keep_run({**TOLD, "detector": kind, **figures}, firm().thresholds, by=by)
        let_reach_people(kind, by=by)


# What a back-test tells, in the form of backtesting.backtest.
TOLD: dict[str, Any] = {
    "as_of": "2026-06-30",
    "months": 12,
    "customer_months": 4_321,
    "customers": 400,
    "states": {
        "watch": {
            "alarms": 130, "per_1000": 30.09, "judged": 100, "left": 5, "share_left": 0.05, "delay_median": 31.0,
            "delay_p90": 62.0, "undecided": 30,
        },
        "alarm": {
            "alarms": 35, "per_1000": 8.1, "judged": 30, "left": 9, "share_left": 0.3, "delay_median": 40.0,
            "delay_p90": 71.5, "undecided": 5,
        },
    },
    "left_means": "Left means: in none of the next three closed months did spending, season taken out, come back to half of the habit.",
    "at_risk_means": "Counted are customers in each month in which their spending could be judged.",
    "defended": {"q": 0.1, "judged": 380, "size": 12},
    "within": {
        "alarms": 4, "per_1000": 9.3, "judged": 3, "left": 2, "share_left": 0.6667, "delay_median": 24.0, "delay_p90": 27.6,
        "undecided": 1, "customer_months": 430, "means": "Within the month means: stated of tier A before the month had closed. "
        "Counted are customers who are in tier A today.",
    },
    "missing": ["Of “watch” only 3 could be held against what came later: the share says little."],
    "lacking": [
        {
            "words": "Of “{state}” only {judged} could be held against what came later: the share says little.",
            "params": {"state": "watch", "judged": 3},
        }
    ],
}  # fmt: skip
