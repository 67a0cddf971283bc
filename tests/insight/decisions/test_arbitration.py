"""Arbitration: gates, value in money, prices of what is scarce, one decision each; held against counting it out by hand."""

import itertools
import random
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from guanxi.insight.decisions.arbitration import (
    Arbitration,
    Chance,
    Condition,
    OfferTerms,
    Policy,
    Treatment,
    arbitrate,
    arms,
)
from guanxi.insight.decisions.arbitration.parts import each_part, parts_of
from guanxi.insight.warehouse.workbench import Workbench

DECISIONS = Path(arms.__file__).parents[1] / "sql"
COUNTER, CALL, SMS, MAIL = 1, 2, 4, 5
USUAL = Policy()
LOAN = OfferTerms("loan", "2400", (Treatment(COUNTER, 0),))
CAR = OfferTerms("car", "1800", (Treatment(COUNTER, 0),))
HOME = OfferTerms("home", "300", (Treatment(COUNTER, 0),))


class People:
    """Rows of `deciding`; every channel is open and nobody opts out where a test does not say otherwise."""

    def __init__(self) -> None:
        self.rows: list[dict] = []

    def add(self, **fields: object) -> int:
        number = len(self.rows) + 1
        usual = {"customer_id": number, "code": f"C{number:05d}", "cell": 0, "opt_out": 0.0, "signal": ""}
        closed = {f"why_{channel}": 0 for channel in (COUNTER, CALL, SMS, MAIL)}
        self.rows.append(usual | closed | {"worth": 0.0, "tier": 1} | fields)
        return number

    def decide(self, offers, chances, policy=USUAL, **how) -> Arbitration:
        with Workbench() as bench:
            bench.run(DECISIONS / "prelude_duckdb.sql")
            table = pa.Table.from_pylist(self.rows)
            bench.register("given", table.set_column(2, "cell", table["cell"].cast(pa.int32())))
            bench.run("CREATE TABLE deciding AS SELECT * FROM given")
            return arbitrate(bench, offers, chances, policy, **how)


def in_context(*rows: tuple[int, str, float]) -> pa.Table:
    return pa.table(dict(zip(("customer_id", "offer", "context"), zip(*rows, strict=True), strict=True)))


def alone(**fields: object) -> People:
    people = People()
    people.add(**fields)
    return people


def one(found: Arbitration) -> dict:
    (row,) = found.decisions.to_pylist()
    return row


def reasons(found: Arbitration) -> dict:
    return {(row["offer"], row["channel"], row["reason"]): row["customers"] for row in found.rejects}


def same_for_all(offers, tau: float, p: float | None = None, sd: float = 0.0) -> dict:
    ways = [(offer.code, way.channel) for offer in offers for way in offer.treatments]
    return {(code, channel, 0): Chance(tau if p is None else p, tau, sd) for code, channel in ways}


def test_the_worked_example_at_the_counter_the_loan_is_worth_288():
    chances = {
        ("loan", 1, 0): Chance(0.06, 0.06),
        ("car", 1, 0): Chance(0.012, 0.012),
        ("home", 1, 0): Chance(0.03, 0.03),
    }
    contexts = in_context((1, "loan", 1.0), (1, "car", 0.2), (1, "home", 0.5))
    row = one(alone().decide([LOAN, CAR, HOME], chances, contexts=contexts))
    assert (row["offer"], row["score"]) == ("loan", pytest.approx(288))
    assert row["score_plain"] == pytest.approx(144)
    second = one(alone().decide([CAR, HOME], chances, contexts=contexts))
    assert (second["offer"], second["score"]) == ("car", pytest.approx(25.92))


def test_wang_is_worth_115_in_plain_words_and_216_with_the_alarm():
    keep = OfferTerms("keep", "705", (Treatment(CALL, 12),))
    row = one(alone().decide([keep], {("keep", CALL, 0): Chance(0.3, 0.18)}, contexts=in_context((1, "keep", 0.8))))
    assert (row["score_plain"], row["score"]) == (pytest.approx(114.9), pytest.approx(216.42))
    assert (row["context"], row["cost"], row["p"], row["tau"], row["value"]) == (0.8, 12, 0.3, 0.18, 705)


