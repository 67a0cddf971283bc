"""What contacts change (`guanxi estimate uplift`): there is nothing to estimate before contacts are given and withheld by lot."""

from datetime import date
from typing import Any

from guanxi.ground.refusals import gettext_noop
from guanxi.insight.appraisal.fitting import Answer
from guanxi.insight.appraisal.purchases import last_day
from guanxi.insight.estimates.uplift import LEAST_OF_AN_ARM
from guanxi.insight.estimates.words import Sentence
from guanxi.insight.warehouse.workbench import Workbench

NO_ARMS = gettext_noop(
    "No contact has been given to some and withheld from others by lot yet, so what contacts change cannot be told from what "
    "would have happened anyway. At least {least} customers of each kind are needed, with who was contacted, when, and what "
    "each did afterwards."
)


def appraise_uplift(bench: Workbench, *, as_of: date | None) -> dict[str, Any]:
    """The contract's JSON; until an edition knows arms, the words for what is missing."""
    to = as_of or last_day(bench)
    figures: dict[str, Any] = {"as_of": to and to.isoformat(), "customers": 0, "parameters": {}, "holdout": None}
    return Answer("uplift", figures, missing=[Sentence(NO_ARMS, {"least": LEAST_OF_AN_ARM})]).as_json()
