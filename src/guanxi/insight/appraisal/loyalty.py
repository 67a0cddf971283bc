"""The traits of loyalty of every customer, from what the record has; what it has not stays unobserved, with words."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from guanxi.ground.refusals import gettext_noop
from guanxi.insight.appraisal.fitting import NO_DEALINGS, chosen_cut
from guanxi.insight.appraisal.purchases import Floats, day_number, last_day, read_held_out, read_purchases, words_of
from guanxi.insight.estimates import loyalty as rules
from guanxi.insight.estimates.evidence import NotEnoughData
from guanxi.insight.estimates.grading import LEAST_OF_EACH, SAME_RANKING, Grade, auc
from guanxi.insight.estimates.words import Said, Sentence
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.surveys.rules import TELLS

_SQL = Path(__file__).parent / "sql"
_MONTH = 365.25 / 12
_TRAITS = ("regular", "breadth", "recommends", "immune", "tolerant")

NO_WALLET = gettext_noop(
    "No share of wallet and no purchase during a rival’s promotion is on record: nobody is known to resist rivals."
)
NO_FAILURES = gettext_noop("No failure of ours that lies 90 days back is on record: nobody is known to tolerate one.")
NO_SURVEY = gettext_noop("No survey is on record: what customers think of us is not known, only what they do.")
NO_REFERRALS = gettext_noop("Nobody is recorded as having recommended us.")
NO_FAMILIES = gettext_noop("No product belongs to a family: nobody is known to hold several.")
RANKS_AS_WELL = gettext_noop(
    "Who scores higher bought again at least as surely as who had bought last ({model} against {simple})."
)
RANKS_WORSE = gettext_noop(
    "It tells who buys again ({model}), but days since the last purchase tell it better ({simple}): read it as a description."
)
RANKS_NOT = gettext_noop(
    "It does not tell who buys again ({model}; days since the last purchase: {simple}): read it as a description only."
)
TOO_FEW_SCORES = gettext_noop(
    "Of {customers} customers with a score {again} bought again in the time held out; at least {least} who did and {least} "
    "who did not are needed to compare."
)
_TELLS = 0.60  # an order worse than this is hardly one


@dataclass(frozen=True)
class Appraised:
    """The rows of the edition's `loyalty`, and in words what could not be observed."""

    rows: pa.Table
    missing: list[Sentence]


def appraise_loyalty(bench: Workbench, *, as_of: date, ever: bool = False) -> Appraised:
    """The traits of everybody who bought or holds something by `as_of`. ever: for a day before the edition's own, where
    families ever bought by then count, and nothing that came later.
    """
    known = bench.arrow(
        _SQL / "loyalty.sql", as_of=as_of, month=_MONTH, cycles=rules.CYCLES, open=HoldingStatus.OPEN.value, ever=ever,
        told_days=TELLS.days,
    )  # fmt: skip
    column = {name: _floats(known[name]) for name in known.column_names if name != "customer_id"}
    customers = known["customer_id"].to_numpy()
    traits = np.column_stack(
        [
            rules.regular_repeat(_active(column), _cv_squared(column), column["purchases"]),
            np.where(np.isfinite(column["families"]), rules.breadth(column["families"], column["relevant"]), np.nan),
            rules.recommends(column["referrals"], column["recommend"]),
            rules.immune(rules.share_of_wallet(column["rank"], column["among"]), _resisting(bench, customers, as_of)),
            _tolerance(bench, customers, as_of),
        ]
    )
    found = rules.combine_traits(traits)
    survey = np.column_stack([10 * column[name] for name in ("value", "quality", "satisfaction")])
    thinks = rules.attitude(survey, column["recommend"])
    rows = {"customer_id": known["customer_id"]}
    rows |= {name: _known(values) for name, values in zip(_TRAITS, traits.T, strict=True)}
    rows["loyalty"] = _known(found.score)
    rows["loyalty_coverage"] = pa.array(np.round(found.coverage, 9))
    rows["loyalty_class"] = pa.array(rules.classify_loyalty(found.behaviour, thinks).astype(object), pa.string())
    rows["is_worth_keeping"] = pa.array(rules.is_worth_keeping(column["year_purchases"], traits))
    return Appraised(pa.table(rows), _missing(column, traits))


def tell_loyalty(bench: Workbench, *, as_of: date | None) -> dict[str, Any]:
    """How many customers are loyal in which way, as JSON: by `as_of` (default: the last day of the data)."""
    to = as_of or last_day(bench)
    if to is None:
        words = str(Sentence(NO_DEALINGS))
        empty: dict[str, Any] = {"as_of": None, "customers": 0, "shown": 0, "classes": {}, "traits": {}}
        return {"model": "loyalty", **empty, "grade": "C", "grade_reason": words, "missing": [words]}
    found, judged = appraise_loyalty(bench, as_of=to), _judge(bench, to)
    score = _floats(found.rows["loyalty"])
    shown = np.isfinite(score)
    classes = words_of(found.rows["loyalty_class"])
    names, counts = np.unique(classes[shown], return_counts=True)
    return {
        "model": "loyalty",
        "as_of": to.isoformat(),
        "customers": found.rows.num_rows,
        "shown": int(shown.sum()),
        "median": float(np.median(score[shown])) if shown.any() else None,
        "classes": {str(name): int(count) for name, count in zip(names, counts, strict=True)},
        "worth_keeping": int(np.sum(found.rows["is_worth_keeping"].to_numpy())),
        "traits": {name: _summary(_floats(found.rows[name])) for name in _TRAITS},
        "grade": judged.letter,
        "grade_reason": Said(judged.reason),
        "missing": [Said(sentence) for sentence in found.missing],
    }


