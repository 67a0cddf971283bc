"""What customers told of themselves (LEV-07, LEV-09): the night and the contact know the same of it, and see it at once."""

import datetime as dt
import random
from types import SimpleNamespace

import pyarrow as pa
import pytest

from guanxi.ground import clock
from guanxi.insight.decisions.offers.deciding import fill_known
from guanxi.insight.decisions.offers.told import distances, language_of, told_now, told_on
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.catalogue.centres import distance_to_centre
from guanxi.record.catalogue.matching import Place, Register
from guanxi.record.catalogue.rules import NewEstate, NewProduct
from guanxi.record.catalogue.services import create_estates, create_products, products_by_reference
from guanxi.record.customers.models import Address, City, Customer
from guanxi.record.declarations.choices import Fact
from guanxi.record.declarations.services import declare_facts
from guanxi.record.holdings.rules import NewBalance, NewHolding
from guanxi.record.holdings.services import record_holdings, store_balances
from guanxi.record.suitability.services import end_test, note_test
from tests.insight.decisions.people import asked
from tests.record.actions.rows import MONDAY
from tests.stories.scene import SYSTEM, build_scene

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 7, 6)
_COLUMNS = "city language deposits has_risk_test risk_level has_stable_income is_educated wishes_wealth_managed"


def asking(*features: str) -> list[SimpleNamespace]:
    """An offer whose rules name these columns."""
    return [SimpleNamespace(reference="coupon", rules=(SimpleNamespace(features=features),))]


FAR = asking("distance_km")
ALL = asking("distance_km", *_COLUMNS.split())
TRAITS = """SELECT customer_id, city, language, deposits, has_risk_test, risk_level, distance_km, has_stable_income, is_educated,
    wishes_wealth_managed FROM known"""
PANYU, TIANHE = "番禺区沙湾镇清水湾 3 栋", "天河区珠江新岸 8 座"


@pytest.fixture
def people(db):
    from guanxi.record.customers import search

    search.rebuild_search()
    with clock.frozen(MONDAY):
        scene = build_scene()
        create_estates(
            [
                # 24 km and 8 km from the centre of the city (LEV-07)
                NewEstate(name="清水湾", city="广州", district="番禺区", latitude="22.9142", longitude="113.2700"),
                NewEstate(name="珠江新岸", city="广州", district="天河区", latitude="23.1300", longitude="113.3481"),
            ],
            by=SYSTEM,
        )
        city = City.objects.create(name="广州市", form="广州", name_key="guangzhou")
        found = [
            scene.customer("黄永康", city=city, language="zh-CN"),
            scene.customer("林可欣", city=city, language="English"),
            scene.customer("何嘉怡"),
        ]
        for customer, text in zip(found, (PANYU, TIANHE, PANYU), strict=True):
            Address.objects.create(customer=customer, text=text, valid_from=TODAY)
        yield found


def deposit(customer: Customer, product: str, days: dict[str, str], closed: str = "") -> None:
    row = NewHolding(
        reference=f"{product}{customer.pk}{closed}",
        customer_id=customer.pk,
        product_id=products_by_reference([product]).ids[product],
        closed_on=closed,
    )
    (made,) = record_holdings([row], by=SYSTEM)
    rows = [NewBalance(holding_id=made.known.id, day=day, amount=sum_, currency="CNY") for day, sum_ in days.items()]
    store_balances(rows, customers={made.known.id: customer.pk})


def night(on: dt.date, offers=FAR) -> dict[int, dict]:
    """The traits of everybody by an edition of the record as it stands."""
    from guanxi.record.holdings.models import Balance, Holding

    with Workbench.with_empty_edition() as bench:
        for customer, city in Customer.objects.values_list("pk", "city_id"):
            bench.run(
                "INSERT INTO customers (customer_id, city_id) VALUES ($customer, $city)", customer=customer, city=city
            )
        for pk, whose, status, closed, ref in Holding.objects.values_list(
            "pk", "customer", "status", "closed_on", "product__reference"
        ):
            bench.run(
                "INSERT INTO holdings VALUES ($pk, $whose, $pk, $status, NULL, $closed, NULL, '')",
                pk=pk, whose=whose, status=status, closed=closed,
            )  # fmt: skip
            bench.run(
                "INSERT INTO products (product_id, reference, family) VALUES ($pk, $ref, 'Savings')", pk=pk, ref=ref
            )
        for whose, holding, day, amount in Balance.objects.values_list("holding__customer", "holding", "day", "amount"):
            bench.run(
                "INSERT INTO balances VALUES ($whose, $holding, $day, $day, $amount)",
                whose=whose, holding=holding, day=day, amount=amount,
            )  # fmt: skip
        fill_known(bench, on, asked(told=told_on(on, offers)))
        return {row.pop("customer_id"): row for row in bench.arrow(TRAITS).to_pylist()}


