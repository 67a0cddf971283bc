"""The reference results of the public logs, and words where the data do not suffice."""

import datetime as dt
from pathlib import Path

import pytest

from guanxi.insight.appraisal.concentration import appraise_concentration
from guanxi.insight.appraisal.fitting import Question, appraise_lifetime, appraise_spending
from guanxi.insight.warehouse.workbench import Workbench
from tests.insight.appraisal import books

CUT = Question(calibrate_to=dt.date(1997, 9, 30))


@pytest.fixture(scope="module")
def cdnow() -> Workbench:
    return books.cdnow(_shared_data())


@pytest.fixture(scope="module")
def online_retail() -> Workbench:
    return books.online_retail(_shared_data())


def _shared_data() -> Path:
    return Path(__file__).resolve().parents[4] / "shared" / "data"


def test_bg_nbd_on_cdnow(cdnow):
    told = appraise_lifetime(cdnow, "bg_nbd", CUT)
    assert list(told) == [
        *("model", "unit", "as_of", "customers", "parameters", "log_likelihood", "boundary", "holdout", "cumulative"),
        *("grade", "grade_reason", "missing"),
    ]
    assert (told["model"], told["unit"], told["as_of"], told["customers"]) == ("bg_nbd", "week", "1998-06-30", 2357)
    assert told["parameters"] == pytest.approx(
        {"r": 0.242595, "alpha": 4.413603, "a": 0.792922, "b": 2.425906}, rel=1e-3
    )
    assert told["log_likelihood"] == pytest.approx(-9582.429, abs=0.01)
    held = told["holdout"]
    assert (held["to"], round(held["predicted"]), held["actual"]) == ("1998-06-30", 1653, 1882)
    assert held["correlation"] == pytest.approx(0.626, abs=5e-4)
    assert held["auc_recency"] == pytest.approx(0.771, abs=5e-4)
    assert round(told["cumulative"]["predicted"]) == 4161
    assert told["cumulative"]["actual"] == 4339
    assert (told["grade"], told["boundary"], told["missing"]) == ("B", None, [])


def test_pareto_nbd_on_cdnow(cdnow):
    told = appraise_lifetime(cdnow, "pareto_nbd", CUT)
    assert told["parameters"] == pytest.approx({"r": 0.5533, "alpha": 10.578, "s": 0.6062, "beta": 11.669}, rel=1e-3)
    assert told["log_likelihood"] == pytest.approx(-9594.976, abs=0.01)
    assert told["holdout"]["correlation"] == pytest.approx(0.630, abs=5e-4)
    assert told["holdout"]["auc_expected"] == pytest.approx(0.779, abs=5e-4)


def test_days_and_weeks_are_the_same_model(cdnow):
    week, day = (
        appraise_lifetime(cdnow, "bg_nbd", Question(calibrate_to=CUT.calibrate_to, unit=u)) for u in ("week", "day")
    )
    assert day["parameters"]["r"] == pytest.approx(week["parameters"]["r"], rel=1e-4)
    assert day["parameters"]["alpha"] == pytest.approx(7 * week["parameters"]["alpha"], rel=1e-4)
    assert day["holdout"]["predicted"] == pytest.approx(week["holdout"]["predicted"], rel=1e-4)


def test_gamma_gamma_on_cdnow(cdnow):
    told = appraise_spending(cdnow, CUT, currency="CNY")
    assert told["customers"] == 946
    assert told["parameters"] == pytest.approx({"p": 6.24957, "q": 3.74422, "gamma": 15.44352}, rel=1e-3)
    assert told["log_likelihood"] == pytest.approx(-4055.918, abs=0.01)
    assert told["holdout"]["mae"] == pytest.approx(16.37, abs=0.005)
    assert told["holdout"]["mae_personal_mean"] == pytest.approx(17.35, abs=0.005)


