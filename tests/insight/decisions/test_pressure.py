"""What counts against the contact policy (decisioning.md 3.4): contacts that reached somebody; attempts give their units back."""

import datetime as dt

import pyarrow as pa
import pytest

from guanxi.engage.offers.choices import Way
from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight.decisions.offers.deciding import fill_deciding
from guanxi.insight.decisions.worked import WORKED
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.customers.choices import Channel
from tests.insight.decisions.people import DAY, asked, offer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("channel", "direction", "outcome", "ago", "counted"),
    [
        (Channel.CALL, Direction.OUT, Outcome.REACHED, 3, (4.0, 1, 0, 1)),
        (Channel.CALL, Direction.OUT, Outcome.NONE, 10, (4.0, 0, 0, 1)),
        (Channel.CALL, Direction.OUT, Outcome.NO_ANSWER, 3, (0.0, 0, 0, 0)),
        (Channel.CALL, Direction.OUT, Outcome.NO_ANSWER, 0, (0.0, 0, 1, 0)),  # never twice a day
        (Channel.VISIT, Direction.OUT, Outcome.REFUSED, 29, (5.0, 0, 0, 1)),
        (Channel.CALL, Direction.OUT, Outcome.REACHED, 30, (0.0, 0, 0, 0)),
        (Channel.CALL, Direction.IN, Outcome.REACHED, 3, (0.0, 0, 0, 0)),
    ],
)
def test_an_attempt_that_reached_nobody_gives_its_units_back(channel, direction, outcome, ago, counted):
    found_firm(by=system_principal(), name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    with Workbench.with_empty_edition() as bench:
        bench.run("INSERT INTO customers (customer_id, code, kind, stage) VALUES (1, 'c1', 1, 3)")
        bench.run(
            "INSERT INTO conversations (customer_id, day, channel, direction, outcome) VALUES (1, $day, $channel, $way, $outcome)",
            day=DAY - dt.timedelta(ago), channel=int(channel), way=int(direction), outcome=int(outcome),
        )  # fmt: skip
        fill_deciding(bench, DAY, [offer("tea", 5_000)], asked())
        [row] = bench.arrow("SELECT units_30, touches_7, touches_1, calls_30 FROM deciding").to_pylist()
    assert tuple(row.values()) == counted


@pytest.mark.parametrize(
    ("answered", "noted", "counted"),
    [
        ([(Way.CALL, 20)], [], (4.0, 0, 0, 1)),
        ([(Way.VISIT, 3)], [], (5.0, 1, 0, 1)),
        # all that was answered of one talk is that talk, noted or not
        ([(Way.CALL, 3), (Way.CALL, 3)], [], (4.0, 1, 0, 1)),
        ([(Way.CALL, 3)], [(Channel.CALL, Direction.OUT, 3)], (4.0, 1, 0, 1)),
        ([(Way.CALL, 3)], [(Channel.VISIT, Direction.OUT, 3)], (5.0, 1, 0, 1)),
        ([(Way.CALL, 3)], [(Channel.CALL, Direction.IN, 3)], (0.0, 0, 0, 0)),  # he came to us
        ([(Way.CALL, 3)], [(Channel.CALL, Direction.OUT, 4)], (8.0, 2, 0, 2)),
        # paper: a letter once, leaflets by what they weigh, also where their statement was noted as a letter
        ([(Way.LETTER, 3)], [], (1.5, 1, 0, 0)),
        ([(Way.LETTER, 3)], [(Channel.POST, Direction.OUT, 3)], (1.5, 1, 0, 0)),
        ([(Way.LETTER, 3)], [(Channel.POST, Direction.IN, 3)], (1.5, 1, 0, 0)),
        ([(Way.INSERT, 3), (Way.INSERT, 3)], [], (0.5, 1, 0, 0)),
        ([(Way.INSERT, 3)], [(Channel.POST, Direction.OUT, 3)], (0.25, 1, 0, 0)),
        ([(Way.INSERT, 3)], [(Channel.CALL, Direction.OUT, 3)], (4.25, 2, 0, 1)),
        ([(Way.CALL, 30), (Way.EMAIL, 29)], [], (0.5, 0, 0, 0)),
        ([(Way.SMS, 0)], [], (1.0, 1, 1, 0)),
    ],
)
def test_work_that_was_answered_without_a_contact_noted_weighs_as_well(answered, noted, counted):
    found_firm(by=system_principal(), name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    worked = [{"customer_id": 1, "day": DAY - dt.timedelta(ago), "way": int(way)} for way, ago in answered]
    with Workbench.with_empty_edition() as bench:
        bench.run("INSERT INTO customers (customer_id, code, kind, stage) VALUES (1, 'c1', 1, 3)")
        for channel, direction, ago in noted:
            bench.run(
                "INSERT INTO conversations (customer_id, day, channel, direction, outcome) VALUES (1, $day, $channel, $way, 0)",
                day=DAY - dt.timedelta(ago), channel=int(channel), way=int(direction),
            )  # fmt: skip
        told = asked(worked=pa.Table.from_pylist(worked, schema=WORKED))
        fill_deciding(bench, DAY, [offer("tea", 5_000)], told)
        [row] = bench.arrow("SELECT units_30, touches_7, touches_1, calls_30 FROM deciding").to_pylist()
    assert tuple(row.values()) == counted