def _judge(bench: Workbench, to: date) -> Grade:
    """The score at the cut against who bought afterwards, beside the days since the last purchase."""
    try:
        cut = chosen_cut(bench, to)
    except NotEnoughData as lack:
        return Grade("C", Sentence(lack.words, lack.params))
    buyers = read_purchases(bench, as_of=cut).buyers
    again = read_held_out(bench, buyers, to=to).purchases > 0
    rows = appraise_loyalty(bench, as_of=cut, ever=True).rows
    score = np.full(len(buyers), np.nan)
    ids = rows["customer_id"].to_numpy()
    place = np.searchsorted(ids, buyers.customer_id)
    score[:] = _floats(rows["loyalty"])[place] if len(ids) else np.nan
    shown = np.isfinite(score)
    model, simple = auc(score[shown], again[shown]), auc(-buyers.recency_days[shown].astype(float), again[shown])
    came, stayed_away = int(again[shown].sum()), int((~again[shown]).sum())
    if model is None or simple is None or min(came, stayed_away) < LEAST_OF_EACH:
        facts = {"customers": int(shown.sum()), "again": came, "least": LEAST_OF_EACH}
        return Grade("C", Sentence(TOO_FEW_SCORES, facts))
    figures = {"model": f"{model:.3f}", "simple": f"{simple:.3f}"}
    if model >= simple - SAME_RANKING:
        return Grade("A", Sentence(RANKS_AS_WELL, figures))
    return Grade("B", Sentence(RANKS_WORSE, figures)) if model >= _TELLS else Grade("C", Sentence(RANKS_NOT, figures))


def _active(column: dict[str, Floats]) -> Floats:
    """Of the last twelve cycles those lived since the first purchase, less those in which an expected purchase did not come."""
    cycle = np.maximum(np.nan_to_num(column["cycle"], nan=_MONTH), 1e-9)
    lived = np.minimum(rules.CYCLES, np.floor(np.nan_to_num(column["age_days"]) / cycle) + 1)
    silent = np.floor(np.nan_to_num(column["recency_days"]) / cycle)
    return np.maximum(lived - column["missed"] - silent, 0)


def _cv_squared(column: dict[str, Floats]) -> Floats:
    """Variance of the own gaps (of a sample) by their squared mean."""
    gaps, total = np.maximum(column["gaps"], 1), np.maximum(column["total"], 1)
    variance = np.maximum(column["squares"] - total * (total / gaps), 0) / np.maximum(gaps - 1, 1)
    return variance / (total / gaps) ** 2


def _resisting(bench: Workbench, customers: NDArray[np.int64], as_of: date) -> Floats:
    """Of each customer, spend on days of rivals' promotions by what was expected then; NaN where that cannot be said."""
    found = np.full(len(customers), np.nan)
    days = _rival_days(bench, as_of)
    if not len(days):
        return found
    bench.register("rival_days", pa.table({"day": pa.array(days, pa.int32()).cast(pa.date32())}))
    rows = bench.arrow(_SQL / "resisting.sql", as_of=as_of)
    bench.unregister("rival_days")
    since = rows["first_day"].cast(pa.int32()).to_numpy().astype(np.int64)
    then = len(days) - np.searchsorted(days, since)
    lived = day_number(as_of) - since + 1
    spent_then, spent_else, purchases = (_floats(rows[name]) for name in ("spent_then", "spent_else", "purchases_else"))
    share = rules.rival_share(spent_then, spent_else, purchases, then, lived - then)
    found[np.searchsorted(customers, rows["customer_id"].to_numpy())] = share
    return found


def _rival_days(bench: Workbench, as_of: date) -> NDArray[np.int64]:
    """The days of 24 months on which a competitor was known to sell on special terms, each once, ascending; from 1970-01-01."""
    last = day_number(as_of)
    rows = bench.arrow("SELECT since, until FROM promotions ORDER BY since, until").to_pylist()
    spans = [(max(day_number(row["since"]), last - 729), min(day_number(row["until"]), last)) for row in rows]
    return np.array(sorted({day for first, until in spans for day in range(first, until + 1)}), dtype=np.int64)


def _tolerance(bench: Workbench, customers: NDArray[np.int64], as_of: date) -> Floats:
    """Of each customer what he spent after a failure of ours by what he spent before it; NaN where there was none."""
    rows = bench.arrow(_SQL / "tolerance.sql", as_of=as_of)
    who = np.searchsorted(customers, rows["customer_id"].to_numpy())
    return rules.tolerant(who, _floats(rows["spent_before"]), _floats(rows["spent_after"]), len(customers))


def _missing(column: dict[str, Floats], traits: Floats) -> list[Sentence]:
    immune, tolerant = (np.isfinite(traits[:, _TRAITS.index(name)]).any() for name in ("immune", "tolerant"))
    words = [] if tolerant else [NO_FAILURES]
    if not immune:
        words.insert(0, NO_WALLET)
    if not any(np.isfinite(column[name]).any() for name in ("value", "quality", "satisfaction", "recommend")):
        words.insert(0, NO_SURVEY)
    if not np.isfinite(column["families"]).any():
        words.insert(0, NO_FAMILIES)
    if not np.isfinite(column["referrals"]).any():
        words.insert(0, NO_REFERRALS)
    return [Sentence(one) for one in words]


def _summary(values: Floats) -> dict[str, Any]:
    seen = values[np.isfinite(values)]
    return {"observed": len(seen), "median": float(np.median(seen)) if len(seen) else None}


def _floats(column: pa.ChunkedArray) -> NDArray[np.float64]:
    return column.cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)


def _known(values: Floats) -> pa.Array:
    return pa.array(values, mask=~np.isfinite(values))
