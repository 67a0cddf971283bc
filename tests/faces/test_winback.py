"""Lost and winning back as people see it: the ranked list, causes by lost value, rates with their intervals, one loss."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import translation

from guanxi.faces.shared.actions import act_words
from guanxi.record.actions.models import Action
from guanxi.record.catalogue.models import RivalPromotion
from guanxi.record.catalogue.queries import rivals
from guanxi.record.catalogue.services import write_product
from guanxi.record.conversations.models import Conversation
from guanxi.record.customers.choices import Channel
from guanxi.record.standing.models import Growth
from guanxi.rescue.winback.choices import Reason
from guanxi.rescue.winback.models import Loss
from guanxi.rescue.winback.permissions import ranked_losses
from tests.faces.reading import words_of
from tests.faces.scene import SYSTEM

pytestmark = pytest.mark.django_db

NAMES = ("王海峰", "欧阳静")


@pytest.fixture
def lost(scene):
    """Two of Oak's who left: one worth pursuing, one who comes for the price only; a third came back."""
    long_ago = scene.today - dt.timedelta(200)
    usual = {
        "lost_on": long_ago, "known_on": long_ago + dt.timedelta(180), "first_on": long_ago - dt.timedelta(900), "tier": 1,
        "worth": 240_000_00, "way": 2,
    }  # fmt: skip
    one, other = (scene.ids[name] for name in NAMES)
    Loss.objects.create(
        key="1", customer_id=one, reason=2, confidence=0.87, evidence="unsolved,save_refused", cause="service", offer="upgrade",
        value=320_00, per_unit=80_00, **usual,
    )  # fmt: skip
    Loss.objects.create(key="2", customer_id=other, reason=4, cause="quality_price", excluded="price_seeker", **usual)
    Loss.objects.create(
        key="3", customer_id=other, returned_on=long_ago, **usual | {"lost_on": long_ago - dt.timedelta(400)}
    )
    return scene


def test_the_ranked_list_those_left_in_peace_and_the_causes(lost, looking):
    page = looking(lost, "li").get(reverse("winback")).context["page"]
    assert [(row.name, row.value, row.offer) for row in page.ranked] == [("王海峰", "320", "upgrade")]
    assert "87%" in page.ranked[0].reason
    assert [row.figures for row in page.left_in_peace] == [("1",)]
    assert sorted(row.figures[1] for row in page.causes) == ["240,000", "240,000"]
    assert len(page.lost) == 3
    assert page.lost[-1].back
    only = (
        looking(lost, "li").get(reverse("winback") + "?reason=lower_price&tier=a&cause=quality_price").context["page"]
    )
    assert [row.name for row in only.lost] == ["欧阳静"]
    assert looking(lost, "li").get(reverse("winback") + "?reason=nonsense").status_code == 400


def test_twenty_losses_of_a_quarter_on_one_cause_of_ours_are_said(lost, looking):
    day = dt.date(lost.today.year - 1, 5, 4)
    for number in range(20):
        Loss.objects.create(
            key=f"q{number}",
            customer_id=lost.ids["王海峰"],
            lost_on=day,
            known_on=day,
            first_on=day,
            tier=2,
            cause="service",
        )
    many = looking(lost, "li", language="en").get(reverse("winback")).context["page"].causes_words
    assert many == [
        f"20 losses of the quarter Q2 {day.year} have one cause: service. Work on the cause, not on those who left."
    ]
    Loss.objects.get(key="q1").delete()
    assert looking(lost, "li").get(reverse("winback")).context["page"].causes_words == []


def test_the_list_is_handed_out_once_and_a_reason_is_noted(lost, looking):
    client = looking(lost, "li", language="en")
    client.post(reverse("winback_handing"), {"count": "1"})
    client.post(reverse("winback_handing"), {"count": "1"})
    loss = Loss.objects.get(key="1")
    assert Action.objects.filter(origin="win_back").count() == (loss.arm == 1)
    if loss.arm == 1:
        work = client.get(reverse("action", args=[Action.objects.get(origin="win_back").code]))
        assert reverse("loss", args=[loss.code]) in work.content.decode()
    assert loss.arm > 0
    page = client.get(reverse("loss", args=[loss.code]))
    assert "a promise that nobody kept" in words_of(page)
    client.post(reverse("loss_reason", args=[loss.code]), {"reason": "3", "words": "隔壁更细"})
    page = client.get(reverse("loss", args=[loss.code]))
    assert "drawn by better value: 隔壁更细" in words_of(page)
    assert client.get(reverse("loss", args=["2" * 12])).status_code == 404


