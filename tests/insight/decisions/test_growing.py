"""A child enters a stage (LEV-12): its parent is asked once whether reminders are welcome; nothing is sold, and no offer knows of it."""

import datetime as dt

import pyarrow as pa
import pytest
from django.utils import translation

from guanxi.ground.workdays import WEEK
from guanxi.insight import decisions
from guanxi.insight.decisions.sparing import SPARED
from guanxi.record.actions.rules import PROPOSED
from guanxi.record.actions.wording import reason_in_words, what_to_say
from guanxi.record.children.rules import keys_of
from tests.insight.decisions.test_choosing import TUESDAY, Day, facts, one

JULY = dt.date(2026, 7, 1)


def decide(day: Day, **given: object) -> pa.Table:
    bench = day.edition.fill()
    from guanxi.insight import detectors

    detectors.run(bench, as_of=TUESDAY, thresholds={"detectors.segment_customers": 1_000})
    told = {"calendar": WEEK, "answers": (), "silenced": (), "unprofiled": (), "spared": SPARED.empty_table()}
    return decisions.run(bench, as_of=TUESDAY, **told | given)


def test_the_parents_manager_is_to_ask_and_to_sell_nothing():
    day = Day()
    who = day.edition.add(tier=1, owner_id=7, team_id=70)
    row = one(decide(day, growing=[(who, 31, 2)]))
    assert (row["customer_id"], row["owner_id"], row["action_class"], row["offer"]) == (who, 7, 2, "")
    assert (row["origin"], row["reason"], row["value_at_stake"]) == ("child_stage", "child_stage", 0)
    assert row["origin"] in PROPOSED
    assert row["key"] == keys_of(31)[1]  # so that it goes with the consent
    assert facts(row) == {"stage": 2, "month": "2026-07-01", "also": []}
    with translation.override("en"):
        words = reason_in_words(row["reason"], facts(row), currency="CNY")
        assert words == "Child enters stage 2 in July 2026: ask whether reminders are welcome."
        assert "¥" not in words + what_to_say(row["reason"], facts(row))


def test_who_wants_no_advice_from_own_data_is_not_asked():
    day = Day()
    who = day.edition.add(tier=1, owner_id=7, team_id=70)
    rows = decide(day, growing=[(who, 31, 2)], unprofiled=[who])
    assert decisions.rejects_of(rows) == [{"origin": "child_stage", "why_not": "not_profiled", "customers": 1}]


@pytest.mark.parametrize("why", ["vulnerable", "complaint", "solved", "suspected"])
def test_while_anything_rests_nobody_asks(why):
    day = Day()
    who = day.edition.add(tier=1, owner_id=7, team_id=70)
    rests = pa.Table.from_pylist([{"customer_id": who, "why": why, "code": "R1", "since_on": TUESDAY}], schema=SPARED)
    rows = decide(day, growing=[(who, 31, 2)], spared=rests)
    assert {"origin": "child_stage", "why_not": "spared", "customers": 1} in decisions.rejects_of(rows)
    assert "child_stage" not in rows["origin"].to_pylist()


def test_what_was_asked_is_not_asked_again_and_other_work_does_not_tell_of_it():
    day = Day()
    who, other = day.edition.add(tier=1, owner_id=7, team_id=70), day.falls()
    done = {"key": keys_of(31)[1], "customer_id": who, "is_settled": True, "done_on": TUESDAY - dt.timedelta(20)}
    rows = decide(day, growing=[(who, 31, 2), (other, 32, 3)], answers=[done])
    row = one(rows)
    assert (row["customer_id"], row["origin"]) == (other, "spend_drop")
    assert "child" not in row["reason_facts"]
    set_aside = {(one["origin"], one["why_not"]): one["customers"] for one in decisions.rejects_of(rows)}
    assert set_aside == {("child_stage", "answered"): 1, ("child_stage", "another_first"): 1}
