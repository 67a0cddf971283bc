"""Today of a leader: who of the team has how much, what is late, what waited longest; each figure opens its lines."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanxi.record.actions.models import Action
from guanxi.record.actions.queries.team import late_alarms
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db


def rows_in(response) -> list[list[str]]:
    part = response.content.decode().partition('id="team"')[2].partition("</section>")[0]
    body = part.partition("<tbody>")[2]
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    ]


def test_a_leader_without_own_customers_sees_the_team(scene, looking):
    Action.objects.filter(owner=None).delete()
    response = looking(scene, "chen").get("/")
    words = words_of(response)
    assert "您的团队今天有 4 位客户在等。 其中 1 件已过期。" in words
    assert rows_in(response) == [["林晓彤", "贵宾一组", "4", "1", "今天"]]
    assert "没有人在等" not in words


def test_in_english(scene, looking):
    words = words_of(looking(scene, "chen", language="en").get("/"))
    assert "4 customers wait for a call from your team." in words
    assert "1 of it is overdue." in words


def test_each_figure_opens_the_lines_behind_it(scene, looking):
    client = looking(scene, "chen")
    response = client.get("/")
    (href,) = set(re.findall(r'href="(/people/\w{12}/)"', response.content.decode()))
    assert href == f"/people/{scene.staff['lin'].code}/"
    page = client.get(href)
    assert "林晓彤 贵宾一组 · 待办 4 件 · 过期 1 件" in words_of(page)
    assert len(re.findall(r'<article class="line"', page.content.decode())) == 4
    opened = re.findall(r'href="(/actions/\w{12}/)"', page.content.decode())
    assert len(opened) == 4
    assert client.get(opened[0]).status_code == 200
    customers = re.search(r'href="(/customers/\?where=owner.in.\w{12})"', page.content.decode())[1]
    assert "12 位" in words_of(client.get(customers))


@pytest.mark.parametrize("who", ["lin", "huang"])
def test_a_manager_is_shown_no_team(scene, looking, who):
    assert 'id="team"' not in looking(scene, who).get("/").content.decode()


def test_a_colleague_out_of_sight_is_not_there(scene, looking):
    assert looking(scene, "huang").get(f"/people/{scene.staff['lin'].code}/").status_code == 404
    assert looking(scene, "chen").get("/people/222222222222/").status_code == 404


def test_what_one_may_not_see_of_a_colleague_is_not_shown(scene, looking):
    page = looking(scene, "zhou").get(f"/people/{scene.staff['lin'].code}/")
    assert page.status_code == 200
    assert "没有待办" in words_of(page)


def test_the_team_costs_one_query_whatever_the_people(scene, looking):
    client = looking(scene, "chen")

    def count() -> int:
        client.get("/")
        with CaptureQueriesContext(connection) as caught:
            client.get("/")
        return len(caught)

    one = count()
    Action.objects.filter(customer__name="王海峰").update(owner=scene.staff["zhou"])
    Action.objects.filter(customer__name="张立新").update(owner=scene.staff["du"])
    assert count() == one


def late_in(response) -> list[list[str]]:
    part = response.content.decode().partition('id="late"')[2].partition("</section>")[0].partition("<tbody>")[2]
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", part, re.DOTALL)
    ]


def test_an_alarm_nobody_answered_in_time_comes_up_to_the_leader(scene, looking):
    """RET-11: A within one business day, B within five; what is overdue escalates, the longest overdue first."""
    chen = looking(scene, "chen")
    assert late_in(chen.get("/")) == []
    for name, days in (("王海峰", 1), ("张立新", 6)):
        Action.objects.filter(customer__name=name).update(due_on=scene.today - dt.timedelta(days=days))
    rows = late_in(chen.get("/"))
    assert [(row[0].rstrip("ABC"), row[2], row[4]) for row in rows] == [
        ("张立新", "林晓彤", "过期 6 天"),
        ("王海峰", "林晓彤", "过期 1 天"),
    ]
    action = Action.objects.get(customer__name="王海峰")
    assert f'href="/actions/{action.code}/"' in chen.get("/").content.decode()
    for who in ("lin", "zhou", "huang", "zhao", "du"):
        assert late_in(looking(scene, who).get("/")) == [], who
    looking(scene, "lin").post(f"/actions/{action.code}/answer/", {"version": action.version, "answer": "done"})
    assert [row[0].rstrip("ABC") for row in late_in(chen.get("/"))] == ["张立新"]


def test_only_so_many_come_up_and_the_list_has_the_others(scene, looking):
    """RET-11"""
    Action.objects.filter(action_class=2).update(due_on=scene.today - dt.timedelta(days=2))
    lines, is_more = late_alarms(scene.person("chen"), on=scene.today, limit=1)
    assert ([line.customer_name for line in lines], is_more) == (["张立新"], True)  # more is at stake
    listed = words_of(
        looking(scene, "chen").get("/actions/?where=due_on.before.today&where=status.in.open,handed_over")
    )
    assert "王海峰" in listed
    assert "张立新" in listed
