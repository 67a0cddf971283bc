import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.insight.estimates.tiers import (
    Before,
    Lines,
    assign_tiers,
    cut_strictly,
    hash_codes,
    is_loss_making,
    rank_by_value,
)


def ranks_at(*hundredths: float) -> np.ndarray:
    """Ranks among 10,000 customers at which q is just below these hundredths; the others fill up behind."""
    return np.array([round(h * 100) for h in hundredths] + [10_000] * (10_000 - len(hundredths)))


def run(q: list[float], shown: str, runs: int = 0, newcomer: bool = False) -> list[tuple[str, int]]:
    before = Before(np.array([shown] * 10_000), np.full(10_000, runs, dtype=np.int8))
    found = assign_tiers(ranks_at(*q), np.full(10_000, newcomer), before)
    return [(str(found.shown[k]), int(found.runs_outside[k])) for k in range(len(q))]


@pytest.mark.parametrize(
    ("customers", "a", "c", "vip"),
    [
        (1000, 200, 200, 40),
        (10, 2, 2, 0),
        (7, 1, 1, 0),
        (1, 0, 0, 0),
        (2, 0, 0, 0),
        (3, 1, 1, 0),
        (25, 5, 5, 1),
        (2357, 471, 471, 94),
    ],
)
def test_the_strict_cut_adds_up(customers, a, c, vip):
    ranks = rank_by_value(np.random.default_rng(0).integers(-50, 50, customers), np.arange(customers))
    found = assign_tiers(ranks, np.zeros(customers, dtype=bool))
    counted = {letter: int(np.sum(found.strict == letter)) for letter in "ABC"}
    assert counted == {"A": a, "B": customers - a - c, "C": c}
    assert found.vip.sum() == vip
    assert (found.shown == found.strict).all()
    q = (ranks - 0.5) / customers
    assert ((found.strict == "A") == (q <= 0.2 + 1e-12)).all()
    assert ((found.strict == "C") == (q > 0.8 + 1e-12)).all()


def test_ties_are_broken_by_key_and_never_by_row():
    values = [5, 9, 5, 5, -3]
    assert rank_by_value(values, [30, 1, 10, 20, 1]).tolist() == [4, 1, 2, 3, 5]
    codes = np.array([f"c{k:011d}" for k in range(1000)])
    keys = hash_codes(codes, "tier")
    first = cut_strictly(rank_by_value(np.zeros(1000), keys))
    order = np.random.default_rng(1).permutation(1000)
    assert (cut_strictly(rank_by_value(np.zeros(1000), keys[order])) == first[order]).all()
    assert np.sum(first == "A") == np.sum(first == "C") == 200
    # Not the order of the codes, and another order with another salt.
    assert 20 < np.sum(first[:200] == "A") < 60
    assert (cut_strictly(rank_by_value(np.zeros(1000), hash_codes(codes, "other"))) != first).any()


def test_the_hash_never_changes():
    """Written down: a changed hash would move customers between tiers on an upgrade."""
    found = hash_codes(np.array(["k3m9x2p7q4wz", "a", ""]), "tier")
    assert [int(value) for value in found] == [_slow_hash("tierk3m9x2p7q4wz"), _slow_hash("tiera"), _slow_hash("tier")]
    assert int(found[0]) == 9833588456057903525
    assert hash_codes(np.array([], dtype=str), "tier").tolist() == []


def _slow_hash(text: str) -> int:
    """FNV-1a and the finaliser of SplitMix64 in whole numbers of Python."""
    mixed, limit = 0xCBF29CE484222325, 2**64
    for letter in text.encode():
        mixed = (mixed ^ letter) * 0x100000001B3 % limit
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9 % limit
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB % limit
    return mixed ^ (mixed >> 31)


def test_entering_and_leaving_a():
    assert run([20, 20.01, 21], shown="B") == [("A", 0), ("B", 0), ("B", 0)]
    assert run([20, 22, 22.01, 85], shown="A") == [("A", 0), ("A", 0), ("A", 1), ("A", 1)]
    assert run([22, 22.01, 85], shown="A", runs=1) == [("A", 0), ("B", 0), ("C", 0)]


def test_entering_and_leaving_c():
    assert run([80, 80.01], shown="B") == [("B", 0), ("C", 0)]
    assert run([80.01, 79, 78.01, 78, 10], shown="C") == [("C", 0), ("C", 0), ("C", 0), ("C", 1), ("C", 1)]
    assert run([78.01, 78, 10], shown="C", runs=1) == [("C", 0), ("B", 0), ("A", 0)]


