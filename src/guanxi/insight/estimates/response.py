"""What a contact brings about, learned from arms (decisioning.md 3.6): response and uplift of cells, shrunk to their parent.

A cell is a small group of alike customers for one offer on one channel. Little evidence pulls towards the parent: response by
counting the parent as `PRIOR` answers, uplift by weighing its own variance against how much cells differ from each other.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

PRIOR: Final = 50.0  # answers that the parent counts as
DECAY: Final = 0.97  # what a week leaves of the evidence before it
FEW_CONTROLS: Final = 200  # fewer controls say nothing about uplift
MATURE: Final = 200  # answers after which an offer is no longer new
# Of what is accepted, the part that would not have happened without the contact, before controls can tell (3.3) [j].
CAUSED: Final = {"growth": 0.5, "retention": 0.3, "only_by_contact": 0.8}
_UPPER_90: Final = 1.2815515655446004  # the 90 % point of the standard normal


@dataclass(frozen=True)
class Answers:
    """Evidence of cells, equal in shape: contacted and how many of them said yes; not contacted (control) and how many did.
    Weighted counts, so they need not be whole.
    """

    treated: Floats
    treated_yes: Floats
    control: Floats
    control_yes: Floats

    def after_a_week(self, new: "Answers") -> "Answers":
        """The evidence a week later: the old decays, the new counts in full."""
        pairs = zip(vars(self).values(), vars(new).values(), strict=True)
        return Answers(*(DECAY * old + fresh for old, fresh in pairs))


@dataclass(frozen=True)
class Uplift:
    """tau: P(yes because of the contact) of each cell; sd: its standard deviation; parent and between: of all cells together."""

    tau: Floats
    sd: Floats
    parent: float
    between: float


def read_answers(treated: ArrayLike, treated_yes: ArrayLike, control: ArrayLike, control_yes: ArrayLike) -> Answers:
    """Check four arrays of equal shape. Raises ValueError for a negative or infinite count, or more who said yes than were asked."""
    columns = [np.asarray(column, dtype=np.float64) for column in (treated, treated_yes, control, control_yes)]
    if any(column.shape != columns[0].shape for column in columns):
        raise ValueError("treated, treated_yes, control and control_yes must be equal in shape")
    if not all(np.isfinite(column).all() and (column >= 0).all() for column in columns):
        raise ValueError("counts must be finite and not negative")
    if (columns[1] > columns[0]).any() or (columns[3] > columns[2]).any():
        raise ValueError("no more can say yes than were asked")
    return Answers(*columns)


def smooth_response(yes: ArrayLike, asked: ArrayLike, parent: ArrayLike, *, prior: float = PRIOR) -> Floats:
    """P(yes) of cells: (yes + prior × parent) / (asked + prior). 2 of 10 with a parent of .02 is .05, not .20."""
    counted, of = np.asarray(yes, dtype=np.float64), np.asarray(asked, dtype=np.float64)
    return np.asarray((counted + prior * np.asarray(parent, dtype=np.float64)) / (of + prior))


def shrink_uplift(answers: Answers) -> Uplift:
    """The uplift of each cell, weighed against the uplift of all (decisioning.md 3.6).

    tau = (raw / v + parent / u) / (1 / v + 1 / u), raw = p1 − p0, v its sampling variance, u the variance between cells by
    moments (DerSimonian, Laird 1986). Rates inside v are smoothed, so that no cell is certain for want of a yes. Cells without
    an arm have the parent's. Raises ValueError where nobody was contacted or nobody was kept as a control.
    """
    totals = [float(column.sum()) for column in vars(answers).values()]
    treated, treated_yes, control, control_yes = totals
    if not treated or not control:
        raise ValueError("uplift needs contacted customers and controls")
    parent = treated_yes / treated - control_yes / control
    seen = (answers.treated > 0) & (answers.control > 0)
    raw, variance = np.zeros_like(answers.treated), np.full_like(answers.treated, np.inf)
    raw[seen] = answers.treated_yes[seen] / answers.treated[seen] - answers.control_yes[seen] / answers.control[seen]
    variance[seen] = _variance(answers.treated_yes, answers.treated, treated_yes / treated)[seen]
    variance[seen] += _variance(answers.control_yes, answers.control, control_yes / control)[seen]
    between = _between(raw[seen], variance[seen])
    # what all cells say together is itself uncertain
    doubt = float(_variance(np.array(treated_yes), np.array(treated), 0.5))
    doubt += float(_variance(np.array(control_yes), np.array(control), 0.5))
    spread = between + doubt
    weight = np.where(seen, 1 / variance, 0.0)
    tau = (raw * weight + parent / spread) / (weight + 1 / spread)
    return Uplift(tau, np.sqrt(1 / (weight + 1 / spread)), parent, between)


def draw_uplift(uplift: Uplift, random: np.random.Generator) -> Floats:
    """One plausible uplift of each cell, drawn (Thompson): how a new offer is tried without being believed."""
    return np.asarray(uplift.tau + uplift.sd * random.standard_normal(uplift.tau.shape))


def is_stopped(uplift: Uplift, value: ArrayLike, cost: ArrayLike) -> NDArray[np.bool_]:
    """Whether to leave a cell in peace: the upper 90 % limit of uplift × value (¥) lies below the cost of a contact (¥)."""
    return np.asarray((uplift.tau + _UPPER_90 * uplift.sd) * np.asarray(value) < np.asarray(cost))


def control_share(control_yes: float) -> float:
    """The share kept as control: a tenth until 200 of the controls said yes, then a twentieth; never none."""
    return 0.10 if control_yes < FEW_CONTROLS else 0.05


def _variance(yes: Floats, asked: Floats, parent: float) -> Floats:
    """The sampling variance of a rate, the rate smoothed by one more answer like the parent's (kept off 0 and 1)."""
    of = np.maximum(asked, 1e-12)
    rate = (yes + min(max(parent, 1e-6), 1 - 1e-6)) / (of + 1)
    return np.asarray(rate * (1 - rate) / of)


def _between(raw: Floats, variance: Floats) -> float:
    """How much cells differ beyond chance, as a variance; 0 for one cell or where chance explains it all."""
    if len(raw) < 2:
        return 0.0
    weight = 1 / variance
    mean = np.sum(weight * raw) / weight.sum()
    excess = np.sum(weight * (raw - mean) ** 2) - (len(raw) - 1)
    return float(max(0.0, excess / (weight.sum() - np.sum(weight**2) / weight.sum())))
