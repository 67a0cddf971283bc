"""What counts against the contact policy (decisioning.md 3.4): contacts that reached somebody; attempts give their units back."""

import datetime as dt

import pytest

from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight.decisions.offers.deciding import fill_deciding
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
