"""Spend drop within the cycle (4.5): tier A alone, day by day; the figures by hand, what holds, ends and silences it."""

import datetime as dt
import json
import math
import random

import pyarrow.compute as pc
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.ground import clock
from guanxi.insight import detectors
from guanxi.insight.detectors import spend_drop, within_cycle
from guanxi.record.actions.wording import reason_in_words
from guanxi.record.signals.choices import Judgement
from guanxi.record.signals.queries import signals_of
from guanxi.record.signals.rules import recompute
from guanxi.record.signals.services import judge_signal, raise_signals
from tests.insight.detectors.edition import Edition
from tests.stories.scene import SYSTEM, build_scene

RULES = (spend_drop, within_cycle)
LAST_VISIT = dt.date(2026, 5, 28)
# One purchase is left of six from 22 June on; five days later it has been held.
FALLEN, HELD = dt.date(2026, 6, 22), dt.date(2026, 6, 26)


def rhythm(last: dt.date, visits: int = 90, every: int = 5) -> list[dt.date]:
    return [last - dt.timedelta(days=every * back) for back in range(visits)]


def shop(tier: int = 1, *, last: dt.date = LAST_VISIT, more: dict[dt.date, float] | None = None) -> Edition:
    """700 on every fifth day: 4,200 in 30 days; `more`: further purchases of the same customer."""
    edition = Edition()
    who = edition.add("wang", tier=tier)
    edition.visits(who, rhythm(last), amount=700)
    for day, amount in (more or {}).items():
        edition.visits(who, [day], amount=amount)
    return edition


def found(edition: Edition, as_of: dt.date, **thresholds: float) -> dict[int, dict]:
    """The rows within the cycle by customer."""
    rows = detectors.run(edition.fill(), as_of=as_of, thresholds=thresholds, only=RULES).to_pylist()
    return {row["customer_id"]: row for row in rows if json.loads(row["evidence"])["measure"] == "gross_by_window"}


def test_a_fifth_day_far_below_is_an_alarm_with_its_figures():
    """4,200 → 700: drop 5/6; z = ln((700 + 210) / (4,200 + 210)) / 0.2, the least spread."""
    row = found(shop(), HELD)[1]
    assert (row["kind"], row["state"], row["occurred_on"]) == ("spend_drop", "alarm", HELD)
    assert (row["severity"], row["at_stake"], row["usual"], row["probability"]) == (0.833, 350_000, 420_000, 0.23)
    evidence = json.loads(row["evidence"])
    assert (evidence["from"], evidence["to"]) == ("2025-06-02", "2026-06-26")
    assert evidence["path"] == [["alarm", "2026-06-26"]]
    assert evidence["figures"] == {
        "usual": 420_000,
        "now": 70_000,
        "below": 350_000,
        "drop": 0.8333,
        "z": math.floor(math.log(910 / 4_410) / 0.2 * 100 + 0.5) / 100,
        "low": 420_000,
        "high": 420_000,
        "cycles": 12,
    }
    facts = json.loads(row["facts"])
    assert facts == {"usual": 420_000, "now": 70_000, "drop": 0.8333, "until": "2026-06-26"}
    with translation.override("en"):
        said = reason_in_words("spend_drop_alarm", facts, currency="CNY")
    assert said == "In the 30 days up to 26 June 2026 spending was ¥700 instead of about ¥4,200 (−83.3%)."


def test_four_days_are_too_few_and_the_days_needed_may_be_set():
    assert found(shop(), HELD - dt.timedelta(days=1)) == {}
    row = found(shop(), HELD, **{"spend_drop.within_days": 3})[1]
    assert row["occurred_on"] == FALLEN + dt.timedelta(days=2)
    assert found(shop(), HELD, **{"spend_drop.within_days": 6}) == {}


@pytest.mark.parametrize("tier", [2, 3, 9])
def test_other_tiers_wait_for_the_month(tier):
    assert found(shop(tier), dt.date(2026, 6, 29)) == {}


