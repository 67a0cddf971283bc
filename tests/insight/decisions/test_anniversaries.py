"""RET-04: at the anniversary a loyal peer becomes due for what those get who waver, as work of whoever has him; nobody else does."""

import datetime as dt
import json
from types import SimpleNamespace

import pyarrow as pa
import pytest
from django.utils import translation

from guanxi.engage.offers.choices import Issue
from guanxi.insight.decisions.offers.anniversaries import add_anniversaries
from guanxi.insight.decisions.offers.deciding import _PRELUDES
from guanxi.insight.decisions.offers.resting import SAID
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.actions.wording import reason_in_words, what_to_say
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel
from tests.insight.decisions.test_in_contact import offer

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 8, 20)
KEEP = offer("keep_card", 700, "tier: tier in ('A', 'B')\nfell: has_signal(car_need)", issue=Issue.RETENTION)
FELL, NEAR = ["car_need", "car_need:alarm"], dt.date(2021, 8, 25)
DECIDING = pa.schema(
    [("customer_id", pa.int64()), ("customer_since", pa.date32())]
    + [(name, pa.string()) for name in ("code", "tier", "stage", "state")]
    + [(name, pa.list_(pa.string())) for name in ("signals", "owned", "closed", "reserved")]
    + [(name, pa.bool_()) for name in ("is_unprofiled", "has_open_complaint", "is_deal_driven")]
)


def person(since: dt.date = NEAR, **fields: object) -> dict[str, object]:
    usual = {"customer_since": since, "tier": "B", "stage": "customer", "state": "active", "signals": [], "owned": []}
    return (
        usual
        | {"is_unprofiled": False, "has_open_complaint": False, "is_deal_driven": False, "closed": [], "reserved": []}
        | fields
    )


def due(
    *people: dict[str, object], said: tuple = (), thing=KEEP, on: dt.date = ON, resting: tuple = (), given: tuple = ()
) -> list[dict]:
    """Candidates; customers are numbered from 1, the first of whom has an alarm."""
    everybody = [person(dt.date(2020, 1, 1), signals=FELL), *people]
    rows = [{"customer_id": number, "code": f"C{number}", **one} for number, one in enumerate(everybody, 1)]
    answered = [
        dict(zip(SAID.names, (who, of, outcome, day, 0, False, False), strict=True)) for who, of, outcome, day in said
    ]
    with Workbench() as bench:
        for prelude in _PRELUDES:
            bench.run(prelude)
        bench.register("deciding", pa.Table.from_pylist(rows, schema=DECIDING))
        bench.run("CREATE TEMP TABLE people AS SELECT customer_id, code, 7 AS owner_id, 70 AS team_id FROM deciding")
        bench.run("CREATE TEMP TABLE answers (key VARCHAR, owner_id BIGINT, team_id BIGINT, is_settled BOOLEAN)")
        bench.run("CREATE TEMP TABLE peace (customer_id BIGINT, is_resting BOOLEAN)")
        bench.run("CREATE TEMP TABLE proposed (customer_id BIGINT, offer VARCHAR, arm VARCHAR)")
        for who, arm in given:
            bench.run("INSERT INTO proposed VALUES ($who, 'keep_card', $arm)", who=who, arm=arm)
        for who in resting:
            bench.run("INSERT INTO peace VALUES ($who, TRUE)", who=who)
        bench.run(
            """CREATE TEMP TABLE candidates (customer_id BIGINT, action_class INTEGER, origin VARCHAR, reason VARCHAR, key VARCHAR,
                signal_key VARCHAR, channel INTEGER, due_on DATE, value_at_stake BIGINT, chance DOUBLE, facts JSON, evidence VARCHAR,
                blocked VARCHAR, offer VARCHAR, code VARCHAR, owner_id BIGINT, team_id BIGINT, is_given BOOLEAN, score DOUBLE, why_not VARCHAR)"""
        )
        sought = SimpleNamespace(terms={"due_b": on + dt.timedelta(3), "call": 2})
        add_anniversaries(bench, sought, [thing], pa.Table.from_pylist(answered, schema=SAID), on=on)
        return bench.arrow("SELECT * FROM candidates ORDER BY customer_id").to_pylist()


