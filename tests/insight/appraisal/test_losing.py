"""Who can be lost, who was, and how long customers stay: the firm's definitions by hand, and estimates on editions."""

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from guanxi.insight.appraisal.acquisition import read_arrivals
from guanxi.insight.appraisal.leaving import read_lost
from guanxi.insight.appraisal.losing import appraise_loss, read_at_risk
from guanxi.insight.appraisal.staying import (
    Stays,
    appraise_survival,
    lives_of,
    read_stays,
    tell_causes,
    tell_cells,
    tell_incidence,
    tell_months,
)
from guanxi.insight.appraisal.worth import Worth
from guanxi.insight.detectors.inactivity import presence_of
from guanxi.insight.detectors.thresholds import settled
from guanxi.insight.warehouse.workbench import Workbench
from tests.insight.appraisal import books

START = dt.date(2025, 1, 1)
CUT, UNTIL = 300, 480


def on(number: int) -> dt.date:
    return START + dt.timedelta(number)


def days_since_1970(number: int) -> int:
    return (on(number) - dt.date(1970, 1, 1)).days


def hold(bench: Workbench, customer: int, opened: int, closed: int | None = None, status: int = 1) -> None:
    bench.run(
        """INSERT INTO customers (customer_id, code, reference, kind, stage, segment)
        SELECT $customer, 'held', '', 1, 3, 'person' WHERE $customer NOT IN (SELECT customer_id FROM customers)""",
        customer=customer,
    )
    bench.run(
        "INSERT INTO holdings VALUES ($holding, $customer, 1, $status, $opened, $closed, NULL, '')",
        holding=100 * customer + opened,
        customer=customer,
        status=status,
        opened=on(opened),
        closed=None if closed is None else on(closed),
    )


@pytest.fixture(scope="module")
def firm() -> Workbench:
    """Eight customers: four in trade, four under contract."""
    purchases = {1: (0, 290, 400), 2: (260, 290), 3: (100, 310), 4: (50, 110, 170, 230, 290)}
    bench = books.print_days([(customer, on(day), 100) for customer, days in purchases.items() for day in days])
    bench.run("UPDATE customers SET segment = 'organisation' WHERE customer_id = 4")
    hold(bench, 5, 10, 350)
    hold(bench, 6, 10, 460)
    hold(bench, 7, 10, 350)
    hold(bench, 7, 380)
    hold(bench, 8, 10)
    hold(bench, 9, 20, status=3)  # only applied for
    return bench


def test_who_is_at_risk_and_who_is_lost(firm):
    found = read_at_risk(firm, cut=on(CUT), until=on(UNTIL))
    # 1 and 4 buy so seldom that 190 days are no farewell; of 3, who bought once, a year says it; 6 may still renew; 7 has
    expected = {1: False, 2: True, 3: False, 4: False, 5: True, 6: False, 7: False, 8: False}
    assert found.lost.tolist() == list(expected.values())
    assert found.features["days_since_purchase"].tolist()[:4] == [10, 10, 200, 10]
    assert found.features["days_known"].tolist() == [300, 40, 200, 250, 290, 290, 290, 290]
    assert found.features["usual_gap"][3] == 60
    assert found.features["under_contract"].tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert np.isnan(found.features["purchases"][4])


