"""Two colleagues who enter the same thing at the same moment: one is told, on either database, and one row stands."""

import datetime as dt
from collections.abc import Callable

import pytest

from guanxi.identity.queries import firm_day
from guanxi.record.catalogue.models import PriceChange, Rival
from guanxi.record.catalogue.rules import NewProduct
from guanxi.record.catalogue.services import (
    create_products,
    list_rival,
    note_price_change,
    relist_rival,
    return_price_change,
    unlist_rival,
    withdraw_price_change,
)
from guanxi.record.market.models import Effort, MarketSize
from guanxi.record.market.rules import NewEffort
from guanxi.record.market.services import enter_effort, enter_market_size
from tests.crowd import second_is_told
from tests.stories.scene import SYSTEM

pytestmark = pytest.mark.both


@pytest.fixture
def firm(transactional_db):
    from guanxi.record.customers import search
    from tests.stories.scene import build_scene

    search.rebuild_search()
    return build_scene()


def effort(since: int = 30, until: int = 10, **fields: object) -> Callable[[], str]:
    days = {"since": firm_day() - dt.timedelta(since), "until": firm_day() - dt.timedelta(until)}
    said = {"kind": 1, "source": "web", "money": {"media": "100"}, "leads": 4, **days, **fields}
    return lambda: enter_effort(NewEffort(**said), by=SYSTEM)


def test_what_one_source_cost_in_the_same_days(firm):
    assert second_is_told(effort(), effort()) == "market.taken"
    assert Effort.objects.count() == 1


def test_what_one_source_cost_in_days_that_overlap(firm):
    assert second_is_told(effort(30, 10), effort(10, 1)) == "market.taken"
    assert second_is_told(effort(9, 1), effort(9, 1, source="visit")) == ""
    assert Effort.objects.count() == 3


def test_the_size_of_a_market_is_the_later_one(firm):
    day = firm_day()
    sizes = [lambda amount=amount: enter_market_size(day, amount, "yearbook", by=SYSTEM) for amount in ("1", "2")]
    assert second_is_told(*sizes) == ""
    assert MarketSize.objects.get().amount == 200


def test_a_competitor(firm):
    assert second_is_told(lambda: list_rival("东江", by=SYSTEM), lambda: list_rival("东江", by=SYSTEM)) == (
        "catalogue.rival_known"
    )
    code = Rival.objects.get().code
    unlist_rival(code, by=SYSTEM)
    listing, back = (lambda: list_rival("东江", by=SYSTEM)), (lambda: relist_rival(code, by=SYSTEM))
    assert second_is_told(listing, back) == "catalogue.rival_known"
    unlist_rival(Rival.objects.get(deleted_at=None).code, by=SYSTEM)
    assert second_is_told(back, listing) == "catalogue.rival_known"
    assert Rival.objects.filter(deleted_at=None).count() == 1


def test_a_change_of_a_price(firm):
    create_products([NewProduct(reference="A", name="A")], by=SYSTEM)

    def noting() -> str:
        return note_price_change("A", firm_day(), old="1", new="2", by=SYSTEM)

    assert second_is_told(noting, noting) == "catalogue.price_known"
    code = PriceChange.objects.get().code

    def back() -> None:
        return_price_change(code, by=SYSTEM)

    withdraw_price_change(code, by=SYSTEM)
    assert second_is_told(noting, back) == "catalogue.price_known"
    withdraw_price_change(PriceChange.objects.get(deleted_at=None).code, by=SYSTEM)
    assert second_is_told(back, noting) == "catalogue.price_known"
    assert PriceChange.objects.filter(deleted_at=None).count() == 1
