"""What all offers together bring: those held out of them for the year against everybody else (decisioning.md 3.6)."""

import datetime as dt

import pyarrow as pa
import pytest

from guanxi.insight.decisions.arbitration.arms import bucket, threshold
from guanxi.insight.decisions.offers.bringing import tell_bringing
from guanxi.insight.decisions.offers.deciding import HELD_OUT, holdout_salt
from guanxi.insight.decisions.offers.evidence import TRIALS
from guanxi.insight.warehouse.workbench import Workbench

AS_OF = dt.date(2026, 6, 30)
MANY = 8_000


def trials(begun: dt.date | None) -> pa.Table:
    if begun is None:
        return TRIALS.empty_table()
    row = {
        "customer_id": 1,
        "offer": "tea",
        "avenue": 2,
        "bands": 0,
        "is_treated": True,
        "begun_on": begun,
        "until": begun,
    }
    return pa.Table.from_pylist([row], schema=TRIALS)


def is_held(number: int) -> bool:
    return bucket(f"{holdout_salt(AS_OF)}holdout|", f"c{number}") < threshold(HELD_OUT)


@pytest.fixture
def bench():
    """Everybody brings a margin of 5.00 a month; who may get offers 1.00 more in each of 2026."""
    held = [number for number in range(MANY) if is_held(number)]
    assert 110 < len(held) < 210
    with Workbench.with_empty_edition() as opened:
        opened.run(f"INSERT INTO customers (customer_id, code) SELECT range, 'c' || range FROM range({MANY})")
        opened.run(
            "INSERT INTO estimates (customer_id, first_day) SELECT customer_id, DATE '2024-01-05' FROM customers"
        )
        opened.register("held", pa.table({"customer_id": pa.array(held, pa.int64())}))
        opened.run(
            """INSERT INTO days (customer_id, day, net, margin, is_purchase)
            SELECT c.customer_id, CAST(m.day AS DATE), 2000 + c.customer_id % 7,
                500 + c.customer_id % 7 + CASE WHEN h.customer_id IS NULL AND m.day >= DATE '2026-01-01' THEN 100 ELSE 0 END, TRUE
            FROM customers c
            CROSS JOIN (SELECT unnest(generate_series(DATE '2025-01-15', DATE '2026-06-15', INTERVAL 1 MONTH)) AS day) m
            LEFT JOIN held h ON h.customer_id = c.customer_id"""
        )
        opened.unregister("held")
        yield opened, len(held)


def test_six_months_of_one_yuan_a_month_more(bench):
    opened, held = bench
    found = tell_bringing(opened, trials(dt.date(2025, 3, 1)), as_of=AS_OF, thresholds={})
    assert (found["since"], found["held"], found["others"]) == ("2026-01-01", held, MANY - held)
    assert found["effect"] == pytest.approx(600, abs=1e-6)
    assert found["low"] <= 600.000001 and found["high"] >= 599.999999 and found["high"] - found["low"] < 1
    assert found["each_others"] - found["each_held"] == pytest.approx(600, abs=1)


def test_it_begins_with_the_first_offer_that_was_decided_on(bench):
    opened, _held = bench
    found = tell_bringing(opened, trials(dt.date(2026, 5, 1)), as_of=AS_OF, thresholds={})
    assert found["since"] == "2026-05-01"
    assert found["effect"] == pytest.approx(0, abs=1e-6)  # two months of both sides, and the two before them
    assert tell_bringing(opened, trials(None), as_of=AS_OF, thresholds={}) == {}
    assert tell_bringing(opened, trials(dt.date(2026, 7, 1)), as_of=AS_OF, thresholds={}) == {}


def test_it_counts_by_what_the_house_earns(bench):
    opened, _held = bench
    premiums = tell_bringing(opened, trials(dt.date(2025, 3, 1)), as_of=AS_OF, thresholds={"value.basis": 3.0})
    assert premiums["effect"] == pytest.approx(0, abs=1e-6)  # premiums are the same on both sides
    opened.run(
        """INSERT INTO balances (customer_id, holding_id, month, day, amount)
        SELECT customer_id, customer_id, DATE '2026-03-01', DATE '2026-03-31', 120000 FROM customers
        WHERE bucket_of($salt || 'holdout|' || code) >= $held""",
        salt=holdout_salt(AS_OF), held=threshold(HELD_OUT),
    )  # fmt: skip
    kept = tell_bringing(opened, trials(dt.date(2025, 3, 1)), as_of=AS_OF, thresholds={"value.on_balances": 0.012})
    assert kept["effect"] == pytest.approx(600 + 120, abs=1e-6)


def test_who_wants_no_advice_and_who_came_later_is_on_no_side(bench):
    opened, held = bench
    aside = [number for number in range(MANY) if not is_held(number)][:500]
    opened.run("UPDATE estimates SET first_day = DATE '2025-12-01' WHERE customer_id = $one", one=aside[-1] + 1)
    found = tell_bringing(opened, trials(dt.date(2025, 3, 1)), as_of=AS_OF, thresholds={}, unprofiled=aside)
    assert found["others"] + found["held"] == MANY - 501
    few = [number for number in range(MANY) if is_held(number)][: held - 99]
    lack = tell_bringing(opened, trials(dt.date(2025, 3, 1)), as_of=AS_OF, thresholds={}, unprofiled=few)
    assert (lack["effect"], lack["held"]) == (None, 99) and "low" not in lack
