"""A case of credit comes to a person first, without any incentive (RSK-05); a pure fall of spending proposes no limit."""

import datetime as dt
import json

import pytest
from django.utils import translation

from guanxi.ground.workdays import WEEK
from guanxi.insight import decisions, detectors
from guanxi.insight.decisions.limits import Reviews
from guanxi.insight.decisions.sparing import SPARED
from guanxi.record.actions.wording import reason_in_words, supposed_in_words
from guanxi.record.holdings.queries import CardLimit
from tests.insight.decisions.test_choosing import one
from tests.insight.detectors.test_credit_downshift import CHEAP, DEAR, EVEN, EVEN_NOW, ma

FEB_ENDS = dt.date(2026, 2, 28)
LIMITS = {1: CardLimit(5_000_000, 0)}


def decide(edition, *, silenced=(), unprofiled=(), limits=LIMITS, running=(), as_of: dt.date = FEB_ENDS):
    edition.customers[0] |= {"tier": 1, "owner_id": 7, "team_id": 70}
    bench = edition.fill()
    signals = {row["kind"]: row for row in detectors.run(bench, as_of=as_of).to_pylist()}
    rows = decisions.run(
        bench, as_of=as_of, calendar=WEEK, answers=(), silenced=[signals[kind]["key"] for kind in silenced],
        unprofiled=unprofiled, reviews=Reviews(limits, running), spared=SPARED.empty_table(),
    )  # fmt: skip
    return rows, [(row["origin"], row["why_not"]) for row in decisions.rejects_of(rows)]


def test_ma_comes_to_a_person_within_a_business_day_and_gets_no_incentive():
    rows, rejects = decide(ma(3_500))
    row = one(rows)
    assert (row["action_class"], row["reason"], row["owner_id"]) == (1, "credit_downshift_alarm", 7)
    assert row["due_on"] == WEEK.after(FEB_ENDS, 1)
    assert row["value_at_stake"] == 0
    assert rejects == [("spend_drop", "credit_review_open")]
    facts = json.loads(row["reason_facts"])
    assert (facts["limit"], facts["limit_new"]) == (5_000_000, 700_000)
    with translation.override("en"):
        assert reason_in_words(row["reason"], facts, currency="CNY") == (
            "Spending fell from about ¥35,500 a month to ¥3,500 in February 2026 (−90.1%), and its mix has moved: "
            "dear places 80% → 10%, middling 15% → 30%, cheap 5% → 60% of the money. "
            "For a person to decide: a limit of ¥7,000 instead of ¥50,000."
        )
        assert "Both are suppositions" in supposed_in_words(row["reason"])


def test_after_a_second_month_of_4000_the_proposal_is_8000():
    rows, _ = decide(ma(3_500, 4_000, until="2026-03"), as_of=dt.date(2026, 3, 31))
    assert json.loads(one(rows)["reason_facts"])["limit_new"] == 800_000
    assert one(rows)["reason"] == "credit_downshift_confirmed"


def test_wang_s_unchanged_mix_is_a_call_without_any_word_of_a_limit():
    rows, rejects = decide(ma(3_500, before=EVEN, after=EVEN_NOW))
    assert (one(rows)["action_class"], one(rows)["origin"]) == (2, "spend_drop")
    assert "limit" not in one(rows)["reason_facts"]
    assert rejects == []


def test_between_the_two_credit_comes_first_and_no_limit_is_named():
    rows, rejects = decide(ma(3_500, after=((3, 55, 5), (2, 25, 4), (1, 20, 3))))
    assert one(rows)["reason"] == "credit_downshift_watch"
    assert json.loads(one(rows)["reason_facts"])["limit_new"] is None
    assert rejects == [("spend_drop", "credit_review_open")]


def test_once_a_person_has_explained_it_the_fall_is_a_matter_of_care_again():
    rows, rejects = decide(ma(3_500), silenced=["credit_downshift"])
    assert (one(rows)["origin"], one(rows)["action_class"]) == ("spend_drop", 2)
    assert rejects == []


def test_a_case_that_runs_on_after_the_decision_blocks_the_incentive_and_is_no_work_any_more():
    """A person has decided: the signal's work is done (silenced), but there is nothing to win back while it runs (RSK-05)."""
    rows, rejects = decide(ma(3_500), silenced=["credit_downshift"], running=[1])
    assert rows.num_rows == 0
    assert rejects == [("spend_drop", "credit_review_open")]


@pytest.mark.parametrize("limits", [{}, {1: CardLimit(600_000, 0)}, {1: CardLimit(5_000_000, 5_000_000)}])
def test_where_no_lower_limit_comes_out_none_is_named(limits):
    rows, _ = decide(ma(3_500), limits=limits)
    facts = json.loads(one(rows)["reason_facts"])
    assert (facts["limit"], facts["limit_new"]) == (None, None)
    with translation.override("en"):
        assert "limit" not in reason_in_words("credit_downshift_alarm", facts, currency="CNY")


def test_who_wants_no_advice_from_own_data_is_no_case():
    rows, rejects = decide(ma(3_500, before=DEAR, after=CHEAP), unprofiled=[1])
    assert rows.num_rows == 0
    assert sorted(rejects) == [("credit_downshift", "not_profiled"), ("spend_drop", "not_profiled")]
