"""One customer weighed alone is decided as the whole run decided him: same gates, same figures, same choice."""

import random
from collections import Counter
from dataclasses import replace

import pyarrow as pa
import pytest

from guanxi.insight.decisions.arbitration import Chance, Condition, OfferTerms, Policy, Treatment, arbitrate
from guanxi.insight.decisions.arbitration.single import CHOSEN, Asking, Terms, Weighed, weigh_one
from guanxi.insight.decisions.offers.contexts import WAY_CONTEXTS
from guanxi.insight.warehouse.workbench import Workbench

COUNTER, CALL, SMS = 1, 2, 4
REASONS = ("no_consent", "pressure")
OFFERS = (
    OfferTerms(
        "loan",
        "2400 + 0.1 * worth",
        (Treatment(CALL, 12.0, {"calls": 1}), Treatment(SMS, 0.05)),
        (Condition("too_young", "age >= 18"), Condition("owned", "NOT list_contains(owned, 'loan')")),
        lever=0.2,
        control=0.1,
    ),
    OfferTerms(
        "cover",
        "300",
        (Treatment(SMS, 0.05, {"stock:cover": 1}),),
        (Condition("owned", "worth > 50"),),
        risk=0.1,
        stock="stock:cover",
        reserved="worth % 7 < 2",
    ),
    OfferTerms("car", "1800", (Treatment(CALL, 12.0, {"calls": 1}),), control=0.3),
    OfferTerms("loss", "-40", (Treatment(SMS, 0.05),)),
    OfferTerms("unknown", "worth / nullif(age - 30, 0)", (Treatment(SMS, 0.05),)),
)
CHANCES = {
    (offer.code, way.channel, cell): Chance(0.05, tau, 0.01)
    for offer in OFFERS
    for way in offer.treatments
    for cell, tau in ((0, 0.02 / way.channel), (1, 0.003), (2, -0.001))
}


def cast(size: int, seed: int) -> pa.Table:
    drawn = random.Random(seed)
    rows = [
        {
            "customer_id": number,
            "code": f"C{number:05d}",
            "cell": drawn.choice((0, 0, 1, 2)),
            "opt_out": drawn.choice((0.002, 0.005, 0.02)),
            f"why_{CALL}": drawn.choice((0, 0, 0, 1, 2)),
            f"why_{SMS}": drawn.choice((0, 0, 1)),
            "age": drawn.choice((17, 30, 44, None)),
            "worth": drawn.choice((10.0, 50.0, 51.0, 2000.0)),
            "owned": drawn.choice(([], ["loan"], ["cover"])),
        }
        for number in range(1, size + 1)
    ]
    whys = [(f"why_{channel}", pa.int16()) for channel in (CALL, SMS)]
    facts = [("customer_id", pa.int64()), ("code", pa.string()), ("cell", pa.int32()), ("opt_out", pa.float64())]
    more = [("age", pa.int32()), ("worth", pa.float64()), ("owned", pa.list_(pa.string()))]
    return pa.Table.from_pylist(rows, schema=pa.schema(facts + whys + more))


def contexts_table(contexts: dict[int, dict[str, float]]) -> pa.Table:
    told = [(key, offer, adds) for key, mine in contexts.items() for offer, adds in mine.items()]
    columns = (list(column) for column in zip(*told, strict=True))
    return pa.table(dict(zip(("customer_id", "offer", "context"), columns, strict=True)))


def ways_table(contexts: dict[int, dict[tuple[str, int], float]]) -> pa.Table:
    told = [(key, *way, adds) for key, mine in contexts.items() for way, adds in mine.items()]
    columns = zip(*told, strict=True) if told else ([], [], [], [])
    names = ("customer_id", "offer", "channel", "context")
    return pa.Table.from_pydict(dict(zip(names, map(list, columns), strict=True)), schema=WAY_CONTEXTS)


def both(
    people: pa.Table,
    policy: Policy,
    contexts: dict[int, dict[str, float]],
    ways: dict[int, dict[tuple[str, int], float]] | None = None,
):
    """What the run decides, by customer; and each one weighed alone at its prices."""
    with Workbench() as bench:
        bench.register("given", people)
        bench.run("CREATE TABLE deciding AS SELECT * FROM given")
        found = arbitrate(
            bench, OFFERS, CHANCES, policy, contexts=contexts_table(contexts), way_contexts=ways_table(ways or {})
        )
    run = {row["customer_id"]: row for row in found.decisions.to_pylist()}
    asking = Asking(Terms(OFFERS, CHANCES, policy, found.prices), people)
    alone = {
        key: weigh_one(asking, people.slice(place, 1), contexts.get(key, {}), (ways or {}).get(key, {}))
        for place, key in enumerate(people["customer_id"].to_pylist())
    }
    return found, run, alone


def taken(weighed: list[Weighed]) -> Weighed | None:
    return next((one for one in weighed if one.reason in {CHOSEN, "control"}), None)