def test_a_peer_is_due_from_a_week_before_his_anniversary_to_a_month_after_it():
    days = [dt.date(2021, 8, 27), dt.date(2021, 8, 28), dt.date(2024, 7, 22), dt.date(2024, 7, 21), dt.date(2026, 8, 1)]
    found = due(*map(person, days))
    assert [(row["customer_id"], row["due_on"], row["why_not"]) for row in found] == [
        (2, dt.date(2026, 8, 27), ""),
        (4, dt.date(2026, 8, 23), ""),
    ]
    row = found[0]
    assert (row["action_class"], row["origin"], row["offer"], row["owner_id"], row["score"]) == (
        2,
        "anniversary",
        "keep_card",
        7,
        0,
    )
    facts = json.loads(row["facts"])
    with translation.override("en"):
        assert reason_in_words(row["reason"], facts, currency="CNY").startswith("With us since ")
        assert "“keep_card” is open to you as well" in what_to_say(row["reason"], facts)
    leap = due(person(dt.date(2024, 2, 29)), on=dt.date(2027, 2, 28))
    assert [row["due_on"] for row in leap] == [dt.date(2027, 3, 3)]
    assert (
        due(person(dt.date(2025, 1, 3)), on=dt.date(2026, 12, 28))[0]["key"]
        == due(person(dt.date(2025, 1, 3)), on=dt.date(2027, 1, 2))[0]["key"]
    )  # the same work on both sides of New Year


@pytest.mark.parametrize(
    "fields",
    [
        {"signals": FELL},
        {"signals": ["inactivity"]},
        {"tier": "A"},  # nobody of tier A has an alarm
        {"tier": "C"},
        {"stage": "prospect"},
        {"state": "lapsed"},
        {"is_unprofiled": True},
        {"has_open_complaint": True},
        {"is_deal_driven": True},
        {"closed": ["refused|keep_card"]},
        {"closed": ["abuse_review|issue:4"]},
        {"closed": ["credit_review_open|class:3"]},
    ],
)
def test_who_is_no_peer_is_not_due(fields):
    assert due(person(**fields)) == []


def test_who_had_it_within_a_year_and_whose_units_are_gone_are_not_due_and_peace_is_kept():
    taken = (2, "keep_card", Outcome.ACCEPTED, ON - dt.timedelta(300))
    assert due(person(), said=(taken,)) == []
    others = (
        (2, "keep_card", Outcome.REFUSED, ON),
        (2, "tea", Outcome.ACCEPTED, ON),
        (*taken[:3], ON - dt.timedelta(365)),
    )
    assert len(due(person(), said=others)) == 1
    assert [row["why_not"] for row in due(person(), resting=(2,))] == ["at_peace"]
    one = offer(
        "keep_card", 700, "tier: tier in ('A', 'B')\nfell: has_signal(car_need)", issue=Issue.RETENTION, stock=1
    )
    assert [row["customer_id"] for row in due(person(), person(dt.date(2021, 8, 21)), thing=one)] == [3]
    assert due(person(), thing=offer("grow", 700, "tier: tier in ('A', 'B')")) == []


def test_a_unit_kept_for_somebody_stays_his_and_what_the_run_gives_to_others_is_given():
    two = offer(
        "keep_card", 700, "tier: tier in ('A', 'B')\nfell: has_signal(car_need)", issue=Issue.RETENTION, stock=2
    )
    later = person(dt.date(2021, 8, 27), reserved=["keep_card"])
    assert [row["customer_id"] for row in due(person(), person(), person(), later, thing=two)] == [2, 3, 5]
    assert [row["customer_id"] for row in due(person(), person(), later, thing=two, given=((1, "chosen"),))] == [2, 4]
    assert [row["customer_id"] for row in due(person(), person(), thing=two, given=((1, "control"),))] == [2, 3]
    assert [row["customer_id"] for row in due(person(closed=["another_first|issue:4", "not_sure_yet|issue:4"]))] == [2]


@pytest.mark.parametrize(("tier", "channel"), [("A", Channel.CALL), ("B", Channel.CALL), ("C", Channel.POST)])
def test_who_is_of_tier_c_is_written_to_and_not_called(tier, channel):
    """SEG-03: of our own accord nobody there is called, not even with a benefit."""
    keep = offer("keep_card", 700, "fell: has_signal(car_need)", issue=Issue.RETENTION)
    alarmed = person(dt.date(2020, 1, 1), signals=FELL, tier=tier)  # a peer of his tier wavers
    found = due(person(tier=tier), alarmed, thing=keep)
    assert [(row["customer_id"], row["channel"]) for row in found] == [(2, channel)]
