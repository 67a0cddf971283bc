"""Who is likely to take what next: what goes together surely enough, and what is taken after it in its time (XUP-01, XUP-02)."""

import datetime as dt

import pytest

from guanxi.insight.decisions.offers.likely import fill_nexts
from guanxi.insight.warehouse.workbench import Workbench

DAY = dt.date(2026, 6, 30)
PRODUCTS = {1: "PYTHON", 2: "SQL", 3: "TEA", 4: "CAR", 5: "DATA"}


def nexts(
    had: list[tuple[int, int, int]], on: dt.date = DAY, families: dict[int, str] | None = None
) -> dict[int, list[str]]:
    """had: customer, product, days before DAY."""
    bench = Workbench.with_empty_edition()
    for number, name in PRODUCTS.items():
        bench.run(
            "INSERT INTO products (product_id, reference, name, family) VALUES ($number, $name, $name, $family)",
            number=number,
            name=name,
            family=(families or {}).get(number, ""),
        )
    for customer in sorted({customer for customer, _product, _days in had}):
        bench.run(f"INSERT INTO customers (customer_id, code) VALUES ({customer}, 'C{customer}')")
    rows = ", ".join(
        f"({customer}, {product}, DATE '{DAY - dt.timedelta(days)}', DATE '{DAY - dt.timedelta(days)}', 1)"
        for customer, product, days in had
    )
    bench.run(f"INSERT INTO bought (customer_id, product_id, first_day, last_day, lines) VALUES {rows}")
    fill_nexts(bench, on)
    return {
        row["customer_id"]: row["nexts"] for row in bench.arrow("SELECT * FROM nexts ORDER BY customer_id").to_pylist()
    }


def crowd(pairs: int, *, others: int = 1_000) -> list[tuple[int, int, int]]:
    """So many who bought both books on one day, and a crowd who drinks tea."""
    both = [(customer, product, 500) for customer in range(1, pairs + 1) for product in (1, 2)]
    return both + [(10_000 + customer, 3, 500) for customer in range(others)]


@pytest.mark.parametrize(("pairs", "shown"), [(150, True), (99, False), (4, False)])
def test_a_pair_is_shown_when_it_is_frequent_and_surely_more_than_chance(pairs, shown):
    found = nexts([*crowd(pairs), (9_001, 1, 30), (9_002, 3, 30)])
    assert found.get(9_001) == (["SQL"] if shown else None)
    assert 9_002 not in found
    assert 1 not in found  # he has both


def test_a_buyer_of_two_books_on_python_sees_the_related_one_that_he_does_not_own():  # XUP-01
    with_the_third = [(customer, book, 500) for customer in range(1, 131) for book in (1, 2, 5)]
    readers = [(2_001, 1, 30), (2_001, 2, 20), (2_002, 1, 30), (2_003, 1, 30), (2_003, 2, 20), (2_003, 5, 10)]
    found = nexts([*with_the_third, *((10_000 + customer, 3, 500) for customer in range(900)), *readers])
    assert found == {2_001: ["DATA"], 2_002: ["DATA", "SQL"]}  # each once, though both of his two speak for it


def test_the_next_step_comes_in_the_middle_half_of_the_waiting_times():
    # 120 took the car after the tea: the quartiles of their waiting times are 180 and 240 days
    waits = [180] * 40 + [200] * 40 + [240] * 40
    took = [row for number, wait in enumerate(waits, 1) for row in ((number, 3, 700), (number, 4, 700 - wait))]
    others = [(20_000 + number, 4, 600) for number in range(2_000)]  # nearly everybody has a car: it goes with nothing
    now = [(9_000 + days, 3, days) for days in (179, 180, 210, 240, 241)]
    found = nexts([*took, *others, *now])
    assert {customer - 9_000 for customer in found if 9_000 < customer < 10_000} == {180, 210, 240}


def test_the_strongest_comes_first_and_not_the_first_by_name():
    """Of 400 with the Python book all have the SQL book and half the one on data: SQL goes with it twice as surely."""
    both = [(who, book, 500) for who in range(1, 401) for book in (1, 2)] + [(who, 5, 500) for who in range(1, 201)]
    others = [(10_000 + who, 3, 500) for who in range(900)]
    alone = [(20_000 + who, 5, 500) for who in range(300)]  # the one on data is read by others as well
    found = nexts([*both, *others, *alone, (9_001, 1, 30)])
    assert found[9_001] == ["SQL", "DATA"]


def test_what_comes_after_a_family_waits_for_it():
    """Tea before cars by 120 of 150: who has only the book that goes with cars is proposed no car before tea."""
    families = {1: "books", 3: "tea", 4: "cars"}
    took = [
        row for who in range(1, 151) for row in ((who, 1, 700), (who, 3, 600 if who <= 120 else 400), (who, 4, 500))
    ]
    others = [(10_000 + who, 2, 500) for who in range(900)]
    found = nexts([*took, *others, (9_001, 1, 30), (9_002, 1, 30), (9_002, 3, 20)], families=families)
    assert found[9_001] == ["TEA"]
    assert found[9_002] == ["CAR"]
    assert nexts([*took, *others, (9_001, 1, 30)])[9_001] == ["CAR", "TEA"]  # without families there is no order
