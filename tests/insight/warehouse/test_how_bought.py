"""What was bought on promotion and what was premium reaches the edition, by increments as by a build of the whole."""

import pyarrow as pa
import pytest

from guanxi.ground import clock
from guanxi.identity.services import found_firm
from guanxi.insight.warehouse.edition import publish
from guanxi.record.catalogue.models import Family, Product
from guanxi.record.customers.models import DirtyCustomer
from guanxi.record.dealings.models import Dealing
from guanxi.record.dealings.services import record_dealings
from tests.insight.warehouse.scene import add_customers, add_dealings, add_product, day, mark_dirty, new_places
from tests.insight.warehouse.test_edition import build, rows
from tests.stories.scene import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
HELD = "SELECT * FROM promoted ORDER BY customer_id, day", "SELECT * FROM graded ORDER BY customer_id, day"


@pytest.fixture
def where(tmp_path):
    return new_places(tmp_path)


def of_family(family: Family, *, is_premium: bool | None) -> int:
    product = add_product()
    Product.objects.filter(pk=product.pk).update(family=family, is_premium=is_premium)
    return product.pk


def test_only_marked_lines_and_families_with_a_premium_product_are_there(where):
    zhang, li, *_others = add_customers(10)
    garage = Family.objects.create(reference="garage", name="garage")
    oil, tyre, tea = of_family(garage, is_premium=True), of_family(garage, is_premium=None), add_product().pk
    add_dealings([(zhang, day(0), 480), (zhang, day(30), 480)], product_id=oil)
    add_dealings([(zhang, day(0), 1450), (li, day(1), 1450)], product_id=tyre)
    add_dealings([(li, day(2), 100)], product_id=tea, on_promotion=True)
    add_dealings([(li, day(2), 900)], product_id=tea, on_promotion=False)
    add_dealings([(li, day(3), -100)], product_id=tea, on_promotion=True)  # sent back
    first = build(where, "e1")
    expected = [(li, day(2), 100)], [(zhang, day(0), True), (zhang, day(30), True), (li, day(1), False)]
    assert tuple(rows(first, sql) for sql in HELD) == expected
    publish(first, where)
    first.bench.close()
    DirtyCustomer.objects.all().delete()
    add_dealings([(li, day(9), 480)], product_id=oil)
    Dealing.objects.filter(customer=li, occurred_on=day(2)).update(on_promotion=True)
    mark_dirty([li])
    second = build(where, "e2", base="e1")
    assert second.why_whole == ""
    assert tuple(rows(second, sql) for sql in HELD) == ([(li, day(2), 1000)], [*expected[1], (li, day(9), True)])
    publish(second, where)
    second.bench.close()
    DirtyCustomer.objects.all().delete()
    Product.objects.filter(pk=oil).update(is_premium=False)  # a mark taken away counts for everybody at once
    third = build(where, "e3", base="e2")
    assert (third.why_whole, rows(third, HELD[1])) == ("margins", [])
    third.bench.close()


def test_a_line_says_whether_it_was_on_promotion_and_a_second_file_may_say_it(db):
    found_firm(by=SYSTEM, name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    (li,) = add_customers(1)
    now = clock.now()
    rows_ = {"customer_id": [li] * 3, "occurred_at": pa.array([now] * 3, pa.timestamp("us", "UTC")), "occurred_on": [day(0)] * 3,
        "amount": [100, 200, 300], "currency": ["CNY"] * 3, "reference": ["a", "b", "c"]}  # fmt: skip
    record_dealings(pa.table(rows_ | {"on_promotion": [None, True, False]}), by=SYSTEM, cause="first")
    stored = Dealing.objects.order_by("amount").values_list("on_promotion", flat=True)
    assert list(stored) == [None, True, False]
    again = record_dealings(pa.table(rows_ | {"on_promotion": [True, True, None]}), by=SYSTEM, cause="second")
    assert (list(stored.all()), again.outcomes.tolist()) == ([True, True, None], [2, 3, 2])
