"""A contract that we end (SEG-03): nothing is offered upon it while its notice runs, and its end is on the list of its day."""

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import translation

from guanxi.engage.offers.choices import Layer, Way
from guanxi.engage.offers.reasons import reason_words
from guanxi.engage.offers.services import GivenTreatment
from guanxi.insight.decisions.offers.facts_now import facts_now
from guanxi.insight.decisions.offers.in_contact import decide_in_contact
from guanxi.insight.decisions.offers.rehearsing import rehearse
from guanxi.record.catalogue.models import Product
from guanxi.record.customers.models import Customer
from guanxi.record.holdings.models import Holding
from guanxi.record.holdings.rules import NewHolding
from guanxi.record.holdings.services import close_noticed, give_notice, record_holdings, withdraw_notice
from tests.stories import test_statement
from tests.stories.scene import SYSTEM
from tests.stories.test_new_home import at_nine
from tests.stories.test_statement import CARS, offered, published

D = dt.date
li = test_statement.li
NOTED, ENDS = D(2026, 3, 4), D(2026, 4, 4)
# Upon the car loan, by what its rules ask; upon insurance, by its own product.
UPON = replace(
    CARS[0], reference="car_service", product="P-2", family="loan", rules={Layer.APPLICABILITY: "no_car: owns('P-CAR')"},
    treatments={Way.CALL: GivenTreatment(wording_zh="您的车还好吗？", wording_en="How is your car?")},
)  # fmt: skip


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
def test_nothing_is_offered_upon_a_contract_under_notice_and_its_last_day_is_on_the_list(li):
    published(li.scene, UPON)
    wang, gao = Customer.objects.get(name="李雅琴"), li.person("gao")
    car = Product.objects.get(reference="P-CAR").pk
    rows = [
        NewHolding(customer_id=wang.pk, product_id=car, reference=f"CAR-{n}", opened_on=D(2025, 1, 2)) for n in "12"
    ]
    record_holdings(rows, by=SYSTEM)
    first, second = Holding.objects.order_by("reference")
    assert offered(li, D(2026, 3, 3)).offer == "car_service"
    with at_nine(NOTED):
        notices = [
            give_notice(wang.pk, holding=one.code, ground="clause 9", ends_on=ENDS, by=gao) for one in (first, second)
        ]
        withdraw_notice(wang.pk, ending=notices[1], by=gao)
        assert facts_now(wang.pk, NOTED).ending == frozenset()
    assert offered(li, NOTED).offer == "car_service"  # upon the other one
    with at_nine(D(2026, 3, 5)):
        give_notice(wang.pk, holding=second.code, ground="clause 9", ends_on=D(2026, 9, 1), by=gao)
        lost = {one.offer.reference: one.reason for one in decide_in_contact(wang.pk, on=D(2026, 3, 5)).lost}
        assert lost == {"car_service": "under_notice"}
        [line] = rehearse(D(2026, 3, 5)).offers
        assert (line.chosen, "under_notice" in line.reasons) == (0, True)
    assert offered(li, D(2026, 3, 5)) is None
    with translation.override("en"):
        assert reason_words("under_notice") == "We have given notice of the contract that it is about"
    assert [line.reason for line in li.today(D(2026, 4, 2)).lines] == []
    li.refresh(D(2026, 4, 3))
    [line] = li.today(D(2026, 4, 3)).lines
    assert (line.reason, line.due_on, line.owner_name) == ("notice_over", ENDS, "lin")
    assert "CAR-1" in line.reason_words
    with at_nine(ENDS):
        close_noticed(wang.pk, ending=notices[0], by=gao)
    li.refresh(ENDS)
    assert li.today(ENDS).lines == []