def test_a_lever_raises_a_gain_but_never_a_loss():
    up = OfferTerms("up", "-worth", (Treatment(SMS, 0.05),), lever=0.3)
    chances = same_for_all([up], 0.1)
    assert alone(worth=500.0).decide([up], chances).decisions.num_rows == 0
    row = one(alone(worth=-500.0).decide([up], chances))
    assert row["score"] == pytest.approx(0.1 * 500 * 1.3 - 0.05)


def test_fatigue_and_risk_are_charged():
    offer = OfferTerms("o", "1000", (Treatment(MAIL, 0.01),), risk=2.5)
    row = one(alone(opt_out=0.02).decide([offer], same_for_all([offer], 0.01)))
    assert row["score"] == pytest.approx(10 - 0.01 - 0.02 * 150 - 2.5)
    assert row["fatigue"] == pytest.approx(3)


def test_nothing_is_sent_for_a_gain_that_may_well_be_none():
    offer = OfferTerms("o", "1000", (Treatment(MAIL, 0.01),))
    for sd, sent in ((0.039, 1), (0.040, 0)):  # P(gain > 0) of 0.01 ± sd is 0.6 at sd .0395
        found = alone().decide([offer], same_for_all([offer], 0.01, sd=sd))
        assert found.decisions.num_rows == sent
        assert ("o", MAIL, "not_sure_enough") in reasons(found) or sent


def test_the_first_gate_that_fails_is_the_reason_and_what_is_unknown_does_not_hold():
    people = People()
    for tier, worth in ((1, 5.0), (3, None), (1, None), (3, 5.0)):
        people.add(tier=tier, worth=worth)
    offer = OfferTerms(
        "o", "100", (Treatment(MAIL, 0),), (Condition("tier", "tier < 3"), Condition("worth", "worth > 1"))
    )
    found = people.decide([offer], same_for_all([offer], 0.5))
    assert reasons(found) == {("o", None, "tier"): 2, ("o", None, "worth"): 1, ("o", MAIL, "chosen"): 1}


def test_a_closed_channel_closes_the_way_and_not_the_offer():
    people = People()
    people.add(why_2=1)
    people.add(why_2=2, why_4=1)
    offer = OfferTerms("o", "1000", (Treatment(CALL, 0), Treatment(SMS, 1)))
    found = people.decide([offer], same_for_all([offer], 0.1), Policy(channel_reasons=("no_consent", "pressure")))
    assert [(row["customer_id"], row["channel"]) for row in found.decisions.to_pylist()] == [(1, SMS)]
    assert reasons(found) == {
        ("o", CALL, "no_consent"): 1,
        ("o", CALL, "pressure"): 1,
        ("o", SMS, "no_consent"): 1,
        ("o", SMS, "chosen"): 1,
    }


@pytest.mark.parametrize("units", [0, 1, 7, 40, 60, 100])
def test_discrete_cells_tie_and_the_last_unit_is_still_used(units):
    people = People()
    for number in range(60):
        people.add(cell=number % 3)
    offer = OfferTerms("o", "1000", (Treatment(CALL, 12, {"calls": 1}),))
    chances = {("o", CALL, cell): Chance(0.1, 0.1 * (cell + 1)) for cell in range(3)}
    found = people.decide([offer], chances, Policy(capacity={"calls": units}))
    taken = Counter(round(row["tau"], 6) for row in found.decisions.to_pylist())
    best_first = [0.3] * 20 + [0.2] * 20 + [0.1] * 20
    assert taken == Counter(best_first[:units])
    assert reasons(found).get(("o", CALL, "no_capacity"), 0) == max(0, 60 - units)
    if units == 7:
        assert found.prices["calls"] == pytest.approx(0.3 * 1000 - 12)
        assert all(row["score"] == pytest.approx(0) for row in found.decisions.to_pylist())
    if units == 40:
        assert found.prices["calls"] == pytest.approx(0.1 * 1000 - 12)
        assert all(row["score"] > 99 for row in found.decisions.to_pylist())
    if units >= 60:
        assert found.prices["calls"] == 0


