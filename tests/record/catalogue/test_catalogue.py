"""Products, families and estates: made once, completed, read by who may."""

import datetime as dt

import pytest

from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.catalogue.models import Estate, Family, Product
from guanxi.record.catalogue.queries import estates_page, products_by_id, products_page
from guanxi.record.catalogue.rules import NewEstate, NewProduct, Problem, margin_ppm
from guanxi.record.catalogue.services import create_estates, create_products, products_by_reference
from tests.stories.scene import SYSTEM


@pytest.mark.parametrize(
    ("text", "ppm"),
    [
        ("0.35", 350_000),
        ("35%", 350_000),
        ("100％", 1_000_000),
        ("-0.2", -200_000),
        ("0", 0),
        ("1/3", None),
        ("35", None),
        ("a third", None),
        ("三成", None),
        ("%", None),
    ],
)
def test_margin_rates(text, ppm):
    if ppm is None:
        with pytest.raises(Refused) as refused:
            margin_ppm(text)
        assert str(refused.value) == f"“{text}” is not a margin rate; write it like 0.35 or 35%."
    else:
        assert margin_ppm(text) == ppm


def test_products_are_made_once_and_completed(scene):
    answers = create_products(
        [NewProduct(reference="P1", name="Card", family="cards"), NewProduct(reference=" Ｐ1 ", margin_rate="0.5")],
        by=SYSTEM,
    )
    assert [answer.fate for answer in answers] == ["created", "updated"]
    assert (Product.objects.get().margin_rate_ppm, Product.objects.get().family.name) == (500_000, "cards")
    assert Act.objects.filter(kind="products.recorded").count() == 1
    (again,) = create_products([NewProduct(reference="P1", name="Card")], by=SYSTEM)
    assert again.fate == "unchanged"
    assert Act.objects.filter(kind="products.recorded").count() == 1
    (wrong,) = create_products([NewProduct(reference="x" * 65)], by=SYSTEM)
    assert isinstance(wrong, Problem)
    assert (wrong.column, wrong.refused.code) == ("reference", "catalogue.too_long")
    assert Family.objects.count() == 1


def test_unknown_products_are_made_by_their_reference(scene):
    create_products([NewProduct(reference="P1", name="Card")], by=SYSTEM)
    found = products_by_reference({"P1", "P2"})
    assert found.created == {found.ids["P2"]}
    assert products_by_id(found.ids.values())[found.ids["P1"]].name == "Card"
    assert products_by_reference({"P1", "P2"}).created == set()


def test_pages_are_bounded_and_follow_the_key(scene):
    create_products([NewProduct(reference=f"P{n}", name=f"N{n % 3}") for n in range(10)], by=SYSTEM)
    found, after = [], ("", 0)
    while page := products_page(principal=scene.person("lin"), after=after, limit=4):
        found += page
        after = (page[-1].name, page[-1].id)
    assert [row.id for row in found] == list(Product.objects.order_by("name", "pk").values_list("pk", flat=True))


def test_estates_have_their_day(scene):
    rows = [
        NewEstate(name="阳光花园", city="上海", aliases="阳光、Sun City", handover_on="2023年6月30日"),
        NewEstate(name="阳光花园", city="上海", district="浦东"),
    ]
    assert [answer.fate for answer in create_estates(rows, by=SYSTEM)] == ["created", "updated"]
    (row,) = estates_page(principal=scene.person("lin"))
    assert (row.name, row.city, row.district, row.handover_on) == ("阳光花园", "上海", "浦东", dt.date(2023, 6, 30))
    assert Estate.objects.get().aliases == ["阳光", "sun city"]


def test_who_may_not_change_the_catalogue_changes_nothing(scene):
    for name in ("lin", "gao", "mei"):
        with pytest.raises(Denied):
            create_products([NewProduct(reference="P1")], by=scene.person(name))
        with pytest.raises(Denied):
            create_estates([NewEstate(name="a", city="b")], by=scene.person(name))
    assert not Product.objects.exists()
    assert not Estate.objects.exists()
