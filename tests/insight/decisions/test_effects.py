"""What offering changes, from draws that were kept: everybody drawn counts, by what he then did of himself."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from guanxi.insight.decisions.offers.cells import PLACES
from guanxi.insight.decisions.offers.effects import appraise_uplift
from guanxi.insight.decisions.offers.evidence import TRIALS
from guanxi.insight.warehouse.workbench import Workbench

DAY = dt.date(2026, 3, 6)
UNTIL = DAY + dt.timedelta(30)
TARGETS = {"loan": ("P-LOAN", ""), "house": ("", "home"), "tea": ("", "")}
A, B = (band * 8 ** PLACES["tier"] for band in (1, 2))


@pytest.fixture
def bench():
    with Workbench.with_empty_edition() as opened:
        opened.run("INSERT INTO customers (customer_id, code) SELECT range, 'c' || range FROM range(0, 8000)")
        opened.run(
            "INSERT INTO products (product_id, reference, family) VALUES (1, 'P-LOAN', 'loan'), (2, 'P-HOME', 'home'), (3, 'P-CAR', 'loan')"
        )
        yield opened


def drawn(
    offer: str, customers: np.ndarray, treated: np.ndarray, bands: np.ndarray, *, until: dt.date = UNTIL
) -> pa.Table:
    size = len(customers)
    columns = [customers, pa.array([offer] * size), np.full(size, 301), bands, treated]
    days = [pa.array([day] * size, pa.date32()) for day in (DAY, until)]
    return pa.table([*columns, *days], names=TRIALS.names).cast(TRIALS)


def opened(bench: Workbench, customers: np.ndarray, product: int, day: dt.date = DAY) -> None:
    days = pa.array([day] * len(customers), pa.date32())
    bench.register(
        "given", pa.table({"customer_id": customers, "product_id": [product] * len(customers), "opened_on": days})
    )
    bench.run("INSERT INTO holdings (customer_id, product_id, opened_on) SELECT * FROM given")
    bench.unregister("given")


def bought(bench: Workbench, customers: np.ndarray, product: int, day: dt.date) -> None:
    days = pa.array([day] * len(customers), pa.date32())
    bench.register("given", pa.table({"customer_id": customers, "product_id": [product] * len(customers), "day": days}))
    bench.run("INSERT INTO bought (customer_id, product_id, first_day, last_day) SELECT *, day FROM given")
    bench.run("INSERT INTO days (customer_id, day, is_purchase) SELECT customer_id, day, TRUE FROM given")
    bench.unregister("given")


def arms(size: int, *, one_in: int = 2) -> np.ndarray:
    return np.arange(size) % one_in > 0


def test_the_effect_is_the_difference_of_who_took_it_of_all_who_were_drawn(bench):
    """2,000 offered, of whom 300 took it; 1,000 kept from it, of whom 60 took it by themselves: 15 % less 6 %."""
    who = np.arange(3000)
    treated = arms(3000, one_in=3)
    opened(bench, who[treated][:250], 1)
    bought(bench, who[treated][250:300], 1, UNTIL - dt.timedelta(1))
    opened(bench, who[~treated][:60], 1, UNTIL - dt.timedelta(1))
    opened(bench, who[~treated][60:200], 1, UNTIL)  # too late
    opened(bench, who[~treated][200:300], 1, DAY - dt.timedelta(1))  # too early
    opened(bench, who[~treated][300:400], 3)  # another product
    told = appraise_uplift(bench, drawn("loan", who, treated, np.full(3000, A)), TARGETS, as_of=UNTIL)
    [row] = told["offers"]
    assert (told["customers"], row["customers"], row["treated"]) == (3000, 3000, 2000)
    assert row["average_effect"] == pytest.approx(0.15 - 0.06)
    assert row["interval"][0] < 0.09 < row["interval"][1]
    assert (told["grade"], row["heterogeneous"]) == ("B", False)
    assert "choosing by chance" in told["grade_reason"] and "No heterogeneity" in row["why"]


def test_whom_it_suits_is_told_where_it_truly_differs(bench):
    """Of A every second takes it because he is asked, of B nobody."""
    who = np.arange(6000)
    treated, of_a = arms(6000), (who // 2) % 2 == 0
    opened(bench, who[treated & of_a][::2], 2)
    opened(bench, who[~treated][::50], 2)
    told = appraise_uplift(bench, drawn("house", who, treated, np.where(of_a, A, B)), TARGETS, as_of=UNTIL)
    [row] = told["offers"]
    assert (told["grade"], row["heterogeneous"], row["warning"]) == ("A", True, None)
    assert row["halves"][0] > 0.4
    assert row["halves"][1] < 0.05
    assert row["qini"] > 0.2


def test_a_draw_counts_when_its_window_has_ended_and_once_and_an_offer_of_few_says_so(bench):
    who = np.arange(1000)
    many = drawn("tea", who, arms(1000), np.full(1000, A))
    again = drawn("tea", who, ~arms(1000), np.full(1000, B), until=UNTIL + dt.timedelta(1)).set_column(
        5, "begun_on", pa.array([DAY + dt.timedelta(1)] * 1000, pa.date32())
    )
    few = drawn("loan", who[:150], arms(150), np.full(150, A))
    bought(bench, who[arms(1000)][:100], 3, DAY)  # it names nothing: whatever they bought
    bought(bench, who[~arms(1000)][:50], 2, DAY)
    trials = pa.concat_tables([many, again, few])
    early = appraise_uplift(bench, trials, TARGETS, as_of=UNTIL - dt.timedelta(1))
    assert (early["customers"], early["grade"], early["offers"]) == (0, "C", [])
    told = appraise_uplift(bench, trials, TARGETS, as_of=UNTIL + dt.timedelta(1))
    assert [(row["offer"], row["customers"]) for row in told["offers"]] == [("tea", 1000)]
    assert told["offers"][0]["average_effect"] == pytest.approx(0.1)
    assert ["loan" in words for words in told["missing"]] == [True]
    gone = appraise_uplift(bench, trials, {"loan": ("P-LOAN", "")}, as_of=UNTIL)  # an offer that is no more
    assert (gone["grade"], gone["offers"]) == ("C", [])


def test_without_a_draw_it_says_what_is_missing(bench):
    told = appraise_uplift(bench, TRIALS.empty_table(), TARGETS, as_of=None)
    names = ["model", "as_of", "customers", "parameters", "holdout", "offers", "grade", "grade_reason", "missing"]
    assert list(told) == names
    assert (told["model"], told["as_of"], told["grade"]) == ("uplift", None, "C")
    assert "by lot" in told["missing"][0] and "At least 200 customers" in told["missing"][0]