def test_no_limit_is_not_a_limit_of_none():
    people = People()
    for _ in range(5):
        people.add()
    offer = OfferTerms("o", "1000", (Treatment(CALL, 12, {"calls": 1}),))
    chances = same_for_all([offer], 0.1)
    assert people.decide([offer], chances).decisions.num_rows == 5
    assert people.decide([offer], chances, Policy(capacity={"calls": 0})).decisions.num_rows == 0
    assert people.decide([offer], chances, Policy(capacity={"visits": 0})).decisions.num_rows == 5
    with pytest.raises(ValueError, match="capacity"):
        people.decide([offer], chances, Policy(capacity={"calls": -1}))


def firm(seed: int, size: int) -> tuple[People, list[OfferTerms], dict]:
    draw = random.Random(seed)
    people = People()
    for _ in range(size):
        people.add(worth=draw.choice([0, 50, 100, 400, 800]), cell=draw.randrange(3), tier=draw.randrange(1, 4))
    ways = {CALL: {"calls": 1.0}, SMS: {}, MAIL: {"stock": 1.0}}
    offers = [
        OfferTerms(
            f"o{number}",
            f"{draw.randrange(50, 500)} + worth * {draw.random():.3f}",
            tuple(
                Treatment(channel, draw.choice([0.0, 2.0, 12.0]), ways[channel])
                for channel in draw.sample(list(ways), 2)
            ),
            (Condition("tier", f"tier <= {draw.randrange(1, 4)}"),),
        )
        for number in range(4)
    ]
    chances = {
        (offer.code, way.channel, cell): Chance(0.1, draw.choice([0.01, 0.05, 0.05, 0.1]))
        for offer in offers
        for way in offer.treatments
        for cell in range(3)
    }
    return people, offers, chances


def counted_out(people: People, offers, chances) -> list[dict[str, float]]:
    """Of each customer the best net of each resource ('' for none), by plain arithmetic."""
    found = []
    for row in people.rows:
        nets: dict[str, float] = {}
        for offer in offers:
            base, slope = (float(part) for part in offer.value.split(" + worth * "))
            if not row["tier"] <= int(offer.conditions[0].sql[-1]):
                continue
            for way in offer.treatments:
                net = chances[offer.code, way.channel, row["cell"]].tau * (base + slope * row["worth"]) - way.cost
                lane = "".join(way.uses)
                if net > 0:
                    nets[lane] = max(nets.get(lane, 0), net)
        found.append(nets)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_with_one_scarce_resource_no_other_choice_is_worth_more(seed):
    people, offers, chances = firm(seed, 9)
    nets = counted_out(people, offers, chances)
    units = 1 + seed % 4
    found = people.decide(offers, chances, Policy(capacity={"calls": units}))
    free = [max((net for lane, net in row.items() if lane != "calls"), default=0) for row in nets]
    gains = [row.get("calls", 0) - other for row, other in zip(nets, free, strict=True)]
    most = max(
        sum(free) + sum(gains[who] for who in called)
        for number in range(units + 1)
        for called in itertools.combinations(range(9), number)
    )
    rows = found.decisions.to_pylist()
    assert sum(row["score"] + row["price"] for row in rows) == pytest.approx(most, abs=1e-4)
    assert sum(row["channel"] == CALL for row in rows) <= units


@pytest.mark.parametrize("seed", range(8))
def test_with_two_scarce_resources_neither_is_overdrawn_and_little_is_lost(seed):
    people, offers, chances = firm(seed, 40)
    nets = counted_out(people, offers, chances)
    limits = {"calls": 5, "stock": 7}
    found = people.decide(offers, chances, Policy(capacity=limits))
    rows = found.decisions.to_pylist()
    assert sum(row["channel"] == CALL for row in rows) <= 5
    assert sum(row["channel"] == MAIL for row in rows) <= 7
    most = best_choice(nets, limits)
    assert sum(row["score"] + row["price"] for row in rows) >= 0.97 * most