@pytest.mark.parametrize(
    ("thresholds", "lost"),
    [
        ({"inactivity.lapse_days": 190}, {2, 5}),
        ({"inactivity.lapse_days": 191}, {5}),
        ({"inactivity.lapse_gaps": 7}, {5}),  # seven times thirty days
        ({"detectors.segment_customers": 1}, {5}),  # the firm's sixty days count twice beside the own thirty
        ({"inactivity.lapse_unknown": 200}, {2, 5}),  # of 3 nothing but one day was known, and he is no more at risk
    ],
)
def test_when_somebody_is_lost_is_the_firms_to_say(firm, thresholds, lost):
    found = read_at_risk(firm, cut=on(CUT), until=on(UNTIL), thresholds=thresholds)
    at_risk = [pk for pk in range(1, 9) if pk != 3 or "inactivity.lapse_unknown" not in thresholds]
    assert {pk for pk, gone in zip(at_risk, found.lost.tolist(), strict=True) if gone} == lost
    stay = read_stays(firm, as_of=on(UNTIL), thresholds=thresholds).lost.tolist()
    assert {pk for pk, gone in zip(range(1, 9), stay, strict=True) if gone} == lost
    named = read_lost(firm, as_of=on(UNTIL), thresholds=thresholds)["customer_id"].to_pylist()
    assert set(named) == lost


def test_lost_is_who_the_detector_calls_lapsed(cdnow):
    """One definition: the state on the pages, the list of the lost, and the estimates agree on everybody."""
    for thresholds in ({}, {"inactivity.lapse_days": 90, "inactivity.lapse_gaps": 4}):
        end = dt.date(1998, 6, 30)
        seen = presence_of(cdnow, as_of=end, given=settled(thresholds))
        lapsed = set(seen.customer_id[seen.state == "lapsed"].tolist())
        assert set(read_lost(cdnow, as_of=end, thresholds=thresholds)["customer_id"].to_pylist()) == lapsed
        assert read_stays(cdnow, as_of=end, thresholds=thresholds).lost.sum() == len(lapsed) > 1000


def test_of_several_products_of_the_last_day_the_same_is_named_whatever_the_order():
    for order in ((7, 9, 8), (9, 8, 7)):
        bench = books.print_days([(1, on(0), 100), (1, on(30), 100)])
        for product in order:
            bench.run(
                "INSERT INTO bought VALUES (1, $product, $first, $last, 1, 0), (1, 99, $first, $first, 1, 0)",
                product=product,
                first=on(0),
                last=on(30),
            )
        assert read_lost(bench, as_of=on(UNTIL))["product_id"].to_pylist() == [9]


def test_a_loss_is_of_the_past_even_if_a_contract_still_ends():
    bench = books.print_days([(1, on(0), 100)])
    hold(bench, 1, 10, 200)
    hold(bench, 1, 20, 700)
    bench.run("UPDATE customers SET stage = 4")  # a person says so
    assert read_lost(bench, as_of=on(300)).select(["last_day", "known_on"]).to_pylist() == [
        {"last_day": on(200), "known_on": on(300)}
    ]


def test_how_long_they_stay(firm):
    found = read_stays(firm, as_of=on(UNTIL))
    assert found.lost.tolist() == [False, True, False, False, True, False, False, False]
    ends = [480, 290, 480, 480, 350, 480, 480, 480]
    assert found.last_day.tolist() == [days_since_1970(end) for end in ends]
    begins = [0, 260, 100, 50, 10, 10, 10, 10]
    assert found.first_day.tolist() == [days_since_1970(begin) for begin in begins]
    known = [480 - 1200, 300, 480 - 1260, 120, *[420] * 4]  # six usual gaps of two hundred, thirty, 210 and sixty days
    assert found.known_until.tolist() == [days_since_1970(day) for day in known]