def test_who_says_that_the_price_was_it_is_pursued_by_nobody_from_then_on(lost, looking):
    """WIN-04: not from the next night on; the list and its count know it at once."""
    client, loss = looking(lost, "li", language="en"), Loss.objects.get(key="1")
    ranked = {row.code for row in ranked_losses(lost.person("li"), on=lost.today)}
    assert loss.code in ranked
    client.post(reverse("loss_reason", args=[loss.code]), {"reason": str(Reason.LOWER_PRICE.value), "words": "便宜"})
    assert {row.code for row in ranked_losses(lost.person("li"), on=lost.today)} == ranked - {loss.code}
    client.post(reverse("winback_handing"), {"count": "20"})
    loss.refresh_from_db()
    assert (loss.arm, loss.handed_on) == (0, None)


def test_rates_are_those_of_the_whole_firm_with_what_chance_would_do(lost, looking):
    cell = {"losses": 36, "exposure": 1200.0, "rate": 0.03, "lower": 0.021, "upper": 0.0415}
    hidden = dict.fromkeys(cell)
    rates = {
        "cells": [
            {"cell": [], "merged": [], **cell, "smoothed": 0.03},
            {"cell": ["person", "under 1 year"], "merged": [], **cell, "smoothed": 0.0297},
            {"cell": ["person", "5 years and more"], "merged": [], **cell},  # an edition of before it was told
        ],
        "causes": [{"cause": "service", **cell}],
        "months": [
            {"month": "2025-10", "until": "2025-12", "preliminary": False, **cell},
            {"month": "2026-01", "preliminary": False, **cell},
            {"month": "2026-02", "preliminary": True, **hidden},
        ],
    }
    rates["conversion"] = {
        "regained": {"customers": 12, "median_days": 21.0}, "new": {"customers": 30, "median_days": 46.0}
    }  # fmt: skip
    shares = (("service", 0.052), ("unknown", 0.031), ("few", 0.0))
    rates["incidence"] = [{"cause": cause, "within_1_year": one, "within_2_years": 2 * one} for cause, one in shares]
    Growth.objects.create(team_id=None, facts={"loss_rates": rates})
    Loss.objects.filter(key="2").update(declared=4, declared_on=lost.today, found=4)
    page = looking(lost, "li", language="en").get(reverse("winback")).context["page"]
    assert page.rates[0].figures == ("36", "3.00%", "2.10% to 4.15%")
    assert page.rates[1].name.startswith("Persons")
    assert [row.under for row in page.rates[:3]] == ["", "drawn towards the group around it: 2.97%", ""]
    assert [row.figures[0] for row in page.months] == ["–", "36", "36"]
    assert [row.name.split()[0] for row in page.months[:2]] == ["February", "January"]
    assert page.months[2].name == "October 2025 to December 2025"
    assert "preliminary" in page.months[0].name
    assert page.conversion.startswith(
        "From the first contact to the purchase: 21 days in the middle of 12 who came back, 46 in"
    )
    assert page.incidence == (
        "Of those who come, 8.3% are lost within a year: 5.2% for service; 3.1% for a cause nobody knows; 0.0% for other causes together."
    )
    assert [row.figures for row in page.agreed] == [("1", "1", "100%")]
    assert page.agreed_words == "Of 1 reason that was found, 100% is what the customer said; it should be 70% or more."


@pytest.mark.parametrize(
    "reason, words", [("exit_question", "Ask why; sell nothing"), ("win_back", "Say what is new, and make the offer")]
)
def test_work_on_the_lost_says_what_to_do_and_shows_no_code(reason, words):
    line = SimpleNamespace(reason=reason, channel=Channel.CALL, offer="welcome_back", offered={})
    with translation.override("en"):
        assert act_words(line) == words


