"""What came of decisions: who was in which arm, who said yes in time, and what that changes in the next run."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from guanxi.engage.offers.choices import Issue, RegulatoryClass, Way
from guanxi.engage.offers.queries import PublishedTreatment
from guanxi.insight.decisions.arbitration import Chance, Condition, Policy
from guanxi.insight.decisions.offers import asking
from guanxi.insight.decisions.offers.cells import BEGINNING, Group, Tree
from guanxi.insight.decisions.offers.contexts import Contexts
from guanxi.insight.decisions.offers.deciding import Stakes
from guanxi.insight.decisions.offers.evidence import (
    FORGOTTEN,
    IN_CONTACT,
    TRIALS,
    Heard,
    but_of,
    evidence_of,
    in_contact,
    keep_trials,
    read_trials,
    tree_of,
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
B_ACTIVE, B_WATCH = 13, 14  # of the tree to begin with, in B (3) in all (0)
TEA = offer("tea", 40, regulatory_class=RegulatoryClass.NONE)
_DECIDED = pa.schema(
    [("customer_id", pa.int64()), ("offer", pa.string()), ("channel", pa.int16()), ("arm", pa.string())]
)


@pytest.fixture
def bench():
    """Customers 1 to 6 of tier B on watch, and holdings to be filled."""
    with Workbench.with_empty_edition() as opened:
        opened.run("INSERT INTO customers (customer_id, code) SELECT range, 'c' || range FROM range(1, 7)")
        opened.run(
            "CREATE TEMP TABLE deciding AS SELECT customer_id, CAST(18 AS INTEGER) AS bands, FALSE AS is_unprofiled FROM customers"
        )
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
    """(asked, yes, controls, took, assigned, took) of their cell, and that no other cell has any."""
    answers = evidence[key]
    assert all(
        column.shape == (len(BEGINNING.groups),) and column.sum() == column[B_WATCH]
        for column in vars(answers).values()
    )
    return tuple(round(float(column[B_WATCH]), 6) for column in vars(answers).values())


def test_the_window_is_that_of_the_class_or_of_the_way():
    assert [window_of(LOAN, Way.CALL), window_of(TEA, Way.CALL), window_of(TEA, Way.SMS)] == [30, 14, 7]
    assert window_of(replace(LOAN, regulatory_class=RegulatoryClass.INSURANCE), Way.SMS) == 45
    coupon = replace(TEA, issue=Issue.PARTNER)  # it has to be taken to the partner, who hands it back
    assert [window_of(coupon, Way.INSERT), window_of(coupon, Way.SMS), window_of(TEA, Way.INSERT)] == [45, 7, 14]


def test_a_trial_begins_once_and_again_only_when_its_window_has_ended(bench):
    now = decided((1, "loan", CALL, "chosen"), (2, "loan", CALL, "control"), (3, "tea", CALL, "explore"))
    first = with_decisions(bench, TRIALS.empty_table(), now, [LOAN, TEA], on=DAY)
    assert [tuple(row.values()) for row in first.to_pylist()] == [
        (1, "loan", CALL, 18, True, DAY, DAY + dt.timedelta(30)),
        (2, "loan", CALL, 18, False, DAY, DAY + dt.timedelta(30)),
        (3, "tea", CALL, 18, True, DAY, DAY + dt.timedelta(14)),
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
    mistyped = DAY + dt.timedelta(36_500)
    assert with_decisions(bench, later, decided(), [LOAN, TEA], on=mistyped, today=DAY).num_rows == 3  # forgets nothing


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
    assert evidence_of(bench, Heard(trials, answers), [LOAN], BEGINNING, on=DAY + dt.timedelta(29)) == {}
    weight = 0.97**4  # thirty days are four whole weeks
    found = evidence_of(bench, Heard(trials, answers), [LOAN], BEGINNING, on=DAY + dt.timedelta(30))
    # the first accepted, the third refused; nobody asked the second, who opened one by himself; a control did, in time
    assert counts(found, ("loan", CALL)) == pytest.approx(
        (2 * weight, weight, 3 * weight, weight, 3 * weight, weight), abs=1e-6
    )
    family = replace(LOAN, product="", family="loan")
    asked = said(*((who, "loan", Outcome.REACHED, 29) for who in (1, 2, 3)), (3, "loan", Outcome.ACCEPTED, 30))
    found = evidence_of(bench, Heard(trials, asked), [family], BEGINNING, on=DAY + dt.timedelta(34))
    assert counts(found, ("loan", CALL)) == pytest.approx(
        (3 * weight, 2 * weight, 3 * weight, 2 * weight, 3 * weight, 2 * weight), abs=1e-6
    )


def test_of_an_offer_that_names_no_product_controls_tell_nothing(bench):
    now = decided((1, "tea", CALL, "chosen"), (2, "tea", CALL, "control"))
    trials = with_decisions(bench, TRIALS.empty_table(), now, [TEA], on=DAY)
    found = evidence_of(
        bench, Heard(trials, said((1, "tea", Outcome.ACCEPTED, 0))), [TEA], BEGINNING, on=DAY + dt.timedelta(20)
    )
    assert counts(found, ("tea", CALL)) == pytest.approx((0.9409, 0.9409, 0, 0, 0, 0))


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
    found = evidence_of(bench, Heard(trials, answers), [both], BEGINNING, on=DAY + dt.timedelta(35))
    weight = 0.97**4
    assert counts(found, ("loan", message)) == pytest.approx((weight, weight, weight, weight, 2 * weight, 0), abs=1e-6)
    assert counts(found, ("loan", CALL)) == pytest.approx((0.97**5, 0.97**5, 0.97**5, 0, 2 * 0.97**5, 0), abs=1e-6)


def test_arms_tell_nothing_where_nobody_is_seen_to_take_such_a_thing(bench):
    """A firm that keeps no contracts of it in the record: that none is seen is no proof that nobody took one."""
    now = decided((1, "loan", CALL, "chosen"), (2, "loan", CALL, "control"))
    trials = with_decisions(bench, TRIALS.empty_table(), now, [LOAN], on=DAY)
    answers = said((1, "loan", Outcome.ACCEPTED, 5))
    opened(bench, (7, 3, 4), (8, 1, -400))  # another product, and one of long ago
    weight = 0.97**4

    def found():
        return evidence_of(bench, Heard(trials, answers), [LOAN], BEGINNING, on=DAY + dt.timedelta(30))

    assert counts(found(), ("loan", CALL)) == pytest.approx((weight, weight, 0, 0, 0, 0), abs=1e-6)
    bench.run("INSERT INTO bought (customer_id, product_id, first_day) VALUES (2, 1, $day)", day=DAY + dt.timedelta(3))
    assert counts(found(), ("loan", CALL)) == pytest.approx((weight, weight, weight, weight, weight, 0), abs=1e-6)


def column(cell: int, number: float) -> np.ndarray:
    values = np.zeros(len(BEGINNING.groups))
    values[cell] = number
    return values


def known(cell: int, treated: float, yes: float, control: float = 0, control_yes: float = 0):
    return read_answers(*(column(cell, number) for number in (treated, yes, control, control_yes)))


def test_what_nobody_was_asked_about_begins_as_before():
    begun = asking.begun_with(asking.learning_ways([LOAN]), range(len(BEGINNING.groups)))
    assert taught_by({}, [LOAN], BEGINNING, salt="w").chances == begun
    assert begun["loan", CALL, B_WATCH] == Chance(0.02, 0.01)


def test_two_of_ten_with_a_parent_of_two_in_a_hundred_moves_little():
    found = taught_by({("loan", CALL): known(B_WATCH, 10, 2)}, [LOAN], BEGINNING, salt="w").chances[
        "loan", CALL, B_WATCH
    ]
    all_, tier = (2 + 50 * 0.02) / 60, (2 + 50 * 0.05) / 60
    assert (all_, tier) == pytest.approx((0.05, 0.075))
    assert found.p == pytest.approx((2 + 50 * tier) / 60)
    again = taught_by({("loan", CALL): known(B_WATCH, 10, 2)}, [LOAN], BEGINNING, salt="w").chances[
        "loan", CALL, B_WATCH
    ]
    other = taught_by({("loan", CALL): known(B_WATCH, 10, 2)}, [LOAN], BEGINNING, salt="v").chances[
        "loan", CALL, B_WATCH
    ]
    assert (found, found.tau != other.tau) == (again, True)


def test_once_known_the_uplift_is_what_the_arms_say():
    answers = known(B_WATCH, 10_000, 600, 10_000, 200)
    found = taught_by({("loan", CALL): answers}, [LOAN], BEGINNING, salt="w")
    chance = found.chances["loan", CALL, B_WATCH]
    assert (chance.p, chance.tau) == pytest.approx((0.06, 0.04), abs=1e-4)
    assert (found.stopped, found.new) == ({}, {})


def test_who_costs_more_than_can_come_of_it_is_left_in_peace():
    answers = known(B_WATCH, 10_000, 400, 10_000, 400)  # the contact changes nothing
    found = taught_by({("tea", CALL): answers}, [TEA], BEGINNING, salt="w")
    assert found.stopped["tea"][CALL] >= {B_WATCH}
    assert found.chances["tea", CALL, B_WATCH].tau == 0
    terms, _ = with_taught([asking.terms_of(TEA, controls=0.1)], found, {}, salt="s|")
    assert terms[0].conditions[-1].reason == "do_not_disturb"
    assert str(B_WATCH) in terms[0].conditions[-1].sql
    costly = replace(TEA, treatments=(*TEA.treatments, PublishedTreatment(Way.SMS, 4, 5, 100, 0, "", "")))
    both = taught_by({("tea", CALL): answers}, [costly], BEGINNING, salt="w")
    terms, _ = with_taught([asking.terms_of(costly, controls=0.1)], both, {}, salt="s|")
    assert [one.reason for one in terms[0].conditions].count("do_not_disturb") == 0  # it may still be sent


def test_something_new_gets_a_tenth_where_others_are_known_and_all_where_nothing_is():
    mature = {("loan", CALL): known(B_WATCH, 10_000, 600, 10_000, 200)}
    terms = [asking.terms_of(one, controls=0.1) for one in (LOAN, TEA)]
    call = asking.resource_of(Way.CALL)
    limited, capacity = with_taught(terms, taught_by(mature, [LOAN, TEA], BEGINNING, salt="w"), {call: 50.0}, salt="s|")
    assert capacity == {call: 50.0, f"new:{call}": 5.0}
    for few, new in (
        (8.0, 1.0),
        (1.0, 1.0),
        (0.5, 0.5),
        (0.0, 0.0),
    ):  # a tenth of a few calls is one call, and of none none
        _, capacity = with_taught(terms, taught_by(mature, [LOAN, TEA], BEGINNING, salt="w"), {call: few}, salt="s|")
        assert capacity[f"new:{call}"] == new
    assert [dict(one.treatments[0].uses) for one in limited] == [{call: 1.0}, {call: 1.0, f"new:{call}": 1.0}]
    open_, capacity = with_taught(terms, taught_by(mature, [LOAN, TEA], BEGINNING, salt="w"), {}, salt="s|")
    assert capacity == {}
    tenth = Condition("tried_on_few", "bucket_of('s|new|tea|' || code) < 1000")
    assert [one.treatments[0].opens for one in open_] == [(), (tenth,)]
    same, capacity = with_taught(terms, taught_by({}, [LOAN, TEA], BEGINNING, salt="w"), {call: 50.0}, salt="s|")
    assert (same, capacity) == (terms, {call: 50.0})


def test_what_is_new_on_one_way_alone_is_open_there_to_a_tenth_however_well_it_is_known_on_another():
    sms = asking.avenue(Purpose.MARKETING, Way.SMS)
    message = PublishedTreatment(Way.SMS, 4, 5, 100, 0, "", "")
    both = [replace(one, treatments=(*one.treatments, message)) for one in (LOAN, TEA)]
    ways = [(one, number) for one in ("loan", "tea") for number in (CALL, sms)]
    mature = {each: known(B_WATCH, 10_000, 600, 10_000, 200) for each in ways if each != ("tea", sms)}
    terms = [asking.terms_of(one, controls=0.1) for one in both]
    found, capacity = with_taught(terms, taught_by(mature, both, BEGINNING, salt="w"), {}, salt="s|")
    opens = {(one.code, each.channel): [gate.reason for gate in each.opens] for one in found for each in one.treatments}
    assert opens == {("loan", CALL): [], ("loan", sms): [], ("tea", CALL): [], ("tea", sms): ["tried_on_few"]}
    assert capacity == {}


def stakes_of_both() -> Stakes:
    terms = tuple(asking.terms_of(one, controls=0.1) for one in (LOAN, TEA))
    begun = asking.begun_with(asking.learning_ways([LOAN, TEA]), range(len(BEGINNING.groups)))
    return Stakes((LOAN, TEA), terms, Policy(salt="offers|"), begun, Contexts())


def test_a_run_without_evidence_is_as_before_and_with_it_goes_by_the_week():
    assert learned(stakes_of_both(), {}, on=DAY) == stakes_of_both()
    evidence = {("loan", CALL): known(B_WATCH, 100, 5)}
    monday, sunday, next_week = (learned(stakes_of_both(), evidence, on=DAY + dt.timedelta(day)) for day in (-4, 2, 3))
    assert (DAY - dt.timedelta(4)).weekday() == 0
    assert monday == sunday
    assert monday.chances["loan", CALL, B_WATCH].tau != next_week.chances["loan", CALL, B_WATCH].tau
    assert monday.chances["tea", CALL, B_WATCH] == stakes_of_both().chances["tea", CALL, B_WATCH]


def test_controls_are_halved_once_two_hundred_of_them_said_yes():
    few = learned(stakes_of_both(), {("loan", CALL): known(B_WATCH, 9_000, 900, 9_000, 199)}, on=DAY)
    many = learned(stakes_of_both(), {("loan", CALL): known(B_WATCH, 9_000, 900, 9_000, 200)}, on=DAY)
    assert [[one.control for one in run.terms] for run in (few, many)] == [[0.1, 0.1], [0.05, 0.1]]


def test_a_rehearsal_and_the_night_learn_from_the_same(bench):
    now = decided(*((who, "loan", CALL, "chosen") for who in range(1, 7)))
    trials = with_decisions(bench, TRIALS.empty_table(), now, [LOAN], on=DAY)
    heard = said(*((who, "loan", Outcome.ACCEPTED, 5) for who in range(1, 5)), (5, "loan", Outcome.REFUSED, 5))
    later = DAY + dt.timedelta(30)
    taught = Lessons(Heard(trials, heard)).for_run(bench, stakes_of_both(), on=later)
    # five were asked and four said yes, four weeks ago: the mean of its parent and what was seen, at each level
    weight = 0.97**4
    parent = 0.02
    for _ in ("all", "tier B"):
        parent = (4 * weight + 50 * parent) / (5 * weight + 50)
    assert taught.chances["loan", CALL, B_WATCH].p == pytest.approx((4 * weight + 50 * parent) / (5 * weight + 50))
    assert taught.chances["tea", CALL, B_WATCH] == stakes_of_both().chances["tea", CALL, B_WATCH]
    assert Lessons(Heard(TRIALS.empty_table(), heard)).for_run(bench, stakes_of_both(), on=later) == stakes_of_both()


def many_trials(*, ended: dt.date = dt.date(2025, 12, 20)) -> tuple[pa.Table, pa.Table]:
    """6,000 who were called for the loan, of tier A (1) and C (3) in turn, for years or not; of A one in two says yes, of C one in ten."""
    begun, numbers = ended - dt.timedelta(30), range(6_000)
    bands = [(1 if number % 2 else 3) + 512 * (1 + number % 3) for number in numbers]
    columns = [
        list(numbers), ["loan"] * 6_000, [CALL] * 6_000, bands, [True] * 6_000, [begun] * 6_000, [ended] * 6_000,
    ]  # fmt: skip
    heard = [
        (number, "loan", Outcome.ACCEPTED if number % (4 if number % 2 else 20) < 2 else Outcome.REFUSED)
        for number in numbers
    ]
    rows = [
        {"customer_id": who, "offer": of, "outcome": outcome, "day": begun, "place": place}
        for place, (who, of, outcome) in enumerate(heard)
    ]
    return pa.table(columns, schema=TRIALS), pa.Table.from_pylist(rows, schema=SAID)


def test_once_enough_have_answered_cells_are_told_by_the_answers(bench):
    heard = Heard(*many_trials())
    tree = tree_of(bench, heard, [LOAN], on=DAY)
    assert tree.groups == (Group(-1), Group(0, "tier", 0, 1), Group(0, "tier", 2, 7))
    assert (tree.grown_on, tree.answers) == (dt.date(2026, 1, 1), 1_800)
    assert tree_of(bench, heard, [LOAN], on=dt.date(2026, 3, 31)) == tree  # for the whole quarter
    assert tree_of(bench, heard, [LOAN], on=dt.date(2025, 12, 31)) == BEGINNING  # they had not ended when it began
    assert tree_of(bench, heard, [replace(LOAN, purpose=Purpose.PARTNER)], on=DAY) == BEGINNING
    found = evidence_of(bench, heard, [LOAN], tree, on=DAY)["loan", CALL]
    weight = 0.97 ** ((DAY - dt.date(2025, 11, 20)).days // 7)
    assert found.treated == pytest.approx([0, 3_000 * weight, 3_000 * weight])
    assert found.treated_yes == pytest.approx([0, 1_500 * weight, 300 * weight])
    lessons = Lessons(heard).grown(bench, [LOAN], on=DAY)
    begun = asking.begun_with(asking.learning_ways([LOAN]), range(3))
    stakes = Stakes(
        (LOAN,), (asking.terms_of(LOAN, controls=0.1),), Policy(salt="offers|"), begun, Contexts(), tree=tree
    )
    taught = lessons.for_run(bench, stakes, on=DAY)
    assert taught.chances["loan", CALL, 1].p == pytest.approx(0.5, abs=0.01)
    assert taught.chances["loan", CALL, 2].p == pytest.approx(0.1, abs=0.01)
    theirs = asking.avenue(Purpose.PARTNER, Way.CALL)
    partners = taught_by({("loan", theirs): found}, [replace(LOAN, purpose=Purpose.PARTNER)], tree, salt="w").chances
    assert len({partners["loan", theirs, cell].p for cell in range(3)}) == 1
    assert partners["loan", theirs, 1].p == pytest.approx(0.3, abs=0.01)  # all of them together


def test_before_a_thousand_answers_the_declared_tree_stands(bench):
    trials, answers = many_trials()
    few = trials.slice(0, 3_300)  # 990 of them said yes
    assert tree_of(bench, Heard(few, answers), [LOAN], on=DAY) == BEGINNING
    assert tree_of(bench, Heard(trials.slice(0, 3_360), answers), [LOAN], on=DAY).answers == 1_008


def test_what_is_forgotten_within_a_quarter_does_not_move_its_tree(bench):
    """Old answers part nobody and new ones part the tiers: the tree is the same on every day, whichever are still remembered."""
    trials, answers = many_trials()
    old, said_then = many_trials(ended=dt.date(2025, 1, 6))  # 400 days before 10 February
    turned = pa.array(
        [4 - band % 8 + band // 8 * 8 for band in old["bands"].to_pylist()], pa.int32()
    )  # A for C, C for A
    old = old.set_column(3, "bands", turned).set_column(
        0, "customer_id", pc.add(old["customer_id"], 6_000).cast(pa.int64())
    )
    said_then = said_then.set_column(
        0, "customer_id", pc.add(said_then["customer_id"], 6_000).cast(said_then.schema[0].type)
    )
    both, heard = pa.concat_tables([old, trials]), pa.concat_tables([said_then, answers])

    def tree_on(day: dt.date) -> Tree:
        until = pa.scalar(day - dt.timedelta(FORGOTTEN))
        return tree_of(bench, Heard(both.filter(pc.greater(both["until"], until)), heard), [LOAN], on=day)

    first = tree_on(dt.date(2026, 1, 1))
    assert (first.answers, first.groups) == (1_800, (Group(-1), Group(0, "tier", 0, 1), Group(0, "tier", 2, 7)))
    assert [tree_on(dt.date(2026, *day)) for day in ((2, 9), (2, 10), (2, 11), (3, 31))] == [first] * 4
    then = tree_on(dt.date(2025, 11, 5))  # as long as they are remembered to the end of the quarter they count
    assert (then.answers, then.grown_on) == (1_800, dt.date(2025, 10, 1))


def spoken(*rows: tuple) -> pa.Table:
    """What was said in contacts."""
    told = said(*rows)
    yes = pa.array([True] * told.num_rows, pa.bool_())
    no = pa.array([False] * told.num_rows, pa.bool_())
    return told.set_column(told.schema.get_field_index("is_spoken"), "is_spoken", yes).set_column(
        told.schema.get_field_index("is_paper"), "is_paper", no
    )


def test_what_was_said_in_a_contact_is_a_trial_of_its_own_and_of_none_that_was_running(bench):
    running = with_decisions(bench, TRIALS.empty_table(), decided((1, "loan", CALL, "chosen")), [LOAN, TEA], on=DAY)
    answers = spoken(
        (1, "loan", Outcome.REFUSED, 3),  # answers the call of the run, whoever asked
        (2, "loan", Outcome.ACCEPTED, 3),
        (3, "tea", Outcome.REFUSED, 4),
        (4, "other", Outcome.ACCEPTED, 4),  # no offer of today
        (5, "loan", Outcome.ACCEPTED, 5),  # is not over yet
    )
    bench.run("UPDATE deciding SET is_unprofiled = TRUE WHERE customer_id = 3")
    ask = {"said": answers, "today": DAY + dt.timedelta(5), "on": DAY + dt.timedelta(5)}
    trials = with_decisions(bench, running, decided(), [LOAN, TEA], **ask)
    day = DAY + dt.timedelta(3)
    assert [tuple(row.values()) for row in trials.to_pylist()][1:] == [
        (2, "loan", IN_CONTACT, 18, True, day, day + dt.timedelta(30))
    ]
    assert with_decisions(bench, trials, decided(), [LOAN, TEA], **ask) == trials  # the same night again
    later = {**ask, "on": DAY + dt.timedelta(34), "today": DAY + dt.timedelta(34)}
    again = with_decisions(bench, trials, decided(), [LOAN, TEA], **later)
    assert again.filter(pc.equal(again["customer_id"], 2)).num_rows == 1  # what was said once is learned from once
    assert 5 in again["customer_id"].to_pylist()


def test_answers_in_contacts_are_counted_apart_from_the_arms(bench):
    opened(bench, (2, 1, 4), (3, 1, 5), (4, 1, 4))
    answers = spoken(*((who, "loan", Outcome.ACCEPTED if who == 2 else Outcome.REFUSED, 3) for who in (2, 3, 5)))
    drawn = decided((4, "loan", CALL, "chosen"), (6, "loan", CALL, "control"))
    trials = with_decisions(bench, TRIALS.empty_table(), drawn, [LOAN], on=DAY, said=answers.slice(0, 0))
    trials = with_decisions(bench, trials, decided(), [LOAN], on=DAY + dt.timedelta(4), said=answers)
    found = evidence_of(bench, Heard(trials, answers), [LOAN], BEGINNING, on=DAY + dt.timedelta(33))
    weight = 0.97**4
    # three were asked, one accepted, one refused and then took one all the same: no controls, and none of the arms
    assert counts(found, ("loan", IN_CONTACT)) == pytest.approx((3 * weight, 2 * weight, 0, 0, 0, 0), abs=1e-6)
    assert counts(found, ("loan", CALL))[2:] == pytest.approx((weight, 0, weight, weight), abs=1e-6)


def test_contacts_have_chances_of_their_own_and_calls_keep_theirs():
    none = taught_by({}, [LOAN], BEGINNING, salt="s")
    assert ("loan", in_contact(CALL), B_WATCH) not in none.chances
    asked = np.zeros(len(BEGINNING.groups))
    asked[B_WATCH] = 150
    yes = asked * 0.4
    nothing = np.zeros_like(asked)
    heard = {("loan", IN_CONTACT): read_answers(asked, yes, nothing, nothing, nothing, nothing)}
    taught = taught_by(heard, [LOAN], BEGINNING, salt="s")
    call, there = (taught.chances["loan", number, B_WATCH] for number in (CALL, in_contact(CALL)))
    before = none.chances["loan", CALL, B_WATCH]
    assert call == before
    # three levels, each of the same 150 answers, smoothed by fifty
    around = call.p
    for _level in range(3):
        around = (60 + 50 * around) / 200
    assert there.p == pytest.approx(around)
    assert there.tau / there.p == pytest.approx(call.tau / call.p)


def test_a_coupon_that_only_a_leaflet_brings_is_brought_about_by_it_for_the_most():
    paper = PublishedTreatment(Way.INSERT, 4, 5, 100, 0, "", "")
    message = PublishedTreatment(Way.SMS, 4, 5, 100, 0, "", "")
    issues = (Issue.PARTNER, Issue.GROWTH, Issue.RETENTION)
    found = {
        (issue, one.channel % 10): one.caused
        for issue in issues
        for one in asking.learning_ways([replace(TEA, issue=issue, treatments=(paper, message))])
    }
    assert found == {
        (Issue.PARTNER, Way.INSERT): 0.8, (Issue.PARTNER, Way.SMS): 0.5,
        (Issue.GROWTH, Way.INSERT): 0.5, (Issue.GROWTH, Way.SMS): 0.5,
        (Issue.RETENTION, Way.INSERT): 0.3, (Issue.RETENTION, Way.SMS): 0.3,
    }  # fmt: skip
