"""How long customers stay: the reference results, what must hold of every history, and loss rates with their limits."""

import datetime as dt
import itertools

import numpy as np
import pyarrow.csv as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.insight.estimates.cox import concordance, fit_cox
from guanxi.insight.estimates.evidence import NotEnoughData
from guanxi.insight.estimates.loss_rates import Cell, is_preliminary, loss_rate, loss_table, smooth
from guanxi.insight.estimates.survival import cumulative_incidence, kaplan_meier
from tests.insight.estimates.tables import read_telco

ROSSI = "fin age race wexp mar paro prio".split()
histories = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40)


@pytest.fixture(scope="module")
def rossi(shared_data):
    table = pc.read_csv(shared_data / "rossi_survival.csv.gz")
    return {name: table[name].to_numpy() for name in table.column_names}


def test_tenure_on_telco(shared_data):
    features, left = read_telco(shared_data)
    found = kaplan_meier(features["tenure"], left)
    assert found.survival_at([1, 12, 24, 48, 72]).round(4).tolist() == [0.9460, 0.8432, 0.7887, 0.7088, 0.5928]
    assert found.survival_at(0) == 1
    assert found.survival_at(1.9) == found.survival_at(1)
    lower, upper = found.interval_at([0, 12])
    assert (lower.round(4).tolist(), upper.round(4).tolist()) == ([1, 0.8342], [1, 0.8518])  # lifelines
    assert found.retention(12, 12) == pytest.approx(0.7887 / 0.8432, abs=1e-4)
    assert (found.quantile(0.25), found.quantile(0.5)) == (36, float("inf"))


def test_second_purchase_on_cdnow(cdnow_days):
    end = max(max(days) for days in cdnow_days.values())
    visits = [sorted(days) for days in cdnow_days.values()]
    waits = [(days[1] if len(days) > 1 else end) - days[0] for days in visits]
    found = kaplan_meier(waits, [len(days) > 1 for days in visits])
    assert found.survival_at([30, 90, 365]).round(4).tolist() == [0.8261, 0.7085, 0.5443]


def test_five_customers_by_hand():
    found = kaplan_meier([2, 3, 3, 5, 8], [True, True, False, True, False])
    assert found.times.tolist() == [2, 3, 5, 8]
    assert found.at_risk.tolist() == [5, 4, 2, 1]
    assert found.ended.tolist() == [1, 1, 1, 0]
    assert found.survival == pytest.approx([4 / 5, 3 / 5, 3 / 10, 3 / 10])
    assert found.variance == pytest.approx(np.cumsum([1 / 20, 1 / 12, 1 / 2, 0]))
    assert (found.quantile(0.2), found.quantile(0.5), found.quantile(0.8)) == (2, 5, float("inf"))
    assert found.retention([0, 3, 5], 2) == pytest.approx([4 / 5, 1 / 2, 1])


def test_when_all_end_nobody_is_left_and_that_is_sure():
    found = kaplan_meier([1, 2], [1, 1])
    lower, upper = found.interval_at(2)
    assert (found.survival_at(2), lower, upper, found.retention(2, 1)) == (0, 0, 0, 0)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=40), st.integers(0, 20))
def test_without_censoring_it_is_the_plain_share(durations, t):
    found = kaplan_meier(durations, [True] * len(durations))
    assert found.survival_at(t) == pytest.approx(sum(duration > t for duration in durations) / len(durations))


@given(histories)
def test_survival_falls_within_its_limits_whatever_the_history(rows):
    found = kaplan_meier([t for t, _ in rows], [ended for _, ended in rows])
    assert (np.diff(found.survival) <= 1e-12).all()
    lower, upper = found.interval_at(found.times)
    assert ((lower <= found.survival + 1e-12) & (found.survival <= upper + 1e-12) & (lower >= 0) & (upper <= 1)).all()


@given(
    st.lists(st.tuples(st.integers(0, 8), st.sampled_from(["", "price", "moved", "service"])), min_size=1, max_size=40)
)
def test_incidences_of_all_reasons_add_up_to_those_gone(rows):
    durations, reasons = [t for t, _ in rows], [reason for _, reason in rows]
    found = cumulative_incidence(durations, reasons)
    whole = kaplan_meier(durations, [reason != "" for reason in reasons])
    total = sum((found.share_at(reason, found.times) for reason in found.by_reason), np.zeros(len(found.times)))
    assert total == pytest.approx(1 - whole.survival)