def test_competitors_by_lost_value_open_requests_and_prices_that_rose(lost, looking):
    """From the settings and the note of a contact to the page: whom they named, what we do not have, what became dearer."""
    admin, lin = looking(lost, "li", language="en"), looking(lost, "lin", language="en")
    for name in ("东江银行", "西江银行"):
        assert admin.post("/settings/competition/rivals/", {"name": name}).status_code == 302
    write_product("", {"reference": "P-9", "name": "养护"}, by=SYSTEM)
    price = {"product": "P-9", "on": (lost.today - dt.timedelta(40)).isoformat(), "old": "480", "new": "520"}
    assert admin.post("/settings/competition/prices/", price).status_code == 302
    assert admin.post("/settings/competition/prices/", price).status_code == 422  # that day is taken
    rate = price | {"on": (lost.today - dt.timedelta(50)).isoformat(), "old": "4.35%", "new": "4.3525%"}
    assert admin.post("/settings/competition/prices/", rate).status_code == 302
    assert admin.post("/settings/competition/rivals/", {}).status_code == 422
    east, west = (code for code, _name in rivals())
    days = {"since": (lost.today - dt.timedelta(9)).isoformat(), "until": lost.today.isoformat()}
    sold = "/settings/competition/promotions/"
    assert admin.post(sold, days | {"rival": east}).status_code == 302
    refused = admin.post(sold, {"rival": east, "since": days["until"], "until": days["since"]})
    assert refused.status_code == 422
    assert "The last day lies before the first." in refused.content.decode()
    assert f'value="{days["until"]}"' in refused.content.decode()  # what was typed is still there
    assert admin.post(sold, days | {"rival": "nobodyknows1"}).status_code == 422
    promotion = RivalPromotion.objects.get()
    assert (promotion.rival.code, promotion.until) == (east, lost.today)
    assert admin.post(f"{sold}{promotion.code}/removal/").status_code == 302
    assert "No promotion of a competitor is noted yet." in admin.get("/settings/competition/").content.decode()
    assert admin.post(f"{sold}{promotion.code}/return/").status_code == 302
    assert "东江银行" in words_of(admin.get("/settings/competition/"))
    sent = {
        "customer": lost.codes["王海峰"],
        "channel": "2",
        "direction": "1",
        "heard": "2",
        "rival": east,
        "summary": "大额存单",
    }
    assert lin.post("/conversations/new/", sent | {"heard": "4"}).status_code == 422  # a competitor of no matter
    assert lin.post("/conversations/new/", sent).status_code == 302
    code = Conversation.objects.latest("pk").code
    page = lin.get(f"/customers/{lost.codes['王海峰']}/")
    assert "asked for something we do not have: 东江银行" in words_of(page)
    assert 'hx-get="/conversations/rivals/"' in page.content.decode()  # the list comes when somebody chooses
    assert f'value="{west}"' in lin.get("/conversations/rivals/").content.decode()
    Loss.objects.filter(key="1").update(rival="西江银行", worth=9_000_00)
    Loss.objects.filter(key__in="23").update(rival="东江银行")
    market = admin.get(reverse("winback")).context["market"]
    assert [(row.name, row.figures) for row in market.rivals] == [
        ("东江银行", ("1", "240,000")),
        ("西江银行", ("1", "9,000")),
    ]
    assert [(one.name, one.words, one.rival) for one in market.requests] == [("王海峰", "大额存单", "东江银行")]
    assert [(one.product, one.prices) for one in market.rises] == [
        ("养护", "480.00 → 520.00"),
        ("养护", "4.3500 → 4.3525"),
    ]
    assert lin.post(f"/conversations/{code}/meeting/").status_code == 302
    assert admin.get(reverse("winback")).context["market"].requests == []
    assert lin.post("/settings/competition/rivals/", {"name": "x"}).status_code == 403
    assert len(rivals()) == 2
