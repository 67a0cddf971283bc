"""Tier shares, their divergence, and the permutation test, against the statement's figures and a second calculation."""

import itertools
import random

import numpy as np
import pytest

from guanxi.insight.detectors.price_mix import Purchases, chances, divergence, mix_of


def purchases(*cases: list[tuple[int, int, bool]]) -> Purchases:
    """Cases of (amount, tier, is recent)."""
    rows = [(number, *one) for number, case in enumerate(cases) for one in case]
    case, amount, tier, recent = (np.array(column) for column in zip(*rows, strict=True))
    return Purchases(case, amount.astype(np.int64), tier.astype(np.int64), recent.astype(bool))


def shares(before: tuple[int, int, int], now: tuple[int, int, int]) -> list[tuple[int, int, bool]]:
    """One purchase a tier (premium, mid, value) of these sums, before and now."""
    return [(sum_, 3 - tier, False) for tier, sum_ in enumerate(before)] + [
        (s, 3 - tier, True) for tier, s in enumerate(now)
    ]


@pytest.mark.parametrize(
    "before, now, index_before, index, bits",
    [
        ((80, 15, 5), (10, 30, 60), 2.75, 1.50, 0.44),  # RSK-02, Ma
        ((21, 40, 39), (17, 41, 42), 1.82, 1.75, 0.002),  # and the unchanged mix
        ((100, 0, 0), (0, 0, 100), 3.0, 1.0, 1.0),
        ((50, 50, 0), (50, 50, 0), 2.5, 2.5, 0.0),
        ((0, 0, 7), (0, 7, 0), 1.0, 2.0, 1.0),
    ],
)
def test_index_and_divergence(before, now, index_before, index, bits):
    mix = mix_of(purchases(shares(before, now)), 1)
    assert (round(mix.index_before[0], 2), round(mix.index[0], 2)) == (index_before, index)
    assert mix.divergence[0] == pytest.approx(bits, abs=0.005 if bits > 0.01 else 0.0005)
    assert mix.change[0] == pytest.approx(index - index_before)


def test_many_cases_at_once_are_as_each_alone():
    rng = random.Random(4)
    cases = [
        [(rng.randint(1, 900), rng.randint(1, 3), number % 3 == 0) for number in range(rng.randint(6, 40))]
        for _ in range(9)
    ]
    together, seeds = purchases(*cases), np.arange(9, dtype=np.uint64) + 77
    mix, found = mix_of(together, 9), chances(together, seeds)
    for number, case in enumerate(cases):
        alone = purchases(case)
        assert mix.change[number] == mix_of(alone, 1).change[0]
        assert found[number] == chances(alone, seeds[number : number + 1])[0]
    kept = together.of(np.arange(9) >= 4, 9)
    assert (chances(kept, seeds[4:]) == found[4:]).all()


def second_calculation(case: list[tuple[int, int, bool]], seed: int, draws: int) -> float:
    """The same test in plain Python: 64-bit integers by hand, one shuffle after another."""
    mask, step = 2**64 - 1, 0x9E3779B97F4A7C15

    def mixed(x: int) -> int:
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 & mask
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB & mask
        return x ^ (x >> 31)

    def change(recent: set[int]) -> float:
        money = [sum(case[i][0] for i in range(len(case)) if (i in recent) == now) for now in (False, True)]
        points = [
            sum(case[i][0] * case[i][1] for i in range(len(case)) if (i in recent) == now) for now in (False, True)
        ]
        return points[1] / money[1] - points[0] / money[0]

    recent = {i for i, one in enumerate(case) if one[2]}
    observed, hits = change(recent), 0
    for draw in range(1, draws + 1):
        start = mixed((seed + draw * step) & mask)
        keys = [mixed((start + (i + 1) * step) & mask) for i in range(len(case))]
        order = sorted(range(len(case)), key=keys.__getitem__)
        hits += change(set(order[: len(recent)])) <= observed + 1e-12
    return (1 + hits) / (1 + draws)


@pytest.mark.parametrize("seed", [1, 2**63 + 5, 12345678901234567])
def test_the_chance_is_that_of_a_second_calculation(seed):
    rng = random.Random(seed)
    case = [(rng.randint(100, 90_000), rng.choice([1, 2, 3, 3]), False) for _ in range(22)]
    case += [(rng.randint(100, 9_000), rng.choice([1, 1, 2, 3]), True) for _ in range(9)]
    found = chances(purchases(case), np.array([seed], dtype=np.uint64), 199)[0]
    assert found == second_calculation(case, seed, 199)
    assert 0.005 <= found < 0.9


def test_it_comes_near_the_exact_chance_of_all_shuffles():
    case = [
        (100, 3, False),
        (120, 3, False),
        (90, 2, False),
        (80, 3, False),
        (70, 1, False),
        (60, 2, True),
        (50, 1, True),
        (40, 2, True),
    ]
    amounts, tiers = np.array([one[0] for one in case]), np.array([one[1] for one in case])

    def change(recent: tuple[int, ...]) -> float:
        now = np.isin(np.arange(8), recent)
        index = [(amounts[side] * tiers[side]).sum() / amounts[side].sum() for side in (now, ~now)]
        return index[0] - index[1]

    observed = change((5, 6, 7))
    every = [change(chosen) <= observed + 1e-12 for chosen in itertools.combinations(range(8), 3)]
    found = [chances(purchases(case), np.array([seed], dtype=np.uint64))[0] for seed in range(20)]
    assert np.mean(found) == pytest.approx(np.mean(every), abs=0.01)


def test_exchangeable_purchases_give_every_chance_alike():
    rng = np.random.default_rng(8)
    cases, size, recent = 600, 40, 12
    bought = Purchases(
        np.repeat(np.arange(cases), size),
        rng.integers(100, 50_000, cases * size),
        rng.integers(1, 4, cases * size),
        np.tile(np.arange(size) < recent, cases),
    )
    found = chances(bought, rng.integers(0, 2**63, cases).astype(np.uint64), 199)
    # Kolmogorov–Smirnov distance from the uniform distribution; 0.1 % quantile for 600 is 0.0796
    grid = np.sort(found)
    assert np.abs(grid - (np.arange(cases) + 0.5) / cases).max() < 0.08
    assert 0.02 < (found <= 0.05).mean() < 0.09


def test_a_mix_that_fell_is_not_chance_and_one_that_rose_is_never_a_fall():
    fell = [(1_000, 3, False)] * 15 + [(500, 1, True)] * 9
    rose = [(1_000, 1, False)] * 15 + [(500, 3, True)] * 9
    found = chances(purchases(fell, rose), np.array([3, 3], dtype=np.uint64))
    assert found[0] == 0.001
    assert found[1] == 1.0


def test_divergence_is_symmetric_and_bounded():
    rng = np.random.default_rng(1)
    p, q = rng.dirichlet([0.4] * 3, 200), rng.dirichlet([0.4] * 3, 200)
    assert np.allclose(divergence(p, q), divergence(q, p))
    assert (divergence(p, q) >= 0).all()
    assert (divergence(p, q) <= 1 + 1e-12).all()
