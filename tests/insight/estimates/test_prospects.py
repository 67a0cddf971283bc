"""ACQ-03: patterns between traits and becoming a customer, on people with known chances; held against people not seen."""

import numpy as np
import pytest

from guanxi.insight.estimates import prospects as rules
from guanxi.insight.estimates.acquisition import rank_prospects


def people(seed: int, many: int = 3_000):
    """Recommended ones become customers in 30 of 100 and bring 900; from the fair 10 and 600; from lists 2 and 300."""
    random = np.random.default_rng(seed)
    kinds = random.choice(3, many, p=[0.2, 0.4, 0.4])
    traits = [
        (("person", "recommended", "friend"), ("person", "", "fair"), ("person", "", "list"))[one] for one in kinds
    ]
    won = random.random(many) < np.array([0.30, 0.10, 0.02])[kinds]
    value = np.array([900.0, 600.0, 300.0])[kinds] * random.uniform(0.5, 1.5, many)
    return traits, won, value, random.integers(0, rules.FOLDS, many)


def test_a_cell_is_shrunk_to_the_one_above_it():
    """2 of 10 where 2 of 100 of all became customers: (2 + 50 · p of the parent) / 60, as decisioning.md 3.3 has it."""
    traits = [("a",)] * 10 + [("b",)] * 90
    won = [True, True, *[False] * 98]
    found = rules.learn_patterns(traits, won, [100.0] * 100)
    by = dict(zip(found.cells, found.chance.tolist(), strict=True))
    assert by["a",] == pytest.approx((2 + 50 * 0.02) / 60)
    assert by["b",] == pytest.approx((0 + 50 * 0.02) / 140)
    assert found.value.tolist() == pytest.approx([100.0, 100.0])
    assert (found.entered.tolist(), found.won.tolist()) == ([10, 90], [2, 0])


def test_known_chances_and_values_are_found_and_ranked_by_worth_less_the_contact():
    traits, won, value, _ = people(1)
    learned = rules.learn_patterns(traits, won, value)
    asked = [("person", "", "list"), ("person", "recommended", "friend"), ("person", "", "fair")]
    chance, brings = rules.foretell(asked, learned)
    assert chance == pytest.approx([0.02, 0.30, 0.10], abs=0.03)
    assert brings == pytest.approx([300, 900, 600], rel=0.4)  # few of a list came: shrunk to the others
    ranked = rank_prospects(chance, brings, [12, 12, 60])
    assert ranked.order.tolist()[0] == 1
    assert 2 not in ranked.order.tolist() or ranked.worth[2] > 0
    assert ranked.worth.tolist() == pytest.approx((chance * brings - np.array([12, 12, 60])).tolist())


def test_a_source_that_was_never_seen_is_told_by_those_above_it():
    traits, won, value, _ = people(2)
    learned = rules.learn_patterns(traits, won, value)
    chance, brings = rules.foretell([("person", "recommended", "radio"), ("organisation", "", "visit")], learned)
    assert chance[0] == pytest.approx(0.30, abs=0.03)
    assert chance[1] == pytest.approx(float(np.mean(won)), abs=0.02)
    assert (brings > 0).all()


def test_on_people_not_seen_the_first_tenth_becomes_customers_more_often_and_noise_gives_no_lift():
    lifts = [rules.hold_out_lift(*people(seed)) for seed in range(5)]
    assert all(one.won > 2 and one.worth > 2 for one in lifts)
    assert {one.people for one in lifts} == {3_000}
    noise = []
    for seed in range(20):
        traits, won, value, fold = people(seed, 1_000)
        order = np.random.default_rng(seed + 99).permutation(len(won))
        noise.append(rules.hold_out_lift(traits, won[order], value[order], fold).won)
    assert np.mean(noise) == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize("entered, won", [(0, 0), (99, 40), (400, 19), (400, 0)])
def test_of_too_few_nothing_is_told(entered, won):
    flags = [True] * won + [False] * (entered - won)
    assert rules.hold_out_lift([("person", "", "x")] * entered, flags, [1.0] * entered, [0] * entered) is None


def test_all_alike_have_one_chance_and_a_lift_near_one():
    flags = [number % 10 == 0 for number in range(1_000)]
    found = rules.hold_out_lift(
        [("person", "", "x")] * 1_000, flags, [5.0] * 1_000, [number % 7 % 5 for number in range(1_000)]
    )
    assert found.share_all == 0.1
    assert found.won == pytest.approx(1, abs=0.4)