def best_choice(nets: list[dict[str, float]], limits: dict[str, int]) -> float:
    """What the best of all choices is worth: a lane a customer at most, a limit a lane, by integer programming."""
    pairs = [(who, lane, net) for who, row in enumerate(nets) for lane, net in row.items()]
    once = [[float(who == other) for who, _, _ in pairs] for other in range(len(nets))]
    within = [[float(lane == name) for _, lane, _ in pairs] for name in limits]
    bounds = [1.0] * len(nets) + [float(units) for units in limits.values()]
    found = milp(
        [-net for _, _, net in pairs],
        constraints=LinearConstraint(once + within, ub=bounds),
        integrality=[1] * len(pairs),
        bounds=Bounds(0, 1),
    )
    return -found.fun


def test_the_same_rows_in_any_order_give_the_same_decisions_bit_for_bit():
    people, offers, chances = firm(3, 60)
    policy = Policy(capacity={"calls": 4, "stock": 6}, explored=0.3, salt="s")
    offers = [OfferTerms(**{**vars(offer), "control": 0.2, "is_explored": True}) for offer in offers]
    first = people.decide(offers, chances, policy)
    random.Random(9).shuffle(people.rows)
    again = people.decide(offers, chances, policy)
    assert again.decisions.equals(first.decisions)
    assert (again.prices, again.rejects) == (first.prices, first.rejects)


def test_a_firm_taken_in_parts_is_decided_as_if_it_were_taken_whole():
    people, offers, chances = firm(5, 60)
    offers = [OfferTerms(**{**vars(offer), "control": 0.2, "is_explored": True}) for offer in offers]
    for limits, parts in (({"calls": 4, "stock": 6}, 3), ({"calls": 9}, 7)):
        policy = Policy(capacity=limits, explored=0.3, salt="s")
        whole = people.decide(offers, chances, policy, parts=1)
        again = people.decide(offers, chances, policy, parts=parts)
        assert whole.decisions.num_rows > 20
        assert again.decisions.equals(whole.decisions)
        assert (again.prices, again.rejects) == (whole.prices, whole.rejects)


def test_how_many_are_taken_at_a_time_is_bounded():
    people = People()
    for _ in range(7):
        people.add()
    with Workbench() as bench:
        bench.register("deciding", pa.Table.from_pylist(people.rows))
        assert [parts_of(bench, most) for most in (1, 3, 6, 7, 8)] == [7, 3, 2, 1, 1]
        seen = []
        for _part in each_part(bench, "deciding", 3):
            seen += bench.arrow("SELECT customer_id FROM deciding_of_part")["customer_id"].to_pylist()
        assert sorted(seen) == [1, 2, 3, 4, 5, 6, 7]


def test_controls_are_who_would_have_been_contacted_and_use_nothing_up():
    people = People()
    for number in range(400):
        people.add(worth=float(number))
    offer = OfferTerms("o", "worth", (Treatment(CALL, 0, {"calls": 1}),), control=0.25)
    found = people.decide([offer], same_for_all([offer], 0.1), Policy(capacity={"calls": 90}, salt="2026-"))
    arm = Counter(row["arm"] for row in found.decisions.to_pylist())
    assert arm["chosen"] == 90
    assert 18 <= arm["control"] <= 45
    expected = {row["code"] for row in people.rows if arms.bucket("2026-control|o|", row["code"]) < 2_500}
    assert {row["code"] for row in found.decisions.to_pylist() if row["arm"] == "control"} <= expected
    least = min(row["value"] for row in found.decisions.to_pylist())
    assert found.decisions.num_rows == sum(row["worth"] >= least for row in people.rows)  # best first, arms alike


