"""Today, the pool, what was done, what comes: order, counts, sight, masks, and the same number of queries at any size."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from guanxi.ground.clock import frozen
from guanxi.identity.permissions import Denied
from guanxi.identity.principals import ANONYMOUS
from guanxi.record.actions.choices import ActionClass, ActionStatus, NotNow
from guanxi.record.actions.models import Action
from guanxi.record.actions.queries import (
    EXPORT_COLUMNS,
    actions_of,
    done_today,
    export_rows,
    get_action,
    place_in_order,
    pool,
    timeline_rows,
    today,
    tomorrow,
)
from guanxi.record.actions.services import answer_action, hand_over_action, propose_actions
from guanxi.record.customers.choices import Channel, Tier
from tests.record.actions.rows import MONDAY, action_row, promise_row
from tests.stories.scene import SYSTEM

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 7, 6)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"), frozen(MONDAY):
        yield


def propose(*rows: dict) -> None:
    propose_actions(rows, by=SYSTEM, as_of=ON)


def names(lines) -> list[str]:
    return [line.customer_name for line in lines]


def test_promises_first_then_rank_and_what_is_overdue(scene):
    a, b, c, d = (scene.customer(name) for name in ("甲", "乙", "丙", "丁"))
    propose(
        action_row(a, rank=3),
        promise_row(b, ON, rank=2),
        promise_row(c, dt.date(2026, 7, 3), rank=1),
        promise_row(d, dt.date(2026, 7, 7), rank=4),
    )
    day = today(scene.person("lin"), on=ON)
    assert names(day.lines) == ["丙", "乙", "甲"]
    assert [line.is_overdue for line in day.lines] == [True, False, True]
    assert (day.total, day.promises, day.overdue, day.tomorrow, day.done, day.pool) == (3, 2, 2, 1, 0, 0)
    assert day.value_at_stake == 3 * 57_600
    assert names(tomorrow(scene.person("lin"), on=ON)) == ["丁"]


def test_what_is_owed_longest_comes_first_whatever_its_rank(scene):
    a, b, c = (scene.customer(name) for name in ("甲", "乙", "丙"))
    propose(promise_row(a, ON, rank=0), promise_row(b, dt.date(2026, 7, 3), rank=9), action_row(c, rank=0))
    lines = today(scene.person("lin"), on=ON).lines
    assert names(lines) == ["乙", "甲", "丙"]
    assert names(sorted(lines[1:] + lines[:1], key=place_in_order)) == ["乙", "甲", "丙"]


def test_a_line_says_who_why_what_to_say_and_by_when(scene):
    wang = scene.customer("王海峰", tier=Tier.A)
    propose(action_row(wang))
    (line,) = today(scene.person("lin"), on=ON).lines
    assert (line.customer_code, line.customer_name, line.tier) == (wang.code, "王海峰", Tier.A)
    assert line.reason_words == "Spending fell from about ¥4,185 a month to ¥400 in June 2026 (−90.4%)."
    assert line.say.startswith("I see that you use us less than you used to")
    assert (line.channel, line.action_class) == (Channel.CALL, ActionClass.CARE)
    assert (line.value_at_stake, line.due_on) == (57_600, dt.date(2026, 7, 1))
    assert (line.owner_name, line.handed_from, line.evidence["table"]) == ("lin", "", "dealings")


def test_at_most_twenty_lines_and_the_count_of_all(scene):
    propose(*(action_row(scene.customer(f"客{i:02}"), rank=i) for i in range(1, 31)))
    day = today(scene.person("lin"), on=ON)
    assert (len(day.lines), day.total, day.lines[-1].rank) == (20, 30, 20)


def test_nobody_sees_the_day_of_another(scene):
    propose(action_row(scene.customer("甲")), action_row(scene.customer("乙", "mo")))
    assert names(today(scene.person("lin"), on=ON).lines) == ["甲"]
    assert names(today(scene.person("mo"), on=ON).lines) == ["乙"]
    for other in ("gao", "du", "wu", "xu", "fei", "mei"):
        assert today(scene.person(other), on=ON).lines == []
    with pytest.raises(Denied):
        today(ANONYMOUS, on=ON)


def test_the_pool_is_the_leaders(scene):
    propose(
        action_row(scene.customer("橡", owner=None, team="oak"), rank=2),
        action_row(scene.customer("榆", owner=None, team="elm"), rank=1),
        action_row(scene.customer("无", owner=None), rank=3),
        action_row(scene.customer("林"), rank=1),
    )
    gao, xu = scene.person("gao"), scene.person("xu")
    assert names(pool(gao, on=ON)) == ["橡", "无"]
    assert names(pool(xu, on=ON)) == ["无"]
    assert (today(gao, on=ON).pool, today(xu, on=ON).pool) == (2, 1)
    for name in ("lin", "du", "fei"):
        assert pool(scene.person(name), on=ON) == []
        assert today(scene.person(name), on=ON).pool == 0


def test_names_are_masked_for_whom_they_are_not_clear(scene):
    propose(action_row(scene.customer("王海峰", owner=None, team="oak")))
    (line,) = pool(scene.person("mei"), on=ON)  # marketers see the pool, not the names
    assert line.customer_name == "王*"
    assert "海峰" not in line.customer_name


def test_done_today_shows_every_kind_of_answer_and_only_of_today(scene):
    lin = scene.person("lin")
    people = [scene.customer(name) for name in ("甲", "乙", "丙", "丁")]
    propose(*(action_row(person) for person in people))
    codes = {action.customer.name: action.code for action in Action.objects.select_related("customer")}
    with frozen(MONDAY - dt.timedelta(days=1)):
        answer_action(codes["丁"], by=lin, answer="done")
    answer_action(codes["甲"], by=lin, answer="done")
    with frozen(MONDAY + dt.timedelta(minutes=1)):
        answer_action(codes["乙"], by=lin, answer="not_now", reason=NotNow.BUSY)
    with frozen(MONDAY + dt.timedelta(minutes=2)):
        hand_over_action(codes["丙"], by=lin, to_staff=scene.staff["gao"].code)  # out of Lin's sight from now on
    done = done_today(lin, on=ON)
    assert [(line.customer_name, line.status) for line in done] == [
        ("丙", ActionStatus.HANDED_OVER),
        ("乙", ActionStatus.NOT_NOW),
        ("甲", ActionStatus.DONE),
    ]
    day = today(lin, on=ON)
    assert (day.total, day.done) == (0, 3)
    assert names(today(scene.person("gao"), on=ON).lines) == ["丙"]
    assert today(scene.person("gao"), on=ON).lines[0].handed_from == "lin"


def test_what_was_postponed_comes_back_on_its_day_without_a_refresh(scene):
    lin = scene.person("lin")
    propose(action_row(scene.customer("甲")))
    answer_action(Action.objects.get().code, by=lin, answer="not_now", reason=NotNow.BUSY)
    assert today(lin, on=ON).total == 0
    assert names(today(lin, on=ON + dt.timedelta(days=1)).lines) == ["甲"]


def test_actions_of_one_customer(scene):
    lin = scene.person("lin")
    wang, other = scene.customer("王"), scene.customer("其他")
    propose(action_row(wang), action_row(other))
    answer_action(Action.objects.get(customer=wang).code, by=lin, answer="done")
    propose(action_row(wang, cause="later", proposed_on=dt.date(2026, 7, 1)), action_row(other))
    found = actions_of(wang.pk, principal=lin, on=ON)
    assert [line.status for line in found] == [ActionStatus.OPEN, ActionStatus.DONE]
    assert [line.status for line in actions_of(wang.pk, principal=lin, on=ON, only_live=True)] == [ActionStatus.OPEN]
    assert actions_of(wang.pk, principal=scene.person("wu"), on=ON) == []
    assert get_action(found[0].code, principal=lin, on=ON) == found[0]
    assert get_action(found[0].code, principal=scene.person("xu"), on=ON) is None


def test_the_timeline_in_steps_is_the_whole(scene):
    lin, wang = scene.person("lin"), scene.customer("王")
    for number in range(7):
        row = action_row(wang, cause=str(number), proposed_on=dt.date(2026, 1, 1 + number // 2))
        Action.objects.create(**row | {"reason_facts": json.loads(row["reason_facts"]), "evidence": {}})
    whole = [(day, pk) for day, pk, _ in timeline_rows(wang.pk, principal=lin)]
    assert whole == sorted(whole, reverse=True)
    assert len(whole) == 7
    pieces, before = [], None
    while rows := timeline_rows(wang.pk, principal=lin, before=before, limit=2):
        pieces += [(day, pk) for day, pk, _ in rows]
        before = pieces[-1]
    assert pieces == whole


def test_the_export_is_in_the_contracts_columns(scene):
    propose(
        action_row(scene.customer("王", reference="K-1")),
        promise_row(scene.customer("张", owner=None), dt.date(2026, 7, 3)),
    )
    rows = {row["customer"]: row for row in export_rows(SYSTEM)}
    assert {tuple(row) for row in rows.values()} == {EXPORT_COLUMNS}
    row = rows.pop("K-1")
    assert row == {
        "customer": "K-1",
        "owner": scene.staff["lin"].code,
        "rank": 1,
        "class": "care",
        "offer": "",
        "channel": "call",
        "reason": "Spending fell from about ¥4,185 a month to ¥400 in June 2026 (−90.4%).",
        "value_at_stake": 576,
        "due_on": dt.date(2026, 7, 1),
        "status": "open",
    }
    (other,) = rows.values()
    assert (other["class"], other["owner"]) == ("obligation", "")
    assert other["reason"] == "On 20 June 2026 we promised to come back by 3 July 2026."
    assert [row["customer"] for row in export_rows(scene.person("mo"))] == []
    assert list(export_rows(SYSTEM, as_of=dt.date(2026, 6, 29))) == []


@pytest.mark.parametrize("rows", [1, 30])
def test_the_number_of_queries_does_not_grow(scene, rows):
    lin = scene.person("lin")
    propose(*(action_row(scene.customer(f"客{i}"), rank=i) for i in range(rows)))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert today(lin, on=ON).total == rows
    assert len(queries) <= 6