@pytest.mark.parametrize("seed", [1, 2])
def test_everybody_is_decided_alone_as_in_the_run_where_nothing_is_scarce(seed):
    people = cast(160, seed)
    contexts = {key: {"loan": 1.0, "car": -0.5} for key in range(1, 161, 3)}
    ways = {key: {("loan", CALL): -0.2, ("car", CALL): -0.2} for key in range(1, 161, 2)}
    found, run, alone = both(people, Policy(salt="offers|", run="x|", channel_reasons=REASONS), contexts, ways)
    assert {row["context"] for row in run.values()} >= {-0.2, 0.0, 1.0}  # on the way that was refused, and on others
    assert {key: one.offer for key, weighed in alone.items() if (one := taken(weighed))} == {
        key: row["offer"] for key, row in run.items()
    }
    assert len({row["offer"] for row in run.values()}) >= 3
    for key, row in run.items():
        one = taken(alone[key])
        assert (one.channel, one.score, one.value, one.context) == (
            row["channel"], row["score"], row["value"], row["context"],
        )  # fmt: skip
        assert one.score_plain == pytest.approx(row["score_plain"], abs=1e-9)
        assert one.is_control == (row["arm"] == "control")
    # and the reasons of all who did not get it are those that the run counted
    counted: Counter[tuple[str, str]] = Counter()
    for reject in found.rejects:
        counted[reject["offer"], reject["reason"]] += reject["customers"]
    mine = Counter((one.offer, reason_of(one)) for weighed in alone.values() for one in told_once(weighed))
    known = {pair: number for pair, number in mine.items() if pair[0] != "unknown"}
    assert known == {pair: number for pair, number in counted.items() if pair[0] != "unknown"}


def told_once(weighed: list[Weighed]) -> list[Weighed]:
    """As the run counts: what a condition keeps from him once, however many ways there are."""
    kept, seen = [], set()
    for one in weighed:
        gate = one.reason in {"too_young", "owned"}
        if gate and (one.offer, one.reason) in seen:
            continue
        seen.add((one.offer, one.reason))
        kept.append(one)
    return kept


def reason_of(one: Weighed) -> str:
    return CHOSEN if one.reason == "control" else one.reason


def test_at_the_price_of_what_is_scarce_only_equal_claims_are_left_to_the_draw():
    people = cast(200, 7)
    policy = Policy({"calls": 20}, salt="offers|", run="x|", channel_reasons=REASONS)
    found, run, alone = both(people, policy, {1: {"loan": 0.0}})
    assert found.prices["calls"] > 0
    ours = {key: one for key, weighed in alone.items() if (one := taken(weighed))}
    sure = {key: one for key, one in ours.items() if one.score > 0}
    assert {key: (one.offer, one.channel, one.score) for key, one in sure.items()} == {
        key: (run[key]["offer"], run[key]["channel"], run[key]["score"]) for key in sure
    }
    # the others had equal claims, or were given for nothing what was left over
    assert all(run[key]["price"] == 0 or run[key]["score"] == 0 for key in run.keys() - sure.keys())
    assert len(sure) >= 0.8 * len(run)


def test_a_firm_without_a_price_decides_by_worth_and_says_why_the_others_lost():
    people = pa.Table.from_pylist(
        [
            {"customer_id": 1, "code": "C00001", "cell": 0, "opt_out": 0.0, "why_2": 0, "why_4": 1, "age": 30, "worth": 0.0,
             "owned": []},
        ],
        schema=cast(1, 1).schema,
    )  # fmt: skip
    offers = [replace(offer, control=0.0) for offer in OFFERS]
    asking = Asking(Terms(offers, CHANCES, Policy(channel_reasons=REASONS), {}), people)
    told = {(one.offer, one.channel): one.reason for one in weigh_one(asking, people, {})}
    assert told == {
        ("loan", CALL): CHOSEN, ("loan", SMS): "no_consent", ("cover", SMS): "owned", ("car", CALL): "another_first",
        ("loss", SMS): "no_consent", ("unknown", SMS): "no_consent",
    }  # fmt: skip
    dear = Asking(Terms(offers, CHANCES, Policy(channel_reasons=REASONS), {"calls": 1000.0}), people)
    assert {one.reason for one in weigh_one(dear, people, {}) if one.channel == CALL} == {"no_capacity"}


def test_to_whom_nothing_is_closed_he_is_asked_less_and_told_the_same():
    """Half of them have something closed to them; what else is asked of an offer comes before, between and after."""
    people = cast(120, 9)
    closed = [
        [["rest|loan"], ["answered|"], ["answered|", "rest|loan"]][number % 3] if number % 2 else []
        for number in range(120)
    ]
    people = people.append_column("closed", pa.array(closed, pa.list_(pa.string())))
    rests = Condition("rest", "NOT list_has_any(closed, ['rest|loan'])", is_closing=True)
    answered = Condition("answered", "NOT list_has_any(closed, ['answered|'])", is_closing=True)
    offers = [
        replace(one, conditions=(*one.conditions, rests, answered, Condition("late", "age < 60"))) for one in OFFERS[:3]
    ]
    policy = Policy(salt="offers|", run="x|", channel_reasons=REASONS)
    with Workbench() as bench:
        bench.register("given", people)
        bench.run("CREATE TABLE deciding AS SELECT * FROM given")
        run = {
            row["customer_id"]: row["offer"] for row in arbitrate(bench, offers, CHANCES, policy).decisions.to_pylist()
        }
    asking = Asking(Terms(offers, CHANCES, policy, {}), people)
    whole = Asking(Terms([replace(one, conditions=tuple(replace(each, is_closing=False) for each in one.conditions)) for one in offers], CHANCES, policy, {}), people)  # fmt: skip
    found = {}
    for place, key in enumerate(people["customer_id"].to_pylist()):
        weighed = weigh_one(asking, people.slice(place, 1), {})
        assert weighed == weigh_one(whole, people.slice(place, 1), {})
        first = taken(weighed)
        found |= {key: first.offer} if first else {}
    assert found == run
    told = Counter(one.reason for place in range(120) for one in weigh_one(asking, people.slice(place, 1), {}))
    assert min(told["rest"], told["answered"], told["late"]) > 0
