"""Spend drop: the example of RET-01 and other numbers, exactly; episodes; what silences; figures that recompute."""

import datetime as dt
import json
import math
from statistics import median

import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.insight import detectors
from guanxi.insight.detectors import inactivity, spend_drop
from guanxi.insight.detectors.notes import in_english
from guanxi.record.signals.rules import recompute
from tests.insight.detectors.edition import Edition, by_customer

# twelve cycles from 4,010 to 4,600 with the median 4,185
WANG = [4010, 4100, 4600, 4150, 4220, 4050, 4300, 4180, 4190, 4080, 4400, 4350]
JUNE_ENDS = dt.date(2026, 6, 30)


def run(edition: Edition, as_of: dt.date, **thresholds: float):
    return detectors.run(edition.fill(), as_of=as_of, thresholds=thresholds, only=(spend_drop, inactivity))


def drops(edition: Edition, as_of: dt.date, **thresholds: float) -> dict[int, dict]:
    return dict(by_customer_kind(run(edition, as_of, **thresholds)))


def by_customer_kind(rows):
    return by_customer(rows.filter(pc.equal(rows["kind"], "spend_drop")))


def figures(row: dict) -> dict:
    return json.loads(row["evidence"])["figures"]


def wang(*now: float, series=WANG, until: str = "2026-06") -> Edition:
    edition = Edition()
    edition.spends(edition.add("wang"), [*series, *now], until=until)
    return edition


def test_the_statement_400_after_4185_is_an_alarm_on_the_day_the_cycle_closes():
    row = drops(wang(400), JUNE_ENDS)[1]
    assert (row["state"], row["occurred_on"], row["at_stake"]) == ("alarm", JUNE_ENDS, 378_500)
    assert figures(row) == {
        "usual": 418_500,
        "now": 40_000,
        "below": 378_500,
        "drop": 0.9044,
        "z": -9.88,
        "low": 401_000,
        "high": 460_000,
        "cycles": 12,
    }


def test_a_day_before_the_cycle_closes_there_is_nothing():
    assert drops(wang(400), dt.date(2026, 6, 29)) == {}


def test_2000_is_an_alarm_of_lower_severity():
    row, worse = drops(wang(2000), JUNE_ENDS)[1], drops(wang(400), JUNE_ENDS)[1]
    assert (row["state"], figures(row)["z"], figures(row)["drop"]) == ("alarm", -3.44, 0.5221)
    assert row["severity"] == 0.522 < worse["severity"] == 0.904


def test_3600_is_nothing():
    assert drops(wang(3600), JUNE_ENDS) == {}


@pytest.mark.parametrize(
    "series, now, state, z, drop",
    [
        ([4000] * 12, 400, "alarm", -9.73, 0.9),
        ([4000] * 12, 0, "alarm", -15.22, 1.0),
        ([12_000, 13_000] * 6, 5_000, "alarm", -4.23, 0.6),
        ([12_000, 13_000] * 6, 6_500, "watch", -3.05, 0.48),  # far enough out, but not half
        ([1_000] * 12, 510, "watch", -3.14, 0.49),
        ([1_100] * 12, 590, "watch", -2.91, 0.4636),
        ([1_000] * 6, 400, "alarm", -3.99, 0.6),  # six cycles are enough, with a wider swing
    ],
)
def test_other_numbers(series, now, state, z, drop):
    row = drops(wang(now, series=series), JUNE_ENDS)[1]
    assert (row["state"], figures(row)["z"], figures(row)["drop"]) == (state, z, drop)


@pytest.mark.parametrize(
    "series",
    [
        [999] * 12,  # too little to judge
        [4000] * 5,  # too short
        [4000] * 4 + [0, 0] + [4000] * 6,  # two empty cycles: no habit
        [4000, 0, 0, 4000, 4000, 4000],
        [0] * 6 + [4000] * 3 + [0] + [4000, 0],
    ],
)
def test_who_has_no_habit_is_not_judged(series):
    assert drops(wang(0, series=series), JUNE_ENDS) == {}


