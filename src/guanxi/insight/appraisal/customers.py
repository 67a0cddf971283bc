"""Every customer appraised at once: what is expected of him, what he is worth, where he stands (decisioning.md 4.1 to 4.3)."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from guanxi.ground.money import minor_digits
from guanxi.ground.refusals import gettext_noop
from guanxi.insight.appraisal.expecting import UNIT, fit_sample, judge_sample, sampled, silent_year, step_of
from guanxi.insight.appraisal.fitting import chosen_cut
from guanxi.insight.appraisal.purchases import Floats, HeldOut, Purchases, read_split
from guanxi.insight.appraisal.tiering import Memory, Placed, TierRule, letters_of, place_in_tiers
from guanxi.insight.appraisal.worth import Basis, counted_by, earned_beside, lifetime_beside, read_beside
from guanxi.insight.estimates.evidence import NotEnoughData
from guanxi.insight.estimates.gamma_gamma import fit_gamma_gamma
from guanxi.insight.estimates.grading import Grade
from guanxi.insight.estimates.rfm import score_rfm
from guanxi.insight.estimates.tiers import is_loss_making
from guanxi.insight.estimates.value import ends_of_years, potential, value_of_purchases
from guanxi.insight.estimates.words import Sentence
from guanxi.insight.warehouse.workbench import Workbench

# Peers of a customer for his potential: the same segment and as long a customer (in days since the first purchase).
_TENURES = (183, 365, 1096)

NO_MARGINS = gettext_noop("No margin rates are known: every amount counts in full.")


@dataclass
class Appraisal:
    """The rows of the edition's `estimates`, the grade they all carry, in words what is lacking, how tiers were cut, and how many of the
    strict C lose money with no prospect (estimates.tiers.is_loss_making; the others are of low value).
    """

    rows: pa.Table
    grade: Grade
    missing: list[Sentence] = field(default_factory=list)
    rule: TierRule = field(default_factory=TierRule)
    loss_making: int = 0


@dataclass(frozen=True)
class _Expected:
    """Of each buyer; NaN where the data cannot say."""

    purchases_365: Floats
    alive: Floats
    lifetime_value: Floats
    year_value: Floats
    loss_risk: Floats


def appraise_customers(bench: Workbench, *, as_of: date, memory: Memory, rule: TierRule | None = None) -> Appraisal:
    """Appraise every customer of the edition who dealt by `as_of`. What the data cannot carry stays empty, with words.
    rule: by what the firm ranks customers and how it places them in tiers, where it is not the usual way.
    """
    rule = rule or TierRule()
    missing: list[Sentence] = []
    if rule.worth.basis is not Basis.PREMIUMS and not _knows_margins(bench):
        missing.append(Sentence(NO_MARGINS))
    cut, lack = _cut(bench, as_of)
    read, sooner, later = read_split(bench, as_of=as_of, cut=cut)
    beside = read_beside(bench, rule.worth, as_of=as_of)
    known = counted_by(read, rule.worth).along_with(beside.customer_id)
    bought = known.purchases > 0
    expected, fitted = _expect(known.buyers, missing)
    judged = _judge(sooner, later, as_of, lack, missing) if fitted else Grade("C", missing[-1])
    newcomer = bought & (known.age_days < rule.newcomer_days)
    predicted = _spread(expected.year_value, bought)
    earned = earned_beside(beside, rule.worth, minor=10 ** minor_digits(bench.scalar("SELECT currency FROM firm")))
    value = np.where(newcomer & np.isfinite(predicted), predicted, known.year_margin) + earned
    placed = place_in_tiers(bench, known.customer_id, value, newcomer, memory=memory, lines=rule.lines)
    worth = (value, known.year_margin + earned, known.year_net + beside.balance)
    lifetime = _together(_spread(expected.lifetime_value, bought), lifetime_beside(beside, rule.worth))
    rows = _rows(known, expected, (*worth, lifetime), placed, judged)
    return Appraisal(rows, judged, missing, rule, _loss_making(rows, worth[1]))


def _loss_making(rows: pa.Table, contribution: Floats) -> int:
    """How many of the strict C lose money with no prospect."""
    tier = letters_of(rows["tier_strict"].to_numpy())
    return int(is_loss_making(tier, contribution, rows["potential"].to_numpy()).sum())


def _knows_margins(bench: Workbench) -> bool:
    return bool(
        bench.scalar("SELECT (SELECT count(margin_rate) FROM products) > 0 OR (SELECT margin_rate FROM firm) < 1")
    )


def _cut(bench: Workbench, as_of: date) -> tuple[date, NotEnoughData | None]:
    """Where the last quarter before `as_of` begins, held out to judge; or why there is nothing to hold out."""
    try:
        return chosen_cut(bench, as_of), None
    except NotEnoughData as lack:
        return as_of, lack


def _judge(
    sooner: Purchases, later: HeldOut, as_of: date, lack: NotEnoughData | None, missing: list[Sentence]
) -> Grade:
    """The grade of the firm's own hold-out; never A while amounts count in full for want of margins."""
    try:
        if lack is not None:
            raise lack
        judged = judge_sample(sooner, later, as_of)
    except NotEnoughData as reason:
        missing.append(Sentence(reason.words, reason.params))
        return Grade("C", missing[-1])
    unknown = next((lacking for lacking in missing if lacking.words == NO_MARGINS), None)
    return Grade("B", unknown) if unknown and judged.letter == "A" else judged