def test_night_and_contact_know_the_same(people):
    huang, lin, he = people
    create_products([NewProduct(reference=name, family="Savings") for name in ("TIME", "DEMAND")], by=SYSTEM)
    deposit(huang, "TIME", {"2026-06-30": "150000"})
    deposit(huang, "DEMAND", {"2026-05-31": "50000", "2026-06-30": "80000.5", "2026-07-31": "1"})
    deposit(huang, "DEMAND", {"2026-06-30": "7000"}, closed="2026-07-01")
    note_test(huang.pk, level=2, tested_on=dt.date(2026, 3, 1), valid_until=TODAY, by=SYSTEM)
    note_test(lin.pk, level=4, tested_on=dt.date(2025, 7, 5), by=SYSTEM)  # over since yesterday
    note_test(he.pk, level=5, by=SYSTEM)
    end_test(he.pk, by=SYSTEM)
    declare_facts(huang.pk, stated={Fact.STABLE_INCOME: 1, Fact.WEALTH_WISH: 1}, source="visit", version=0, by=SYSTEM)
    found = night(TODAY)
    for one in people:
        assert told_now(one.pk, TODAY, ALL, minor=100) == found[one.pk]
    assert found[huang.pk] == {
        "city": "广州市", "language": "zh-hans", "deposits": 230_000.5, "has_risk_test": True, "risk_level": 2,
        "distance_km": pytest.approx(24.0, abs=0.05), "has_stable_income": True, "is_educated": False,
        "wishes_wealth_managed": True,
    }  # fmt: skip
    assert (found[lin.pk]["language"], found[lin.pk]["deposits"]) == ("en", None)
    assert found[lin.pk]["distance_km"] == pytest.approx(8.0, abs=0.05)
    assert [(found[one.pk]["has_risk_test"], found[one.pk]["risk_level"]) for one in (lin, he)] == [(False, None)] * 2
    assert found[he.pk]["distance_km"] == found[huang.pk]["distance_km"]  # one city has an estate of that name
    tomorrow = night(TODAY + dt.timedelta(days=1), [])[huang.pk]
    assert (tomorrow["has_risk_test"], tomorrow["risk_level"], tomorrow["distance_km"]) == (False, None, None)
    for name, value in found[huang.pk].items():  # asked for alone it is the same
        assert told_now(huang.pk, TODAY, asking(name), minor=100)[name] == value


def test_what_no_offer_asks_for_is_not_looked_up(people, django_assert_num_queries):
    for names, queries in (
        ((), 0),
        (("tier", "age"), 0),
        (("city",), 1),
        (("risk_level", "has_risk_test"), 1),
        (("is_educated",), 1),
    ):
        with django_assert_num_queries(queries):
            told = told_now(people[0].pk, TODAY, asking(*names), minor=100)
        assert set(names) - {"tier", "age"} <= set(told)
    assert told_now(people[0].pk, TODAY, [], minor=100) == {}


def test_a_test_that_was_just_noted_is_known_at_once(people):
    assert told_now(people[1].pk, TODAY, ALL, minor=100)["has_risk_test"] is False
    note_test(people[1].pk, level=4, by=SYSTEM)
    told = told_now(people[1].pk, TODAY, ALL, minor=100)
    assert (told["has_risk_test"], told["risk_level"]) == (True, 4)


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("zh-CN", "zh-hans"),
        ("中文", "zh-hans"),
        ("Chinese", "zh-hans"),
        ("EN", "en"),
        ("英语", "en"),
        ("ja", "ja"),
        ("", ""),
    ],
)
def test_a_language_is_known_however_it_was_written(words, language):
    assert language_of(words) == language


def test_of_many_homes_each_is_as_far_as_it_is_alone():
    """Named and written, of an estate that is gone, of none, without a city: column by column as one by one."""
    draw = random.Random(20260706)
    places = [
        Place(number, f"E{number}", name, (), city, district, None, latitude, 113.27)
        for number, (name, city, district, latitude) in enumerate(
            [("清水湾", "广州", "番禺区", 22.9), ("珠江新岸", "广州", "天河区", 23.2), ("清水湾", "深圳", "", 22.6), ("无名园", "某地", "", 22.0)]
        )
    ]  # fmt: skip
    register = Register(places)
    rows = [
        (
            number, draw.choice([PANYU, TIANHE, "清水湾 1 栋", "别处 9 号", ""]), draw.choice(["广州市", "深圳", ""]),
            draw.choice(["番禺区", "天河区", ""]), draw.choice([None, None, 0, 1, 3, 99]),
        )
        for number in range(2_000)
    ]  # fmt: skip
    one_by_one = {}
    for number, text, city, district, estate in rows:
        place = register.place(estate) if estate is not None else None
        place = place or register.find(text, city=city, district=district)
        far = distance_to_centre(place) if place else None
        if far is not None:
            one_by_one[number] = far
    names = ("customer_id", "text", "city", "district", "estate_id")
    homes = pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    found = distances(homes, register)
    assert dict(zip(*found.to_pydict().values(), strict=True)) == one_by_one
    assert 500 < len(one_by_one) < 2_000
    assert distances(homes.slice(0, 0), register).num_rows == 0