def test_one_empty_cycle_is_still_a_habit():
    row = drops(wang(400, series=[4000] * 5 + [0] + [4000] * 6), JUNE_ENDS)[1]
    assert (row["state"], figures(row)["low"], figures(row)["cycles"]) == ("alarm", 0, 12)


def test_a_large_drop_of_little_money_at_stake_is_only_watched():
    row = drops(wang(400, series=[1_000] * 12), JUNE_ENDS, **{"spend_drop.alarm_stake": 601})[1]
    assert row["state"] == "watch"


def test_a_second_month_confirms_and_the_third_keeps():
    july = dt.date(2026, 7, 31)
    row = drops(wang(400, 380, until="2026-07"), july)[1]
    assert (row["state"], row["occurred_on"]) == ("confirmed", july)
    assert json.loads(row["evidence"])["path"] == [["alarm", "2026-06-30"], ["confirmed", "2026-07-31"]]
    third = drops(wang(400, 380, 390, until="2026-08"), dt.date(2026, 8, 31))[1]
    assert (third["state"], third["occurred_on"], third["key"]) == ("confirmed", july, row["key"])


def test_two_watches_in_a_row_confirm():
    row = drops(wang(2_300, 2_300, until="2026-07"), dt.date(2026, 7, 31))[1]
    assert (row["state"], row["occurred_on"]) == ("confirmed", dt.date(2026, 7, 31))
    assert json.loads(row["evidence"])["path"] == [["watch", "2026-06-30"], ["confirmed", "2026-07-31"]]


def test_back_to_the_habit_clears_it():
    row = drops(wang(400, 4_100, until="2026-07"), dt.date(2026, 7, 31))[1]
    assert (row["state"], row["occurred_on"]) == ("cleared", dt.date(2026, 7, 31))
    assert row["probability"] == 0


def test_between_quiet_and_watch_the_state_is_kept():
    # 3,000 of 4,185: z = −1.6, neither quiet nor a watch
    row = drops(wang(400, 3_000, until="2026-07"), dt.date(2026, 7, 31))[1]
    assert (row["state"], row["occurred_on"]) == ("alarm", JUNE_ENDS)


def test_a_new_lower_habit_ends_the_episode_as_expired():
    low = [400] * 7
    row = drops(wang(*low, until="2026-12"), dt.date(2026, 12, 31))[1]
    assert (row["state"], row["occurred_on"]) == ("expired", dt.date(2026, 12, 31))
    assert drops(wang(*low, 400, until="2027-01"), dt.date(2027, 1, 31)) == {}


def test_after_a_return_a_new_fall_is_a_new_episode():
    first = drops(wang(400), JUNE_ENDS)[1]
    rows = detectors.run(wang(400, 4_100, 300, until="2026-08").fill(), as_of=dt.date(2026, 8, 31)).to_pylist()
    states = {row["key"]: row["state"] for row in rows}
    assert states.pop(first["key"]) == "cleared"
    assert list(states.values()) == ["alarm"]


@pytest.mark.parametrize("late", [0, 3, 17, 29])
def test_a_late_run_says_the_same_as_one_on_the_day(late):
    on_the_day = drops(wang(400), JUNE_ENDS)[1]
    afterwards = drops(wang(400), JUNE_ENDS + dt.timedelta(days=late))[1]
    assert afterwards | {"detected_on": JUNE_ENDS} == on_the_day


def test_a_run_two_months_late_finds_the_beginning():
    rows = drops(wang(400, 390, 380, until="2026-08"), dt.date(2026, 9, 12))
    assert rows[1]["key"] == drops(wang(400), JUNE_ENDS)[1]["key"]
    assert (rows[1]["state"], rows[1]["occurred_on"]) == ("confirmed", dt.date(2026, 7, 31))


