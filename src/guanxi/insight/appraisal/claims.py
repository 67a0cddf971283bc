"""Claims of insurance (`guanxi estimate claims`): the record keeps none yet, and says so."""

from datetime import date
from typing import Any

from guanxi.ground.refusals import gettext_noop
from guanxi.insight.appraisal.purchases import last_day
from guanxi.insight.estimates.words import Sentence
from guanxi.insight.warehouse.workbench import Workbench

NO_CLAIMS = gettext_noop(
    "No claims and no earned premiums are on record: how often, how dear and what share of the premium cannot be said."
)


def tell_claims(bench: Workbench, *, as_of: date | None) -> dict[str, Any]:
    """Frequency, severity and loss ratio as JSON, empty with words while there are no claims to read."""
    to = as_of or last_day(bench)
    words = str(Sentence(NO_CLAIMS))
    empty = {"claims": 0, "frequency": None, "severity": None, "loss_ratio": None}
    return {
        "model": "claims",
        "as_of": to and to.isoformat(),
        "customers": 0,
        **empty,
        "grade": "C",
        "grade_reason": words,
        "missing": [words],
    }
