"""What comes next by what is owned, judged by the year that followed (decisioning.md 4.10, XUP-02)."""

import datetime as dt

import numpy as np
import pytest

from guanxi.insight.appraisal.going_together import appraise_affinity
from guanxi.insight.appraisal.taking_next import appraise_next, read_families
from guanxi.insight.warehouse.workbench import Workbench

TO = dt.date(2026, 6, 30)
FAMILIES = ("card", "loan", "insurance", "fund", "savings")


def firm(*, by_owned: bool, people: int = 1_200) -> Workbench:
    """Who has a card takes a loan, who has savings a fund (by_owned), within the year; or everybody whatever comes by."""
    random = np.random.default_rng(9)
    bench = Workbench.with_empty_edition()
    for number, name in enumerate(FAMILIES, 1):
        bench.run("INSERT INTO products (product_id, reference, family) VALUES ($n, $name, $name)", n=number, name=name)
    rows = []
    for who in range(people):
        bench_cell = "person" if who % 3 else "organisation"
        rows.append(f"({who}, 'c{who}', '{bench_cell}')")
    bench.run(f"INSERT INTO customers (customer_id, code, segment) VALUES {', '.join(rows)}")
    follows = {0: 1, 4: 3}
    held = []
    for who in range(people):
        first = (0, 4)[who % 2]
        after = follows[first] if by_owned else random.choice([n for n in range(5) if n != first], p=None)
        begun = TO - dt.timedelta(int(random.integers(370, 1_000)))
        held += [(who, first, begun), (who, int(after), begun + dt.timedelta(int(random.integers(20, 360))))]
    holdings = (
        f"({n}, {who}, {what + 1}, 1, DATE '{day}', NULL, NULL, '')"
        for n, (who, what, day) in enumerate(held)
        if day <= TO
    )
    bench.run(f"INSERT INTO holdings VALUES {', '.join(holdings)}")
    return bench


def test_what_is_owned_tells_what_comes_and_the_order_is_found():
    with firm(by_owned=True) as bench:
        found = appraise_next(read_families(bench, as_of=TO), to=TO)
        told = appraise_affinity(bench, as_of=TO, currency="CNY")
    assert found.grade.letter == "A" and found.holdout["table"] == found.holdout["taken"] > 150
    assert found.holdout["simple"] < 0.7 * found.holdout["taken"]
    card = next(row for row in found.transitions if row["owned"] == ["card"] and row["cell"] == "person")
    assert card["next"][0]["family"] == "loan" and card["next"][0]["chance"] > 0.85
    assert {(row["first"], row["then"]) for row in found.order} == {("card", "loan"), ("savings", "fund")}
    assert told["transitions"] == found.transitions and told["order"] == found.order
    assert told["transitions_grade"]["grade"] == "A"
    assert told["transitions_grade"]["reason"].startswith("By what is owned 100.0%")


def test_where_it_tells_nothing_the_words_say_so():
    with firm(by_owned=False) as bench:
        found = appraise_next(read_families(bench, as_of=TO), to=TO)
    assert found.grade.letter in {"A", "C"}
    assert abs(found.holdout["table"] - found.holdout["simple"]) < 0.2 * found.holdout["taken"]
    assert all(row["next"][0]["chance"] < 0.6 for row in found.transitions if len(row["owned"]) == 1)
    with firm(by_owned=True, people=60) as bench:
        few = appraise_next(read_families(bench, as_of=TO), to=TO)
    assert few.grade.letter == "C" and "customers took a further family" in str(few.grade.reason)


@pytest.mark.parametrize("families", [False, True])
def test_without_families_or_customers_there_is_no_table(families):
    with Workbench.with_empty_edition() as bench:
        if families:
            bench.run("INSERT INTO products (product_id, reference, family) VALUES (1, 'card', 'card')")
        found = appraise_next(read_families(bench, as_of=TO), to=TO)
    assert (found.transitions, found.order, found.holdout) == ([], [], None)
    assert [str(one) for one in found.missing] == [
        "No product belongs to a family: what comes next by what is owned cannot be told."
    ]
