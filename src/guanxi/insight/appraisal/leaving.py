"""Lost customers: why, as far as the record says, and whether a second life can be valued
(`guanxi estimate reasons | second_lifetime`, WIN-01 to WIN-06).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from guanxi.ground.money import minor_digits
from guanxi.ground.refusals import gettext_noop
from guanxi.insight.appraisal.fitting import NO_DEALINGS
from guanxi.insight.appraisal.patience import START, know_patience
from guanxi.insight.appraisal.purchases import last_day
from guanxi.insight.estimates.reasons import EVIDENCE, Reason, Reasons, classify_reasons, internal_causes
from guanxi.insight.estimates.words import Sentence
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.customers.choices import Stage

_SQL = Path(__file__).parent / "sql"

NOBODY_LOST = gettext_noop("Nobody is lost.")
NOBODY_ASKED = gettext_noop(
    "Nobody was asked why they left: no reason is declared, so most stay unknown and are to be asked."
)
NO_EVIDENCE = gettext_noop(
    "Complaints, offers refused on leaving, price matches, product gaps and moves to rivals are not on record yet; only "
    "promises that nobody kept are."
)
NO_ANSWERS = gettext_noop("No rule can be compared: no lost customer has said why.")
NO_OFFERS = gettext_noop("There are no offers for winning back: what a second life is worth depends on the offer.")
NO_RETURNS = gettext_noop(
    "Nobody was won back with an offer yet: chances, margins and retention of second lives cannot be learnt."
)
NO_RETURN_RULE = gettext_noop("No rule can be compared: without offers nothing was estimated.")


@dataclass(frozen=True)
class Lost:
    """Who is lost: a row a customer (customer_id, first_day, last_day, is_declared, worth in minor units, unsolved), and
    the reason of each with the cause in our own house.
    """

    rows: pa.Table
    reasons: Reasons
    causes: NDArray[np.str_]


def read_lost(bench: Workbench, *, as_of: date, thresholds: Mapping[str, float] = START) -> pa.Table:
    """A row for everybody lost by `as_of` (sql/lost.sql)."""
    know_patience(bench, as_of=as_of, thresholds=thresholds)
    return bench.arrow(
        _SQL / "lost.sql",
        as_of=as_of,
        lost=Stage.LOST.value,
        outward=Direction.OUT.value,
        no_answer=Outcome.NO_ANSWER.value,
        promised=Outcome.PROMISED.value,
    )


def judge_lost(rows: pa.Table) -> Lost:
    """The type of reason that the evidence of the record carries for each (0: to be asked)."""
    unsolved = rows["unsolved"].to_numpy(zero_copy_only=False).astype(bool)
    evidence = np.zeros((rows.num_rows, len(EVIDENCE)))
    evidence[:, list(EVIDENCE).index("unsolved")] = unsolved
    found = classify_reasons(evidence, np.zeros(rows.num_rows, dtype=np.int64))
    return Lost(rows, found, internal_causes(found.types, unsolved, np.zeros(rows.num_rows, dtype=bool)))


def tell_reasons(
    bench: Workbench, *, as_of: date | None, currency: str, thresholds: Mapping[str, float] = START
) -> dict[str, Any]:
    """How many are lost for which reason and cause, by lost value first, as JSON; money in whole units of `currency`."""
    to = as_of or last_day(bench)
    if to is None:
        return _answer("reasons", None, {"customers": 0, "types": {}, "causes": {}}, [NO_DEALINGS])
    told, missing = count_lost(read_lost(bench, as_of=to, thresholds=thresholds), currency=currency)
    return _answer("reasons", to, told, missing, NO_ANSWERS)


def count_lost(rows: pa.Table, *, currency: str) -> tuple[dict[str, Any], list[str]]:
    """Figures of these lost customers, and in words what is missing."""
    lost = judge_lost(rows)
    worth = rows["worth"].to_numpy(zero_copy_only=False) / 10 ** minor_digits(currency)
    types = np.array([reason.name.lower() for reason in Reason])[lost.reasons.types]
    told: dict[str, Any] = {
        "customers": rows.num_rows,
        "to_be_asked": int((lost.reasons.types == Reason.UNKNOWN).sum()),
        "types": _by(types, worth),
        "causes": _by(np.where(lost.causes == "", "unknown", lost.causes), worth),
        "evidence": {"unsolved": int(pc.sum(rows["unsolved"]).as_py() or 0)},
    }
    return told, [NOBODY_ASKED, NO_EVIDENCE] if rows.num_rows else [NOBODY_LOST]


def tell_second_lifetime(
    bench: Workbench, *, as_of: date | None, currency: str, thresholds: Mapping[str, float] = START
) -> dict[str, Any]:
    """Who is lost, and in words what is missing to value a second life, as JSON."""
    to = as_of or last_day(bench)
    if to is None:
        return _answer("second_lifetime", None, {"customers": 0, "pursued": 0}, [NO_DEALINGS])
    lost = read_lost(bench, as_of=to, thresholds=thresholds)
    worth = lost["worth"].to_numpy(zero_copy_only=False) / 10 ** minor_digits(currency)
    told: dict[str, Any] = {
        "customers": lost.num_rows,
        "first_life_total": float(worth.sum()),
        "offers": 0,
        "pursued": 0,
    }
    missing = [NO_OFFERS, NO_RETURNS] if lost.num_rows else [NOBODY_LOST, NO_OFFERS]
    return _answer("second_lifetime", to, told, missing, NO_RETURN_RULE)


def _by(names: NDArray[np.str_], worth: NDArray[np.float64]) -> dict[str, dict[str, float]]:
    """Customers and what they were worth by name, the most valuable first."""
    found = {
        str(name): {"customers": int((names == name).sum()), "worth": float(worth[names == name].sum())}
        for name in np.unique(names)
    }
    return dict(sorted(found.items(), key=lambda item: -item[1]["worth"]))


def _answer(
    model: str, to: date | None, told: dict[str, Any], missing: list[str], reason: str | None = None
) -> dict[str, Any]:
    graded = {
        "grade": "C",
        "grade_reason": str(Sentence(reason or missing[0])),
        "missing": [str(Sentence(one)) for one in missing],
    }
    return {"model": model, "as_of": to and to.isoformat(), **told, **graded}
