"""Inactivity: Zhang of RET-05 and other rhythms to the day; segments; late feeds; returns; figures that recompute."""

import datetime as dt
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma

from guanxi.insight import detectors
from guanxi.insight.detectors import inactivity, spend_drop
from guanxi.insight.detectors.inactivity import silence
from guanxi.insight.detectors.thresholds import DEFAULTS
from guanxi.record.signals.rules import recompute
from guanxi.record.signals.rules.recomputing import days_of_silence, first_day_beyond, gamma_tail
from guanxi.record.signals.rules.seasons import Season
from tests.chances import examples
from tests.insight.detectors.edition import Edition, by_customer

LAST = dt.date(2026, 1, 10)
OWN = {name.removeprefix("inactivity."): value for name, value in DEFAULTS.items() if name.startswith("inactivity.")}


def back_from(last: dt.date, gaps: list[int]) -> list[dt.date]:
    """Visit days that end on `last`, with these gaps between them, oldest first."""
    days = [last]
    for gap in reversed(gaps):
        days.append(days[-1] - dt.timedelta(days=gap))
    return days[::-1]


# 23 gaps with mean 30 and a coefficient of variation of 0.2
ZHANG = [24, 36] * 11 + [30]


def zhang(gaps: list[int] = ZHANG, last: dt.date = LAST, **fields: object) -> Edition:
    edition = Edition()
    edition.visits(edition.add("zhang", **fields), back_from(last, gaps))
    return edition


def absences(edition: Edition, as_of: dt.date, **thresholds: float) -> dict[int, dict]:
    rows = detectors.run(edition.fill(), as_of=as_of, thresholds=thresholds, only=(spend_drop, inactivity))
    return by_customer(rows)


def figures(row: dict) -> dict:
    return json.loads(row["evidence"])["figures"]


@pytest.mark.parametrize(
    "as_of, state, since",
    [
        ("2026-03-10", None, None),
        ("2026-03-11", "watch", "2026-03-11"),
        ("2026-03-22", "watch", "2026-03-11"),
        ("2026-03-23", "alarm", "2026-03-23"),
        ("2026-07-08", "alarm", "2026-03-23"),
        ("2026-07-09", "lapsed", "2026-07-09"),
        ("2027-01-01", "lapsed", "2026-07-09"),
    ],
)
def test_the_statement_watch_on_day_60_alarm_on_day_72_lapsed_on_day_180(as_of, state, since):
    rows = absences(zhang(), dt.date.fromisoformat(as_of))
    assert [(row["state"], row["occurred_on"].isoformat()) for row in rows.values()] == (
        [(state, since)] if state else []
    )


def test_what_the_evidence_of_the_statement_says():
    row = absences(zhang(), dt.date(2026, 7, 9))[1]
    assert figures(row) == {
        "last": "2026-01-10",
        "visits": 24,
        "gap": 30.0,
        "usual": 18_000,  # twelve visits of 180 in the year up to the last, a month
        "watch_on": "2026-03-11",
        "alarm_on": "2026-03-23",
        "lapsed_on": "2026-07-09",
    }
    evidence = json.loads(row["evidence"])
    assert (evidence["from"], evidence["to"]) == ("2024-02-20", "2026-01-10")
    assert evidence["given"]["mean"] is None
    assert evidence["given"]["cv2"] == 0.25
    assert row["at_stake"] == 18_000
    assert (row["severity"], row["probability"]) == (1.0, 0.61)


