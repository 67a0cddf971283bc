"""SEG-03: once a quarter somebody speaks with each customer of tier B, in turn over the quarter, and instead of no other talk."""

import datetime as dt
import json

import pyarrow as pa
import pytest
from django.utils import translation

from guanxi.engage.policy.models import PolicyLine
from guanxi.ground.workdays import WEEK
from guanxi.insight import decisions, detectors
from guanxi.insight.decisions.sparing import SPARED
from guanxi.insight.decisions.touching import add_touches
from guanxi.record.actions.rules import PROPOSED
from guanxi.record.actions.wording import reason_in_words, what_to_say
from guanxi.record.standing.rules import end_of_quarter, quarter_of
from tests.insight.decisions.test_choosing import CALL, Day, answer, one

pytestmark = pytest.mark.django_db
A, B, C, NONE = 1, 2, 3, 9
JULY = dt.date(2026, 7, 20)  # a Monday evening: 52 business days of the quarter are left
MESSAGE, IN, OUT, NO_ANSWER, REACHED = 4, 1, 2, 2, 1


def decide(day: Day, as_of: dt.date = JULY, **given: object) -> pa.Table:
    bench = day.edition.fill()
    thresholds = given.pop("thresholds", {})
    bench.run("DELETE FROM conversations")
    if day.talks:
        columns = "customer_id, day, channel, direction, outcome, follow_up_on"
        bench.run(f"INSERT INTO conversations ({columns}) VALUES {', '.join(day.talks)}")
    detectors.run(bench, as_of=as_of, thresholds={"detectors.segment_customers": 1_000})
    found = bench.arrow("SELECT * FROM signals")
    gone = [{"key": f"lapsed-{who}", "customer_id": who, "state": "lapsed"} for who in given.pop("lapsed", ())]
    bench.register("signals", pa.concat_tables([found, pa.Table.from_pylist(gone, schema=found.schema)]))
    told = {"calendar": WEEK, "answers": (), "silenced": (), "unprofiled": (), "spared": SPARED.empty_table()}
    unasked, surveys = given.pop("unasked", ()), given.pop("surveys", ())
    for who, on in surveys:
        bench.run("INSERT INTO surveys (customer_id, asked_on) VALUES ($who, CAST($on AS DATE))", who=who, on=on)
    sought = decisions.seek_candidates(bench, as_of=as_of, thresholds=thresholds, **told | given)
    add_touches(bench, sought, unasked=unasked)
    return decisions.choose(bench, sought)


def somebody(day: Day, **fields: object) -> int:
    return day.edition.add(**{"tier": B, "owner_id": 7, "team_id": 70} | fields)


def talk(day: Day, who: int, on: str, *, channel: int = CALL, direction: int = OUT, outcome: int = REACHED) -> None:
    day.talks.append(f"({who}, DATE '{on}', {channel}, {direction}, {outcome}, NULL)")


def asked(rows: pa.Table) -> set[int]:
    return {row["customer_id"] for row in rows.to_pylist() if row["origin"] == "touch"}


def why_not(rows: pa.Table) -> dict[str, int]:
    return {row["why_not"]: row["customers"] for row in decisions.rejects_of(rows) if row["origin"] == "touch"}


def test_of_tier_b_somebody_is_asked_how_he_is_and_nothing_is_sold():
    day = Day()
    who = somebody(day)
    talk(day, who, "2026-03-12")
    row = one(decide(day))
    assert (row["customer_id"], row["owner_id"], row["action_class"], row["offer"]) == (who, 7, 2, "")
    assert (row["origin"], row["reason"], row["channel"], row["value_at_stake"]) == (
        "touch",
        "quarterly_touch",
        CALL,
        0,
    )
    assert row["origin"] in PROPOSED
    assert row["due_on"] == dt.date(2026, 8, 3)
    facts = json.loads(row["reason_facts"])
    assert facts == {"quarter": "2026-07-01", "last": "2026-03-12", "survey": True, "also": []}
    with translation.override("en"):
        words = reason_in_words(row["reason"], facts, currency="CNY")
        assert "12 Mar" in words and "last on" in words
        assert "not calling to sell" in what_to_say(row["reason"], facts)
        never = reason_in_words(row["reason"], facts | {"last": None}, currency="CNY")
        assert "yet" in never and "None" not in never


