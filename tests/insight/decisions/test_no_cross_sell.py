"""The loss-making cross-buyer: four products, −315 over 36 months, 55 % sent back. Nobody sells him a fifth (XUP-03)."""

import datetime as dt

import pyarrow as pa
import pytest
from sqlglot import exp

from guanxi.engage.offers.choices import Layer
from guanxi.engage.offers.queries import PublishedRule
from guanxi.identity.queries import firm, system_principal
from guanxi.identity.services import found_firm
from guanxi.insight.decisions.offers.deciding import decide, fill_deciding, stakes_of
from guanxi.record.consents.choices import Purpose
from guanxi.record.customers.choices import Channel
from tests.insight.appraisal import books
from tests.insight.decisions.people import AGREED, DAY, asked, codes, offer

pytestmark = pytest.mark.django_db

MAY = PublishedRule(
    Layer.SUITABILITY, 1, "no_cross_sell", "not no_cross_sell", exp.condition("NOT no_cross_sell"), ("no_cross_sell",)
)

# products of as many families, share sent back, contribution of 36 months in yuan, whether more would mean more loss
PEOPLE = [
    (4, 0.55, -315, True),
    (3, 0.10, -36, True),  # little comes back, but serving three products costs more than they bring
    (5, 0.43, 900, True),  # they bring something, and more than two of five things come back
    (2, 0.10, -315, False),  # a loss, though not one of many products
    (4, 0.40, 900, False),
]


@pytest.mark.parametrize("rules", [(MAY,), ()])  # what he loses by is no matter of what an offer's own rules name
def test_no_cross_sell_offer_reaches_whom_more_products_make_lose(rules):
    found_firm(by=system_principal(), name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    rows = [
        (pk, DAY - dt.timedelta(30 * month + 10 * is_back), -round(10_000 * back) if is_back else 10_000)
        for pk, (_products, back, _earned, _flag) in enumerate(PEOPLE, 1)
        for month in range(36)
        for is_back in (0, 1)
    ]
    bench = books.print_days(rows)
    for pk, ((products, _back, earned, _flag), code) in enumerate(zip(PEOPLE, codes(5, "fifth"), strict=True), 1):
        bench.run("UPDATE customers SET code = $code WHERE customer_id = $pk", code=code, pk=pk)
        bench.run(
            "UPDATE days SET margin = CASE WHEN is_purchase THEN $each ELSE 0 END WHERE customer_id = $pk",
            each=round(100 * earned / 36),
            pk=pk,
        )
        for number in range(products):
            bench.run(
                """INSERT INTO products SELECT $product, 'p' || $product, '', 'family' || $number, 1.0
                WHERE $product NOT IN (SELECT product_id FROM products)""",
                product=number, number=number,
            )  # fmt: skip
            bench.run(
                "INSERT INTO holdings VALUES ($id, $pk, $product, 1, $day, NULL, NULL, '')",
                id=10 * pk + number,
                pk=pk,
                product=number,
                day=DAY - dt.timedelta(900),
            )
    offers = [offer("fifth", 50_000, rules=rules)]
    agreed = [
        {"customer_id": pk, "purpose": int(Purpose.MARKETING), "channel": int(Channel.CALL)} for pk in range(1, 6)
    ]
    fill_deciding(bench, DAY, offers, asked(pa.Table.from_pylist(agreed, schema=AGREED)))
    flagged = bench.arrow("SELECT customer_id FROM deciding WHERE no_cross_sell ORDER BY 1")["customer_id"].to_pylist()
    assert flagged == [pk for pk, person in enumerate(PEOPLE, 1) if person[3]]
    house = firm()
    house.thresholds = {
        "value.basis": 3.0
    }  # premiums: what is paid out is a claim, and says nothing of who gives things back
    house.save()
    fill_deciding(bench, DAY, offers, asked(pa.Table.from_pylist(agreed, schema=AGREED)))
    insured = bench.arrow("SELECT customer_id FROM deciding WHERE no_cross_sell ORDER BY 1")["customer_id"].to_pylist()
    assert insured == [1, 2]
    house.thresholds = {}
    house.save()
    fill_deciding(bench, DAY, offers, asked(pa.Table.from_pylist(agreed, schema=AGREED)))
    found = decide(bench, stakes_of(bench, DAY, offers))
    reached = sorted(found.decisions["customer_id"].to_pylist())
    assert reached == [4, 5]
    said = {row["reason"]: row["customers"] for row in found.rejects if row["reason"] != "chosen"}
    assert said["no_cross_sell"] == 3