def _expect(buyers: Purchases, missing: list[Sentence]) -> tuple[_Expected, bool]:
    """What is expected of each buyer, and whether there was enough to say."""
    try:
        fitted = fit_sample(buyers)
    except NotEnoughData as lack:
        missing.append(Sentence(lack.words, lack.params))
        return _Expected(*(np.full(len(buyers), np.nan) for _ in range(5))), False
    histories = buyers.histories(UNIT)
    margin = _margin_of_purchase(buyers, missing)
    purchases, *until = fitted.expected_purchases_until([365 / UNIT, *ends_of_years(UNIT)], *histories)
    alive = fitted.probability_alive(*histories)
    expected = _Expected(
        purchases_365=purchases,
        # The model lets nobody leave before a second purchase, and so knows nothing of who bought once.
        alive=np.where(buyers.frequency > 0, alive, np.nan),
        lifetime_value=value_of_purchases(until, margin),
        year_value=purchases * margin,
        loss_risk=silent_year(fitted, buyers, alive),
    )
    return expected, True


def _margin_of_purchase(buyers: Purchases, missing: list[Sentence]) -> Floats:
    """Contribution of one more purchase day: the expected basket, times the share of it that was margin in the last year."""
    try:
        few = sampled(buyers, step_of(buyers))
        basket = fit_gamma_gamma(few.frequency, few.monetary).expected_average(buyers.frequency, buyers.monetary)
    except NotEnoughData as lack:
        missing.append(Sentence(lack.words, lack.params))
        mean = buyers.total.sum() / max(buyers.purchases.sum(), 1)
        basket = np.where(buyers.frequency > 0, buyers.monetary, mean)
    year_net = buyers.year_net.sum()
    of_all = buyers.year_margin.sum() / year_net if year_net > 0 else 1.0
    own = np.divide(buyers.year_margin, buyers.year_net, out=np.full(len(buyers), of_all), where=buyers.year_net > 0)
    return np.maximum(basket, 0) * own


def _together(trade: Floats, kept: Floats) -> Floats:
    """The sum of what is known of the two."""
    return np.where(np.isnan(trade), kept, trade + np.nan_to_num(kept))


def _rows(
    known: Purchases, expected: _Expected, worth: tuple[Floats, Floats, Floats, Floats], placed: Placed, judged: Grade
) -> pa.Table:
    """`worth`: the value by which customers rank, what the last year brought, the volume of it, and what three years will bring."""
    value, year, volume, lifetime = worth
    bought = known.purchases > 0
    buyers = known.buyers
    scores = score_rfm(buyers.recency_days, buyers.year_purchases, buyers.year_net, placed.segments[bought])
    digits = 100 * scores.recency.astype(np.int64) + 10 * scores.frequency + scores.monetary
    cells = 10 * placed.segments + np.digitize(known.age_days, _TENURES)
    never = ~bought

    def days(column: NDArray[np.int64], kind: pa.DataType) -> pa.Array:
        return pa.array(column.astype(np.int32), mask=never).cast(kind)

    def texts(column: NDArray[np.str_]) -> pa.Array:
        return pa.array(_spread(column.astype(object), bought, empty=""), pa.string())

    columns = {
        "customer_id": pa.array(known.customer_id),
        "frequency": days(known.frequency, pa.int32()),
        "recency_days": days(known.recency_days, pa.int32()),
        "age_days": days(known.age_days, pa.int32()),
        "first_day": days(known.first_day, pa.date32()),
        "last_day": days(known.last_day, pa.date32()),
        "monetary": pa.array(known.monetary, mask=known.frequency == 0),
        "expected_purchases_365": _known_only(_spread(expected.purchases_365, bought)),
        "probability_alive": _known_only(_spread(expected.alive, bought)),
        "lifetime_value": _whole(lifetime),
        "value": _whole(value),
        "potential": _whole(potential(year, cells)),
        "tier_strict": pa.array(placed.strict),
        "tier": pa.array(placed.shown),
        "is_vip": pa.array(placed.vip),
        "runs_outside": pa.array(placed.runs_outside),
        "outside_before": pa.array(placed.outside_before),
        "rfm": texts(digits.astype(np.str_)),
        "rfm_class": texts(scores.classes),
        "loss_risk": _known_only(_spread(expected.loss_risk, bought)),
        "grade": pa.array([judged.letter]).take(pa.array(np.zeros(len(known), dtype=np.int64))),
        "volume": _whole(volume),
    }
    return pa.table(columns)


def _spread(column: NDArray, kept: NDArray[np.bool_], empty: object = np.nan) -> NDArray:
    whole = np.full(len(kept), empty, dtype=column.dtype)
    whole[kept] = column
    return whole


def _known_only(column: Floats) -> pa.Array:
    return pa.array(column, mask=~np.isfinite(column))


def _whole(column: Floats) -> pa.Array:
    """Minor units, rounded half to even; NULL where the data cannot say."""
    known = np.isfinite(column)
    return pa.array(np.rint(np.where(known, column, 0)).astype(np.int64), mask=~known)