def test_a_product_given_up_explains_the_fall():
    edition = wang(400)
    bench = edition.fill()
    bench.run("INSERT INTO holdings (holding_id, customer_id, status, closed_on) VALUES (1, 1, 2, DATE '2026-05-20')")
    assert detectors.run(bench, as_of=JUNE_ENDS).num_rows == 0
    bench.run("UPDATE holdings SET closed_on = DATE '2026-03-20'")
    assert detectors.run(bench, as_of=JUNE_ENDS).num_rows == 1


@pytest.mark.parametrize(
    ("told", "explains"),
    [
        ("UPDATE holdings SET renewal_on = DATE '2026-05-20'", False),  # a policy that ran out
        ("INSERT INTO balances (customer_id, holding_id, amount) VALUES (1, 1, 5000000)", False),  # a deposit
        ("INSERT INTO balances (customer_id, holding_id, amount) VALUES (1, 1, -90000)", True),  # a card’s debt
        ("INSERT INTO bought (customer_id, product_id) VALUES (1, 7)", True),
        ("INSERT INTO bought (customer_id, product_id) VALUES (1, 8)", False),  # what he buys is another thing
        (
            "UPDATE holdings SET renewal_on = DATE '2026-05-20'; INSERT INTO bought (customer_id, product_id) VALUES (1, 7)",
            True,
        ),
    ],
)
def test_only_what_spending_went_by_explains_its_fall(told, explains):
    bench = wang(400).fill()
    bench.run("DELETE FROM bought")
    bench.run(
        "INSERT INTO holdings (holding_id, customer_id, product_id, status, closed_on) VALUES (1, 1, 7, 2, DATE '2026-05-20')"
    )
    for one in told.split(";"):
        bench.run(one)
    assert detectors.run(bench, as_of=JUNE_ENDS).num_rows == (0 if explains else 1)


def test_money_counts_in_whole_units_of_the_currency():
    yen = Edition(currency="JPY")
    yen.spends(yen.add(), [v / 100 for v in [*WANG, 400]], until="2026-06")  # 4,185 yen: no minor units
    row = drops(yen, JUNE_ENDS)[1]
    assert (row["at_stake"], figures(row)["z"]) == (3_785, -9.88)


# ---- the segment


def crowd(edition: Edition, count: int, months: list[list[float]], *, until: str, segment: str = "") -> None:
    for number in range(count):
        edition.spends(edition.add(segment=segment), months[number % len(months)], until=until)


def test_a_common_shift_is_taken_out():
    edition = Edition()
    edition.spends(edition.add("wang"), [*WANG, 2_000], until="2026-06")
    crowd(edition, 40, [[4_000] * 12 + [3_200]], until="2026-06")
    row = drops(edition, JUNE_ENDS)[1]
    shift = math.log((3_200 + 200) / 4_200)
    z = (math.log(2_000 + 209.25) - median(math.log(v + 209.25) for v in WANG) - shift) / 0.2
    assert json.loads(row["evidence"])["given"]["shift"] == round(shift, 6)
    assert figures(row)["z"] == math.floor(z * 100 + 0.5) / 100 == -2.38
    assert row["state"] == "watch"


def test_when_all_fall_together_there_is_one_incident_and_no_alarms():
    edition = Edition()
    edition.spends(edition.add("wang"), [*WANG, 400], until="2026-06")
    crowd(edition, 40, [[4_000] * 12 + [1_400]], until="2026-06")
    rows = run(edition, JUNE_ENDS)
    assert by_customer_kind(rows) == {}
    (note,) = [note for note in detectors.notes_of(rows) if note["detector"] == "spend_drop"]
    assert (note["code"], note["params"]["month"]) == ("all_moved_together", "2026-06")
    assert in_english(note) == "In 2026-06 spending moved for everybody together (-61.9%); nobody is alarmed for that."


