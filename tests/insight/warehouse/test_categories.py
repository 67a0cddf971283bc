"""Which categories reach the warehouse: the whitelist, and nothing of the others but their money (RSK-04, PTN-04)."""

import pyarrow.parquet as pq
import pytest

from guanxi.insight.warehouse.categories import WHITELIST, category_of
from guanxi.record.catalogue.prohibited import BLOCKED_CODES
from guanxi.record.holdings.models import Balance, Holding
from tests.insight.warehouse.scene import add_customers, add_dealings, add_product, day, new_places
from tests.insight.warehouse.test_edition import build, rows

pytestmark = pytest.mark.django_db(transaction=True)
BLOCKED = [*BLOCKED_CODES, "夜总会", "Nightlife", "赌场", "医院", "教堂", "出行", "anything else", ""]


@pytest.mark.parametrize("category", BLOCKED)
def test_what_is_blocked_or_unknown_is_blank_in_the_snapshot_and_its_money_counts(tmp_path, category):
    where, (ma,) = new_places(tmp_path), add_customers(1)
    add_dealings([(ma, day(0), 5_000)], category=category, price_tier=3, product=add_product())
    add_dealings([(ma, day(1), 7_000)], category="餐饮", price_tier=3)
    made = build(where, "e1")
    lines = pq.read_table(where.snapshot("e1") / "lines.parquet").to_pylist()
    assert sorted((line["amount"], line["category"], line["price_tier"]) for line in lines) == [
        (5_000, 0, 0),
        (7_000, 1, 3),
    ]
    assert rows(made, "SELECT day, amount, category, price_tier FROM tickets") == [(day(1), 7_000, 1, 3)]
    assert rows(made, "SELECT sum(gross), sum(lines) FROM days") == [(12_000, 2)]


def test_every_word_of_the_whitelist_is_known_however_it_is_written():
    assert {
        name: {category_of(f" {word.upper()} ") for word in words.split()} for name, (_, words) in WHITELIST.items()
    } == {name: {number} for name, (number, _) in WHITELIST.items()}


def test_a_firms_own_list_takes_a_category_out(tmp_path, settings):
    settings.GUANXI_BLOCKED_CATEGORIES = ("酒店", "5812")
    assert (category_of("酒店"), category_of("宾馆"), category_of("5812"), category_of("餐饮")) == (0, 2, 0, 1)
    where, (ma,) = new_places(tmp_path), add_customers(1)
    add_dealings([(ma, day(0), 100)], category="酒店", price_tier=1)
    made = build(where, "e1")
    assert rows(made, "SELECT count(*) FROM tickets") == [(0,)]
    made.bench.close()


def test_a_change_of_the_firms_own_list_builds_the_edition_whole(tmp_path, settings):
    from guanxi.insight.warehouse.edition import publish  # noqa: PLC0415 - beside its use

    where, (ma,) = new_places(tmp_path), add_customers(1)
    add_dealings([(ma, day(0), 100)], category="酒店", price_tier=1)
    publish(build(where, "e1"), where)
    settings.GUANXI_BLOCKED_CATEGORIES = ("酒店",)
    add_customers(8)
    made = build(where, "e2", "e1")
    assert made.why_whole
    assert rows(made, "SELECT count(*) FROM tickets") == [(0,)]


def test_refunds_and_unpriced_lines_are_no_tickets_and_products_stand_in_for_tiers(tmp_path):
    where, (ma,) = new_places(tmp_path), add_customers(1)
    product = add_product()
    add_dealings([(ma, day(0), -100)], category="fuel", price_tier=2)
    add_dealings([(ma, day(1), 200)], category="fuel")
    add_dealings([(ma, day(2), 300)], category="fuel", product=product)
    add_dealings([(ma, day(3), 400)], category="fuel", price_tier=9, product=product)
    made = build(where, "e1")
    assert rows(made, "SELECT amount, category, price_tier, product_id FROM tickets ORDER BY day") == [
        (300, 4, 0, product.pk),
        (400, 4, 0, product.pk),
    ]


def test_income_is_no_trade(tmp_path):
    where, (li,) = new_places(tmp_path), add_customers(1)
    add_dealings([(li, day(0), -800_000), (li, day(31), -810_000), (li, day(40), -5_000)], category="工资")
    add_dealings([(li, day(2), -300)])
    made = build(where, "e1")
    assert rows(made, "SELECT month, amount FROM incomes ORDER BY month") == [(day(0), 800_000), (day(31), 815_000)]
    assert rows(made, "SELECT day, net FROM days") == [(day(2), -300)]


def test_of_balances_the_last_of_each_month_stands(tmp_path):
    where, (li,) = new_places(tmp_path), add_customers(1)
    held = Holding.objects.create(customer_id=li, reference="D1")
    for number, amount, currency in ((0, 10, "CNY"), (30, 30, "CNY"), (12, 20, "CNY"), (31, 40, "CNY"), (33, 1, "USD")):
        Balance.objects.create(holding=held, day=day(number), amount=amount, currency=currency)
    made = build(where, "e1")
    assert rows(made, "SELECT month, day, amount FROM balances ORDER BY month") == [
        (day(0), day(30), 30),
        (day(31), day(31), 40),
    ]