@pytest.mark.parametrize(
    "gaps, watch, alarm, lapse",
    [
        ([7] * 24, 17, 21, 180),  # a weekly shopper
        ([90] * 12, 173, 208, 540),
        ([30] * 4, 74, 94, 180),  # few gaps: more patience
        ([10, 80] * 12, 142, None, 270),  # irregular
        ([365, 365, 365, 365], None, None, 2190),
    ],
)
def test_other_rhythms(gaps, watch, alarm, lapse):
    """Against scipy's gamma distribution, written out from the formula."""
    mean, count = sum(gaps) / len(gaps), len(gaps)
    own = np.var(gaps, ddof=1) / mean**2
    cv2 = max(0.6 * 0.25, (count * own + 6 * 0.25) / (count + 6)) * (1 + 2 / count)
    chance = min(0.05, 0.05 * mean / 365)
    days = np.arange(1, 4000)
    beyond = gamma.sf(days, 1 / cv2, scale=mean * cv2)
    expected = [int(days[beyond < p][0]) for p in (5 * chance, chance)]
    row = absences(zhang(gaps), LAST + dt.timedelta(days=3000))[1]
    found = [figures(row)[name] for name in ("watch_on", "alarm_on", "lapsed_on")]
    limit = max(180, 6 * mean)
    stated = [(LAST + dt.timedelta(days=day)).isoformat() if day < limit else None for day in expected]
    assert found[:2] == stated
    assert found[2] == (LAST + dt.timedelta(days=lapse)).isoformat()


def test_watch_comes_before_alarm_and_alarm_before_lapse_unless_the_lapse_is_sooner():
    rng = np.random.default_rng(7)
    count = rng.integers(1, 25, 500)
    mean = rng.uniform(2, 400, 500)
    total = np.maximum(count, (count * mean).astype(int))
    squares = (total.astype(float) ** 2 / count * rng.uniform(1, 3, 500)).astype(int) + 1
    found = silence(count, total, squares, (np.full(500, np.nan), np.full(500, 0.25)), OWN)
    assert ((found.watch <= found.alarm) & (found.alarm <= 2**31)).all()
    assert ((found.watch == 2**31 - 1) | (found.watch < found.lapse)).all()


def test_few_visits_borrow_from_a_segment_of_many():
    edition = Edition()
    for _ in range(40):
        edition.visits(edition.add(segment="garage"), back_from(dt.date(2026, 2, 20), [60] * 10 + [58, 62]))
    two = edition.add(segment="garage")
    edition.visits(two, back_from(LAST, [20]))
    alone = edition.add(segment="bank")  # no segment of its own: the firm's
    edition.visits(alone, back_from(LAST, [20]))
    rows = absences(edition, dt.date(2026, 12, 31))
    assert json.loads(rows[two]["evidence"])["given"]["mean"] == 60.0
    assert json.loads(rows[alone]["evidence"])["given"]["mean"] == 60.0
    mean = np.exp((np.log(20) + 2 * np.log(60)) / 3)  # pulled up: (1·ln 20 + 2·ln 60)/3
    assert figures(rows[two])["lapsed_on"] == (LAST + dt.timedelta(days=int(np.ceil(6 * mean)))).isoformat()


def test_the_segment_never_shortens_patience():
    edition = Edition()
    for _ in range(40):
        edition.visits(edition.add(), back_from(dt.date(2026, 1, 20), [7] * 24))
    slow = edition.add()
    edition.visits(slow, back_from(LAST, [90] * 6))
    rows = absences(edition, dt.date(2026, 4, 30))
    assert slow not in rows
    assert json.loads(absences(edition, LAST + dt.timedelta(days=540))[slow]["evidence"])["given"]["mean"] == 7.0


def test_one_visit_only_is_never_an_alarm_but_lapses():
    edition = zhang(gaps=[])
    assert absences(edition, LAST + dt.timedelta(days=364)) == {}
    row = absences(edition, LAST + dt.timedelta(days=365))[1]
    assert (row["state"], row["occurred_on"]) == ("lapsed", dt.date(2027, 1, 10))
    assert figures(row) | {"usual": 0} == {
        "last": "2026-01-10",
        "visits": 1,
        "gap": None,
        "usual": 0,
        "watch_on": None,
        "alarm_on": None,
        "lapsed_on": "2027-01-10",
    }


def test_who_comes_again_is_cleared_on_that_day():
    edition = zhang()
    edition.visits(1, [dt.date(2026, 4, 2)])
    first = absences(zhang(), dt.date(2026, 3, 31))[1]
    row = absences(edition, dt.date(2026, 4, 20))[1]
    assert (row["key"], row["state"], row["occurred_on"]) == (first["key"], "cleared", dt.date(2026, 4, 2))
    assert figures(row) == figures(first)
    late = absences(edition, dt.date(2026, 4, 2) + dt.timedelta(days=40))  # a refresh that runs late says the same
    assert late[1] | {"detected_on": row["detected_on"]} == row