def test_an_incident_in_one_segment_does_not_silence_another():
    edition = Edition()
    edition.spends(edition.add("wang", segment="card"), [*WANG, 400], until="2026-06")
    crowd(edition, 40, [[4_000] * 13], until="2026-06", segment="card")
    crowd(edition, 40, [[4_000] * 12 + [1_400]], until="2026-06", segment="loan")
    rows = run(edition, JUNE_ENDS)
    assert list(by_customer_kind(rows)) == [1]
    assert [note["segment"] for note in detectors.notes_of(rows)] == ["loan"]


def test_a_month_that_lacks_customers_waits():
    edition = Edition()
    edition.spends(edition.add("wang"), [*WANG, 400], until="2026-06")
    crowd(edition, 200, [[4_000] * 13, [4_000] * 13, [4_000] * 13, [4_000] * 12 + [0]], until="2026-06")
    rows = run(edition, JUNE_ENDS)
    assert by_customer_kind(rows) == {}
    (note,) = detectors.notes_of(rows)
    assert note["code"] == "feed_incomplete"
    assert in_english(note) == (
        "Of the customers who always buy, only 75.1% appear in 2026-06; it is judged when its data are whole."
    )


def test_a_state_is_kept_while_the_next_month_waits():
    edition = Edition()
    edition.spends(edition.add("wang"), [*WANG, 400, 0], until="2026-07")
    crowd(edition, 200, [[4_000] * 14, [4_000] * 14, [4_000] * 14, [4_000] * 13 + [0]], until="2026-07")
    rows = by_customer_kind(run(edition, dt.date(2026, 7, 31)))
    assert (rows[1]["state"], rows[1]["occurred_on"]) == ("alarm", JUNE_ENDS)
    assert list(rows) == [1]


def daily(edition: Edition, customers: int, first: dt.date, last: dt.date) -> None:
    """Customers who buy on every third day for 400."""
    for number in range(customers):
        who = edition.add()
        days = range(number % 3, (last - first).days + 1, 3)
        edition.visits(who, [first + dt.timedelta(days=day) for day in days], amount=400)


def test_a_daily_feed_that_stops_before_the_cycle_closes_is_late():
    edition = Edition()
    edition.spends(edition.add("wang"), [*WANG, 400], until="2026-06", day=2)
    daily(edition, 40, dt.date(2025, 6, 1), dt.date(2026, 6, 26))
    rows = run(edition, JUNE_ENDS)
    assert by_customer_kind(rows) == {}
    assert {in_english(note) for note in detectors.notes_of(rows)} == {
        "No dealings have come in since 2026-06-26; nobody counts as absent for that."
    }
    whole = Edition()
    whole.spends(whole.add("wang"), [*WANG, 400], until="2026-06", day=2)
    daily(whole, 40, dt.date(2025, 6, 1), dt.date(2026, 6, 29))  # a day less than the usual pause is no gap
    assert list(by_customer_kind(run(whole, JUNE_ENDS))) == [1]


def test_two_years_of_a_segment_take_its_season_out():
    """Everybody spends half in February; a habit of two years makes that no fall, and one who spends a tenth stands out."""
    year = [1.0, 0.5, *[1.0] * 10]
    months = [year[month % 12] for month in range(26)]  # January 2024 to February 2026
    edition = Edition()
    edition.spends(edition.add("wang"), [*(4_000 * f for f in months[:-1]), 400], until="2026-02")
    crowd(edition, 40, [[3_000 * f for f in months], [5_000 * f for f in months]], until="2026-02")
    rows = drops(edition, dt.date(2026, 2, 28))
    assert list(rows) == [1]
    given = json.loads(rows[1]["evidence"])["given"]
    assert abs(given["shift"]) < 0.001
    assert given["season"] == [round(f / (11.5 / 12), 4) for f in year]
    assert recompute(edition.rows_of(1), json.loads(rows[1]["evidence"])) == figures(rows[1])


