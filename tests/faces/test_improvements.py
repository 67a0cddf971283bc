"""Improvement cases as people see them: on the list, on Today of whoever has one, and step by step on a page of their own."""

import datetime as dt

import pytest
from django.urls import reverse

from guanxi.rescue.improvement.models import ImprovementCase
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(scene):
    before = {"losses": 36, "exposure": 4800.0, "rate": 0.0075, "lower": 0.0053, "upper": 0.0104, "preliminary": False}
    after = {"losses": 2, "exposure": 1200.0, "rate": 0.0017, "lower": 0.0002, "upper": 0.006, "preliminary": True}
    span = {"first": "2025-04-01", "last": "2026-03-01"}
    return ImprovementCase.objects.create(
        cause="service", quarter_on=dt.date(2026, 1, 1), opened_on=scene.today, due_on=scene.today + dt.timedelta(90), losses=21,
        worth=90_000_00, owner=scene.staff["li"], rates={"before": {**before, **span}, "after": {**after, **span}},
    )  # fmt: skip


def test_a_case_is_seen_on_today_taken_worked_on_and_closed(scene, case, looking):
    client = looking(scene, "li", language="en")
    today = client.get(reverse("today"))
    assert [(row.cause, row.losses) for row in today.context["page"].improvements] == [("service", "21")]
    assert "Causes of losses that wait for you" in words_of(today)
    place = [case.code]
    page = client.get(reverse("improvement", args=place))
    assert page.context["page"].rates[0][1][1:] == ("36", "0.75%", "0.53% to 1.04%")
    assert "may be chance" in words_of(page)
    due = (scene.today + dt.timedelta(30)).isoformat()
    client.post(reverse("improvement_taking", args=place), {"due_on": due})
    refused = client.post(reverse("improvement_measure", args=place), {"words": "  ", "on": scene.today.isoformat()})
    assert refused.status_code == 422
    assert "Write what was done" in words_of(refused)
    client.post(reverse("improvement_measure", args=place), {"words": "<b>call back", "on": scene.today.isoformat()})
    client.post(reverse("improvement_closure", args=place), {"result": "half as many"})
    page = words_of(client.get(reverse("improvement", args=place)))
    assert "&lt;b&gt;call back" in page
    assert "half as many" in page
    assert client.get(reverse("today")).context["page"].improvements == []
    listed = client.get(reverse("improvements")).context["page"]
    assert ([row.change for row in listed.closed], listed.waiting) == (["0.75% → 0.17%"], [])


def test_less_than_chance_is_said_and_who_has_no_right_sees_none(scene, case, looking):
    case.rates["after"] |= {"upper": 0.0052}
    case.save()
    page = words_of(looking(scene, "li", language="en").get(reverse("improvement", args=[case.code])))
    assert "Fewer are lost on this cause than before" in page
    stranger = looking(scene, "lin", language="en")
    assert stranger.get(reverse("improvement", args=[case.code])).status_code == 403
    assert stranger.get(reverse("today")).context["page"].improvements == []
    assert "Improvement cases" not in words_of(stranger.get(reverse("winback")))
