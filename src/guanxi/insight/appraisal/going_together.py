"""What customers have together, what they get next, and who has one without the other (`guanxi estimate affinity`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from guanxi.ground.money import minor_digits
from guanxi.ground.refusals import gettext_noop
from guanxi.insight.appraisal.fitting import Answer
from guanxi.insight.appraisal.losing import known_span
from guanxi.insight.appraisal.taking_next import appraise_next, read_families
from guanxi.insight.estimates.affinity import SHOWN_SUPPORT, new_segments, pair_rules, worth_showing
from guanxi.insight.estimates.grading import Grade
from guanxi.insight.estimates.paths import next_steps
from guanxi.insight.estimates.words import Said, Sentence
from guanxi.insight.warehouse.workbench import Workbench

_SQL = Path(__file__).parent / "sql"
# What was seen until half a year ago is held against what was acquired since, by at most so many customers.
HELD_OUT_DAYS = 180
JUDGED = 10_000
# So many customers show every pair that half a per cent of them have; more of them every so many-th is looked at.
SAMPLE = 200_000
_MONTHS_TOGETHER = 24
_LONGEST_LIST = 50
_LEAST_HITS = 20
_SHOWN = 12  # of each list, to people
TOLD_AGAIN = timedelta(days=7)
_OTHERS = 0.1  # of the customers: a large import, a demo that was cleared [j]
_NOTHING_NEXT: Mapping[str, Any] = {
    "transitions": [],
    "order": [],
    "transitions_holdout": None,
    "transitions_grade": None,
}

NO_PRODUCTS = gettext_noop("Nothing is known yet of which product was bought or taken out by whom.")
NO_PAIRS = gettext_noop(
    "No two products are had together often enough and surely more than by chance (half a per cent of customers, 100 "
    "customers, lift at least 1.2)."
)
NO_VISITS = gettext_noop(
    "What was bought in one visit is not kept together, so a basket is all that one customer has: people who buy much raise "
    "the lift of every pair. Read the order of the pairs, not the size of the lift."
)
WITHOUT = gettext_noop("buys {item} without {companion}")
FEW_NEW = gettext_noop(
    "Only {hits} proposals would have come true in the time held out; at least {least} are needed to compare."
)
PAIRS_ARE_BETTER = gettext_noop(
    "Of proposals from pairs {pairs}% came true in the time held out, of proposing what most people have {simple}%."
)
POPULAR_IS_BETTER = gettext_noop(
    "Proposing what most people have came true more often ({simple}%) in the time held out than proposals from pairs "
    "({pairs}%): use the list of what is had most."
)


@dataclass(frozen=True)
class _Hits:
    """Of customers for whom pairs propose something: how often that came true, and how often the simple proposal did."""

    customers: int
    pairs: int
    simple: int


def appraise_affinity(bench: Workbench, *, as_of: date | None, currency: str) -> dict[str, Any]:
    """The contract's JSON. A basket is all that one customer has acquired by the day; pairs are those that may be shown."""
    to = as_of or known_span(bench)[1]
    figures: dict[str, Any] = {"as_of": to and to.isoformat(), "basket": "customer", "customers": 0, "parameters": {}}
    answer = Answer("affinity", figures | {"pairs": [], "paths": [], "segments": [], "holdout": None, **_NOTHING_NEXT})
    acquired = read_acquired(bench, as_of=to) if to else None
    if to is None or acquired is None or not acquired.num_rows:
        answer.missing.append(Sentence(NO_PRODUCTS))
        return answer.as_json()
    baskets = acquired.select(["customer_id", "product_id"]).rename_columns(["basket", "item"])
    pairs = worth_showing(pair_rules(baskets, SHOWN_SUPPORT))
    names = _names(bench)
    steps = next_steps(acquired.rename_columns(["customer", "item", "day"]), to)
    answer.figures |= {
        "customers": pc.count_distinct(acquired["customer_id"]).as_py(),
        "parameters": {
            "of_customers": _count(bench),
            "products": pc.count_distinct(acquired["product_id"]).as_py(),
            "pairs": pairs.num_rows,
        },
        "pairs": _tell(pairs, names, ("antecedent", "consequent")),
        "paths": _tell(steps.filter(pc.greater_equal(steps["customers"], 10)), names, ("item", "next")),
        "segments": _tell_segments(bench, to, currency),
    }
    _tell_next(bench, answer, to)
    if not pairs.num_rows:
        answer.missing.append(Sentence(NO_PAIRS))
    else:
        answer.missing.append(Sentence(NO_VISITS))
        _judge(bench, answer, acquired, to)
    return answer.as_json()


