"""Two policies over the same few people, counted out by hand: who wins, who loses, what levers cost."""

import random
from dataclasses import replace

import pytest

from guanxi.engage.offers.choices import Issue, Way
from guanxi.engage.policy.variation import Place, Variation, read_variation
from guanxi.insight.decisions.offers.comparing import Comparison
from guanxi.record.consents.choices import Purpose
from tests.insight.decisions.people import PLAIN, codes, compared, offer, person

LOAN = offer("loan", 3_000)  # 1 % of ¥3,000, less the call (¥12) and who opts out (¥0.30)
WORTH = 30 - 12.3
FEW = [
    person(code, **fields)
    for code, fields in zip(
        codes(7, "loan", "card"),
        (
            {"tier": "A", "age": 29.0},
            {"tier": "A", "state": "alarm", "age": None},
            {"calls_30": 1, "age": 61.0},
            {"calls_30": 1, "state": "watch"},
            {"tier": "C"},
            {"allowed": None},
            {"allowed": [202], "calls_30": 2},
        ),
        strict=True,
    )
]


def segments(found: Comparison, by: str) -> dict[str, tuple]:
    return {
        one.name: (one.customers, one.own, one.other, one.winners, one.losers)
        for one in found.segments
        if one.axis == by
    }


def test_one_line_set_otherwise_has_its_winners_by_name_and_in_money():
    found = compared(FEW, [LOAN], read_variation({"lines": {"calls": "2"}}))
    assert (found.own.contacted, found.other.contacted, found.own.customers) == (2, 4, 7)
    assert found.own.offers[0].reasons == {"no_consent": 1, "called_lately": 3, "no_calls_to_c": 1}
    assert found.other.offers[0].reasons == {"no_consent": 1, "called_lately": 1, "no_calls_to_c": 1}
    assert segments(found, "tier_state") == {
        "A|active": (1, 1, 1, 0, 0), "A|alarm": (1, 1, 1, 0, 0), "B|active": (3, 0, 1, 1, 0), "B|watch": (1, 0, 1, 1, 0),
        "C|active": (1, 0, 0, 0, 0),
    }  # fmt: skip
    assert segments(found, "age") == {
        "": (1, 1, 1, 0, 0), "29": (1, 1, 1, 0, 0), "44": (4, 0, 1, 1, 0), "60": (1, 0, 1, 1, 0),
    }  # fmt: skip
    assert segments(found, "kind") == {"person": (7, 2, 4, 2, 0)}
    [people] = [one for one in found.segments if one.axis == "kind"]
    assert (people.gained, people.lost, people.shifted) == (pytest.approx(2 * WORTH), 0, 0)
    assert found.own.worth_plain == pytest.approx(2 * WORTH)
    assert (found.own.ways, found.other.ways) == ({"call": 2}, {"call": 4})


def test_whom_decisions_reach_is_shown_by_gender_and_decided_by_none():
    """3.6: of three women two are called, of two men none may be, of one who told nothing that one; an organisation has none."""
    calls = [(1, 0, {}), (2, 0, {}), (2, 1, {}), (2, 0, {}), (1, 1, {}), (0, 0, {}), (2, 0, {"kind": "organisation"})]
    people = [
        person(code, gender=gender, calls_30=called, **more)
        for code, (gender, called, more) in zip(codes(7, "loan"), calls, strict=True)
    ]
    people[0]["allowed"] = []
    found = compared(people, [LOAN])
    assert segments(found, "gender") == {"0": (1, 1, 1, 0, 0), "1": (2, 0, 0, 0, 0), "2": (3, 2, 2, 0, 0)}
    assert segments(found, "kind") == {"organisation": (1, 1, 1, 0, 0), "person": (6, 3, 3, 0, 0)}
    others = [one | {"gender": 3 - one["gender"] if one["gender"] else 0} for one in people]
    assert compared(others, [LOAN]).own == found.own


def test_who_is_lost_is_sold_nothing_beside_what_may_win_him_back():
    """WIN-04: of three who lapsed one still holds a contract; a partner's offer is closed as well, one that keeps somebody is not."""
    lapsed = [
        person(code, state="lapsed", at_stake_year=9_000.0, partners=["2|CARS"])
        for code in codes(4, "loan", "stay", "cars")
    ]
    lapsed[3]["state"] = "watch"
    of = {"partner": "CARS", "issue": Issue.PARTNER, "purpose": Purpose.PARTNER}
    for one in lapsed:
        one["allowed"] = [202, 302]
    loan, stay = (
        compared(lapsed, [LOAN]).own,
        compared(lapsed, [offer("stay", 0, value_model=1, issue=Issue.RETENTION)]).own,
    )
    assert (loan.contacted, loan.offers[0].reasons["lost"]) == (1, 3)
    assert (stay.contacted, "lost" in stay.offers[0].reasons) == (4, False)
    assert compared(lapsed, [offer("cars", 3_000, **of)]).own.offers[0].reasons["lost"] == 3


def test_who_loses_is_counted_too():
    found = compared(FEW, [LOAN], read_variation({"lines": {"calls": "0"}}))
    [people] = [one for one in found.segments if one.axis == "kind"]
    assert (people.winners, people.losers, people.lost) == (0, 2, pytest.approx(2 * WORTH))
    assert found.other.contacted == 0


