"""Every customer appraised: tiers that add up and stay, values that people can check by hand, words for the rest."""

import datetime as dt
import math
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from guanxi.insight.appraisal import expecting
from guanxi.insight.appraisal.customers import Appraisal, appraise_customers
from guanxi.insight.appraisal.expecting import silent_year
from guanxi.insight.appraisal.purchases import Purchases, read_held_out, read_purchases
from guanxi.insight.appraisal.tiering import Memory
from guanxi.insight.estimates.bg_nbd import BgNbd, fit_bg_nbd
from guanxi.insight.estimates.gamma_gamma import fit_gamma_gamma
from guanxi.insight.estimates.grading import auc
from guanxi.insight.warehouse.workbench import Workbench
from tests.insight.appraisal import books

JAN = dt.date(2026, 1, 1)


def on(number: int) -> dt.date:
    return JAN + dt.timedelta(number)


def appraise(bench: Workbench, as_of: dt.date, before: dt.date | None = None) -> Appraisal:
    return appraise_customers(bench, as_of=as_of, memory=Memory(before, as_of))


def column(found: Appraisal, name: str) -> dict[int, object]:
    return dict(zip(found.rows["customer_id"].to_pylist(), found.rows[name].to_pylist(), strict=True))


def counts(found: Appraisal, name: str = "tier_strict") -> list[int]:
    values = found.rows[name].to_pylist()
    return [values.count(number) for number in (1, 2, 3)]


def show(bench: Workbench, found: Appraisal) -> None:
    """What the next refresh reads back from the published edition."""
    bench.register("published", found.rows)
    bench.run(
        "DELETE FROM shown; INSERT INTO shown (customer_id, tier, state, runs_outside, outside_before)"
        " SELECT customer_id, tier, 1, runs_outside, outside_before FROM published"
    )


@pytest.fixture(scope="module")
def cdnow() -> Workbench:
    return books.cdnow(Path(__file__).resolve().parents[4] / "shared" / "data")


@pytest.mark.parametrize(
    "amount",
    [
        lambda pk: 1000 + pk % 7,
        *(pytest.param(one, marks=pytest.mark.drill) for one in (lambda pk: 1000, lambda pk: 10 * pk)),
    ],
)
def test_a_thousand_customers_are_200_600_200_whatever_the_ties(amount):
    rows = [(pk, on(n), amount(pk)) for pk in range(1, 1001) for n in (0, 60)]
    found = appraise(books.print_days(rows), on(300))
    assert counts(found) == [200, 600, 200]
    assert found.rows["is_vip"].to_pylist().count(True) == 40
    again = appraise(books.print_days(rows[::-1]), on(300))
    assert again.rows.equals(found.rows)


def test_value_is_the_margin_of_the_last_365_days_with_refunds():
    rows = [(pk, on(n), 1000 * pk) for pk in range(1, 41) for n in (0, 100, 200, 300)]
    rows += [(7, on(310), -3000), (8, on(310), -99_000)]
    found = appraise(books.print_days(rows, margin_rate=0.4), on(400))  # the first day has left the window
    value = column(found, "value")
    assert (value[6], value[7], value[8]) == (7200, 7200, -30_000)
    assert column(found, "frequency")[7] == 3
    assert column(found, "monetary")[7] == (3 * 7000 - 3000) / 3
    assert column(found, "recency_days")[7] == 100


def test_newcomers_are_worth_what_is_predicted_and_never_shown_as_c():
    rows = [(pk, on(n), 5000 + pk) for pk in range(1, 81) for n in range(0, 400, 25)]
    rows += [(pk, on(390), 10) for pk in range(101, 111)]
    found = appraise(books.print_days(rows), on(400))
    tier, strict, value = (column(found, name) for name in ("tier", "tier_strict", "value"))
    assert {strict[pk] for pk in range(101, 111)} == {3}
    assert {tier[pk] for pk in range(101, 111)} == {2}
    expected = column(found, "expected_purchases_365")
    assert value[101] > 10
    assert value[101] == pytest.approx(
        expected[101] * 5040, rel=0.05
    )  # the mean basket of all: one purchase says little


