"""Inactivity asked as an estimate: states by the own rhythm, and whether it tells who is gone better than plain days do."""

import datetime as dt

import pytest
from scipy.stats import gamma

from guanxi.insight.appraisal.absence import appraise_inactivity
from guanxi.insight.detectors.inactivity import presence_of
from guanxi.insight.detectors.thresholds import settled
from tests.insight.detectors.edition import Edition
from tests.insight.detectors.test_inactivity import ZHANG, back_from

TO = dt.date(2026, 6, 30)
OWN_WEEKS = [7] * 30


def days_ago(days: int) -> dt.date:
    return TO - dt.timedelta(days=days)


def firm(*, weekly_gone: int, quarterly: int) -> Edition:
    """Weekly visitors, some of whom stopped 100 days ago; and visitors who come every 80 days and go on doing so."""
    edition = Edition()
    for number in range(60):
        last = days_ago(100 if number < weekly_gone else number % 7)
        edition.visits(edition.add(), back_from(last, OWN_WEEKS))
    for number in range(quarterly):
        edition.visits(edition.add(), back_from(days_ago(5 + number % 70), [80] * 12))
    return edition


def test_the_own_rhythm_knows_that_eighty_days_are_nothing_to_some():
    edition = firm(weekly_gone=30, quarterly=60)
    told = appraise_inactivity(edition.fill(), as_of=TO, thresholds={})
    assert told["customers"] == 120
    assert told["states"]["alarm"] + told["states"].get("watch", 0) == 30
    assert (told["holdout"]["gone"], told["holdout"]["alarmed_gone"]) == (30, 0)  # ten days of silence are no alarm yet
    assert told["holdout"]["auc_rhythm"] > told["holdout"]["auc_recency"]
    assert (told["grade"], "at least as well" in told["grade_reason"]) == ("A", True)


def test_where_all_come_alike_plain_days_do_as_well():
    told = appraise_inactivity(firm(weekly_gone=25, quarterly=0).fill(), as_of=TO, thresholds={})
    assert told["holdout"]["auc_recency"] == pytest.approx(told["holdout"]["auc_rhythm"], abs=0.005)
    assert told["grade"] == "A"


def test_a_gap_is_as_likely_as_its_gamma_says():
    edition = Edition()
    edition.visits(edition.add(), back_from(days_ago(72), ZHANG))
    found = presence_of(edition.fill(), as_of=TO, given=settled({}))
    assert (found.elapsed.tolist(), found.state.tolist()) == ([72], ["alarm"])
    n, own, segment = 23, 0.2**2 * 23 / 22, 0.25  # a firm too small to compare with: cv² .25
    cv2 = max(0.6 * segment, (n * own + 6 * segment) / (n + 6)) * (1 + 2 / n)
    assert found.chance[0] == pytest.approx(gamma.sf(72, 1 / cv2, scale=30 * cv2), rel=1e-3)


def test_a_short_history_or_few_who_left_are_said_in_words():
    edition = Edition()
    for _ in range(12):
        edition.visits(edition.add(), back_from(TO, [7] * 10))
    told = appraise_inactivity(edition.fill(), as_of=TO, thresholds={})
    assert (told["grade"], "shorter than 180 days" in told["grade_reason"]) == ("C", True)
    few = appraise_inactivity(firm(weekly_gone=5, quarterly=0).fill(), as_of=TO, thresholds={})
    assert (few["grade"], "5 did not come" in few["grade_reason"]) == ("C", True)
    nobody = appraise_inactivity(Edition().bench, as_of=None, thresholds={})
    assert (nobody["customers"], nobody["grade"]) == (0, "C")