@pytest.mark.parametrize(
    "fields",
    [{"tier": A}, {"tier": C}, {"tier": NONE}, {"stage": 1}, {"stage": 4}],
    ids=["tier A", "tier C", "no tier", "a prospect", "lost"],
)
def test_nobody_else_is(fields):
    day = Day()
    somebody(day, **fields)
    assert decide(day).num_rows == 0


def test_who_lapsed_is_a_matter_of_winning_back_as_this_run_sees_it():
    """What the last run showed does not count: a run that was killed after showing it decides as one that was not."""
    day = Day()
    who, shown = somebody(day), somebody(day, state=4)
    assert asked(decide(day, lapsed=[who])) == {shown}
    explained = Day()
    one = somebody(explained)
    assert asked(decide(explained, lapsed=[one], silenced=[f"lapsed-{one}"])) == {one}


def test_who_wants_no_advice_from_own_data_is_of_no_tier():
    day = Day()
    who = somebody(day)
    assert decide(day, unprofiled=[who]).num_rows == 0


@pytest.mark.parametrize("channel, direction, outcome", [(CALL, OUT, REACHED), (MESSAGE, OUT, 0), (CALL, IN, 0)])
def test_any_contact_of_the_quarter_is_the_touch(channel, direction, outcome):
    day = Day()
    who, other = somebody(day), somebody(day)
    talk(day, who, "2026-07-01", channel=channel, direction=direction, outcome=outcome)
    talk(day, other, "2026-06-01", channel=channel, direction=direction, outcome=outcome)
    assert asked(decide(day)) == {other}


def test_nobody_was_reached_is_no_contact():
    day = Day()
    who = somebody(day)
    talk(day, who, "2026-07-02", channel=MESSAGE, outcome=NO_ANSWER)
    assert asked(decide(day)) == {who}


def test_never_more_than_one_a_quarter_and_the_next_quarter_again():
    day = Day()
    who = somebody(day)
    row = one(decide(day))
    done = answer(row, is_settled=True, done_on=JULY, met_on=JULY)
    assert asked(decide(day, dt.date(2026, 8, 20), answers=[done])) == set()
    later = decide(day, dt.date(2026, 9, 30), answers=[done])  # the day after is October
    assert asked(later) == {who}
    assert one(later)["key"] != row["key"]
    assert json.loads(one(later)["reason_facts"])["quarter"] == "2026-10-01"
    declined = answer(row, is_settled=True, again_on=dt.date(2026, 11, 1))
    assert why_not(decide(day, dt.date(2026, 8, 20), answers=[declined])) == {"answered": 1}
    assert why_not(decide(day, dt.date(2026, 9, 30), answers=[declined])) == {"at_peace": 1}


def test_a_promise_that_was_kept_is_a_contact_of_the_quarter():
    day = Day()
    who = somebody(day)
    kept = {"key": "another", "customer_id": who, "is_settled": True, "met_on": dt.date(2026, 7, 3)}
    assert asked(decide(day, answers=[kept])) == set()
    assert asked(decide(day, answers=[kept | {"met_on": dt.date(2026, 6, 30)}])) == {who}


def test_another_talk_comes_instead():
    day = Day()
    who = day.stays_away(dt.date(2026, 4, 1))
    day.edition.customers[who - 1]["tier"] = B
    rows = decide(day, dt.date(2026, 7, 20))
    assert one(rows)["origin"] == "inactivity"
    assert why_not(rows) == {"another_first": 1}


@pytest.mark.parametrize("why", ["vulnerable", "solved", "suspected"])
def test_while_anything_rests_nobody_calls(why):
    day = Day()
    who = somebody(day)
    rests = pa.Table.from_pylist([{"customer_id": who, "why": why, "code": "R1", "since_on": JULY}], schema=SPARED)
    rows = decide(day, spared=rests)
    assert (rows.num_rows, why_not(rows)) == (0, {"spared": 1})