def test_concentration_of_cdnow(cdnow):
    told = appraise_concentration(cdnow, of="revenue", as_of=None, gross=True)
    assert (told["of"], told["as_of"], told["customers"]) == ("revenue", "1998-06-30", 2357)
    assert told["top_20"] == pytest.approx(0.6745, abs=1e-4)
    assert told["share_of_customers_for_80"] == pytest.approx(0.330, abs=5e-4)
    assert told["gini"] == pytest.approx(0.631, abs=5e-4)
    assert told["curve"][0] == [0.0, 0.0]
    assert told["curve"][-1] == [1.0, 1.0]


def test_the_dirty_log_has_no_interior_optimum_and_says_so(online_retail):
    asked = Question(calibrate_to=dt.date(2011, 6, 30))
    told = appraise_lifetime(online_retail, "bg_nbd", asked)
    assert told["boundary"] == "nobody leaves: plain NBD"
    assert (told["parameters"]["a"], told["parameters"]["b"]) == (0, None)
    assert told["holdout"]["predicted"] == pytest.approx(5636.05, abs=0.5)
    assert told["holdout"]["actual"] == 6427
    shares = appraise_concentration(online_retail, of="revenue", as_of=None, gross=True)
    assert (shares["customers"], round(shares["top_20"], 4)) == (4339, 0.7462)
    assert (round(shares["share_of_customers_for_80"], 3), round(shares["gini"], 3)) == (0.261, 0.715)
    net = appraise_concentration(online_retail, of="revenue", as_of=None, gross=False)
    assert net["top_20"] < shares["top_20"]


def test_without_a_named_cut_the_grade_comes_from_the_last_quarter(cdnow):
    told = appraise_lifetime(cdnow, "bg_nbd", Question())
    assert (told["as_of"], told["holdout"]["from"], told["holdout"]["to"]) == ("1998-06-30", "1998-03-31", "1998-06-30")
    assert told["parameters"] != appraise_lifetime(cdnow, "bg_nbd", CUT)["parameters"]


def on(number: int) -> dt.date:
    return dt.date(2026, 1, 1) + dt.timedelta(number)


@pytest.mark.parametrize(
    ("rows", "asked", "words"),
    [
        ([], Question(), "There are no dealings yet."),
        ([(1, on(0), 5)], Question(), "Only 1 customers have bought; at least 20 are needed."),
        (
            [(pk, on(n), 5) for pk in range(12) for n in (0, 90)],
            Question(),
            "Only 12 customers have bought; at least 20 are needed.",
        ),
        (
            [(pk, on(pk), 5) for pk in range(30)],
            Question(),
            "No customer has bought a second time yet, so nothing can be said about the next purchase.",
        ),
        (
            [(pk, on(n + pk % 3), 5) for pk in range(30) for n in (0, 20, 41)],
            Question(),
            "The dealings reach over 43 days only; at least 60 are needed to hold some out.",
        ),
        (
            [(pk, on(n + pk % 3), 5) for pk in range(30) for n in (0, 20, 41)],
            Question(calibrate_to=on(43)),
            f"There are no dealings after {on(43)}, so nothing can be held against the estimate.",
        ),
        (
            [(pk, on(n + pk), 5) for pk in range(30) for n in (0, 20, 41)],
            Question(calibrate_to=dt.date(2020, 1, 1)),
            "There are no customers with purchases yet.",
        ),
    ],
)
@pytest.mark.parametrize("model", ["bg_nbd", "pareto_nbd"])
def test_where_data_do_not_suffice_it_says_why(rows, asked, words, model):
    told = appraise_lifetime(books.print_days(rows), model, asked)
    assert (told["grade"], told["grade_reason"], told["missing"]) == ("C", words, [words])
    assert (told["holdout"], told["cumulative"]) == (None, None)


def test_equal_baskets_are_said_and_nobody_has_no_concentration():
    equal = books.print_days([(pk, on(n + pk), 500) for pk in range(30) for n in (0, 30, 61)])
    told = appraise_spending(equal, Question(), currency="CNY")
    assert told["missing"] == ["All purchases have the same value, so there is nothing to estimate: the value is 5.0."]
    nobody = appraise_concentration(books.print_days([]), of="revenue", as_of=None, gross=True)
    assert (nobody["customers"], nobody["top_20"], nobody["curve"]) == (0, None, [])
    assert nobody["missing"] == ["There are no customers to compare."]
