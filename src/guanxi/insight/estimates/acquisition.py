"""What a new customer costs, and why one kind costs more than another (decisioning 4.12, ACQ-04, ACQ-06, ACQ-07)."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEAST_NEW = 30
LAPSE_DAYS, LAPSE_GAPS = 180, 6
EXISTING, NEW, REGAINED = "existing", "new", "regained"


@dataclass(frozen=True)
class Funnel:
    """One way of acquiring: the cost of a lead, and the share that passes each stage (each above 0, at most 1)."""

    cost_per_lead: float
    conversions: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.cost_per_lead > 0 or not all(0 < rate <= 1 for rate in self.conversions):
            raise ValueError("a cost above 0 and rates above 0, at most 1, are needed")

    @property
    def cost(self) -> float:
        """The cost of one new customer: that of a lead by the product of the rates."""
        return self.cost_per_lead / math.prod(self.conversions)


@dataclass(frozen=True)
class Comparison:
    """How much dearer the first is, and which part of that (summing to 1) is the lead's cost and each stage; None where
    both cost the same.
    """

    ratio: float
    lead: float | None
    stages: tuple[float, ...] | None


def compare_costs(dear: Funnel, cheap: Funnel) -> Comparison:
    """ln of the ratio of costs = ln of the ratio of leads - Σ ln of the ratios of rates, exactly; each term by the whole."""
    if len(dear.conversions) != len(cheap.conversions):
        raise ValueError("both funnels need the same stages")
    lead = math.log(dear.cost_per_lead / cheap.cost_per_lead)
    stages = [math.log(b / a) for a, b in zip(dear.conversions, cheap.conversions, strict=True)]
    whole = lead + sum(stages)
    ratio = dear.cost / cheap.cost
    if math.isclose(whole, 0, abs_tol=1e-12):
        return Comparison(ratio, None, None)
    return Comparison(ratio, lead / whole, tuple(stage / whole for stage in stages))


def cost_of_acquisition(costs: Sequence[float], new_customers: int) -> float | None:
    """Media, list, incentive, labour, onboarding and the share of unconverted leads, by new customers; None without any."""
    return sum(costs) / new_customers if new_customers else None


def payback_months(cost: float, monthly_contribution: float) -> float | None:
    """Months until a customer has earned what he cost; None where he never does."""
    return cost / monthly_contribution if monthly_contribution > 0 else None


def merge_upward(
    cells: Sequence[tuple[str, ...]], new_customers: Sequence[int], least: int = LEAST_NEW
) -> list[tuple[str, ...]]:
    """The cell each cell is reported in: one with fewer than `least` new customers joins the small ones under the same
    parent, and those, where still too few, go a level up; () is all together.
    """
    where = list(cells)
    for depth in range(max((len(cell) for cell in cells), default=0), 0, -1):
        counts: dict[tuple[str, ...], int] = {}
        for cell, count in zip(where, new_customers, strict=True):
            counts[cell] = counts.get(cell, 0) + count
        where = [cell[:-1] if len(cell) == depth and counts[cell] < least else cell for cell in where]
    return where


def kinds_of_arrival(absent_days: ArrayLike, mean_gap_days: ArrayLike) -> NDArray[np.str_]:
    """What each customer who bought in a period is: new (`absent_days` NaN: never bought before it), regained (he had been
    away for 180 days and six of his usual gaps), else existing. NaN gaps are not known: 180 days count.
    """
    away = np.asarray(absent_days, dtype=np.float64)
    usual = np.nan_to_num(np.asarray(mean_gap_days, dtype=np.float64), nan=0)
    lapsed = away >= np.maximum(LAPSE_DAYS, LAPSE_GAPS * usual)
    return np.select([np.isnan(away), lapsed], [NEW, REGAINED], default=EXISTING)


def share_recommended(recommended: int, new_customers: int) -> float | None:
    """The share of new customers who came by somebody's word; None without new customers."""
    return recommended / new_customers if new_customers else None


def cost_ratio(cost_of_new: float, cost_of_keeping: float) -> float | None:
    """How many times a new customer costs what keeping one does; None where keeping costs nothing."""
    return cost_of_new / cost_of_keeping if cost_of_keeping > 0 else None


@dataclass(frozen=True)
class Prospects:
    """Whom to approach: expected worth of each (chance of converting · value of three years - cost), and the places of
    those above 0, best first.
    """

    worth: NDArray[np.float64]
    order: NDArray[np.int64]


def rank_prospects(chance: ArrayLike, value: ArrayLike, cost: ArrayLike) -> Prospects:
    """By expected worth, equal ones in the order given (ACQ-03)."""
    worth = np.asarray(chance, dtype=np.float64) * np.asarray(value, dtype=np.float64) - np.asarray(
        cost, dtype=np.float64
    )
    ranked = np.argsort(-worth, kind="stable")
    return Prospects(worth, ranked[worth[ranked] > 0])


@dataclass(frozen=True)
class Effort:
    """What was spent on winning customers of one cell (kind, source), in whole units of money, and how many reached each stage:
    leads first, new customers last. Shared by several sources: a cell of one part or none, and nothing reached.
    """

    cell: tuple[str, ...]
    cost: float
    reached: tuple[int, ...] = ()


@dataclass(frozen=True)
class Acquired:
    """What the new customers of one cell cost together. `each`: one of them; None without any."""

    cell: tuple[str, ...]
    cost: float
    reached: tuple[int, ...]

    @property
    def each(self) -> float | None:
        """The cost of one new customer."""
        return cost_of_acquisition([self.cost], self.reached[-1]) if self.reached else None

    @property
    def funnel(self) -> Funnel | None:
        """Cost per lead and rates; None where a stage was reached by nobody, or nothing was spent."""
        if not self.cost or not self.reached or not all(self.reached):
            return None
        rates = tuple(after / before for before, after in itertools.pairwise(self.reached))
        return Funnel(self.cost / self.reached[0], rates)


def spread_shared(efforts: Sequence[Effort]) -> list[Effort]:
    """The same with what several sources share given to those under its cell by their touches, which are their leads; what has
    none under it stays as it is.
    """
    own = [one for one in efforts if one.reached]
    costs = [one.cost for one in own]
    left = []
    for shared in (one for one in efforts if not one.reached):
        touched = [one.reached[0] * (one.cell[: len(shared.cell)] == shared.cell) for one in own]
        whole = sum(touched)
        if not whole:
            left.append(shared)
        costs = [
            cost + shared.cost * part / whole if whole else cost for cost, part in zip(costs, touched, strict=True)
        ]
    return [Effort(one.cell, cost, one.reached) for one, cost in zip(own, costs, strict=True)] + left


def costs_by_cell(efforts: Sequence[Effort], least: int = LEAST_NEW) -> list[Acquired]:
    """What each cell cost, shared costs spread, cells of fewer than `least` new customers merged upward; dearest customers
    first, cells without any last (ACQ-07).
    """
    spread = spread_shared(efforts)
    cells = merge_upward([one.cell for one in spread], [one.reached[-1] if one.reached else 0 for one in spread], least)
    joined: dict[tuple[str, ...], Acquired] = {}
    for cell, one in zip(cells, spread, strict=True):
        had = joined.get(cell)
        pairs = itertools.zip_longest(had.reached, one.reached, fillvalue=0) if had else ()
        reached = tuple(a + b for a, b in pairs) if had else one.reached
        joined[cell] = Acquired(cell, one.cost + (had.cost if had else 0.0), reached)
    return sorted(joined.values(), key=lambda one: (one.each is None, -(one.each or 0), one.cell))