def test_incidence_is_less_than_one_minus_survival_per_reason():
    durations, reasons = [1, 2, 3, 4], ["price", "moved", "price", None]
    found = cumulative_incidence(durations, reasons)
    assert found.share_at("price", [0, 1, 3, 9]) == pytest.approx([0, 1 / 4, 1 / 2, 1 / 2])
    assert found.share_at("moved", 4) == pytest.approx(1 / 4)
    naive = 1 - kaplan_meier(durations, [reason == "price" for reason in reasons]).survival_at(3)
    assert naive == pytest.approx(5 / 8)


@pytest.mark.parametrize(
    ("durations", "observed", "words"),
    [
        ([1, 2], [1], "columns of equal length"),
        ([-1], [1], "finite numbers of at least 0"),
        ([np.nan], [1], "finite numbers of at least 0"),
        ([1], [2], "observed must be 0 or 1"),
        ([1], ["yes"], "observed must be 0 or 1"),
    ],
)
def test_malformed_histories_are_refused(durations, observed, words):
    with pytest.raises(ValueError, match=words):
        kaplan_meier(durations, observed)


def test_nobody_cannot_be_followed():
    with pytest.raises(NotEnoughData, match="There are no customers to follow"):
        kaplan_meier([], [])


def test_cox_on_rossi(rossi):
    found = fit_cox(rossi["week"], rossi["arrest"], {name: rossi[name] for name in ROSSI})
    reference = {
        "fin": -0.379,
        "age": -0.057,
        "race": 0.314,
        "wexp": -0.150,
        "mar": -0.434,
        "paro": -0.085,
        "prio": 0.091,
    }
    assert {name: round(value, 3) for name, value in found.coefficients.items()} == reference
    errors = {"fin": 0.191, "age": 0.022, "race": 0.308, "wexp": 0.212, "mar": 0.382, "paro": 0.196, "prio": 0.029}
    assert {name: round(value, 3) for name, value in found.standard_errors.items()} == errors
    assert found.log_likelihood == pytest.approx(-658.7477, abs=1e-4)
    assert round(found.concordance, 3) == 0.640
    assert (found.customers, found.ended, found.dropped, found.boundary) == (432, 114, (), None)


def test_efrons_likelihood_of_ties_by_hand():
    """Two of four end together: log(e^2b) - log(2 + 2 e^b) - log((2 + 2 e^b) - (1/2) 2 e^b), maximal at e^b = sqrt 2 + ..."""
    durations, observed, column = [1, 1, 2, 2] * 20, [1, 1, 0, 0] * 20, [1.0, 0, 1, 0] * 20
    found = fit_cox(durations, observed, {"x": column})
    b = found.coefficients["x"]
    gone = np.arange(40) / 40
    sums = 40 + 40 * np.exp(b) - gone * (20 + 20 * np.exp(b))
    assert found.log_likelihood == pytest.approx(20 * b - np.log(sums).sum())
    assert b == pytest.approx(0, abs=1e-9)


def test_constant_features_are_dropped_and_said(rossi):
    found = fit_cox(rossi["week"], rossi["arrest"], {"one": np.ones(432), "fin": rossi["fin"]})
    assert (list(found.coefficients), found.dropped) == (["fin"], ("one",))


def test_a_feature_that_parts_without_exception_is_said():
    gone = np.arange(100) < 50
    found = fit_cox(np.where(gone, 1 + np.arange(100) % 7, 30), gone, {"sure": gone})
    assert str(found.boundary) == "sure tells without exception who is lost, so its effect has no limit."


def test_too_few_ends_are_said(rossi):
    with pytest.raises(NotEnoughData) as refusal:
        fit_cox(range(12), [1] * 12, {"x": range(12)})
    assert (
        refusal.value.words.format_map(refusal.value.params)
        == "Only 12 of 12 customers were lost; at least 20 are needed."
    )
    with pytest.raises(NotEnoughData, match="All customers are alike"):
        fit_cox(rossi["week"], rossi["arrest"], {"x": np.ones(432)})
    with pytest.raises(ValueError, match="columns of finite numbers"):
        fit_cox(rossi["week"], rossi["arrest"], {"x": np.full(432, np.nan)})


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 3)), min_size=1, max_size=25))
def test_concordance_is_the_share_of_pairs_in_the_right_order(rows):
    points = [
        1.0 if first[2] > second[2] else 0.5 if first[2] == second[2] else 0.0
        for first, second in itertools.permutations(rows, 2)
        if first[1] and (first[0] < second[0] or (first[0] == second[0] and not second[1]))
    ]
    columns = (np.array(column) for column in zip(*rows, strict=True))
    found = concordance(*columns)
    assert found == pytest.approx(sum(points) / len(points) if points else 0.5)