def test_two_purchases_of_six_left_are_no_fall_of_seven_tenths():
    assert found(shop(last=dt.date(2026, 6, 2)), dt.date(2026, 6, 26)) == {}  # 1,400 of 4,200
    wider = {"spend_drop.within_drop": 0.6, "spend_drop.within_z": -3.9}
    row = found(shop(last=dt.date(2026, 6, 2)), dt.date(2026, 6, 26), **wider)[1]
    assert json.loads(row["evidence"])["figures"]["drop"] == 0.6667


def test_a_day_above_the_line_begins_the_count_again():
    """600 more on 24 June leave 1,300 of 4,200 for a while: the third day of the fall is no such day."""
    assert found(shop(more={dt.date(2026, 6, 24): 600}), HELD) == {}


def test_the_same_key_and_figures_for_the_rest_of_the_month():
    first, later = found(shop(), HELD)[1], found(shop(), dt.date(2026, 6, 29))[1]
    assert later == first | {"detected_on": dt.date(2026, 6, 29)}


def test_when_the_month_closes_it_is_judged_as_a_whole_under_the_same_key():
    rows = detectors.run(shop().fill(), as_of=dt.date(2026, 6, 30), only=RULES).to_pylist()
    assert [json.loads(row["evidence"])["measure"] for row in rows] == ["gross_by_month"]
    assert rows[0]["key"] == found(shop(), HELD)[1]["key"]


@pytest.mark.parametrize("as_of", [dt.date(2026, 7, 1), dt.date(2026, 7, 30)])
def test_what_a_closed_month_states_is_not_stated_twice(as_of):
    assert found(shop(), as_of) == {}


def test_spending_that_returns_clears_it():
    back = {dt.date(2026, 6, 28): 2_800}  # 2,800 of 4,200: z = ln(3,010 / 4,410) / 0.2 = −1.9, neither low nor quiet
    row = found(shop(more=back), dt.date(2026, 6, 29))[1]
    assert (row["state"], row["key"]) == ("alarm", found(shop(), HELD)[1]["key"])
    back[dt.date(2026, 6, 29)] = 700
    row = found(shop(more=back), dt.date(2026, 6, 29))[1]
    assert (row["state"], row["occurred_on"], row["probability"]) == ("cleared", dt.date(2026, 6, 29), 0)
    evidence = json.loads(row["evidence"])
    assert evidence["path"] == [["alarm", "2026-06-26"], ["cleared", "2026-06-29"]]
    assert evidence["to"] == "2026-06-26"


def test_a_month_that_was_only_watched_does_not_keep_the_next_one_from_an_alarm():
    """June has 2,200 of 4,200, a watch; the 30 days up to 1 July have 700."""
    edition = shop(last=dt.date(2026, 6, 2), more={dt.date(2026, 6, 1): 1_500})
    bench = edition.fill()
    [watch] = detectors.run(bench, as_of=dt.date(2026, 7, 4), only=RULES).to_pylist()
    [alarm] = detectors.run(bench, as_of=dt.date(2026, 7, 5), only=RULES).to_pylist()
    assert (watch["state"], json.loads(watch["evidence"])["measure"]) == ("watch", "gross_by_month")
    assert (alarm["state"], json.loads(alarm["evidence"])["measure"]) == ("alarm", "gross_by_window")
    assert alarm["occurred_on"] == dt.date(2026, 7, 5)
    [closed] = detectors.run(bench, as_of=dt.date(2026, 7, 31), only=RULES).to_pylist()
    assert closed["state"] == "confirmed"
    assert watch["key"] == alarm["key"] == closed["key"], "one episode, one signal"


def test_a_fall_within_the_month_that_is_over_leaves_the_watch_of_the_month_before():
    more = {dt.date(2026, 6, 1): 1_500, dt.date(2026, 7, 6): 4_000}
    rows = detectors.run(shop(last=dt.date(2026, 6, 2), more=more).fill(), as_of=dt.date(2026, 7, 6), only=RULES)
    assert rows["state"].to_pylist() == ["watch"]


def test_who_has_no_habit_is_not_judged():
    rare = Edition()
    rare.visits(rare.add(tier=1), rhythm(LAST_VISIT, 12, every=45), amount=3_000)
    young = Edition()
    young.visits(young.add(tier=1), rhythm(LAST_VISIT, 30), amount=700)  # five whole windows
    little = Edition()
    little.visits(little.add(tier=1), rhythm(LAST_VISIT), amount=160)  # 960 in 30 days
    for edition in (rare, young, little):
        assert found(edition, dt.date(2026, 6, 29)) == {}


