"""Lost customers: why, as far as the record says (`guanxi estimate reasons | second_lifetime`, WIN-01 to WIN-06)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from guanxi.ground.money import minor_digits
from guanxi.ground.refusals import gettext_noop
from guanxi.insight.appraisal.fitting import NO_DEALINGS
from guanxi.insight.appraisal.patience import START, know_patience
from guanxi.insight.appraisal.purchases import last_day
from guanxi.insight.appraisal.tiering import tier_rule
from guanxi.insight.appraisal.worth import Worth, know_earned, worth_rule
from guanxi.insight.estimates.grading import Grade
from guanxi.insight.estimates.reasons import EVIDENCE, Reason, Reasons, classify_reasons, internal_causes, learnt_priors
from guanxi.insight.estimates.words import Said, Sentence
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.customers.choices import Stage
from guanxi.record.holdings.choices import HoldingStatus

_SQL = Path(__file__).parent / "sql"
# Kinds of evidence that the record carries, as the table of the weights has them.
KNOWN = (
    "save_refused", "unsolved", "outside", "ended_by_us", "transferred", "product_gap", "price_match", "price_increase",
)  # fmt: skip
LIFE_ENDED = "life_ended"  # an age limit, a closed business: weighs as a place outside our area does
PRODUCT_OVER = "product_over"  # what he had ended by its own term or is sold no more: weighs the same, and bars nobody from coming back
ON_PROMOTION = "on_promotion"  # bought almost only on promotion: weighs as a price that rose, and is none
UNHEARD = "unheard"  # an enquiry that nobody answered: a sign of service, and of no type
NAMED = (*KNOWN, ON_PROMOTION, LIFE_ENDED, PRODUCT_OVER, UNHEARD)  # as a loss tells of them
_MILLION = 1_000_000

NOBODY_LOST = gettext_noop("Nobody is lost.")
NOBODY_ASKED = gettext_noop(
    "Nobody was asked why they left: no reason is declared, so most stay unknown and are to be asked."
)
NO_EVIDENCE = gettext_noop(
    "What the record knows of why customers left rests on what people noted: promises, complaints and enquiries, what was asked for or "
    "refused, competitors, prices, moves, and who or what ended it. What nobody noted stays unknown."
)
NO_ANSWERS = gettext_noop("No rule can be compared: no lost customer has said why.")
FEW_ANSWERS = gettext_noop(
    "Of {known} lost customers a reason was found and they said why; at least {least} are needed to compare."
)
AGREES = gettext_noop(
    "Of {known} who said why, {share}% named the reason that was found without their word; always naming the most frequent one would be "
    "right for {simple}%."
)
LEAST_SAID = 10
NO_OFFERS = gettext_noop("There are no offers for winning back: what a second life is worth depends on the offer.")
NO_RETURNS = gettext_noop(
    "Nobody was won back with an offer yet: chances, margins and retention of second lives cannot be learnt."
)
NO_RETURN_RULE = gettext_noop("No rule can be compared: without offers nothing was estimated.")
NO_COMPARISON = gettext_noop(
    "Chances start from a guess that counts as thirty tries and learn from who was pursued: who came back of them is held against those "
    "kept back by lot on the page of win-back."
)


_MOVERS = pa.schema([("customer_id", pa.int64()), ("moved_on", pa.date32())])
_DECLARED = pa.schema([("customer_id", pa.int64()), ("lost_on", pa.date32()), ("reason", pa.int16())])
_EVIDENCE = pa.schema(
    [("customer_id", pa.int64()), ("kind", pa.string()), ("day", pa.date32()), ("solved_on", pa.date32())]
)
_RIVALS = pa.schema([("customer_id", pa.int64()), ("day", pa.date32()), ("name", pa.string())])
_RISES = pa.schema([("product_id", pa.int64()), ("day", pa.date32())])
_PRICE_DAYS, _PROMOTED = 60, 0.8  # of a rise before the last day, or after it; share of a last year bought on promotion


@dataclass(frozen=True)
class Told:
    """What the record knows beside the edition: who moved to another city and when (customer_id, moved_on), the types of reason
    that lost customers named themselves (customer_id, lost_on, reason), evidence of a day and kind (customer_id, kind, day,
    solved_on: null for what is not solved or cannot be), competitors whom they named (customer_id, day, name; one a customer and
    day), and the days from which a product cost more (product_id, day).
    """

    movers: pa.Table = field(default_factory=_MOVERS.empty_table)
    declared: pa.Table = field(default_factory=_DECLARED.empty_table)
    evidence: pa.Table = field(default_factory=_EVIDENCE.empty_table)
    rivals: pa.Table = field(default_factory=_RIVALS.empty_table)
    rises: pa.Table = field(default_factory=_RISES.empty_table)

    @classmethod
    def of(
        cls,
        movers: Iterable[tuple[int, date]],
        declared: Iterable[tuple[int, date, int]],
        evidence: Iterable[tuple[int, str, date, date | None]] = (),
        rivals: Iterable[tuple[int, date, str]] = (),
        rises: Iterable[tuple[int, date]] = (),
    ) -> Self:
        """The same from rows; of several competitors of a customer and day the last counts."""
        named = [(*place, name) for place, name in {(customer, day): name for customer, day, name in rivals}.items()]
        return cls(
            _table(movers, _MOVERS), _table(declared, _DECLARED), _table(evidence, _EVIDENCE), _table(named, _RIVALS),
            _table(rises, _RISES),
        )  # fmt: skip


NOTHING_TOLD = Told()


@dataclass(frozen=True)
class Lost:
    """Who is lost: a row a customer as sql/lost.sql has them (worth and year_worth in minor units), the reason of each with the
    cause in our own house, and the types that are found without what anybody said himself.
    """

    rows: pa.Table
    reasons: Reasons
    causes: NDArray[np.str_]
    found: NDArray[np.int64]


def read_lost(
    bench: Workbench,
    *,
    as_of: date,
    thresholds: Mapping[str, float] = START,
    told: Told = NOTHING_TOLD,
    rule: Worth | None = None,
) -> pa.Table:
    """A row for everybody lost by `as_of` (sql/lost.sql), and `earned`; rule: by what the house earns, where thresholds do not say."""
    know_earned(bench, rule or worth_rule(thresholds))
    know_patience(bench, as_of=as_of, thresholds=thresholds)
    lines = tier_rule(thresholds).lines
    bench.register("movers", told.movers)
    bench.register("declared", told.declared)
    bench.register("told", told.evidence)
    bench.register("named", told.rivals)
    bench.register("rises", told.rises)
    bench.run(
        _SQL / "lost.sql",
        as_of=as_of,
        lost=Stage.LOST.value,
        pending=HoldingStatus.PENDING.value,
        outward=Direction.OUT.value,
        no_answer=Outcome.NO_ANSWER.value,
        promised=Outcome.PROMISED.value,
        share_a=lines.a / _MILLION,
        share_c=lines.c / _MILLION,
        price_days=_PRICE_DAYS,
        promoted=_PROMOTED,
    )
    for name in ("movers", "declared", "told", "named", "rises"):
        bench.unregister(name)
    return bench.arrow("SELECT * FROM lost ORDER BY customer_id")


def judge_lost(rows: pa.Table) -> Lost:
    """The type of reason that the evidence of the record carries for each (0: to be asked); what it cannot know counts 0."""
    evidence = np.zeros((rows.num_rows, len(EVIDENCE)))
    for name in KNOWN:
        evidence[:, list(EVIDENCE).index(name)] = _flag(rows, name)
    conditions = _flag(rows, "outside") | _flag(rows, LIFE_ENDED) | _flag(rows, PRODUCT_OVER)
    evidence[:, list(EVIDENCE).index("outside")] = conditions
    evidence[:, list(EVIDENCE).index("price_increase")] = _flag(rows, "price_increase") | _flag(rows, ON_PROMOTION)
    said = rows["declared"].to_numpy(zero_copy_only=False).astype(np.int64)
    priors = learnt_priors(said)
    reasons, found = classify_reasons(evidence, said, priors), classify_reasons(evidence, np.zeros_like(said), priors)
    served = _flag(rows, "unsolved") | _flag(rows, UNHEARD)
    named = np.array([bool(name) for name in rows["rival"].to_pylist()], dtype=bool)
    price = _flag(rows, "price_increase") | _flag(rows, "price_match")
    causes = internal_causes(reasons.types, served, _flag(rows, "product_gap"), rival_named=named, price_sign=price)
    return Lost(rows, reasons, causes, found.types)


def tell_reasons(
    bench: Workbench,
    *,
    as_of: date | None,
    currency: str,
    thresholds: Mapping[str, float] = START,
    known: Told = NOTHING_TOLD,
) -> dict[str, Any]:
    """How many are lost for which reason and cause, by lost value first, as JSON; money in whole units of `currency`. Graded by those
    who said why and for whom a reason was found without their word, against naming the most frequent reason always.
    """
    to = as_of or last_day(bench)
    if to is None:
        return _answer("reasons", None, {"customers": 0, "types": {}, "causes": {}}, [NO_DEALINGS])
    rows = read_lost(bench, as_of=to, thresholds=thresholds, told=known)
    told, missing = count_lost(rows, currency=currency)
    judged = _judge_reasons(judge_lost(rows))
    return _answer("reasons", to, told | judged[0], missing, str(judged[1].reason), letter=judged[1].letter)


def _judge_reasons(lost: Lost) -> tuple[dict[str, Any], Grade]:
    """How many said why and had a reason found as well, the share that is the same, and the grade."""
    said = lost.rows["declared"].fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    both = (said != Reason.UNKNOWN) & (lost.found != Reason.UNKNOWN)
    known = int(both.sum())
    if known < LEAST_SAID:
        words = Sentence(FEW_ANSWERS, {"known": known, "least": LEAST_SAID}) if known else Sentence(NO_ANSWERS)
        return {"agreement": None, "compared": known}, Grade("C", words)
    same = float(np.mean(said[both] == lost.found[both]))
    simple = float(np.bincount(said[both]).max() / known)
    told = {"share": f"{100 * same:.0f}", "known": known, "simple": f"{100 * simple:.0f}"}
    letter = "A" if same >= simple else "B"
    return {"agreement": same, "compared": known}, Grade(letter, Sentence(AGREES, told))


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
        "evidence": {name: int(_flag(rows, name).sum()) for name in NAMED},
        "declared": int(np.count_nonzero(rows["declared"].to_numpy(zero_copy_only=False))),
    }
    if not rows.num_rows:
        return told, [NOBODY_LOST]
    return told, [NO_EVIDENCE] if told["declared"] else [NOBODY_ASKED, NO_EVIDENCE]


def tell_second_lifetime(
    bench: Workbench,
    *,
    as_of: date | None,
    currency: str,
    thresholds: Mapping[str, float] = START,
    ranked: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Who is lost, and in words what is missing to value a second life, as JSON. ranked: what the last refresh made of them, where there
    are win-back offers: `offers`, `pursued` and their net `value` (minor units), `left_in_peace` by why, `regained`.
    """
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
    none = [NO_OFFERS, NO_RETURNS] if lost.num_rows else [NOBODY_LOST, NO_OFFERS]
    if not ranked:
        return _answer("second_lifetime", to, told, none, NO_RETURN_RULE)
    told |= {**ranked, "value": ranked["value"] / 10 ** minor_digits(currency)}
    missing = [one for one in none if one != NO_OFFERS and not (one == NO_RETURNS and ranked["regained"])]
    return _answer("second_lifetime", to, told, missing, NO_COMPARISON)


def _flag(rows: pa.Table, name: str) -> NDArray[np.bool_]:
    return rows[name].to_numpy(zero_copy_only=False).astype(bool)


def _table(rows: Iterable[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table([pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)], schema=schema)


def _by(names: NDArray[np.str_], worth: NDArray[np.float64]) -> dict[str, dict[str, float]]:
    """Customers and what they were worth by name, the most valuable first."""
    found = {
        str(name): {"customers": int((names == name).sum()), "worth": float(worth[names == name].sum())}
        for name in np.unique(names)
    }
    return dict(sorted(found.items(), key=lambda item: -item[1]["worth"]))


def _answer(
    model: str,
    to: date | None,
    told: dict[str, Any],
    missing: list[str],
    reason: str | None = None,
    *,
    letter: str = "C",
) -> dict[str, Any]:
    graded = {
        "grade": letter,
        "grade_reason": Said(Sentence(reason or missing[0])),
        "missing": [Said(Sentence(one)) for one in missing],
    }
    return {"model": model, "as_of": to and to.isoformat(), **told, **graded}
