"""What customers need us for, the grid by tier, and how they are served: the night says of everybody what the page says of one (SEG-09)."""

import datetime as dt
from itertools import permutations, product

import pyarrow as pa
import pytest

from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight import profile
from guanxi.insight.appraisal.needs import fill_needs, tell_needs
from guanxi.insight.decisions.offers.deciding import fill_known
from guanxi.record.standing.rules import service_model_of
from tests.insight.appraisal import books
from tests.insight.appraisal.test_loyalty import add
from tests.insight.decisions.people import asked

TODAY = dt.date(2026, 6, 30)
_KINDS, _TIERS, _POTENTIALS = (1, 2), (0, 1, 2, 3), (None, 0, 500)


def days_ago(number: int) -> dt.date:
    return TODAY - dt.timedelta(number)


def world() -> object:
    """Products 1 … 3 of loan, card and card; 4 of no family."""
    bench = books.print_days([(pk, TODAY, 5) for pk in range(1, 8)])
    add(bench, "products", product_id=[1, 2, 3, 4], family=["loan", "card", "card", ""])
    bought = [(1, 1, 3, 400, 10, 900), (1, 2, 2, 300, 5, 500), (1, 3, 2, 300, 5, 401), (2, 1, 9, 900, 365, 9999), (2, 2, 1, 90, 364, -7), (3, 1, 9, 900, 365, 9), (4, 4, 5, 9, 9, 70)]  # fmt: skip
    columns = list(
        zip(
            *(
                (pk, what, lines, days_ago(first), days_ago(last), brought)
                for pk, what, lines, first, last, brought in bought
            ),
            strict=True,
        )
    )
    names = ("customer_id", "product_id", "lines", "first_day", "last_day", "margin")
    add(bench, "bought", **{name: list(column) for name, column in zip(names, columns, strict=True)})
    held = [(3, 2, None), (5, 1, days_ago(1)), (6, 1, None), (6, 2, None)]  # 5's is over
    columns = list(zip(*((pk, what, over, 1, days_ago(50)) for pk, what, over in held), strict=True))
    names = ("customer_id", "product_id", "closed_on", "status", "opened_on")
    types = (pa.int64(), pa.int64(), pa.date32(), pa.int16(), pa.date32())
    add(
        bench,
        "holdings",
        **{name: pa.array(column, kind) for name, column, kind in zip(names, columns, types, strict=True)},
    )
    return bench


@pytest.mark.parametrize(
    ("loan", "card", "need"),
    [
        ((1, 10, 5_000), (40, 10, 4_900), "loan"),  # one that brings more than forty
        ((1, 10, 4_900), (40, 10, 5_000), "card"),
        ((9, 1_459, 16_000), (1, 10, 5_000), "card"),  # 4,000 a year since four years
        ((9, 1_459, 24_000), (1, 10, 5_000), "loan"),
        ((1, 10, -50), (1, 10, -60), "loan"),  # what loses less
        ((1, 10, 700), (3, 10, 700), "loan"),  # equals go by the name
        ((2, 10, 0), (9, 10, None), "loan"),
    ],
)
def test_the_need_is_what_brings_most_in_a_year_and_not_what_is_bought_most_often(loan, card, need):
    bench = books.print_days([(1, TODAY, 5)])
    add(bench, "products", product_id=[1, 2], family=["loan", "card"])
    for product_id, (lines, first, brought) in ((1, loan), (2, card)):
        bench.run(
            "INSERT INTO bought VALUES (1, $product, $first, $last, $lines, $brought)",
            product=product_id, first=days_ago(first), last=days_ago(3), lines=lines, brought=brought,
        )  # fmt: skip
    fill_needs(bench, as_of=TODAY)
    assert bench.arrow("SELECT * FROM feature_need").to_pylist() == [{"customer_id": 1, "need": need}]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_what_a_family_brings_does_not_hang_on_the_order_in_which_its_products_are_read(order):
    """As doubles these three come to 26,187.5 or a shade less, by the order in which they are added."""
    bench = books.print_days([(1, TODAY, 5)])
    add(bench, "products", product_id=[*(place + 1 for place in order), 4], family=["loan", "loan", "loan", "card"])
    bought = [(1, 473, 8_137), (2, 1_139, 36_176), (3, 729, 16_678)]
    for product_id, first, brought in [*(bought[place] for place in order), (4, 10, 26_188)]:
        bench.run(
            "INSERT INTO bought VALUES (1, $product, $first, $last, 1, $brought)",
            product=product_id, first=days_ago(first), last=days_ago(3), brought=brought,
        )  # fmt: skip
    fill_needs(bench, as_of=TODAY)
    assert bench.arrow("SELECT need FROM feature_need").to_pylist() == [{"need": "loan"}]