def test_who_was_silent_beyond_his_patience_and_came_back_was_lost_once_and_began_anew():
    """4.13: 1 is silent for 500 of days and comes back, twice; 2 was under contract meanwhile; 3 never was away for so long."""
    monthly = [n for first in (0, 800, 1_600) for n in range(first, first + 301, 30)]
    rows = (
        [(1, on(n), 100) for n in monthly]
        + [(2, on(n), 100) for n in monthly]
        + [(3, on(n), 100) for n in range(0, 1_900, 150)]
    )
    bench = books.print_days(rows)
    hold(bench, 2, 10)
    end = on(1_910)
    stays = read_stays(bench, as_of=end)
    lives = lives_of(bench, stays, as_of=end)
    assert stays.lost.tolist() == [False, False, False]
    found = sorted(
        zip(
            lives.customer_id.tolist(),
            lives.first_day.tolist(),
            lives.last_day.tolist(),
            lives.lost.tolist(),
            strict=True,
        )
    )
    assert found == [
        (1, days_since_1970(0), days_since_1970(300), True),
        (1, days_since_1970(800), days_since_1970(1_100), True),
        (1, days_since_1970(1_600), days_since_1970(1_910), False),
        (2, days_since_1970(0), days_since_1970(1_910), False),
        (3, days_since_1970(0), days_since_1970(1_910), False),
    ]
    many = books.print_days([(who, on(n), 100) for who in range(1, 31) for n in monthly])
    known = read_stays(many, as_of=end)
    told = lives_of(many, known, as_of=end)
    shown = [month for month in tell_months(told, on(1_000)) if month["losses"]]
    assert [(month["month"], month["losses"]) for month in shown] == [(f"{on(300):%Y-%m}", 30)]
    assert not any(month["losses"] for month in tell_months(known, on(1_000)))  # nobody is lost today


def test_survival_rests_on_the_time_in_which_all_losses_are_known(firm):
    """Of eight one is followed until day 300, one until day 120, four until day 420; two were lost by then. Of two with a
    long patience nothing is known yet."""
    found = read_stays(firm, as_of=on(UNTIL)).survival
    assert found.times.tolist() == [30, 70, 340, 410]
    assert found.ended.tolist() == [1, 0, 1, 0]
    assert found.at_risk.tolist() == [6, 5, 4, 3]


def stays(rows: list[tuple[str, int, int, bool]]) -> Stays:
    segment, first, last, lost = zip(*rows, strict=True)
    as_days = (np.array([days_since_1970(n) for n in column]) for column in (first, last))
    first_day, last_day = as_days
    return Stays(
        np.arange(len(rows)), np.array(segment), first_day, last_day, np.array(lost), np.full(len(rows), 10**6)
    )


def test_of_those_who_come_each_cause_takes_its_share_beside_the_others():
    """Of 100 who came on one day twelve leave for service after 100 days, then a quarter of the 88 left for a rival after 300: 22. One
    minus the share that stays, cause by cause, would say 25.
    """
    gone = [("person", 0, 100, True)] * 12 + [("person", 0, 300, True)] * 22 + [("person", 0, 500, True)] * 3
    rows = stays([*gone, *[("person", 0, 900, False)] * 63])
    causes = np.array(["service"] * 12 + ["competitor"] * 21 + ["", "innovation", "", ""])
    told = tell_incidence(rows, np.arange(37)[::-1], causes[::-1])
    found = {one["cause"]: (one["within_1_year"], one["within_2_years"]) for one in told}
    assert list(found) == ["competitor", "service", "few"]  # four of nobody knows what, one of another
    assert found["competitor"] == pytest.approx((0.21, 0.21))
    assert found["service"] == pytest.approx((0.12, 0.12))
    assert found["few"] == pytest.approx((0.01, 0.04))
    whole = rows.survival.survival_at([365, 730])
    assert sum(one for one, _ in found.values()) == pytest.approx(1 - whole[0])
    assert sum(two for _, two in found.values()) == pytest.approx(1 - whole[1])
    nobody = tell_incidence(rows, np.array([], dtype=np.int64), np.array([], dtype=str))
    assert [(one["cause"], round(one["within_2_years"], 9)) for one in nobody] == [("unknown", 0.37)]
    assert tell_incidence(stays(gone[:9]), np.arange(9), causes[:9]) == []