def test_tiers_wait_for_a_second_month():
    rows = [(pk, on(n), 100 * pk) for pk in range(1, 101) for n in range(0, 200, 20)]
    bench = books.print_days(rows)
    june, july, august = dt.date(2026, 8, 30), dt.date(2026, 9, 30), dt.date(2026, 10, 31)
    first = appraise(bench, june)
    assert counts(first, "tier") == [20, 60, 20]
    show(bench, first)
    bench.run("UPDATE days SET margin = 1 WHERE customer_id = 90")
    second = appraise(bench, july, before=june)
    tier, strict, runs = (column(second, name) for name in ("tier", "tier_strict", "runs_outside"))
    assert (tier[90], strict[90], runs[90]) == (1, 3, 1)
    assert (tier[80], strict[80], runs[80]) == (1, 1, 0)  # entering takes no time
    show(bench, second)
    same_month = appraise(bench, july - dt.timedelta(1), before=july)
    assert (column(same_month, "tier")[90], column(same_month, "runs_outside")[90]) == (1, 1)
    show(bench, same_month)
    third = appraise(bench, august, before=july)
    assert (column(third, "tier")[90], column(third, "runs_outside")[90]) == (3, 0)
    show(bench, third)
    # back at the top: leaving C takes two months as well
    bench.run("UPDATE days SET margin = 100000 WHERE customer_id = 90")
    fourth = appraise(bench, dt.date(2026, 11, 30), before=august)
    assert (column(fourth, "tier")[90], column(fourth, "tier_strict")[90]) == (3, 1)
    show(bench, fourth)
    fifth = appraise(bench, dt.date(2026, 12, 31), before=dt.date(2026, 11, 30))
    assert column(fifth, "tier")[90] == 1


def test_shown_tiers_stay_within_two_per_cent_of_the_cut_after_an_upheaval():
    rows = [(pk, on(n), 100 * pk) for pk in range(1, 101) for n in range(0, 200, 20)]
    bench = books.print_days(rows)
    first = appraise(bench, on(400))
    show(bench, first)
    more = books.print_days(rows + [(pk, on(n), 100 * pk) for pk in range(101, 1001) for n in range(0, 200, 20)])
    show(more, first)
    second = appraise(more, on(401), before=on(400))
    assert counts(second) == [200, 600, 200]
    assert all(abs(shown - strict) <= 20 for shown, strict in zip(counts(second, "tier"), counts(second), strict=True))


def test_a_look_back_has_no_memory():
    bench = books.print_days([(pk, on(n), 100 * pk) for pk in range(1, 101) for n in range(0, 200, 20)])
    show(bench, appraise(bench, on(400)))
    found = appraise(bench, on(200), before=on(400))
    assert found.rows["tier"] == found.rows["tier_strict"]
    assert set(found.rows["outside_before"].to_pylist()) == {0}


def test_expectations_are_the_models(cdnow):
    as_of = dt.date(1997, 9, 30)
    found = appraise(cdnow, as_of)
    rows = {row["customer_id"]: row for row in found.rows.to_pylist()}
    assert len(rows) == 2357
    known = read_purchases(cdnow, as_of=as_of)
    fitted, histories = fit_bg_nbd(*known.histories(7)), known.histories(7)
    assert [rows[pk]["expected_purchases_365"] for pk in known.customer_id] == pytest.approx(
        fitted.expected_purchases(365 / 7, *histories).tolist()
    )
    alive = fitted.probability_alive(*histories)
    again = known.frequency > 0
    assert [rows[pk]["probability_alive"] for pk in known.customer_id[again]] == pytest.approx(alive[again].tolist())
    # the model lets nobody leave before a second purchase: of who bought once it knows nothing
    assert {rows[pk]["probability_alive"] for pk in known.customer_id[~again]} == {None}
    silent = next(row for row in rows.values() if row["frequency"] == 0 and row["age_days"] == 270)
    weeks, year = 270 / 7, 365 / 7
    still = ((fitted.alpha + weeks) / (fitted.alpha + weeks + year)) ** fitted.r
    assert silent["loss_risk"] == pytest.approx(still)
    regular = max(rows.values(), key=lambda row: row["frequency"])
    assert regular["loss_risk"] < 0.05
    assert found.grade.letter in {"B", "C"}  # never A without margins
    assert [str(lack) for lack in found.missing] == ["No margin rates are known: every amount counts in full."]


def test_the_risk_of_a_silent_year_ranks_nearly_like_recency(cdnow):
    """AUC for "bought again" on CDNOW: days since the last purchase .771 (estimates.md); P(alive) of BG/NBD only .316."""
    known = read_purchases(cdnow, as_of=dt.date(1997, 9, 30))
    came = read_held_out(cdnow, known, to=dt.date(1998, 6, 30)).purchases > 0
    rows = {row["customer_id"]: row["loss_risk"] for row in appraise(cdnow, dt.date(1997, 9, 30)).rows.to_pylist()}
    assert auc([-rows[pk] for pk in known.customer_id], came) > 0.75