@pytest.mark.parametrize(("units", "contacted", "reasons"), [("0", 0, {"no_capacity": 2}), ("1", 1, {"no_capacity": 1}), ("", 2, {})])  # fmt: skip
def test_a_capacity_of_nothing_is_none_and_an_empty_one_no_limit(units, contacted, reasons):
    tight = replace(PLAIN, capacities=PLAIN.capacities | {Way.CALL: 1})
    found = compared(FEW[:2], [LOAN], read_variation({"capacities": {"call": units}}), policy=tight)
    assert (found.own.contacted, found.other.contacted, found.other.offers[0].reasons) == (1, contacted, reasons)
    assert ("way:call" in found.other.prices) == (units != "")
    assert found.own.prices["way:call"] == pytest.approx(WORTH)  # what one more call would bring


def test_twelve_customers_all_alike_are_served_to_the_last_call_that_there_is():
    people = [person(code) for code in codes(12, "loan")]
    found = compared(people, [LOAN], read_variation({"capacities": {"call": "5"}}))
    assert (found.own.contacted, found.other.contacted) == (12, 5)
    [all_of_them] = [one for one in found.segments if one.axis == "tier_state"]
    assert (all_of_them.losers, all_of_them.lost) == (7, pytest.approx(7 * WORTH))


def test_a_lever_costs_what_would_have_been_earned_without_it():
    card = offer("card", 2_800)  # ¥28 − 12.30: less than the loan, but for its lever
    people = [person(code) for code in codes(4, "loan", "card")]
    pushed = replace(PLAIN, levers={"card": 20})
    found = compared(people, [LOAN, card], Variation(without_levers=True), policy=pushed)
    lines = {line.offer: line for line in found.own.offers}
    assert (lines["card"].chosen, lines["loan"].chosen) == (4, 0)
    assert found.own.worth == pytest.approx(4 * (28 * 1.2 - 12.3))
    assert found.own.worth_plain == pytest.approx(4 * (28 - 12.3))
    assert lines["card"].worth - lines["card"].worth_plain == pytest.approx(4 * 28 * 0.2)  # sum of score − score_plain
    assert found.other.worth == pytest.approx(found.other.worth_plain) == pytest.approx(4 * WORTH)
    [people_of] = [one for one in found.segments if one.axis == "kind"]
    assert (people_of.winners, people_of.losers, people_of.moved) == (0, 0, 4)
    assert people_of.shifted == pytest.approx(4 * (30 - 28))  # the lever's price in money, exactly


def test_a_weight_counts_where_its_signal_stands_and_not_without_weights():
    card = offer("card", 2_800)
    people = [person(code, signals=signals) for code, signals in zip(codes(3, "loan", "card"), ([], ["new_home"], ["new_home"]), strict=True)]  # fmt: skip
    weighed = replace(PLAIN, weights={Place("new_home", "", 0, "card"): 50})
    found = compared(people, [LOAN, card], Variation(without_weights=True), policy=weighed)
    assert [(line.offer, line.chosen) for line in found.own.offers] == [("loan", 1), ("card", 2)]
    assert [(line.offer, line.chosen) for line in found.other.offers] == [("loan", 3), ("card", 0)]
    other_issue = replace(PLAIN, weights={Place("new_home", "", int(Issue.RETENTION), ""): 50})
    found = compared(people, [LOAN, card], policy=other_issue)
    assert (found.other, found.own.offers[1].chosen) == (None, 0)


def test_an_offer_that_comes_in_wins_only_those_for_whom_it_is_worth_more():
    dear = offer("dear", 4_000)
    people = [person(code) for code in codes(3, "loan", "dear")]
    found = compared(people, [LOAN], other_offers=[dear, LOAN])
    [alike] = [one for one in found.segments if one.axis == "kind"]
    assert (alike.moved, alike.shifted) == (3, pytest.approx(3 * 10))
    assert [(line.offer, line.reasons) for line in found.other.offers] == [("dear", {}), ("loan", {"another_first": 3})]


def test_offers_without_a_value_reach_nobody_and_say_so():
    found = compared(FEW[:2], [offer("loan", 0, unit_value=None)])
    assert (found.own.contacted, found.own.offers[0].reasons) == (0, {"value_unknown": 2})


def test_the_segments_add_up_to_the_difference_of_the_two_sides():
    draw = random.Random(7)
    people = [
        person(
            f"R{number:04d}", tier=draw.choice("ABC"), state=draw.choice(["active", "watch", "alarm"]), calls_30=draw.choice([0, 1]),
            age=draw.choice([None, 20.0, 50.0, 70.0]), kind=draw.choice(["person", "organisation"]), at_stake_year=draw.uniform(0, 9_000),
        )
        for number in range(400)
    ]  # fmt: skip
    offers = [LOAN, offer("card", 2_800), offer("keep", 0, value_model=1)]
    pushed = replace(PLAIN, levers={"card": 30}, capacities=PLAIN.capacities | {Way.CALL: 90})
    found = compared(people, offers, read_variation({"lines": {"calls": "2"}, "capacities": {"call": "150"}}), policy=pushed)  # fmt: skip
    for by in ("tier_state", "age", "kind"):
        rows = [one for one in found.segments if one.axis == by]
        assert sum(one.customers for one in rows) == 400
        assert sum(one.own for one in rows) == found.own.contacted
        assert sum(one.other - one.winners + one.losers for one in rows) == found.own.contacted
        change = sum(one.gained - one.lost + one.shifted for one in rows)
        assert change == pytest.approx(found.other.worth_plain - found.own.worth_plain, abs=1e-3)
    assert found.other.ways["call"] > found.own.ways["call"] == 90
