"""What offering changes, and for whom (`guanxi estimate uplift`): those drawn to be contacted against those whom chance kept from it."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from guanxi.ground.refusals import gettext_noop
from guanxi.insight.appraisal.fitting import Answer
from guanxi.insight.appraisal.purchases import last_day
from guanxi.insight.decisions.offers.cells import TRAITS, digit
from guanxi.insight.decisions.offers.evidence import TARGETS
from guanxi.insight.estimates.evidence import NotEnoughData
from guanxi.insight.estimates.grading import Grade
from guanxi.insight.estimates.uplift import LEAST_OF_AN_ARM, Uplift, fit_uplift
from guanxi.insight.estimates.words import Sentence
from guanxi.insight.warehouse.workbench import Workbench

MOST_OFFERS: Final = 20  # the largest
MOST_OF_AN_OFFER: Final = 20_000  # customers: of more, each second, third … in the order of their keys
_SQL: Final = Path(__file__).parent / "sql"

NO_ARMS = gettext_noop(
    "No contact has been given to some and withheld from others by lot yet, so what contacts change cannot be told from what "
    "would have happened anyway. At least {least} customers of each kind are needed, with who was contacted, when, and what "
    "each did afterwards."
)
TOLD_APART = gettext_noop(
    "Of {offers} offers with enough customers drawn, {differing} surely do more for some than for others."
)
NOT_TOLD_APART = gettext_noop(
    "Of {offers} offers with enough customers drawn none surely does more for some than for others: choosing by uplift would be "
    "choosing by chance."
)
TOO_FEW = gettext_noop("Of the offer {offer} nothing can be said: {why}")


def appraise_uplift(
    bench: Workbench, trials: pa.Table, targets: Mapping[str, tuple[str, str]], *, as_of: dt.date | None
) -> dict[str, Any]:
    """The contract's JSON, and under `offers` a row an offer, the largest first: customers drawn, those of them to be contacted, the
    effect on the chance to take what is offered with its 95 % interval, the normalised Qini of the better learner, the effects
    of the half it suits best and of the other, and whether they surely differ.

    trials: columns of evidence.TRIALS; targets: reference of an offer → (product, family), "" where it names none.
    """
    to = as_of or last_day(bench)
    figures: dict[str, Any] = {"as_of": to and to.isoformat(), "customers": 0, "parameters": {}, "holdout": None}
    missing: list[Sentence] = []
    rows, found = [], []
    for offer, some in _by_offer(_read(bench, trials, targets, to)):
        try:
            fitted = _fit(some)
        except NotEnoughData as lack:
            missing.append(Sentence(TOO_FEW, {"offer": offer, "why": str(Sentence(lack.words, lack.params))}))
            continue
        found.append(fitted)
        rows.append(_told(offer, some, fitted))
    figures |= {"customers": sum(row["customers"] for row in rows), "offers": rows}
    if not found:
        return Answer("uplift", figures, missing=[Sentence(NO_ARMS, {"least": LEAST_OF_AN_ARM}), *missing]).as_json()
    differing = sum(one.heterogeneous for one in found)
    counts = {"offers": len(found), "differing": differing}
    grade = Grade("A", Sentence(TOLD_APART, counts)) if differing else Grade("B", Sentence(NOT_TOLD_APART, counts))
    return Answer("uplift", figures, grade, missing).as_json()


def _read(bench: Workbench, trials: pa.Table, targets: Mapping[str, tuple[str, str]], to: dt.date | None) -> pa.Table:
    about = [dict(zip(TARGETS.names, (offer, *names), strict=True)) for offer, names in targets.items()]
    bench.register("targets", pa.Table.from_pylist(about, schema=TARGETS))
    bench.register("trials", trials)
    rows = bench.arrow(_SQL / "contacted.sql", as_of=to or dt.date.min)
    for name in ("targets", "trials"):
        bench.unregister(name)
    return rows


def _by_offer(rows: pa.Table) -> list[tuple[str, pa.Table]]:
    sizes = rows.group_by("offer").aggregate([([], "count_all")])
    largest = sizes.sort_by([("count_all", "descending"), ("offer", "ascending")])["offer"].to_pylist()[:MOST_OFFERS]
    return [(offer, rows.filter(pc.equal(rows["offer"], offer))) for offer in largest]


def _fit(rows: pa.Table) -> Uplift:
    step = -(-rows.num_rows // MOST_OF_AN_OFFER)
    kept = rows.take(pa.array(np.arange(0, rows.num_rows, step)))
    bands = kept["bands"].to_numpy()
    features = {trait.name: digit(bands, trait.name).astype(np.float64) for trait in TRAITS}
    telling = {name: column for name, column in features.items() if len(np.unique(column)) > 1}
    some = telling or {TRAITS[0].name: features[TRAITS[0].name]}
    treated, came = (kept[name].to_numpy(zero_copy_only=False).astype(np.int64) for name in ("is_treated", "came"))
    return fit_uplift(some, treated, came)


def _told(offer: str, rows: pa.Table, fitted: Uplift) -> dict[str, Any]:
    return {
        "offer": offer,
        "customers": rows.num_rows,
        "treated": pc.sum(rows["is_treated"]).as_py(),
        "fitted": fitted.customers,
        "average_effect": fitted.average_effect,
        "interval": list(fitted.interval),
        "qini": fitted.qini,
        "learner": fitted.learner,
        "halves": list(fitted.halves),
        "heterogeneous": fitted.heterogeneous,
        "why": str(fitted.why),
        "warning": str(fitted.warning) if fitted.warning else None,
    }
