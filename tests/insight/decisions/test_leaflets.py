"""Leaflets that go along with another use up the day's inserts as well (LEV-07, decisioning.md 3.3)."""

import json

import pytest

from guanxi.engage.offers.choices import Way
from guanxi.engage.offers.queries import PublishedTreatment
from guanxi.engage.policy.services import set_line
from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.record.consents.choices import Purpose
from guanxi.record.customers.choices import Channel
from tests.insight.decisions.people import offer
from tests.insight.decisions.test_proposing import Firm, words

pytestmark = pytest.mark.django_db
LEAFLET = PublishedTreatment(Way.INSERT, int(Channel.POST), 0, 100, 0, "请看附页", "See the leaflet")
LOAN, WASH = (
    offer(name, value, purpose=Purpose.SERVICE, treatments=(LEAFLET,), words=words(name.title(), "Of use"))
    for name, value in (("loan", 8_000), ("wash", 6_000))
)


@pytest.fixture(autouse=True)
def house():
    found_firm(by=system_principal(), name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    set_line("statement_day", "1", by=system_principal())


def sent(firm: Firm, capacity: dict[str, float]) -> list[tuple[int, list[str]]]:
    """(customer, leaflets that go along) of whoever gets one."""
    rows = firm.propose(capacity=capacity).to_pylist()
    told = [(row["customer_id"], json.loads(row["reason_facts"])["offer"]) for row in rows]
    return [(who, [one["reference"] for one in offer.get("along", ())]) for who, offer in told]


@pytest.mark.parametrize(
    ("inserts", "first", "along"), [(2, 2, 0), (3, 3, 0), (4, 3, 1), (5, 3, 2), (6, 3, 3), (None, 3, 3)]
)
def test_no_more_go_out_than_the_day_has_inserts(inserts, first, along):
    firm = Firm(LOAN, WASH, loan=0.5, wash=0.5)
    for _ in range(3):
        firm.lives()
    found = sent(firm, {} if inserts is None else {"way:insert": float(inserts)})
    assert (len(found), [one for _, more in found for one in more]) == (first, ["wash"] * along)
    assert (
        sent(firm, {} if inserts is None else {"way:insert": float(inserts)}) == found
    )  # whoever got it gets it again


def test_room_that_is_left_goes_to_whom_it_is_worth_most():
    firm = Firm(LOAN, WASH, loan=0.5, wash=0.5)
    people = [firm.lives() for _ in range(3)]
    firm.contexts.append((people[1], "wash", 0.2))
    assert [who for who, more in sent(firm, {"way:insert": 4.0}) if more] == [people[1]]