def test_in_a_season_the_usual_is_that_of_the_month():
    year = [1.0, 0.5, *[1.0] * 10]
    months = [year[month % 12] for month in range(26)]
    edition = Edition()
    edition.spends(edition.add("wang"), [*(4_000 * f for f in months[:-1]), 400], until="2026-02")
    crowd(edition, 40, [[3_000 * f for f in months]], until="2026-02")
    row = drops(edition, dt.date(2026, 2, 28))[1]
    found = figures(row)
    assert abs(found["usual"] - 200_000) < 100  # half of 4,000 in a February
    assert (found["now"], found["below"]) == (40_000, found["usual"] - 40_000)
    assert abs(found["drop"] - 0.8) < 0.001
    assert abs(row["at_stake"] - 306_700) < 200  # without season: (2,000 − 400) / 0.5217


def test_a_few_per_cent_are_no_season():
    months = [1.04 if month % 12 < 6 else 0.96 for month in range(26)]
    edition = Edition()
    edition.spends(edition.add("wang"), [*[4_000] * 25, 400], until="2026-06")
    crowd(edition, 40, [[3_000 * f for f in months]], until="2026-06")
    row = drops(edition, JUNE_ENDS)[1]
    assert json.loads(row["evidence"])["given"]["season"] is None
    assert figures(row)["usual"] == 400_000


def test_less_than_two_years_have_no_season():
    edition = Edition()
    months = [1.0] * 22 + [0.1]
    edition.spends(edition.add("wang"), [4_000 * f for f in months], until="2026-06")
    crowd(edition, 40, [[4_000] * 23], until="2026-06")
    row = drops(edition, JUNE_ENDS)[1]
    assert json.loads(row["evidence"])["given"]["season"] is None


# ---- evidence


amounts = st.integers(min_value=60_000, max_value=900_000)


@settings(max_examples=12, deadline=None)
@given(
    before=st.lists(amounts, min_size=6, max_size=15),
    now=st.lists(st.integers(min_value=0, max_value=150_000), min_size=1, max_size=3),
    others=st.lists(st.lists(amounts, min_size=10, max_size=14), min_size=0, max_size=3),
)
def test_figures_recompute_from_the_rows_to_the_last_digit(before, now, others):
    edition = Edition()
    edition.spends(edition.add(), [value / 100 for value in [*before, *now]], until="2026-06")
    for series in others:
        for _ in range(11):
            edition.spends(edition.add(), [value / 100 for value in series], until="2026-06")
    for row in run(edition, JUNE_ENDS, **{"spend_drop.incident_shift": 9}).to_pylist():
        if row["kind"] == "spend_drop":
            evidence = json.loads(row["evidence"])
            assert recompute(edition.rows_of(row["customer_id"]), evidence) == evidence["figures"]


def test_rows_outside_the_evidence_do_not_matter():
    edition = wang(400)
    evidence = json.loads(drops(edition, JUNE_ENDS)[1]["evidence"])
    rows = edition.rows_of(1)
    more = [rows[0]._replace(day=dt.date(2025, 5, 31)), rows[0]._replace(day=dt.date(2026, 7, 1))]
    refund = [rows[0]._replace(amount=-5, is_purchase=False)]
    assert recompute([*rows, *more, *refund], evidence) == evidence["figures"]
    assert recompute(rows[1:], evidence) != evidence["figures"]


@pytest.mark.parametrize(
    ("judged", "alarm"),
    [
        ((), 0.23),
        ((("spend_drop", "alarm", 30, 50),), 0.41),  # (30 + 50 x 0.23) / 100 = 0.415
        ((("spend_drop", "alarm", 0, 450),), 0.02),  # 11.5 / 500
        ((("inactivity", "alarm", 50, 50), ("spend_drop", "confirmed", 50, 50)), 0.23),  # of others
        ((("spend_drop'; --", "alarm", 1, 1), ("spend_drop", "cleared", 1, 1)), 0.23),
    ],
)
def test_how_likely_an_alarm_is_right_is_relearned(judged, alarm):
    [row] = detectors.run(wang(400).fill(), as_of=JUNE_ENDS, judged=judged).to_pylist()
    assert (row["state"], row["probability"]) == ("alarm", pytest.approx(alarm, abs=0.0051))