def test_loss_rate_of_a_month():
    """January 2026: forty customers all month, twelve of them lost on its last day; few losses are not told."""
    january = (dt.date(2026, 1, 31) - START).days
    rows = [("person", 0, january, True)] * 12 + [("person", 0, january + 28, False)] * 28
    months = {month["month"]: month for month in tell_months(stays(rows), dt.date(2026, 2, 28))}
    assert list(months) == ["2025-01", "2025-09", "2026-02"]
    found = months["2025-09"]  # nobody was lost in the months before: put together with them
    assert found["until"] == "2026-01"
    assert (found["losses"], found["exposure"]) == (12, pytest.approx(40 * 153 / (365.25 / 12)))
    assert found["rate"] == pytest.approx(12 / found["exposure"])
    assert months["2025-01"] == {
        "month": "2025-01",
        "until": "2025-08",
        "losses": None,
        "exposure": None,
        "rate": None,
        "lower": None,
        "upper": None,
        "preliminary": False,
    }
    assert [month for month, told in months.items() if told["preliminary"]] == ["2025-09", "2026-02"]


def test_months_with_few_losses_are_put_together_until_they_may_be_told():
    """Of 2025 six a month from March on, eleven in June: none is lost or told twice, and what is preliminary stays apart."""
    rows = [
        ("person", 0, (dt.date(2025, month, 20) - START).days, True)
        for month in range(3, 13)
        for _ in range(11 if month == 6 else 6)
    ]
    months = tell_months(stays(rows), dt.date(2025, 12, 31))
    spans = [(one["month"], one["until"], one["losses"], one["preliminary"]) for one in months]
    assert spans == [
        ("2025-01", "2025-04", 12, False),
        ("2025-05", "2025-06", 17, False),
        ("2025-07", "2025-08", 12, True),
        ("2025-09", "2025-10", 12, True),
        ("2025-11", "2025-12", 12, True),
    ]
    spans = [(one["month"], one["losses"]) for one in tell_months(stays(rows), dt.date(2026, 1, 31))]
    assert ("2025-07", None) in spans  # what comes after it is preliminary


def test_loss_rate_by_segment_and_time_as_a_customer():
    rows = [("person", 0, 100, True)] * 15 + [("person", 0, 500, True)] * 11 + [("shop", 0, 500, False)] * 9
    cells = {(*cell["cell"], bool(cell["merged"])): cell for cell in tell_cells(stays(rows), on(700))}
    assert list(cells) == [
        (False,),
        ("person", False),
        ("person", "1 to 2 years", False),
        ("person", "under 1 year", False),
    ]
    # a day on which somebody was there is a day at risk: 101 of the first, 365 of the others' first year
    assert cells["person", "under 1 year", False]["exposure"] == pytest.approx((15 * 101 + 11 * 365) / (365.25 / 12))
    assert (cells["person", "1 to 2 years", False]["losses"], cells["person", False]["losses"]) == (11, 26)


def test_loss_rate_by_cause_against_all_at_risk():
    """36 of 1,200 customer-months would be 3.0 %; here 20 by service and 12 by price, and two whom a rival took are too few."""
    rows = [("person", 0, 300, True)] * 34 + [("person", 0, 700, False)] * 66
    found = stays(rows)
    causes = np.array(["service"] * 20 + ["quality_price"] * 12 + ["competitor"] * 2)
    told = tell_causes(found, found.last_day[:34], causes, on(700))
    assert [(one["cause"], one["losses"]) for one in told] == [("service", 20), ("quality_price", 12)]
    exposure = (34 * 301 + 66 * 521) / (365.25 / 12)  # followed until half a year before the end
    assert told[0]["exposure"] == pytest.approx(exposure)
    assert told[0]["rate"] == pytest.approx(20 / exposure)
    assert told[0]["lower"] < told[0]["rate"] < told[0]["upper"]
    assert tell_causes(found, found.last_day[:34] + 250, causes, on(700)) == []  # not all known yet