def test_some_decisions_take_what_would_not_have_been_best():
    people = People()
    for _ in range(500):
        people.add()
    best = OfferTerms("best", "1000", (Treatment(MAIL, 1),))
    other = OfferTerms("other", "100", (Treatment(MAIL, 1),), is_explored=True)
    dear = OfferTerms("dear", "-50", (Treatment(MAIL, 1),), is_explored=True)  # worth less than its contact costs
    offers = [best, other, dear]
    found = people.decide(offers, same_for_all(offers, 0.1), Policy(explored=0.2, salt="x"))
    arm = Counter((row["arm"], row["offer"]) for row in found.decisions.to_pylist())
    assert set(arm) == {("chosen", "best"), ("explore", "other")}
    drawn = {row["code"] for row in people.rows if arms.bucket("xexplore|", row["code"]) < 2_000}
    assert {row["code"] for row in found.decisions.to_pylist() if row["arm"] == "explore"} == drawn
    assert 70 <= len(drawn) <= 130


def test_who_is_kept_as_a_control_of_an_offer_is_not_explored_into_it():
    people = People()
    for _ in range(400):
        people.add()
    best = OfferTerms("best", "1000", (Treatment(MAIL, 1),))
    other = OfferTerms("other", "100", (Treatment(MAIL, 1),), is_explored=True, control=0.3)
    chances = same_for_all([best, other], 0.1)
    found = people.decide([best, other], chances, Policy(explored=1.0, salt="s", run="monday"))
    explored = {row["code"] for row in found.decisions.to_pylist() if row["arm"] == "explore"}
    controls = {row["code"] for row in people.rows if arms.bucket("scontrol|other|", row["code"]) < 3_000}
    assert 80 < len(controls) < 160
    assert explored == {row["code"] for row in people.rows} - controls


def test_another_run_explores_others_and_keeps_the_same_controls():
    people = People()
    for _ in range(300):
        people.add()
    offers = [OfferTerms("a", "1000", (Treatment(MAIL, 1),), control=0.3, is_explored=True)]
    offers.append(OfferTerms("b", "100", (Treatment(MAIL, 1),), is_explored=True))
    sets = []
    for run in ("monday", "tuesday"):
        policy = Policy(explored=0.2, salt="s", run=run)
        rows = people.decide(offers, same_for_all(offers, 0.1), policy).decisions.to_pylist()
        sets.append({arm: {row["code"] for row in rows if row["arm"] == arm} for arm in ("control", "explore")})
    assert sets[0]["control"] == sets[1]["control"] != set()
    assert sets[0]["explore"] != sets[1]["explore"]


def test_a_bucket_is_the_first_eight_bytes_of_the_digest():
    assert arms.bucket("", "") == 0xE3B0C44298FC1C14 % 10_000  # SHA-256 of nothing
    with Workbench() as bench:
        bench.run(Path(arms.__file__).parent / "sql" / "prelude_duckdb.sql")
        for salt, code in (("global|", "abc"), ("控制|", "客户"), ("", "f" * 50)):
            assert bench.scalar("SELECT bucket_of($words)", words=salt + code) == arms.bucket(salt, code)


def test_two_salts_draw_independently():
    codes = [f"C{number:06d}" for number in range(20_000)]
    first = [arms.bucket("a|", code) < 1_000 for code in codes]
    second = [arms.bucket("b|", code) < 1_000 for code in codes]
    both = sum(x and y for x, y in zip(first, second, strict=True))
    assert 1_850 < sum(first) < 2_150
    assert 150 < both < 250


def test_what_cannot_be_decided_is_said():
    with pytest.raises(ValueError, match="nothing to decide"):
        alone().decide([], {})
    with pytest.raises(ValueError, match="no chance of loan on channel 1 for cell 0"):
        alone().decide([LOAN], {})
    with pytest.raises(ValueError, match="share"):
        alone().decide([LOAN], same_for_all([LOAN], 0.1), Policy(explored=1.5))
