"""The rule for one customer, at its edges."""

import datetime as dt

import pytest

from guanxi.record.signals.rules import EvidenceRow, recompute
from guanxi.record.signals.rules.recomputing import days_of_silence, gamma_tail, usual_gap

LAST = dt.date(2026, 1, 10)
GIVEN = {
    "cv2": 0.25,
    "budget": 0.05,
    "alarm_cap": 0.05,
    "lapse_days": 180,
    "lapse_gaps": 6,
    "lapse_unknown": 365,
    "own_gaps": 4,
    "gaps": 24,
}


@pytest.mark.parametrize(
    "mean, lapsed_on", [(None, "2027-01-10"), (20.0, "2026-07-09"), (50.0, "2026-11-06"), (30.1, "2026-07-10")]
)
def test_one_visit_is_judged_by_the_segment_and_never_alarmed(mean, lapsed_on):
    nothing = {"watch_on": None, "alarm_on": None}
    assert days_of_silence(LAST, [], GIVEN | {"mean": mean}) == nothing | {"lapsed_on": lapsed_on}


def test_the_usual_gap_is_pulled_up_and_never_down():
    assert usual_gap(0, 0, None) is None
    assert usual_gap(0, 0, 40.0) == 40.0
    assert usual_gap(3, 90, None) == 30.0
    assert usual_gap(3, 90, 10.0) == 30.0
    assert usual_gap(24, 720, 30.0) == 30.0  # exp(ln 30) is a hair above 30; six of that hair would be a day
    assert usual_gap(2, 20, 90.0) == 30.0  # √(10 · 90)


def test_two_gaps_use_the_segments_spread():
    steady, uneven = (days_of_silence(LAST, gaps, GIVEN | {"mean": None}) for gaps in ([30, 30], [5, 55]))
    assert steady == uneven
    four = days_of_silence(LAST, [5, 55, 5, 55], GIVEN | {"mean": None})
    assert four["watch_on"] > uneven["watch_on"]


def test_the_tail_at_its_edges():
    assert gamma_tail(2.0, 0) == gamma_tail(2.0, -1) == 1.0
    assert gamma_tail(1.0, 3.0) == pytest.approx(2.718281828459045**-3, rel=1e-12)
    assert gamma_tail(1.0, 700) == pytest.approx(0, abs=1e-300)
    assert gamma_tail(400.0, 400.0) == pytest.approx(0.4933511, abs=1e-6)


def test_refunds_and_days_outside_do_not_count():
    evidence = {
        "from": "2025-01-11",
        "to": "2026-01-10",
        "measure": "visit_days",
        "given": GIVEN | {"mean": None},
        "figures": {},
    }
    rows = [EvidenceRow(LAST - dt.timedelta(days=30 * n), 12_000, True) for n in range(12)]
    noise = [
        EvidenceRow(LAST, -5_000, False),
        EvidenceRow(LAST, 100, True),  # a second line of the same visit
        EvidenceRow(LAST + dt.timedelta(days=1), 9, True),
        EvidenceRow(dt.date(2025, 1, 10), 9, True),
    ]
    figures = recompute([*rows, *noise], evidence)
    assert (figures["visits"], figures["gap"], figures["usual"]) == (12, 30.0, (12 * 12_000 + 100 + 6) // 12)
    assert figures["last"] == "2026-01-10"
