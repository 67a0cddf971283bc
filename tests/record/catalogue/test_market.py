"""Competitors by name, and prices that change: listed, noted, taken back, and only by whom the catalogue is."""

import datetime as dt

import pytest

from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.identity.queries import firm_day
from guanxi.journal.models import Act
from guanxi.record.catalogue.queries import price_changes, price_rises, rival_promotions, rivals
from guanxi.record.catalogue.rules import NewProduct
from guanxi.record.catalogue.services import (
    create_products,
    list_rival,
    note_price_change,
    note_promotion,
    relist_rival,
    return_price_change,
    return_promotion,
    unlist_rival,
    withdraw_price_change,
    withdraw_promotion,
)
from tests.stories.scene import SYSTEM


def test_a_competitor_is_listed_once_and_comes_back_where_it_was_taken_off(scene):
    code = list_rival("  东江银行 ", by=SYSTEM)
    assert rivals() == [(code, "东江银行")]
    for name, why in (
        ("东江银行", "catalogue.rival_known"),
        (" ", "catalogue.no_name"),
        ("长" * 121, "catalogue.no_name"),
    ):
        with pytest.raises(Refused) as refused:
            list_rival(name, by=SYSTEM)
        assert refused.value.code == why
    unlist_rival(code, by=SYSTEM)
    assert rivals() == []
    relist_rival(code, by=SYSTEM)
    assert rivals() == [(code, "东江银行")]
    kinds = list(Act.objects.filter(noun_code=code).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["rival.listed", "rival.unlisted", "rival.listed"]
    for act in (lambda by: list_rival("西江", by=by), lambda by: unlist_rival(code, by=by)):
        with pytest.raises(Denied):
            act(scene.person("lin"))
    assert len(rivals()) == 1


def test_only_a_price_that_rose_and_stands_is_a_rise(scene):
    create_products([NewProduct(reference=name, name=name) for name in ("A", "B", "C")], by=SYSTEM)
    day = firm_day() - dt.timedelta(30)
    note_price_change("A", day, old="480", new="450", by=SYSTEM)
    rate = note_price_change("B", day, old="4.35%", new="4.6", by=SYSTEM)
    note_price_change("C", day + dt.timedelta(40), old="1", new="2", by=SYSTEM)  # announced
    told = {(one.product, one.old_price, one.new_price) for one in price_changes(principal=SYSTEM)}
    assert told == {("A", 480_000_000, 450_000_000), ("B", 4_350_000, 4_600_000), ("C", 1_000_000, 2_000_000)}
    assert [on for _, on in price_rises(firm_day())] == [day]
    withdraw_price_change(rate, by=SYSTEM)
    assert price_rises(firm_day()) == []
    return_price_change(rate, by=SYSTEM)
    assert [on for _, on in price_rises(firm_day())] == [day]
    for given, why in (
        (("B", day, "5", "6"), "catalogue.price_known"),
        (("Z", day, "5", "6"), "catalogue.unknown"),
        (("C", day, "5", "5"), "catalogue.no_price"),
        (("C", day, "nan", "5"), "catalogue.no_price"),
        (("C", day, "-1", "5"), "catalogue.no_price"),
        (("C", day + dt.timedelta(800), "5", "6"), "catalogue.price_day"),
    ):
        with pytest.raises(Refused) as refused:
            note_price_change(given[0], given[1], old=given[2], new=given[3], by=SYSTEM)
        assert refused.value.code == why
    with pytest.raises(Denied):
        note_price_change("C", day, old="5", new="6", by=scene.person("lin"))


def test_a_promotion_of_a_competitor_is_noted_once_with_days_that_make_one(scene):
    rival, today = list_rival("东江银行", by=SYSTEM), firm_day()
    code = note_promotion(rival, today - dt.timedelta(20), today - dt.timedelta(10), by=SYSTEM)
    for since, until, why in (
        (-20, -15, "catalogue.promotion_known"),
        (-5, -6, "catalogue.order"),
        (-92, 0, "catalogue.too_long"),
        (366, 370, "catalogue.price_day"),
    ):
        with pytest.raises(Refused) as refused:
            note_promotion(rival, today + dt.timedelta(since), today + dt.timedelta(until), by=SYSTEM)
        assert refused.value.code == why
    note_promotion(rival, today - dt.timedelta(91), today, by=SYSTEM)
    for act in (lambda by: note_promotion(rival, today, today, by=by), lambda by: withdraw_promotion(code, by=by)):
        with pytest.raises(Denied):
            act(scene.person("lin"))
    with pytest.raises(Refused):
        note_promotion("nobodyknows1", today, today, by=SYSTEM)
    assert [(one.rival, (today - one.since).days) for one in rival_promotions(principal=SYSTEM)] == [
        ("东江银行", 20), ("东江银行", 91),
    ]  # fmt: skip
    withdraw_promotion(code, by=SYSTEM)
    again = note_promotion(rival, today - dt.timedelta(20), today, by=SYSTEM)
    with pytest.raises(Refused) as refused:
        return_promotion(code, by=SYSTEM)
    assert refused.value.code == "catalogue.promotion_known"
    withdraw_promotion(again, by=SYSTEM)
    return_promotion(code, by=SYSTEM)
    assert [one.until for one in rival_promotions(principal=SYSTEM)] == [today - dt.timedelta(10), today]