def test_thirty_six_losses_in_twelve_hundred_months():
    found = loss_rate(36, 1200)
    assert (found.rate, round(found.lower, 3), round(found.upper, 3)) == (0.03, 0.021, 0.042)
    assert loss_rate(0, 100).lower == 0
    assert loss_rate(0, 100).upper == pytest.approx(-np.log(0.025) / 100)
    assert loss_rate(4, 0).rate is None
    assert smooth(36, 1200, 0.03) == pytest.approx(0.03)
    assert smooth(0, 12, 0.04) == pytest.approx(0.02)
    with pytest.raises(ValueError, match="must not be negative"):
        loss_rate(-1, 5)


def test_cells_with_few_losses_are_put_together_under_their_parent():
    found = loss_table({("north",): (40, 1000.0), ("south",): (7, 100.0), ("east",): (5, 100.0)})
    assert [(cell.path, cell.rate.losses, cell.merged) for cell in found] == [
        ((), 52, ()),
        (("north",), 40, ()),
        ((), 12, (("east",), ("south",))),
    ]
    assert found[1].smoothed == pytest.approx((40 + 12 * 52 / 1200) / 1012)


def test_a_few_losses_are_not_found_by_subtraction():
    found = loss_table({("north",): (40, 1000.0), ("south",): (12, 100.0), ("east",): (5, 100.0)})
    assert [(cell.path, cell.rate.losses) for cell in found] == [((), 57), (("north",), 40), ((), 17)]
    alone = loss_table({("north",): (40, 1000.0), ("south",): (3, 100.0)})
    assert alone == [Cell((), loss_rate(43, 1100.0), 43 / 1100)]


def test_cells_without_a_loss_hide_nothing_and_are_left_out():
    found = loss_table({("north",): (26, 1000.0), ("south",): (0, 100.0)})
    assert [(cell.path, cell.rate.losses, cell.merged) for cell in found] == [((), 26, ()), (("north",), 26, ())]
    with_few = loss_table({("north",): (26, 1000.0), ("west",): (11, 9.0), ("south",): (0, 100.0), ("east",): (4, 1.0)})
    assert [(cell.path, cell.merged) for cell in with_few[1:]] == [
        (("north",), ()),
        ((), (("east",), ("south",), ("west",))),
    ]


def test_two_levels_smooth_by_their_own_parent():
    cells = {
        ("north", "new"): (30, 200.0),
        ("north", "old"): (20, 800.0),
        ("south", "new"): (15, 100.0),
        ("south", "old"): (2, 10.0),
    }
    found = {cell.path: cell for cell in loss_table(cells)}
    assert set(found) == {(), ("north",), ("north", "new"), ("north", "old"), ("south",)}
    north = found["north",].smoothed
    assert found["north", "old"].smoothed == pytest.approx((20 + 12 * north) / 812)


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.tuples(st.integers(0, 30), st.floats(1, 100))
    )
)
def test_nothing_shown_alone_has_few_losses_and_the_shown_add_up_to_the_whole(cells):
    found = loss_table(cells)
    assert all(cell.rate.losses >= 10 for cell in found[1:])
    top = [cell.rate.losses for cell in found[1:] if len(cell.path) + bool(cell.merged) == 1]
    assert not top or sum(top) == found[0].rate.losses


def test_cells_at_different_depths_are_refused():
    with pytest.raises(ValueError, match="same depth"):
        loss_table({("a",): (1, 1.0), ("a", "b"): (1, 1.0)})


def test_the_last_six_months_are_preliminary():
    as_of = dt.date(2026, 3, 15)
    assert [is_preliminary(dt.date(*month, 1), as_of) for month in ((2026, 3), (2025, 10), (2025, 9))] == [
        True,
        True,
        False,
    ]