def test_the_family_that_brings_most_in_a_year_else_the_one_that_is_held():
    bench = world()
    fill_needs(bench, as_of=TODAY)
    found = {row["customer_id"]: row["need"] for row in bench.arrow("SELECT * FROM feature_need").to_pylist()}
    assert found == {1: "card", 2: "card", 3: "card", 6: "loan"}  # 3 bought loans a year ago and holds a card


def test_the_grid_counts_customers_and_their_value():
    bench = world()
    rows = [(1, 1, 900), (2, 2, 70), (3, 2, 30), (4, 1, 40), (5, 3, -5), (6, 0, 0)]  # 6 is of no tier
    bench.register(
        "standing_rows", pa.table(dict(zip(("customer_id", "tier", "value"), zip(*rows, strict=True), strict=True)))
    )
    bench.run("CREATE TEMP TABLE few AS SELECT 1 AS customer_id")
    profile.build(
        bench, "need", purpose=profile.Purpose.SERVICE, of="few", as_of=TODAY, open=1
    )  # as winning back asks for who is lost alone
    assert tell_needs(bench, as_of=TODAY) == [
        {"need": "card", "tiers": {"1": {"customers": 1, "value": 900}, "2": {"customers": 2, "value": 100}}},
        {"need": "", "tiers": {"1": {"customers": 1, "value": 40}, "3": {"customers": 1, "value": -5}}},
    ]


@pytest.mark.parametrize(
    ("kind", "tier", "potential", "model"),
    [
        (1, 1, 1, "adviser"), (1, 1, 0, "one_stop"), (1, 1, None, "one_stop"), (1, 2, 900, "one_stop"), (1, 3, 900, "technology"),
        (1, 0, None, "technology"), (2, 2, 1, "adviser"), (2, 3, 1, "adviser"), (2, 2, None, "one_stop"), (2, 0, None, "technology"),
    ],
)  # fmt: skip
def test_how_somebody_is_served(kind, tier, potential, model):
    assert service_model_of(kind, tier, potential) == model
    assert (
        service_model_of(kind, tier, potential, is_vip=True) == "adviser"
    )  # who is best has no potential left by definition


@pytest.mark.django_db
def test_offers_know_the_service_and_the_need_as_the_page_does():
    found_firm(by=system_principal(), name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    people = dict(enumerate(product(_KINDS, _TIERS, _POTENTIALS, (False, True)), 101))
    bench = world()
    bench.run("DELETE FROM estimates")
    add(
        bench,
        "customers",
        customer_id=list(people),
        kind=[one[0] for one in people.values()],
        code=[str(pk) for pk in people],
    )
    potential = pa.array([one[2] for one in people.values()], pa.int64())
    vip = [one[3] for one in people.values()]
    add(
        bench,
        "estimates",
        customer_id=list(people),
        tier=[one[1] for one in people.values()],
        potential=potential,
        is_vip=vip,
    )
    fill_known(bench, TODAY, asked())
    rows = bench.arrow("SELECT customer_id, service_model, need FROM known").to_pylist()
    found = {row["customer_id"]: row["service_model"] for row in rows if row["customer_id"] in people}
    assert found == {pk: service_model_of(*one[:3], is_vip=one[3]).value for pk, one in people.items()}
    assert {row["customer_id"]: row["need"] for row in rows if row["need"]} == {
        1: "card",
        2: "card",
        3: "card",
        6: "loan",
    }