def test_the_risk_of_a_silent_year_is_what_happens():
    """Customers drawn from the model itself: the share of those with a silent year is what was foretold."""
    rng = np.random.default_rng(7)
    fitted = BgNbd(r=0.8, alpha=6.0, a=0.8, b=2.5)
    rates, leaving = rng.gamma(0.8, 1 / 6.0, 4000), rng.beta(0.8, 2.5, 4000)
    frequency, recency, silent = np.zeros(4000), np.zeros(4000), np.ones(4000, dtype=bool)
    for one, (rate, chance) in enumerate(zip(rates, leaving, strict=True)):
        now = 0.0
        while True:
            now += rng.exponential(1 / rate)
            if now > 104:
                break
            if now <= 52:
                frequency[one], recency[one] = frequency[one] + 1, now
            else:
                silent[one] = False
            if rng.random() < chance:
                break
    days = np.full(4000, 52 * 7)
    nothing = np.zeros(4000)
    buyers = Purchases(
        as_of=dt.date(1970, 12, 31),
        customer_id=np.arange(4000),
        purchases=(frequency + 1).astype(np.int64),
        first_day=np.zeros(4000, dtype=np.int64),
        last_day=days,
        total=nothing,
        first_total=nothing,
        year_purchases=days,
        year_net=nothing,
        year_margin=nothing,
    )
    alive = fitted.probability_alive(frequency, recency, np.full(4000, 52.0))
    foretold = silent_year(fitted, buyers, alive)
    assert foretold.mean() == pytest.approx(silent.mean(), abs=0.02)
    riskier = foretold > np.median(foretold)
    assert foretold[riskier].mean() == pytest.approx(silent[riskier].mean(), abs=0.03)


def test_lifetime_value_is_three_discounted_years(cdnow):
    as_of = dt.date(1997, 9, 30)
    known = read_purchases(cdnow, as_of=as_of)
    fitted = fit_bg_nbd(*known.histories(7))
    basket = fit_gamma_gamma(known.frequency, known.monetary).expected_average(known.frequency, known.monetary)
    until = [np.zeros(len(known)), *(fitted.expected_purchases(k * 365.25 / 7, *known.histories(7)) for k in (1, 2, 3))]
    worth = sum((until[k] - until[k - 1]) * basket / 1.1**k for k in (1, 2, 3))
    found = appraise(cdnow, as_of).rows["lifetime_value"].to_numpy()
    assert np.abs(found - worth).max() <= 0.5 + 1e-6


def test_a_large_firm_is_fitted_to_a_sample_in_order(monkeypatch, cdnow):
    as_of = dt.date(1997, 9, 30)
    whole = appraise(cdnow, as_of).rows["expected_purchases_365"].to_numpy()
    monkeypatch.setattr(expecting, "SAMPLE", 800)
    part = appraise(cdnow, as_of).rows["expected_purchases_365"].to_numpy()
    assert not np.array_equal(part, whole)
    assert part.sum() == pytest.approx(whole.sum(), rel=0.2)
    assert np.array_equal(part, appraise(cdnow, as_of).rows["expected_purchases_365"].to_numpy())


def test_potential_is_what_is_missing_to_the_upper_quarter_of_the_peers():
    rows = [(pk, on(n), 1000 * pk) for pk in range(1, 41) for n in (0, 60)]
    found = appraise(books.print_days(rows), on(300))
    value, potential = column(found, "value"), column(found, "potential")
    upper = np.quantile(list(value.values()), 0.75)
    assert potential == {pk: round(max(upper - value[pk], 0)) for pk in value}


def test_who_only_gave_back_is_ranked_and_has_no_history():
    rows = [(pk, on(n), 1000 * pk) for pk in range(1, 41) for n in (0, 60)] + [(99, on(5), -500)]
    found = appraise(books.print_days(rows), on(300))
    row = next(row for row in found.rows.to_pylist() if row["customer_id"] == 99)
    assert (row["value"], row["tier_strict"], row["frequency"], row["first_day"], row["rfm"]) == (
        -500,
        3,
        None,
        None,
        "",
    )
    assert row["expected_purchases_365"] is None
    assert sum(counts(found)) == 41


def test_rfm_scores_within_segments():
    rows = [(pk, on(200 - pk), 100 * pk) for pk in range(1, 41)]
    bench = books.print_days(rows)
    found = column(appraise(bench, on(300)), "rfm")
    assert (found[1], found[40]) == ("511", "115")
    bench.run("UPDATE customers SET segment = 'organisation' WHERE customer_id > 20")
    split = column(appraise(bench, on(300)), "rfm")
    assert (split[20], split[21], split[1], split[40]) == ("115", "511", "511", "115")


@pytest.mark.parametrize("rows", [[], [(1, on(0), 5)], [(1, on(0), -5)]])
def test_almost_nothing_is_appraised_with_words(rows):
    found = appraise(books.print_days(rows), on(300))
    assert found.rows.num_rows == len(rows)
    assert found.grade.letter == "C"
    assert str(found.missing[-1]).startswith(("There are no customers", "Only 1 customers"))
    assert found.rows.schema.field("expected_purchases_365").type in {pa.float64(), pa.null()}
    assert not any(math.isfinite(x) for x in found.rows["expected_purchases_365"].to_pylist() if x is not None)