def test_who_had_no_tier_gets_the_strict_one():
    assert run([5, 50, 90], shown="") == [("A", 0), ("B", 0), ("C", 0)]


def test_newcomers_are_never_c_but_the_strict_cut_counts_them():
    assert run([5, 50, 90], shown="", newcomer=True) == [("A", 0), ("B", 0), ("B", 0)]
    assert run([90], shown="C", newcomer=True) == [("B", 0)]
    found = assign_tiers(np.arange(1, 11), np.ones(10, dtype=bool))
    assert "".join(found.strict) == "AABBBBBBCC"
    assert "".join(found.shown) == "AABBBBBBBB"


def test_vip_is_the_best_of_a():
    found = assign_tiers(np.arange(1, 101), np.zeros(100, dtype=bool))
    assert np.flatnonzero(found.vip).tolist() == [0, 1, 2, 3]


def test_loss_making_needs_loss_and_little_potential():
    tier = np.array(["A", "B", "B", "B", "C", "C", "C", "C", "A"])
    contribution = [900, 50, 40, 30, -5, -5, 5, -5, -9]
    potential = [0, 100, 200, 300, 199, 200, 0, 500, 0]
    assert np.flatnonzero(is_loss_making(tier, contribution, potential)).tolist() == [4]
    assert is_loss_making(np.array(["C", "C"]), [-1, 1], [9, 9]).tolist() == [True, False]


def test_unknown_values_are_refused():
    with pytest.raises(ValueError, match="finite"):
        rank_by_value([1.0, np.inf], [1, 2])


@given(st.lists(st.sampled_from([-(2**63), -1, 0, 1, 2**53, 2**53 + 1, 2**63 - 1]), min_size=1, max_size=50))
def test_ranks_of_whole_numbers_are_exact(values):
    ranks = rank_by_value(np.array(values, dtype=np.int64), np.arange(len(values)))
    order = sorted(range(len(values)), key=lambda k: (-values[k], k))
    assert [int(ranks[k]) for k in order] == list(range(1, len(values) + 1))


@given(st.integers(1, 400), st.integers(0, 2**31))
def test_one_run_of_noise_moves_only_those_who_crossed_the_band(customers, seed):
    """Shown A with q <= 0.22, and C with q > 0.78, stay for ever."""
    chance = np.random.default_rng(seed)
    shown, runs = np.array(["", "A", "B", "C"])[chance.integers(0, 4, customers)], chance.integers(0, 2, customers)
    ranks = chance.permutation(customers) + 1
    found = assign_tiers(ranks, np.zeros(customers, dtype=bool), Before(shown, runs.astype(np.int8)))
    q = (ranks - 0.5) / customers
    assert (found.shown[(shown == "A") & (q < 0.2199)] == "A").all()
    assert (found.shown[(shown == "C") & (q > 0.7801)] == "C").all()
    moved = (found.shown != shown) & (shown != "")
    assert (found.shown[moved] == found.strict[moved]).all()
    assert (found.runs_outside <= 1).all()


def test_a_firm_draws_the_lines_elsewhere():
    """The best tenth A, the last 30 of 100 C, the very best 1 of 100 VIP; leaving takes 5 more, three months in a row."""
    lines = Lines(a=100_000, c=300_000, vip=10_000, further=50_000, runs=3)
    ranks = np.arange(1, 1001)
    found = assign_tiers(ranks, np.zeros(1000, dtype=bool), lines=lines)
    assert [int(np.sum(found.strict == letter)) for letter in "ABC"] == [100, 600, 300]
    assert int(found.vip.sum()) == 10
    was = Before(np.array(["A"] * 1000), np.full(1000, 1, dtype=np.int8))
    again = assign_tiers(ranks, np.zeros(1000, dtype=bool), was, lines)
    assert (again.shown == "A").all()  # outside for the second time: not yet
    assert again.runs_outside[[149, 150]].tolist() == [0, 2]  # the line of leaving lies at 15 of 100
    gone = assign_tiers(ranks, np.zeros(1000, dtype=bool), Before(again.shown, again.runs_outside), lines)
    assert [int(np.sum(gone.shown == letter)) for letter in "ABC"] == [150, 550, 300]
