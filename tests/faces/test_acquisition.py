"""What winning customers costs: entered by who may, counted by kind and source, explained, and compared with keeping them."""

import datetime as dt

import pytest

from guanxi.journal.models import Act
from guanxi.record.market.models import Effort, MarketSize
from guanxi.record.standing.models import Growth
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db

PAGE = "/insight/acquisition/"


@pytest.fixture
def spent(scene):
    """The statement's two types; 41 a year for each of the thousand who stayed; 310 of 500 came by somebody's word."""
    days = {"since": scene.today - dt.timedelta(60), "until": scene.today - dt.timedelta(1), "currency": "CNY"}
    Effort.objects.create(
        kind=2, source="visit", media=30_000_00, hours=100, hourly_rate=100_00, leads=1000, applications=500, approved=200,
        customers=60, **days,
    )  # fmt: skip
    Effort.objects.create(
        kind=1, source="web", lists=50_000_00, leads=2000, applications=1000, approved=600, customers=210, **days
    )
    Effort.objects.create(
        kind=1, source="old", media=99, leads=1, **days | {"since": dt.date(2020, 1, 1), "until": dt.date(2020, 2, 1)}
    )
    arrivals = {"new": 500, "recommended": 310, "share_recommended": 0.62, "existing": 1000, "cells": [], "regained": 0}
    arrivals["places"] = [["person", "web", 200, 36_000.0, 30_437], ["organisation", "visit", 50, 0.0, 900]]
    facts = {"arrivals": arrivals, "keeping": {"contacts": 31_000_00, "incentives": 10_000_00}}
    Growth.objects.create(team_id=None, facts=facts)
    return scene


def test_the_dearest_and_the_cheapest_and_why(spent, looking):
    page = looking(spent, "chen", language="en").get(PAGE).context["page"]
    assert page.sentence == "A new customer costs ¥333"
    first, second = page.costs
    assert (first.name, first.figures) == (
        "organisations, visit", ("40,000", "40", "1,000", "500 (50%)", "200 (40%)", "60 (30%)", "667", "0", "never"),
    )  # fmt: skip
    assert (second.name, second.figures[5:]) == ("people, web", ("210 (35%)", "238", "432", "6.6"))
    assert page.why == [
        "Dearest: organisations, visit, ¥667 each. Cheapest: people, web, ¥238 each. 2.8 times.",
        (
            "What makes the difference, together 100%: 45.6% the cost per lead; 0.0% from lead to application; 39.4% "
            "from application to approval; 15.0% from approval to customer."
        ),
    ]


def test_a_new_customer_against_one_who_stays(spent, looking):
    Effort.objects.filter(kind=2).delete()
    answer = looking(spent, "li", language="en").get(PAGE)
    assert answer.context["page"].keeping == (
        "A new customer costs ¥238, keeping one ¥41 a year: 5.8 times. 310 of 500 new customers on record came by somebody’s word: 62%."
    )
    assert "at the cost of each way (¥31,000)" in words_of(answer)  # both definitions on the page


def test_a_small_cost_is_told_with_its_cents_and_every_head_of_money_names_the_currency(spent, looking):
    Effort.objects.filter(kind=2).delete()
    Growth.objects.update(facts={"arrivals": {"existing": 1000}, "keeping": {"contacts": 9_610_00, "incentives": 0}})
    answer = looking(spent, "chen", language="en").get(PAGE)
    assert answer.context["page"].keeping.startswith("A new customer costs ¥238, keeping one ¥9.61 a year: 24.8 times.")
    words = words_of(answer)
    assert all(head in words for head in ("Spent ¥", "Per lead ¥", "Each ¥", "Brings a year ¥"))


def test_what_is_too_small_to_stand_alone_is_not_called_everything(spent, looking):
    days = {"since": spent.today - dt.timedelta(60), "until": spent.today - dt.timedelta(1), "currency": "CNY"}
    small = {"media": 900_00, "leads": 30, "applications": 20, "approved": 10, "customers": 3}
    Effort.objects.create(kind=1, source="leaflet", **small, **days)
    page = looking(spent, "chen", language="en").get(PAGE).context["page"]
    assert [row.name for row in page.costs if row.figures[0] == "900"] == ["the small ones together"]
    Effort.objects.exclude(source="leaflet").delete()
    page = looking(spent, "chen", language="en").get(PAGE).context["page"]
    assert [row.name for row in page.costs] == ["all kinds and sources together"]


def test_nothing_entered_is_not_known(scene, looking):
    page = looking(scene, "chen", language="en").get(PAGE).context["page"]
    assert page.sentence == "What a new customer costs is not known: nothing was entered"
    assert (page.costs, page.why, page.keeping) == ([], [], "")


def test_an_effort_is_entered_refused_and_taken_back(scene, looking):
    client = looking(scene, "chen", language="en")
    said = {
        "since": (scene.today - dt.timedelta(30)).isoformat(), "until": scene.today.isoformat(), "kind": "1", "source": "web",
        "media_cost": "1,000.60", "hours": "3", "hourly_rate": "50", "leads": "40", "applications": "20", "approved": "10", "customers": "4",
    }  # fmt: skip
    refused = (
        {"customers": "11"}, {"media_cost": "-1"}, {"source": ""}, {"kind": "0"}, {"until": (scene.today + dt.timedelta(1)).isoformat()},
        {"media_cost": "", "hours": ""}, {"since": ""}, {"source": "长" * 61},
    )  # fmt: skip
    for change in refused:
        assert client.post(PAGE, said | change).status_code == 422, change
    assert not Effort.objects.exists()
    assert client.post(PAGE, said).status_code == 302
    row = Effort.objects.get()
    assert (row.total, row.customers, row.entered_by_id) == (1_150_60, 4, scene.staff["chen"].pk)
    assert "entered already" in words_of(client.post(PAGE, said))
    assert client.get(PAGE).context["page"].costs[0].figures[0] == "1,151"
    assert client.post(f"{PAGE}{row.code}/return/").status_code == 302
    assert not Effort.objects.exists()
    assert Act.objects.filter(kind__in=("effort.entered", "effort.taken_back")).count() == 2
    for path in (PAGE, f"{PAGE}{row.code}/return/", "/insight/market/"):  # a manager enters nothing
        assert looking(scene, "lin").post(path, said).status_code == 403
    assert not Effort.objects.exists()


def test_the_size_of_the_market_is_dated_and_said_again_replaces_it(scene, looking):
    client = looking(scene, "chen", language="en")
    said = {"on": scene.today.isoformat(), "amount": "1000", "told_by": "yearbook"}
    for change in ({"amount": "0"}, {"told_by": " "}, {"on": (scene.today + dt.timedelta(1)).isoformat()}):
        assert client.post("/insight/market/", said | change).status_code == 422
    client.post("/insight/market/", said)
    client.post("/insight/market/", said | {"amount": "2000"})
    assert MarketSize.objects.values_list("amount", "told_by").get() == (2000_00, "yearbook")
    assert "yearbook" in client.get(PAGE).context["page"].market
