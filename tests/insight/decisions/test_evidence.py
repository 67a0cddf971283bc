"""What came of decisions: who was in which arm, who said yes in time, and what that changes in the next run."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from guanxi.engage.offers.choices import RegulatoryClass, Way
from guanxi.engage.offers.queries import PublishedTreatment
from guanxi.insight.decisions.arbitration import Chance, Policy
from guanxi.insight.decisions.offers import asking
from guanxi.insight.decisions.offers.deciding import Stakes
from guanxi.insight.decisions.offers.evidence import (
    CELLS,
    TRIALS,
    but_of,
    evidence_of,
    keep_trials,
    read_trials,
    window_of,
    with_decisions,
)
from guanxi.insight.decisions.offers.resting import SAID
from guanxi.insight.decisions.offers.taught import Lessons, learned, taught_by, with_taught
from guanxi.insight.estimates.response import read_answers
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.consents.choices import Purpose
from guanxi.record.conversations.choices import Outcome
from tests.insight.decisions.people import offer

DAY = dt.date(2026, 3, 6)
CALL = asking.avenue(Purpose.MARKETING, Way.CALL)
LOAN = offer("loan", 2400, product="P-LOAN")
TEA = offer("tea", 40, regulatory_class=RegulatoryClass.NONE)
_DECIDED = pa.schema(
    [("customer_id", pa.int64()), ("offer", pa.string()), ("channel", pa.int16()), ("arm", pa.string())]
)


@pytest.fixture
def bench():
    """Customers 1 to 6 in cell 9, and holdings to be filled."""
    with Workbench.with_empty_edition() as opened:
        opened.run("INSERT INTO customers (customer_id, code) SELECT range, 'c' || range FROM range(1, 7)")
        opened.run("CREATE TEMP TABLE deciding AS SELECT customer_id, CAST(9 AS INTEGER) AS cell FROM customers")
        opened.run(
            "INSERT INTO products (product_id, reference, family) VALUES (1, 'P-LOAN', 'loan'), (2, 'P-CAR', 'loan')"
        )
        yield opened


def decided(*rows: tuple) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(_DECIDED.names, row, strict=True)) for row in rows], schema=_DECIDED)


def said(*rows: tuple) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {"customer_id": who, "offer": of, "outcome": outcome, "day": DAY + dt.timedelta(day), "place": place}
            for place, (who, of, outcome, day) in enumerate(rows)
        ],
        schema=SAID,
    )


def opened(bench: Workbench, *rows: tuple) -> None:
    for who, product, day in rows:
        bench.run(
            "INSERT INTO holdings (customer_id, product_id, opened_on) VALUES ($who, $product, CAST($day AS DATE))",
            who=who, product=product, day=DAY + dt.timedelta(day),
        )  # fmt: skip


def counts(evidence, key) -> tuple:
    """(treated, yes, controls, yes) of cell 9, and that no other cell has any."""
    answers = evidence[key]
    assert all(column.shape == (CELLS,) and column.sum() == column[9] for column in vars(answers).values())
    return tuple(round(float(column[9]), 6) for column in vars(answers).values())


def test_the_window_is_that_of_the_class_or_of_the_way():
    assert [window_of(LOAN, Way.CALL), window_of(TEA, Way.CALL), window_of(TEA, Way.SMS)] == [30, 14, 7]
    assert window_of(replace(LOAN, regulatory_class=RegulatoryClass.INSURANCE), Way.SMS) == 45


def test_a_trial_begins_once_and_again_only_when_its_window_has_ended(bench):
    now = decided((1, "loan", CALL, "chosen"), (2, "loan", CALL, "control"), (3, "tea", CALL, "explore"))
    first = with_decisions(bench, TRIALS.empty_table(), now, [LOAN, TEA], on=DAY)
    assert [tuple(row.values()) for row in first.to_pylist()] == [
        (1, "loan", CALL, 9, True, DAY, DAY + dt.timedelta(30)),
        (2, "loan", CALL, 9, False, DAY, DAY + dt.timedelta(30)),
        (3, "tea", CALL, 9, True, DAY, DAY + dt.timedelta(14)),
    ]
    assert with_decisions(bench, first, now, [LOAN, TEA], on=DAY) == first
    assert with_decisions(bench, first, now, [LOAN, TEA], on=DAY - dt.timedelta(13)) == first  # windows would overlap
    assert with_decisions(bench, first, now, [LOAN, TEA], on=DAY - dt.timedelta(14)).num_rows == 4  # the tea's not
    later = with_decisions(bench, first, now, [LOAN, TEA], on=DAY + dt.timedelta(14))
    assert later.num_rows == 4  # only the tea's window has ended
    bench.run("DELETE FROM customers WHERE customer_id = 1")
    bench.run("DELETE FROM deciding WHERE customer_id = 1")
    assert with_decisions(bench, later, now, [LOAN, TEA], on=DAY + dt.timedelta(15))["customer_id"].to_pylist() == [
        2,
        3,
        3,
    ]
    assert with_decisions(bench, later, decided(), [LOAN, TEA], on=DAY + dt.timedelta(429)).num_rows == 1


def test_who_wants_no_advice_from_own_data_leaves_no_trial_behind(bench):
    now = decided((1, "loan", CALL, "chosen"), (2, "loan", CALL, "control"))
    first = with_decisions(bench, TRIALS.empty_table(), now, [LOAN], on=DAY)
    assert but_of(first, [1])["customer_id"].to_pylist() == [2]
    assert but_of(first, []) == first


def test_trials_are_kept_whole(tmp_path, bench):
    file = tmp_path / "decisions" / "trials.parquet"
    assert read_trials(file) == TRIALS.empty_table()
    kept = with_decisions(bench, TRIALS.empty_table(), decided((1, "loan", CALL, "chosen")), [LOAN], on=DAY)
    keep_trials(file, kept)
    assert read_trials(file) == kept
    assert [one.name for one in file.parent.iterdir()] == ["trials.parquet"]


def test_yes_is_an_accepted_offer_or_its_product_opened_in_the_window_in_both_arms(bench):
    now = decided(*((who, "loan", CALL, "chosen" if who < 4 else "control") for who in range(1, 7)))
    trials = with_decisions(bench, TRIALS.empty_table(), now, [LOAN], on=DAY)
    opened(bench, (2, 1, 0), (4, 1, 29), (5, 1, 30), (6, 2, 3), (1, 2, 3))
    answers = said((1, "loan", Outcome.ACCEPTED, 5), (3, "loan", Outcome.REFUSED, 5), (3, "tea", Outcome.ACCEPTED, 6))
    assert evidence_of(bench, trials, answers, [LOAN], on=DAY + dt.timedelta(29)) == {}
    weight = 0.97**4  # thirty days are four whole weeks
    found = evidence_of(bench, trials, answers, [LOAN], on=DAY + dt.timedelta(30))
    # the first accepted, the third refused; nobody asked the second, who opened one by himself; a control did, in time
    assert counts(found, ("loan", CALL)) == pytest.approx((2 * weight, weight, 3 * weight, weight), abs=1e-6)
    family = replace(LOAN, product="", family="loan")
    asked = said(*((who, "loan", Outcome.REACHED, 29) for who in (1, 2, 3)), (3, "loan", Outcome.ACCEPTED, 30))
    found = evidence_of(bench, trials, asked, [family], on=DAY + dt.timedelta(34))
    assert counts(found, ("loan", CALL)) == pytest.approx((3 * weight, 2 * weight, 3 * weight, 2 * weight), abs=1e-6)


def test_of_an_offer_that_names_no_product_controls_tell_nothing(bench):
    now = decided((1, "tea", CALL, "chosen"), (2, "tea", CALL, "control"))
    trials = with_decisions(bench, TRIALS.empty_table(), now, [TEA], on=DAY)
    found = evidence_of(bench, trials, said((1, "tea", Outcome.ACCEPTED, 0)), [TEA], on=DAY + dt.timedelta(20))
    assert counts(found, ("tea", CALL)) == pytest.approx((0.9409, 0.9409, 0, 0))


def test_one_answer_counts_once_though_two_ways_were_decided_on(bench):
    """Called on day 0, the same loan by message from day 5 on: what he said on day 3 is the call's, on day 6 the message's."""
    message = asking.avenue(Purpose.MARKETING, Way.SMS)
    sms = PublishedTreatment(Way.SMS, 4, 5, 100, 0, "", "")
    both = replace(LOAN, treatments=(*LOAN.treatments, sms))
    arms = {1: "chosen", 2: "chosen", 3: "control"}
    first = decided(*((who, "loan", CALL, arm) for who, arm in arms.items()))
    trials = with_decisions(bench, TRIALS.empty_table(), first, [both], on=DAY)
    later = decided(*((who, "loan", message, arm) for who, arm in arms.items()))
    trials = with_decisions(bench, trials, later, [both], on=DAY + dt.timedelta(5))
    opened(bench, (3, 1, 6))
    answers = said((1, "loan", Outcome.ACCEPTED, 3), (2, "loan", Outcome.ACCEPTED, 6))
    found = evidence_of(bench, trials, answers, [both], on=DAY + dt.timedelta(35))
    weight = 0.97**4
    assert counts(found, ("loan", message)) == pytest.approx((weight, weight, weight, weight), abs=1e-6)
    assert counts(found, ("loan", CALL)) == pytest.approx((0.97**5, 0.97**5, 0.97**5, 0), abs=1e-6)


def column(cell: int, number: float) -> np.ndarray:
    values = np.zeros(CELLS)
    values[cell] = number
    return values


def known(cell: int, treated: float, yes: float, control: float = 0, control_yes: float = 0):
    return read_answers(*(column(cell, number) for number in (treated, yes, control, control_yes)))


def test_what_nobody_was_asked_about_begins_as_before():
    begun = asking.begun_with(asking.learning_ways([LOAN]), [0, 9])
    assert taught_by({}, [LOAN], [0, 9], salt="w").chances == begun
    assert begun["loan", CALL, 9] == Chance(0.02, 0.01)


def test_two_of_ten_with_a_parent_of_two_in_a_hundred_moves_little():
    found = taught_by({("loan", CALL): known(9, 10, 2)}, [LOAN], [9], salt="w").chances["loan", CALL, 9]
    assert found.p == pytest.approx((2 + 50 * 0.05) / 60)  # all cells: (2 + 50 · 0.02) / 60 = 0.05
    again = taught_by({("loan", CALL): known(9, 10, 2)}, [LOAN], [9], salt="w").chances["loan", CALL, 9]
    other = taught_by({("loan", CALL): known(9, 10, 2)}, [LOAN], [9], salt="v").chances["loan", CALL, 9]
    assert (found, found.tau != other.tau) == (again, True)


def test_once_known_the_uplift_is_what_the_arms_say():
    answers = known(9, 10_000, 600, 10_000, 200)
    found = taught_by({("loan", CALL): answers}, [LOAN], [9], salt="w")
    chance = found.chances["loan", CALL, 9]
    assert (chance.p, chance.tau) == pytest.approx((0.06, 0.04), abs=1e-4)
    assert (found.stopped, found.new) == ({}, {})


def test_who_costs_more_than_can_come_of_it_is_left_in_peace():
    answers = known(9, 10_000, 400, 10_000, 400)  # the contact changes nothing
    found = taught_by({("tea", CALL): answers}, [TEA], [8, 9], salt="w")
    assert found.stopped["tea"][CALL] >= {9}
    assert found.chances["tea", CALL, 9].tau == 0
    terms, _ = with_taught([asking.terms_of(TEA, controls=0.1)], found, {}, salt="s|")
    assert terms[0].conditions[-1].reason == "do_not_disturb"
    assert "9" in terms[0].conditions[-1].sql
    costly = replace(TEA, treatments=(*TEA.treatments, PublishedTreatment(Way.SMS, 4, 5, 100, 0, "", "")))
    both = taught_by({("tea", CALL): answers}, [costly], [9], salt="w")
    terms, _ = with_taught([asking.terms_of(costly, controls=0.1)], both, {}, salt="s|")
    assert [one.reason for one in terms[0].conditions].count("do_not_disturb") == 0  # it may still be sent


def test_something_new_gets_a_tenth_where_others_are_known_and_all_where_nothing_is():
    mature = {("loan", CALL): known(9, 10_000, 600, 10_000, 200)}
    terms = [asking.terms_of(one, controls=0.1) for one in (LOAN, TEA)]
    call = asking.resource_of(Way.CALL)
    limited, capacity = with_taught(terms, taught_by(mature, [LOAN, TEA], [9], salt="w"), {call: 50.0}, salt="s|")
    assert capacity == {call: 50.0, f"new:{call}": 5.0}
    for few, new in (
        (8.0, 1.0),
        (1.0, 1.0),
        (0.5, 0.5),
        (0.0, 0.0),
    ):  # a tenth of a few calls is one call, and of none none
        _, capacity = with_taught(terms, taught_by(mature, [LOAN, TEA], [9], salt="w"), {call: few}, salt="s|")
        assert capacity[f"new:{call}"] == new
    assert [dict(one.treatments[0].uses) for one in limited] == [{call: 1.0}, {call: 1.0, f"new:{call}": 1.0}]
    open_, capacity = with_taught(terms, taught_by(mature, [LOAN, TEA], [9], salt="w"), {}, salt="s|")
    assert capacity == {}
    assert [one.conditions[-1].reason == "tried_on_few" for one in open_] == [False, True]
    assert open_[1].conditions[-1].sql == "bucket_of('s|new|tea|' || code) < 1000"
    same, capacity = with_taught(terms, taught_by({}, [LOAN, TEA], [9], salt="w"), {call: 50.0}, salt="s|")
    assert (same, capacity) == (terms, {call: 50.0})


def stakes_of_both() -> Stakes:
    terms = tuple(asking.terms_of(one, controls=0.1) for one in (LOAN, TEA))
    begun = asking.begun_with(asking.learning_ways([LOAN, TEA]), [8, 9])
    return Stakes((LOAN, TEA), terms, Policy(salt="offers|"), begun, pa.table({}))


def test_a_run_without_evidence_is_as_before_and_with_it_goes_by_the_week():
    assert learned(stakes_of_both(), {}, on=DAY) == stakes_of_both()
    evidence = {("loan", CALL): known(9, 100, 5)}
    monday, sunday, next_week = (learned(stakes_of_both(), evidence, on=DAY + dt.timedelta(day)) for day in (-4, 2, 3))
    assert (DAY - dt.timedelta(4)).weekday() == 0
    assert monday == sunday
    assert monday.chances["loan", CALL, 9].tau != next_week.chances["loan", CALL, 9].tau
    assert monday.chances["tea", CALL, 9] == stakes_of_both().chances["tea", CALL, 9]


def test_controls_are_halved_once_two_hundred_of_them_said_yes():
    few = learned(stakes_of_both(), {("loan", CALL): known(9, 9_000, 900, 9_000, 199)}, on=DAY)
    many = learned(stakes_of_both(), {("loan", CALL): known(9, 9_000, 900, 9_000, 200)}, on=DAY)
    assert [[one.control for one in run.terms] for run in (few, many)] == [[0.1, 0.1], [0.05, 0.1]]


def test_a_rehearsal_and_the_night_learn_from_the_same(bench):
    now = decided(*((who, "loan", CALL, "chosen") for who in range(1, 7)))
    trials = with_decisions(bench, TRIALS.empty_table(), now, [LOAN], on=DAY)
    heard = said(*((who, "loan", Outcome.ACCEPTED, 5) for who in range(1, 5)), (5, "loan", Outcome.REFUSED, 5))
    later = DAY + dt.timedelta(30)
    taught = Lessons(trials, heard).for_run(bench, stakes_of_both(), on=later)
    # five were asked and four said yes, four weeks ago: the mean of the cell's parent and what was seen
    weight = 0.97**4
    parent = (4 * weight + 50 * 0.02) / (5 * weight + 50)
    assert taught.chances["loan", CALL, 9].p == pytest.approx((4 * weight + 50 * parent) / (5 * weight + 50))
    assert taught.chances["tea", CALL, 9] == stakes_of_both().chances["tea", CALL, 9]
    assert Lessons(TRIALS.empty_table(), heard).for_run(bench, stakes_of_both(), on=later) == stakes_of_both()