def tell_together(bench: Workbench, *, as_of: date, currency: str) -> dict[str, Any]:
    """What an edition keeps of it for people: the strongest of each list, sentences as words and params; {} where nothing is known of
    any product.
    """
    told = appraise_affinity(bench, as_of=as_of, currency=currency)
    if not told["customers"]:
        return {}
    kept: dict[str, Any] = {
        name: told[name][:_SHOWN] for name in ("pairs", "paths", "segments", "transitions", "order")
    }
    judged = told["transitions_grade"]
    kept["pairs"] = _each_once(told["pairs"])[:_SHOWN]
    return kept | {
        "as_of": told["as_of"],
        "customers": told["customers"],
        "of_customers": _count(bench),
        "grade_reason": _said(told["grade_reason"]),
        "next_reason": _said(judged["reason"]) if judged else None,
        "missing": [_said(one) for one in told["missing"]],
    }


def _each_once(pairs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of the two ways round of a pair the one whose first tells more of the second, in the order of the strongest."""
    found: dict[frozenset[str], dict[str, Any]] = {}
    for row in pairs:
        key = frozenset((row["antecedent"], row["consequent"]))
        if key not in found or row["confidence"] > found[key]["confidence"]:
            found[key] = row
    return list(found.values())


def tell_or_keep(bench: Workbench, kept: Mapping[str, Any], *, as_of: date, currency: str) -> Mapping[str, Any]:
    """The same once a week, or when a tenth of the customers have come or gone: what takes months to change is not counted anew each
    night. A day that is counted again is told anew: what came in meanwhile counts. kept: what was told last.
    """
    told_on = date.fromisoformat(kept["as_of"]) if kept.get("as_of") else None
    if told_on is not None and timedelta(0) < as_of - told_on < TOLD_AGAIN:
        then, now = kept.get("of_customers", 0), _count(bench)
        if abs(now - then) <= _OTHERS * then:
            return kept
    return tell_together(bench, as_of=as_of, currency=currency)


def _said(words: str) -> dict[str, Any] | None:
    return {"words": words.sentence.words, "params": dict(words.sentence.params)} if isinstance(words, Said) else None


def _tell_next(bench: Workbench, answer: Answer, to: date) -> None:
    """What comes next by what is owned, with a grade of its own: it is judged by other cases than pairs are."""
    found = appraise_next(read_families(bench, as_of=to, step=sample_step(bench)), to=to)
    answer.figures |= {"transitions": found.transitions, "order": found.order, "transitions_holdout": found.holdout}
    if found.grade:
        answer.figures["transitions_grade"] = {"grade": found.grade.letter, "reason": Said(found.grade.reason)}
    answer.missing.extend(found.missing)


def sample_step(bench: Workbench) -> int:
    """Of a firm with more than SAMPLE customers every so many-th is looked at."""
    return max(-(-_count(bench) // SAMPLE), 1)


def read_acquired(bench: Workbench, *, as_of: date) -> pa.Table:
    """A row a customer and product acquired by `as_of`, with the first day: `customer_id`, `product_id`, `day`. Of a firm
    with more than SAMPLE customers those of every so many-th.
    """
    return bench.arrow(_SQL / "acquired.sql", as_of=as_of, step=sample_step(bench))


def fill_acquired(bench: Workbench, *, as_of: date) -> None:
    """Make the table `acquired` of the workbench: the same of every customer."""
    every = (_SQL / "acquired.sql").read_text(encoding="utf-8")
    bench.run(f"CREATE OR REPLACE TEMP TABLE acquired AS {every}", as_of=as_of, step=1)


def _count(bench: Workbench) -> int:
    return int(bench.scalar("SELECT count(*) FROM customers"))


def _tell_segments(bench: Workbench, to: date, currency: str) -> list[dict[str, Any]]:
    """By family of products, over the last 24 months and everybody: who buys of one without what usually goes with it (ACQ-05). The
    name that is
    suggested says no more than that: what those customers do with it (“for themselves”) is for a person to find out and to say.
    """
    since = to - timedelta(round(_MONTHS_TOGETHER * 365.25 / 12))
    baskets = bench.arrow(_SQL / "lately.sql", as_of=to, since=since)
    values = bench.arrow("SELECT customer_id AS basket, value FROM estimates WHERE value IS NOT NULL")
    unit = 10 ** minor_digits(currency)
    found = new_segments(baskets, values).slice(0, _LONGEST_LIST).to_pylist()
    return [{**row, "value": row["value"] / unit, "name": _named(row["item"], row["companion"])} for row in found]


def _named(item: str, companion: str) -> dict[str, Any]:
    return {"words": WITHOUT, "params": {"item": item, "companion": companion}}


def _judge(bench: Workbench, answer: Answer, acquired: pa.Table, to: date) -> None:
    """What pairs seen half a year ago would have proposed, against proposing what most people have."""
    cut = to - timedelta(HELD_OUT_DAYS)
    before = pc.less_equal(acquired["day"], pa.scalar(cut))
    hits = _count_hits(acquired.filter(before), acquired.filter(pc.invert(before)))
    answer.figures["holdout"] = {"from": cut.isoformat(), "to": to.isoformat(), **vars(hits)}
    if max(hits.pairs, hits.simple) < _LEAST_HITS:
        lack = Sentence(FEW_NEW, {"hits": max(hits.pairs, hits.simple), "least": _LEAST_HITS})
        answer.grade = Grade("C", lack)
        return
    shares = {
        "pairs": f"{100 * hits.pairs / hits.customers:.1f}",
        "simple": f"{100 * hits.simple / hits.customers:.1f}",
    }
    better = hits.pairs >= hits.simple
    answer.grade = Grade("A" if better else "C", Sentence(PAIRS_ARE_BETTER if better else POPULAR_IS_BETTER, shares))


def _count_hits(before: pa.Table, after: pa.Table) -> _Hits:
    """One proposal a customer: the product, not yet his, for which what he had speaks most, by confidence."""
    rules = worth_showing(
        pair_rules(before.select(["customer_id", "product_id"]).rename_columns(["basket", "item"]), SHOWN_SUPPORT)
    )
    items = pc.unique(rules["antecedent"])
    if not len(items):
        return _Hits(0, 0, 0)
    customers = pc.unique(before.filter(pc.is_in(before["product_id"], items))["customer_id"]).sort()
    customers = customers.take(pa.array(range(0, len(customers), max(-(-len(customers) // JUDGED), 1))))
    had, got = (_matrix(rows, customers, items) for rows in (before, after))
    confidence = np.zeros((len(items), len(items)))
    first, second = (pc.index_in(rules[name], items).to_numpy() for name in ("antecedent", "consequent"))
    confidence[first, second] = rules["confidence"].to_numpy()
    # Every product had votes with its confidence; most customers have few of many.
    by_pairs = np.asarray(csr_matrix(had.astype(np.float64)) @ confidence)
    by_pairs[had] = 0
    by_popularity = np.where(had, -1, had.sum(axis=0))
    asked = np.flatnonzero(by_pairs.max(axis=1) > 0)
    proposals = (scores[asked].argmax(axis=1) for scores in (by_pairs, by_popularity))
    pairs, simple = (int(got[asked, proposed].sum()) for proposed in proposals)
    return _Hits(len(asked), pairs, simple)


def _matrix(rows: pa.Table, customers: pa.Array, items: pa.Array) -> NDArray[np.bool_]:
    """(customers, items): who acquired what in these rows."""
    known = rows.filter(pc.and_(pc.is_in(rows["customer_id"], customers), pc.is_in(rows["product_id"], items)))
    found = np.zeros((len(customers), len(items)), dtype=bool)
    places = (pc.index_in(known["customer_id"], customers), pc.index_in(known["product_id"], items))
    found[tuple(place.to_numpy() for place in places)] = True
    return found


def _names(bench: Workbench) -> dict[int, str]:
    rows = bench.arrow("SELECT product_id, coalesce(nullif(reference, ''), name) AS called FROM products").to_pydict()
    return dict(zip(rows["product_id"], rows["called"], strict=True))


def _tell(rows: pa.Table, names: dict[int, str], columns: tuple[str, str]) -> list[dict[str, Any]]:
    """The first rows, products by their reference."""
    told = rows.slice(0, _LONGEST_LIST).to_pylist()
    return [{**row, **{column: names.get(row[column], str(row[column])) for column in columns}} for row in told]