@pytest.fixture(scope="module")
def insurer() -> Workbench:
    """A firm of contracts and no dealings: people give up 2 in 1,000 days, organisations hardly ever."""
    chance = np.random.default_rng(6)
    rows = []
    for customer in range(1200):
        opened, person = int(chance.integers(0, 400)), customer % 2 == 0
        closed = opened + int(chance.exponential(500 if person else 5000))
        rows.append(
            (customer, "person" if person else "organisation", on(opened), on(closed) if closed <= 1000 else None)
        )
    rows.append((1200, "person", on(1000), None))
    bench = Workbench.with_empty_edition()
    columns = ("customer_id", "segment", "opened_on", "closed_on")
    bench.register("given", pa.table(dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))))
    bench.run("""INSERT INTO customers (customer_id, code, kind, segment) SELECT customer_id, 'c', 1, segment FROM given;
        INSERT INTO holdings SELECT customer_id, customer_id, 1, 1, opened_on, closed_on, NULL, '' FROM given""")
    return bench


def test_loss_and_survival_of_a_firm_of_contracts(insurer):
    told = appraise_loss(insurer, as_of=None)
    assert (told["as_of"], told["missing"]) == (on(1000).isoformat(), [])
    held = told["holdout"]
    assert held["simple_rule"] == "how short a time one has been a customer"
    assert held["auc_model"] > held["auc_simple"] + 0.1
    assert abs(held["predicted"] - held["actual"]) < 0.25 * held["actual"]
    assert next(iter(told["parameters"]["weights"])) == "segment"
    stays = appraise_survival(insurer, as_of=None)
    people = np.exp(-365 / 500)
    assert stays["parameters"]["survival"]["365"][0] == pytest.approx((people + np.exp(-365 / 5000)) / 2, abs=0.03)
    rates = {tuple(cell["cell"]): cell["rate"] for cell in stays["cells"]}
    assert rates["person",] == pytest.approx(365.25 / 12 / 500, rel=0.15)
    assert rates["organisation",] == pytest.approx(365.25 / 12 / 5000, rel=0.4)


@pytest.fixture(scope="module")
def cdnow() -> Workbench:
    return books.cdnow(Path(__file__).resolve().parents[4] / "shared" / "data")


def test_loss_on_cdnow(cdnow):
    told = appraise_loss(cdnow, as_of=None)
    assert (told["model"], told["as_of"], told["customers"], told["missing"]) == ("loss", "1998-06-30", 839, [])
    held = told["holdout"]
    assert (held["from"], held["to"], held["customers"], held["actual"]) == ("1998-01-01", "1998-06-30", 793, 103)
    assert held["simple_rule"] == "days since the last purchase"
    assert held["auc_simple"] == pytest.approx(0.876, abs=5e-4)
    # All came in one quarter and were new when it was learnt: honestly, the sum is not to be used here.
    assert (told["grade"], "use the order, not the sum" in told["grade_reason"]) == ("B", True)
    weights = list(told["parameters"]["weights"].values())
    assert weights == sorted(weights, reverse=True)
    assert next(iter(told["parameters"]["weights"])) == "days_since_purchase"
    assert 0 < told["parameters"]["expected_lost"] < 839


def test_survival_on_cdnow(cdnow):
    told = appraise_survival(cdnow, as_of=None)
    assert (told["model"], told["customers"], told["parameters"]["lost"]) == ("kaplan_meier", 2357, 1518)
    share, lower, upper = told["parameters"]["survival"]["180"]
    assert lower < share < upper
    assert told["months"][0]["month"] == "1997-01"
    assert {"grade", "grade_reason", "holdout", "cells", "missing"} <= set(told)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "There are no dealings yet."),
        (
            [(pk, on(n), 5) for pk in range(12) for n in (0, 90)],
            "The dealings reach over 90 days only; at least 420 are needed",
        ),
        (
            [(pk, on(n), 5) for pk in range(12) for n in (0, 200, 500)],
            "Of 12 customers 0 were lost; at least 20 who were",
        ),
        (
            [(pk, on(n), 5) for pk in range(90) for n in range(0, 600, 30)],
            "Of 90 customers 0 were lost; at least 20 who were",
        ),
    ],
)
def test_where_data_do_not_suffice_loss_says_why(rows, words):
    told = appraise_loss(books.print_days(rows), as_of=None)
    assert told["grade"] == "C"
    assert told["missing"][0].startswith(words)
    assert told["grade_reason"] == told["missing"][0]


