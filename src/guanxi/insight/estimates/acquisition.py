"""What a new customer costs, and why one kind costs more than another (decisioning 4.12, ACQ-04, ACQ-06, ACQ-07)."""

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
    stages = [-math.log(a / b) for a, b in zip(dear.conversions, cheap.conversions, strict=True)]
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