def test_the_contact_policy_holds_for_it():
    day = Day()
    who = somebody(day)
    talk(day, who, "2026-06-25", outcome=NO_ANSWER)
    assert asked(decide(day)) == {who}  # an attempt that reached nobody gives its units back
    talk(day, who, "2026-06-25")
    assert why_not(decide(day)) == {"pressure": 1}  # a call of four units, and one more: above the six of thirty days
    PolicyLine.objects.create(name="pressure", amount=800)
    assert why_not(decide(day)) == {"called_lately": 1}  # one call in thirty days, and that was it
    PolicyLine.objects.create(name="calls", amount=2)
    assert asked(decide(day)) == {who}
    PolicyLine.objects.create(name="touches_week", amount=0)
    assert why_not(decide(day)) == {"pressure": 1}
    PolicyLine.objects.all().update(amount=None)
    assert asked(decide(day)) == {who}


def test_they_are_spread_over_the_quarter_in_one_order():
    day = Day()
    everybody = [somebody(day) for _ in range(130)]
    others = {somebody(day, owner_id=8) for _ in range(3)}
    first = asked(decide(day))
    mine, theirs = first - others, first & others
    assert (len(mine), len(theirs)) == (3, 1)  # 130 and 3 in 52 business days
    for who in mine:
        talk(day, who, "2026-07-21")
    second = asked(decide(day, dt.date(2026, 7, 21))) - others
    assert (len(second), second & mine) == (3, set())
    # nobody was called for a month: those who wait stay on the list, and more come
    third = asked(decide(day, dt.date(2026, 8, 31))) - others
    assert second < third and len(third) == 6  # 127 in 22
    # by the end of the quarter the day's share is full, and not more
    assert len(asked(decide(day, dt.date(2026, 9, 29))) - others) == 7
    assert len(everybody) == 130


def test_a_person_has_room_for_his_share_of_the_day_and_the_firm_sets_it():
    day = Day()
    for _ in range(60):
        somebody(day)
    late = dt.date(2026, 9, 29)
    assert len(asked(decide(day, late))) == 7  # 0.35 of 20
    assert len(asked(decide(day, late, thresholds={"decisions.touch_share": 0.5, "decisions.capacity": 12}))) == 6
    assert asked(decide(day, late, thresholds={"decisions.touch_share": 0})) == set()


def test_handed_over_it_stays_with_whom_it_was_given():
    day = Day()
    somebody(day)
    row = one(decide(day))
    given = answer(row, owner_id=9, team_id=90)
    kept = one(decide(day, answers=[given], thresholds={"decisions.touch_share": 0}))
    assert (kept["key"], kept["owner_id"], kept["team_id"]) == (row["key"], 9, 90)


@pytest.mark.parametrize(
    "day, first, last",
    [("2026-03-31", "2026-01-01", "2026-03-31"), ("2026-10-01", "2026-10-01", "2026-12-31"), ("2028-02-29", "2028-01-01", "2028-03-31")],
)  # fmt: skip
def test_the_quarter_of_a_day(day, first, last):
    within = dt.date.fromisoformat(day)
    assert [one.isoformat() for one in (quarter_of(within), end_of_quarter(within))] == [first, last]


def test_once_a_year_the_talk_is_there_for_the_survey_as_well():
    """RET-07: not with whom was asked within 365 days, answered or not, nor with whom wants no surveys."""
    day = Day()
    never, lately, long_ago, unwilling = (somebody(day) for _ in range(4))
    surveys = [(lately, "2025-07-22"), (long_ago, "2025-07-21")]  # 364 and 365 days before the next
    rows = decide(day, surveys=surveys, unasked=[unwilling], thresholds={"decisions.capacity": 40.0})
    told = {row["customer_id"]: json.loads(row["reason_facts"]) for row in rows.to_pylist()}
    due = {who for who, facts in told.items() if facts.get("survey")}
    assert due == {never, long_ago} & set(told)
    assert {lately, unwilling} & set(told)
    with translation.override("en"):
        for who, facts in told.items():
            said = reason_in_words("quarterly_touch", facts, currency="CNY"), what_to_say("quarterly_touch", facts)
            assert ("The yearly survey is due." in said[0], "from 0 to 10" in said[1]) == (who in due, who in due)
