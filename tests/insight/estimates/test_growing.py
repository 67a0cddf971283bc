"""Trees grown from answers: they part what differs, where it does, and nothing that chance explains."""

import numpy as np
import pytest

from guanxi.insight.estimates.growing import BANDS, Counted, Division, grow_tree


def counted(seed: int, *, uplift, each: int = 400, ways: int = 3, controls: float = 0.5) -> Counted:
    """Every way, every pair of bands of two traits (four each); a third trait that says nothing."""
    random = np.random.default_rng(seed)
    way, first, second, third = (one.ravel() for one in np.indices((ways, 4, 4, 2)))
    base = np.full(len(way), 0.05)
    treated, control = np.full(len(way), each), np.full(len(way), int(each * controls))
    yes = random.binomial(treated, base + uplift(way, first, second))
    columns = (treated, yes, control, random.binomial(control, base))
    return Counted(way, np.stack([first, second, third], axis=1), np.stack(columns, axis=1).astype(float))


def nothing(way, first, second):
    return np.zeros(len(way))


def test_what_differs_is_parted_where_it_does():
    found = grow_tree(counted(1, uplift=lambda _way, _first, second: np.where(second >= 2, 0.06, 0.0)))
    assert found == [Division(-1), Division(0, 1, 0, 1), Division(0, 1, 2, BANDS - 1)]


def test_groups_are_parted_again_within():
    def uplift(_way, first, second):
        return np.where(second >= 2, np.where(first == 0, 0.15, 0.05), 0.0)

    found = grow_tree(counted(2, uplift=uplift, each=1_500))
    assert found[:3] == [Division(-1), Division(0, 1, 0, 1), Division(0, 1, 2, BANDS - 1)]
    assert found[3:] == [Division(2, 0, 0, 0), Division(2, 0, 1, BANDS - 1)]


def test_chance_parts_nobody():
    grown = [len(grow_tree(counted(seed, uplift=nothing))) for seed in range(40)]
    assert sum(size > 1 for size in grown) <= 2  # at one in a hundred


def test_before_controls_tell_it_goes_by_the_response():
    few = counted(3, uplift=lambda _way, first, _second: 0.05 * (first >= 1), controls=0.01)
    assert few.counts[few.ways == 0, 2].sum() < 200
    assert grow_tree(few)[1:3] == [Division(0, 0, 0, 0), Division(0, 0, 1, BANDS - 1)]


def test_more_who_buy_anyway_are_no_reason_where_controls_tell():
    random, rows = np.random.default_rng(4), counted(4, uplift=nothing, each=2_000)
    rate = 0.05 + 0.10 * (rows.bands[:, 0] >= 2)
    rows.counts[:, 1], rows.counts[:, 3] = (random.binomial(rows.counts[:, at].astype(int), rate) for at in (0, 2))
    assert grow_tree(rows) == [Division(-1)]


@pytest.mark.parametrize("most", [2, 3, 5])
def test_there_are_never_more_cells_than_asked_for_nor_smaller_ones(most):
    rows = counted(5, uplift=lambda way, first, second: 0.03 * first + 0.04 * second, each=3_000)
    found = grow_tree(rows, most=most)
    assert len(found) == 2 * most - 1
    assert len(grow_tree(rows, least=1e9)) == 1


def test_the_order_of_the_counts_does_not_matter():
    rows = counted(6, uplift=lambda way, first, second: 0.03 * first * (second > 1), each=3_000)
    order = np.random.default_rng(0).permutation(len(rows.ways))
    assert grow_tree(rows.of(order)) == grow_tree(rows)
    assert len(grow_tree(rows)) > 3


def test_of_nothing_nothing_grows():
    assert grow_tree(Counted(np.zeros(0, int), np.zeros((0, 3), int), np.zeros((0, 4)))) == [Division(-1)]