def test_a_usual_visit_leaves_nothing():
    edition = zhang()
    edition.visits(1, [LAST + dt.timedelta(days=31)])
    assert absences(edition, LAST + dt.timedelta(days=50)) == {}


def test_visits_after_the_day_are_not_known_yet():
    edition = zhang()
    edition.visits(1, [dt.date(2026, 4, 2)])
    assert absences(edition, dt.date(2026, 3, 31)) == absences(zhang(), dt.date(2026, 3, 31))


def test_two_purchases_a_day_are_one_visit():
    edition = zhang()
    edition.visits(1, back_from(LAST, ZHANG), amount=20)
    rows = absences(edition, dt.date(2026, 3, 23))
    assert (rows[1]["state"], figures(rows[1])["visits"]) == ("alarm", 24)


def test_whom_people_call_lost_is_left_alone():
    assert absences(zhang(stage=4), dt.date(2026, 7, 9)) == {}


def test_a_late_feed_stops_the_clock():
    edition = Edition()
    for number in range(60):
        days = [dt.date(2026, 3, 1) - dt.timedelta(days=7 * back + number % 7) for back in range(40)]
        edition.visits(edition.add(), days)
    assert absences(edition, dt.date(2026, 3, 1)) == {}
    rows = detectors.run(edition.fill(), as_of=dt.date(2026, 3, 25))
    assert rows.num_rows == 0
    assert {note["code"] for note in detectors.notes_of(rows)} == {"feed_late"}
    # after the lapse not even a late feed changes anything
    lapsed = by_customer(detectors.run(edition.fill(), as_of=dt.date(2026, 3, 1) + dt.timedelta(days=200)))
    assert {row["state"] for row in lapsed.values()} == {"lapsed"}
    assert len(lapsed) == 60


@settings(max_examples=12, deadline=None)
@given(
    people=st.lists(
        st.tuples(st.lists(st.integers(1, 200), min_size=0, max_size=30), st.integers(0, 700)), min_size=1, max_size=6
    )
)
def test_figures_recompute_from_the_rows_to_the_last_digit(people):
    edition = Edition()
    for gaps, ago in people:
        edition.visits(edition.add(), back_from(LAST - dt.timedelta(days=ago), gaps), amount=99.95)
    for row in detectors.run(edition.fill(), as_of=LAST, only=(spend_drop, inactivity)).to_pylist():
        evidence = json.loads(row["evidence"])
        assert recompute(edition.rows_of(row["customer_id"]), evidence) == evidence["figures"]


# ---- the season

HEATING = {"inactivity.season_first": 11, "inactivity.season_last": 3}


def heated(day: str) -> list[dt.date]:
    """Visits every ten days of two heating seasons, lastly on a day of March 2026."""
    days, last = [], dt.date.fromisoformat(day)
    for number in range(0, 460, 10):
        on = last - dt.timedelta(days=number)
        if on.month in (11, 12, 1, 2, 3):
            days.append(on)
    return days[::-1]


def test_the_closed_season_does_not_run():
    """4.6: who heats is not missed in summer; once it opens again, absence goes on where it stood."""
    edition = Edition()
    edition.visits(edition.add(), heated("2026-03-25"))
    always = {state["state"] for state in absences(edition, dt.date(2026, 10, 31)).values()}
    assert always == {"lapsed"}  # 220 days without a season
    for on in ("2026-04-01", "2026-07-15", "2026-10-31"):
        assert absences(edition, dt.date.fromisoformat(on), **HEATING) == {}
    rows = {on: absences(edition, dt.date.fromisoformat(on), **HEATING) for on in ("2026-11-20", "2026-12-15")}
    assert [rows[on][1]["state"] for on in rows] == ["watch", "alarm"]
    told, evidence = figures(rows["2026-12-15"][1]), json.loads(rows["2026-12-15"][1]["evidence"])
    assert evidence["given"]["season"] == [11, 3]
    assert recompute(edition.rows_of(1), evidence) == told
    # 31 March is the seventh of these days, and the eighth is 1 November
    for name in ("watch_on", "alarm_on"):
        assert dt.date(2026, 11, 1) < dt.date.fromisoformat(told[name]) < dt.date(2026, 12, 16)
    assert told["lapsed_on"] == "2027-11-23"  # 180 days of seasons: 6 + 151 + 23