def test_six_windows_are_enough():
    edition = Edition()
    edition.visits(edition.add(tier=1), rhythm(LAST_VISIT, 38), amount=700)
    assert json.loads(found(edition, HELD)[1]["evidence"])["figures"]["cycles"] == 6


def test_a_product_given_up_explains_it():
    bench = shop().fill()
    bench.run("INSERT INTO holdings (holding_id, customer_id, status, closed_on) VALUES (1, 1, 2, DATE '2026-06-02')")
    assert detectors.run(bench, as_of=HELD, only=RULES).num_rows == 0


def crowd(edition: Edition, count: int, days: list[dt.date], **fields: object) -> None:
    for _ in range(count):
        edition.visits(edition.add(tier=1, **fields), days, amount=700)


def test_when_all_fall_together_nobody_is_alarmed_and_it_is_said():
    edition = shop()
    crowd(edition, 40, rhythm(LAST_VISIT))
    rows = detectors.run(edition.fill(), as_of=HELD, only=RULES)
    assert rows.num_rows == 0
    [note] = detectors.notes_of(rows)
    assert (note["code"], note["params"]["month"], note["params"]["customers"]) == ("all_moved_together", "2026-06", 41)


def test_a_common_shift_is_taken_out():
    """The others spend 3,500 instead of 4,200 in these 30 days; the fall is measured from there."""
    edition = shop()
    crowd(edition, 40, [day for day in rhythm(dt.date(2026, 6, 27), 100) if day != dt.date(2026, 6, 12)])
    row = found(edition, HELD)[1]
    evidence = json.loads(row["evidence"])
    shift = evidence["given"]["shift"]
    assert shift == round(math.log((3_500 + 210) / (4_200 + 210)), 6)
    z = (math.log(910 / 4_410) - shift) / 0.2
    assert evidence["figures"]["z"] == math.floor(z * 100 + 0.5) / 100 == -7.03


def test_a_feed_that_stops_holds_what_was_known():
    """Forty others buy daily until the 26th; then nothing comes for anybody, and the alarm neither grows nor ends."""
    edition = shop()
    crowd(edition, 40, [dt.date(2026, 6, 26) - dt.timedelta(days=back) for back in range(420)])
    held = found(edition, HELD)[1]
    assert found(edition, dt.date(2026, 6, 29))[1] == held | {"detected_on": dt.date(2026, 6, 29)}
    early = shop()
    crowd(early, 40, [dt.date(2026, 6, 24) - dt.timedelta(days=back) for back in range(420)])
    assert found(early, dt.date(2026, 6, 29)) == {}


def test_the_season_of_the_months_is_taken_out_of_windows():
    """Everybody spends half in February: half in the 30 days up to its end is no fall, a tenth is."""
    edition = Edition()
    first = dt.date(2024, 1, 2)
    days = [first + dt.timedelta(days=3 * step) for step in range(285)]  # to 3 May 2026
    for number in range(41):
        who = edition.add(tier=1)
        for day in days:
            if day <= dt.date(2026, 2, 26) and not (number == 0 and day > dt.date(2026, 1, 24)):
                edition.visits(who, [day], amount=200 if day.month == 2 else 400)
    rows = found(edition, dt.date(2026, 2, 26))
    assert list(rows) == [1]
    evidence = json.loads(rows[1]["evidence"])
    january, february, *_ = evidence["given"]["season"]
    assert (february, january) == (pytest.approx(0.5, abs=0.06), pytest.approx(1.05, abs=0.1))
    assert recompute(edition.rows_of(1), evidence) == evidence["figures"]


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0.0, 0.05))
def test_figures_recompute_to_the_last_digit_and_the_order_of_rows_does_not_matter(seed, share):
    luck = random.Random(seed)
    edition = Edition()
    for number in range(35):
        who = edition.add(tier=1, segment="ab"[number % 2])
        for back in range(1, 420):
            day = HELD - dt.timedelta(days=back)
            if luck.random() < 0.3:
                kept = share if number < 3 and back < 34 else 1
                edition.visits(who, [day], amount=round(luck.uniform(50, 900) * kept, 2) or 0.01)
    thresholds = {"spend_drop.within_z": -2, "spend_drop.incident_shift": 2}
    rows = detectors.run(edition.fill(), as_of=HELD, thresholds=thresholds, only=RULES)
    told = rows.filter(pc.match_substring(rows["evidence"], "gross_by_window")).to_pylist()
    assert told
    for row in told:
        evidence = json.loads(row["evidence"])
        assert recompute(edition.rows_of(row["customer_id"]), evidence) == evidence["figures"]
    luck.shuffle(edition.lines)
    luck.shuffle(edition.customers)
    again = detectors.run(edition.fill(), as_of=HELD, thresholds=thresholds, only=RULES)
    assert again.equals(rows)