def test_nobody_cannot_be_followed():
    told = appraise_survival(books.print_days([]), as_of=None)
    assert (told["grade"], told["missing"], told["months"]) == ("C", ["There are no dealings yet."], [])
    before = appraise_survival(books.print_days([(1, on(0), 5)]), as_of=on(-5))
    assert before["missing"] == ["There are no customers to follow."]


def saver(bench: Workbench, customer: int, opened: int, closed: int, monthly: int) -> None:
    """Who does nothing but keep so much, and takes it away on the day `closed`."""
    hold(bench, customer, opened, closed, status=2)
    firsts = [on(day) for day in range(opened, closed) if on(day).day == 1]
    for first in firsts:
        last = (first + dt.timedelta(31)).replace(day=1) - dt.timedelta(1)
        bench.run(
            "INSERT INTO balances VALUES ($who, $who, $first, $last, $amount)",
            who=customer, first=first, last=min(last, on(closed)), amount=monthly,
        )  # fmt: skip


@pytest.mark.parametrize(("rate", "owes"), [(0.012, False), (0.03, False), (0.03, True)])
def test_a_saver_who_left_was_worth_what_his_balances_earned(rate, owes):
    bench = books.print_days([(1, on(day), 100) for day in (0, 30, 60, 90)])
    months = 20
    saver(bench, 2, 0, 30 * months + 10, -6_000_000 if owes else 6_000_000)
    whole = bench.scalar("SELECT count(*) FROM balances")
    # nothing is known of it where the house earns nothing of balances, and by premiums or margins neither
    for other in ({}, {"value.basis": 2.0, "value.on_balances": rate}, {"value.basis": 3.0, "value.on_balances": rate}):
        row = read_lost(bench, as_of=on(800), thresholds=other).to_pylist()[-1]
        assert (row["customer_id"], row["worth"], row["year_worth"]) == (2, 0, 0)
    own = {"value.basis": 1.0, "value.on_balances": rate}
    first, second = read_lost(bench, as_of=on(800), thresholds=own).sort_by("customer_id").to_pylist()
    assert first["worth"] == first["year_worth"] > 0
    assert second["worth"] == round(whole * 6_000_000 * rate / 12)
    assert second["year_worth"] == round(12 * 6_000_000 * rate / 12)
    assert (second["tier"], first["tier"]) == (1, 3)  # of the two the saver was the better one
    # the asset reads the same, by the rule alone
    assert read_lost(bench, as_of=on(800), rule=Worth(on_balances=rate)).sort_by("customer_id").to_pylist() == [
        first,
        second,
    ]


def test_who_began_to_keep_money_came_as_a_customer_where_the_house_earns_of_it():
    bench = books.print_days([(1, on(700), 100)])
    saver(bench, 2, 520, 790, 6_000_000)
    saver(bench, 3, 0, 790, 6_000_000)  # has been one for two years
    earns = read_arrivals(bench, as_of=on(800), rule=Worth(on_balances=0.012))
    absent = {row["customer_id"]: (row["absent"], row["worth"]) for row in earns.to_pylist()}
    eight = bench.scalar("SELECT count(*) FROM balances WHERE customer_id = 2") * 6_000
    assert absent[2] == (None, eight)
    assert absent[3][0] is not None  # he never left: a month passed since the balance before
    assert absent[3][0] < 62
    assert [row["customer_id"] for row in read_arrivals(bench, as_of=on(800)).to_pylist()] == [1]
