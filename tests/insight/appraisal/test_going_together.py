"""What customers have together: pairs, next steps, people against the habit, and whether proposing by pairs would have paid."""

import datetime as dt

import pyarrow as pa
import pytest

from guanxi.insight.appraisal.going_together import appraise_affinity
from guanxi.insight.warehouse.workbench import Workbench

AS_OF = dt.date(2026, 6, 30)
PRODUCTS = {1: ("account", "banking"), 2: ("card", "cards"), 3: ("loan", "credit"), 4: ("fund", "saving")}


def edition(bought: list[tuple[int, int, int]], held: list[tuple[int, int, int]] = ()) -> Workbench:
    """(customer, product, days before AS_OF), bought or taken out; each customer is worth 10.00."""
    bench = Workbench.with_empty_edition()
    rows = [(customer, product, AS_OF - dt.timedelta(ago)) for customer, product, ago in bought]
    names = {"customer_id": pa.int64(), "product_id": pa.int64(), "first_day": pa.date32()}
    columns = zip(*rows, strict=True) if rows else ([], [], [])
    bench.register(
        "given",
        pa.table({name: pa.array(column, kind) for (name, kind), column in zip(names.items(), columns, strict=True)}),
    )
    bench.run("INSERT INTO bought SELECT customer_id, product_id, first_day, first_day, 1, 0 FROM given")
    for number, (customer, product, ago) in enumerate(held):
        bench.run(
            "INSERT INTO holdings VALUES ($number, $customer, $product, 1, $day, NULL, NULL, '')",
            number=number,
            customer=customer,
            product=product,
            day=AS_OF - dt.timedelta(ago),
        )
    for product, (name, family) in PRODUCTS.items():
        bench.run("INSERT INTO products VALUES ($p, $name, $name, $family, NULL)", p=product, name=name, family=family)
    bench.run("INSERT INTO feed VALUES ($day, 1, 1)", day=AS_OF)
    bench.run("INSERT INTO customers (customer_id) SELECT DISTINCT customer_id FROM bought")
    bench.run("INSERT INTO estimates (customer_id, value) SELECT customer_id, 1000 FROM customers")
    return bench


def test_pairs_paths_and_people_against_the_habit():
    """770 of 1,000 with an account have a card 30 days later; 100 have only the card; 700 have a fund."""
    bought = (
        [(n, 1, 500) for n in range(1000)]
        + [(n, 2, 470) for n in range(770)]
        + [(n, 2, 480) for n in range(1000, 1100)]
    )
    bought += [(n, 4, 50) for n in range(1100, 1800)]
    told = appraise_affinity(edition(bought), as_of=None, currency="CNY")
    assert (told["model"], told["basket"], told["customers"]) == ("affinity", "customer", 1800)
    assert told["parameters"] == {"of_customers": 1800, "products": 3, "pairs": 2}
    assert {(row["antecedent"], row["consequent"], row["joint"], row["confidence"]) for row in told["pairs"]} == {
        ("account", "card", 770, 0.77),
        ("card", "account", 770, 770 / 870),
    }
    assert "a basket is all that one customer has" in told["missing"][0]
    assert {round(row["lift"], 6) for row in told["pairs"]} == {round(770 * 1800 / (1000 * 870), 6)}
    assert told["paths"] == [
        {
            "item": "account",
            "next": "card",
            "followed": 1000,
            "customers": 770,
            "share": 0.77,
            "median_days": 30,
            "lower_days": 30,
            "upper_days": 30,
        }
    ]
    names = [segment.pop("name") for segment in told["segments"]]
    assert [one["words"].format(**one["params"]) for one in names] == [
        "buys banking without cards",
        "buys cards without banking",
    ]
    assert told["segments"] == [
        {"item": "banking", "companion": "cards", "buyers": 1000, "customers": 230, "share": 0.23, "value": 2300.0},
        {"item": "cards", "companion": "banking", "buyers": 870, "customers": 100, "share": 100 / 870, "value": 1000.0},
    ]


def test_who_still_buys_is_a_buyer_though_he_began_long_ago():
    """ACQ-05, "in 24 months": by when something was bought for the last time, not for the first."""
    bought = [(n, 1, 500) for n in range(1000)] + [(n, 2, 470) for n in range(770)]
    bench = edition(bought + [(n, 4, 50) for n in range(1100, 1800)])
    bench.run("UPDATE bought SET first_day = first_day - 1000 WHERE product_id = 1 AND customer_id % 2 = 0")
    bench.run("UPDATE bought SET first_day = first_day - 1000, last_day = last_day - 1000 WHERE customer_id < 100")
    [found] = appraise_affinity(bench, as_of=AS_OF, currency="CNY")["segments"]
    assert (found["item"], found["buyers"], found["customers"]) == ("banking", 900, 230)


def test_holdings_count_like_purchases():
    bought = [(n, 1, 500) for n in range(300)] + [(n, 4, 500) for n in range(300, 900)]
    held = [(n, 2, 450) for n in range(150)]
    told = appraise_affinity(edition(bought, held), as_of=AS_OF, currency="CNY")
    assert {(row["antecedent"], row["consequent"], row["joint"]) for row in told["pairs"]} == {
        ("account", "card", 150),
        ("card", "account", 150),
    }


@pytest.mark.parametrize(("card", "loan", "letter"), [(60, 5, "A"), (5, 60, "C")])
def test_proposals_from_pairs_are_held_against_what_most_people_have(card, loan, letter):
    """Most have a loan, who has an account has a card; in the half year held out people with an account got one or the other."""
    bought = (
        [(n, 1, 400) for n in range(500)] + [(n, 2, 390) for n in range(300)] + [(n, 3, 400) for n in range(500, 1500)]
    )
    bought += [(n, 2, 90) for n in range(300, 300 + card)] + [(n, 3, 80) for n in range(400, 400 + loan)]
    bought += [(n, 4, 400) for n in range(1000, 1600)]
    bought += [(n, 4, 400) for n in range(150, 152)]
    bought += [(n, 4, 395) for n in range(500, 850)]  # loan and fund go together, so that both are in pairs
    told = appraise_affinity(edition(bought), as_of=None, currency="CNY")
    held = told["holdout"]
    assert (held["from"], held["to"]) == ("2026-01-01", "2026-06-30")
    assert told["grade"] == letter
    assert (held["pairs"] > held["simple"]) is (letter == "A")


def test_where_data_do_not_suffice_it_says_why():
    nothing = appraise_affinity(edition([]), as_of=None, currency="CNY")
    assert nothing["missing"] == ["Nothing is known yet of which product was bought or taken out by whom."]
    assert (nothing["grade"], nothing["pairs"], nothing["holdout"]) == ("C", [], None)
    twelve = appraise_affinity(edition([(n, p, 30) for n in range(12) for p in (1, 2)]), as_of=None, currency="CNY")
    assert twelve["missing"][0].startswith("No two products are had together often enough")
    still = [(n, p, 400 - p) for n in range(300) for p in (1, 2)] + [(n, 4, 400) for n in range(300, 900)]
    told = appraise_affinity(edition(still), as_of=None, currency="CNY")
    assert told["grade_reason"].startswith("Only 0 proposals would have come true in the time held out")