def test_a_firm_without_purchases_has_nothing_to_find():
    edition = Edition()
    edition.add(tier=1)
    assert found(edition, HELD) == {}


@pytest.fixture
def bench_and_wang():
    """The shop above, its customer being Wang of the record."""
    wang = build_scene().customer("王海峰").pk
    edition = Edition()
    edition.add("wang", customer_id=wang, tier=1)
    edition.visits(wang, rhythm(LAST_VISIT), amount=700)
    return edition.fill(), wang


def told(bench, as_of: dt.date) -> dict[str, int]:
    counts = raise_signals(detectors.run(bench, as_of=as_of, only=RULES), by=SYSTEM, as_of=as_of)
    return {name: count for name, count in counts.items() if count}


@pytest.mark.django_db
def test_in_the_record_the_alarm_goes_on_with_the_month_that_closed(bench_and_wang):
    bench, wang = bench_and_wang
    assert told(bench, dt.date(2026, 6, 29)) == {"new": 1}
    assert told(bench, dt.date(2026, 6, 30)) == {"changed": 1}
    with translation.override("en"):
        [signal] = signals_of(wang, principal=SYSTEM)
    assert (signal.state, signal.detected_on) == ("alarm", dt.date(2026, 6, 29))
    assert signal.explanation.startswith("Spending fell from about ¥4,200 a month to ¥0 in June 2026 (−100.0%)")


@pytest.mark.django_db
def test_in_the_record_an_alarm_whose_month_was_no_fall_ends_with_it(bench_and_wang):
    bench, wang = bench_and_wang
    told(bench, dt.date(2026, 6, 29))
    never = {"spend_drop.watch_z": -99, "spend_drop.alarm_z": -99}
    rows = detectors.run(bench, as_of=dt.date(2026, 6, 30), only=RULES, thresholds=never)
    assert raise_signals(rows, by=SYSTEM, as_of=dt.date(2026, 6, 30))["closed"] == 1
    with translation.override("en"):
        [within] = signals_of(wang, principal=SYSTEM)
    assert (within.state, within.closed_on) == ("expired", dt.date(2026, 6, 30))
    assert within.explanation == (
        "In the 30 days up to 26 June 2026 spending was ¥700 instead of about ¥4,200 (−83.3%). In the 12 times 30 days "
        "before it lay between ¥4,200 and ¥4,200. The month has closed since; it is judged as a whole."
    )


@pytest.mark.django_db
def test_what_is_explained_within_the_month_is_explained_when_it_has_closed(bench_and_wang):
    """Travelling until 10 July (RET: explained away before alarming): the month that closes meanwhile says nothing."""
    bench, wang = bench_and_wang
    told(bench, dt.date(2026, 6, 29))
    [signal] = signals_of(wang, principal=SYSTEM)
    with clock.frozen(dt.datetime(2026, 6, 29, 4, tzinfo=dt.UTC)):
        judge_signal(signal.code, by=SYSTEM, judgement=Judgement.TRAVEL, quiet_until=dt.date(2026, 7, 10))
    assert told(bench, dt.date(2026, 6, 30)) == {"silenced": 1}
    assert told(bench, dt.date(2026, 7, 10)) == {"silenced": 1}
    assert [one.state for one in signals_of(wang, principal=SYSTEM)] == ["refuted"]
    assert told(bench, dt.date(2026, 7, 11)) == {"changed": 1}
    assert [one.state for one in signals_of(wang, principal=SYSTEM)] == ["alarm"]