def test_a_gap_over_the_summer_is_no_gap():
    """Ten days apart through the season, eleven of it between 29 March and 9 November: the rhythm is ten days, not nineteen."""
    edition = Edition()
    days = [*heated("2026-03-29"), dt.date(2026, 11, 9), dt.date(2026, 11, 19)]
    edition.visits(edition.add(), days)
    [row] = absences(edition, dt.date(2027, 2, 20), **HEATING).values()
    begun = days[-25]
    counted = [begun + dt.timedelta(days=number) for number in range(1, (days[-1] - begun).days + 1)]
    assert figures(row)["gap"] == round(sum(day.month in (11, 12, 1, 2, 3) for day in counted) / 24, 1) < 11
    assert (days[-1] - begun).days / 24 > 19


@settings(max_examples=examples(20), deadline=None)
@given(
    season=st.tuples(st.integers(0, 12), st.integers(0, 12)),
    gaps=st.lists(st.integers(1, 120), min_size=1, max_size=12),
    ago=st.integers(0, 900),
)
def test_with_a_season_figures_recompute_as_well(season, gaps, ago):
    edition, last = Edition(), LAST - dt.timedelta(days=ago)
    edition.visits(edition.add(), back_from(last, gaps))
    given_ = dict(zip(("inactivity.season_first", "inactivity.season_last"), season, strict=True))
    for row in absences(edition, LAST, **given_).values():
        evidence = json.loads(row["evidence"])
        assert recompute(edition.rows_of(1), evidence) == evidence["figures"]
        assert row["occurred_on"] <= LAST


@pytest.mark.parametrize(
    ("season", "months"),
    [
        ((11, 3), {11, 12, 1, 2, 3}),
        ((4, 6), {4, 5, 6}),
        ((2, 2), {2}),
        ((5, 4), set(range(1, 13))),
        ((0, 3), set(range(1, 13))),
    ],
)
def test_which_months_a_season_names(season, months):
    assert {month for month in range(1, 13) if Season(*season).is_open(month)} == months


@settings(max_examples=examples(300), deadline=None)
@given(shape=st.floats(0.2, 60), x=st.floats(0, 200))
def test_our_gamma_tail_is_scipys(shape, x):
    assert gamma_tail(shape, x) == pytest.approx(gamma.sf(x, shape), rel=1e-9, abs=1e-13)


@settings(max_examples=examples(200), deadline=None)
@given(
    gaps=st.lists(st.integers(1, 400), min_size=1, max_size=24),
    mean=st.none() | st.sampled_from([7.0, 30.0, 120.0]),
    cv2=st.sampled_from([0.05, 0.25, 1.0]),
)
def test_arrays_and_the_rule_for_one_agree(gaps, mean, cv2):
    given_ = {"mean": mean, "cv2": cv2, **OWN, "lapse_unknown": 365, "own_gaps": 4}
    one = days_of_silence(LAST, gaps, given_)
    many = silence(
        np.array([len(gaps)]),
        np.array([sum(gaps)]),
        np.array([sum(gap * gap for gap in gaps)]),
        (np.array([np.nan if mean is None else mean]), np.array([cv2])),
        OWN,
    )
    days = [int(days[0]) for days in (many.watch, many.alarm, many.lapse)]
    stated = [None if day == 2**31 - 1 else (LAST + dt.timedelta(days=day)).isoformat() for day in days]
    assert [one["watch_on"], one["alarm_on"], one["lapsed_on"]] == stated


def test_first_day_beyond_is_the_first():
    assert first_day_beyond(30, 0.1625, 5 * 0.05 * 30 / 365) == 60
    assert first_day_beyond(30, 0.1625, 0.05 * 30 / 365) == 72
    assert first_day_beyond(30, 1.0, 0.9999) == 1
