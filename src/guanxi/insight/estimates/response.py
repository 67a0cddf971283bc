"""What a contact brings about, learned from arms (decisioning.md 3.6): response and uplift of groups, shrunk to their parents.

A cell is a small group of alike customers for one offer on one channel, and lies within larger groups (nesting.Nest). Little
evidence pulls towards the parent: response by counting the parent as `PRIOR` answers, uplift by weighing its own variance
against how much the groups of a level differ from each other.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .nesting import Nest

Floats = NDArray[np.float64]

PRIOR: Final = 50.0  # answers that the parent counts as
DECAY: Final = 0.97  # what a week leaves of the evidence before it
FEW_CONTROLS: Final = 200  # fewer controls say nothing about uplift
MATURE: Final = 200  # answers after which an offer is no longer new
# Of what is accepted, the part that would not have happened without the contact, before controls can tell (3.3) [j].
CAUSED: Final = {"growth": 0.5, "retention": 0.3, "only_by_contact": 0.8}
_FEW: Final = 10.0  # in an arm; of fewer one more yes would be everything [j]
_DOUBT: Final = 0.5  # how far the first guess of an uplift may be off, as a share of it [j]
_UPPER_90: Final = 1.2815515655446004  # the 90 % point of the standard normal


@dataclass(frozen=True)
class Answers:
    """Evidence of groups, equal in shape: contacted and how many of them said yes; not contacted (control) and how many did.
    assigned: all who were to be contacted, whether anybody found the time or not, and how many of them did what was offered: counted
    as controls are, so that the arms compare. Weighted counts, so they need not be whole. Over the groups of a nest each count stands
    once, at the smallest that it is known of.
    """

    treated: Floats
    treated_yes: Floats
    control: Floats
    control_yes: Floats
    assigned: Floats
    assigned_yes: Floats

    def after_a_week(self, new: "Answers") -> "Answers":
        """The evidence a week later: the old decays, the new counts in full."""
        pairs = zip(vars(self).values(), vars(new).values(), strict=True)
        return Answers(*(DECAY * old + fresh for old, fresh in pairs))


@dataclass(frozen=True)
class Uplift:
    """tau: P(yes because of the contact) of each group; sd: its standard deviation; between: how much the groups of a level
    differ, as a variance, from the level under all downwards.
    """

    tau: Floats
    sd: Floats
    between: tuple[float, ...] = ()


def read_answers(
    treated: ArrayLike,
    treated_yes: ArrayLike,
    control: ArrayLike,
    control_yes: ArrayLike,
    assigned: ArrayLike | None = None,
    assigned_yes: ArrayLike | None = None,
) -> Answers:
    """Check arrays of equal shape; where nobody is assigned apart, everybody who was to be contacted was. Raises ValueError for a
    negative or infinite count, or more who said yes than were asked.
    """
    drawn = (treated if assigned is None else assigned, treated_yes if assigned_yes is None else assigned_yes)
    counts = (treated, treated_yes, control, control_yes, *drawn)
    columns = [np.asarray(column, dtype=np.float64) for column in counts]
    if any(column.shape != columns[0].shape for column in columns):
        raise ValueError("treated, treated_yes, control, control_yes and those assigned must be equal in shape")
    if not all(np.isfinite(column).all() and (column >= 0).all() for column in columns):
        raise ValueError("counts must be finite and not negative")
    if any((columns[yes] > columns[yes - 1]).any() for yes in (1, 3, 5)):
        raise ValueError("no more can say yes than were asked")
    return Answers(*columns)


def smooth_response(yes: ArrayLike, asked: ArrayLike, parent: ArrayLike, *, prior: float = PRIOR) -> Floats:
    """P(yes) of groups: (yes + prior × parent) / (asked + prior). 2 of 10 with a parent of .02 is .05, not .20."""
    counted, of = np.asarray(yes, dtype=np.float64), np.asarray(asked, dtype=np.float64)
    return np.asarray((counted + prior * np.asarray(parent, dtype=np.float64)) / (of + prior))


def smooth_down(answers: Answers, nest: Nest, first: float) -> Floats:
    """P(yes) of every group from all within it, smoothed to that of its parent; that of all to `first`."""
    yes, asked = nest.sums(answers.treated_yes), nest.sums(answers.treated)
    p = np.full(len(yes), float(smooth_response(yes[0], asked[0], first)))
    for level in nest.levels:
        p[level] = smooth_response(yes[level], asked[level], p[nest.parents[level]])
    return p


def shrink_uplift(answers: Answers, nest: Nest) -> Uplift:
    """The uplift of each group, weighed against that of its parent (decisioning.md 3.6).

    tau = (raw / v + parent / u) / (1 / v + 1 / u), v the sampling variance of raw, u the variance between the groups of
    a level by moments (DerSimonian, Laird 1986). raw = (p1 − p0) / share: what came of all who were to be contacted against
    controls, over the share that somebody asked (the estimator of Wald for those who are asked: Imbens, Angrist 1994), so that
    neither want of time nor whom people choose to ask passes for an effect. Of a group that others lie in, raw is the mean of
    theirs by precision, so that a change in who is contacted does not pass for uplift; of all, tau is that.
    Exact where groups differ normally (Lindley, Smith 1972). Rates inside v are smoothed as responses are: no group is
    certain for want of a yes. Groups with fewer than ten in an arm have the parent's. Raises ValueError where no group has
    ten in both.
    """
    weight, weighed = _own(answers)
    if not weight.any():
        raise ValueError("uplift needs contacted customers and controls")
    between = []
    for level in reversed(nest.levels):
        known = level[weight[level] > 0]
        parents, mean, variance = nest.parents[known], weighed[known] / weight[known], 1 / weight[known]
        between.append(_between(mean, variance, parents))
        np.add.at(weight, parents, 1 / (variance + between[-1]))
        np.add.at(weighed, parents, mean / (variance + between[-1]))
    return _downwards(weight, weighed, nest, tuple(reversed(between)))


def tells_uplift(answers: Answers) -> bool:
    """Whether there is a group with ten in both arms."""
    return bool(_seen(answers).any())


def guess_uplift(p: Floats, caused: float) -> Uplift:
    """The uplift of groups before controls can tell: a part of the response, each as far off as half of it [j]."""
    guess = caused * p
    return Uplift(guess, _DOUBT * guess)


def draw_uplift(uplift: Uplift, random: np.random.Generator) -> Floats:
    """One plausible uplift of each group, drawn (Thompson): how a new offer is tried without being believed. Groups are drawn for
    themselves, so that not all of an offer is tried in one week and nothing of it in the next.
    """
    return np.asarray(uplift.tau + uplift.sd * random.standard_normal(uplift.tau.shape))


def is_stopped(uplift: Uplift, value: ArrayLike, cost: ArrayLike) -> NDArray[np.bool_]:
    """Whether to leave a group in peace: the upper 90 % limit of uplift × value (¥) lies below the cost of a contact (¥)."""
    return np.asarray((uplift.tau + _UPPER_90 * uplift.sd) * np.asarray(value) < np.asarray(cost))


def control_share(control_yes: float) -> float:
    """The share kept as control: a tenth until 200 of the controls said yes, then a twentieth; never none."""
    return 0.10 if control_yes < FEW_CONTROLS else 0.05


def _seen(answers: Answers) -> NDArray[np.bool_]:
    return np.asarray((answers.treated >= _FEW) & (answers.control >= _FEW) & (answers.assigned >= _FEW))


def _own(answers: Answers) -> tuple[Floats, Floats]:
    """Of each group's own counts the precision of its raw uplift, and that times the raw uplift; 0 where an arm is too small."""
    seen = _seen(answers)
    assigned, control = np.where(seen, answers.assigned, 1.0), np.where(seen, answers.control, 1.0)
    share = np.where(seen, np.minimum(answers.treated / assigned, 1.0), 1.0)
    raw = (answers.assigned_yes / assigned - answers.control_yes / control) / share
    variance = _variance(answers.assigned_yes, answers.assigned) + _variance(answers.control_yes, answers.control)
    variance = variance / share**2
    return np.where(seen, 1 / variance, 0.0), np.where(seen, raw / variance, 0.0)


def _variance(yes: Floats, asked: Floats) -> Floats:
    """The sampling variance of rates, each smoothed to the rate of all (kept off 0 and 1)."""
    of_all = float(np.clip(yes.sum() / max(asked.sum(), 1e-12), 1e-6, 1 - 1e-6))
    rate = smooth_response(yes, asked, of_all)
    return np.asarray(rate * (1 - rate) / np.maximum(asked, 1e-12))


def _between(mean: Floats, variance: Floats, parents: NDArray[np.intp]) -> float:
    """How much groups differ beyond chance from those of the same parent, as a variance; 0 where chance explains it all."""
    of, weight = np.unique(parents, return_inverse=True)[1], 1 / variance
    total = np.bincount(of, weight)
    centre = np.bincount(of, weight * mean) / total
    room = float(np.sum(total - np.bincount(of, weight**2) / total))
    excess = float(np.sum(weight * (mean - centre[of]) ** 2)) - (len(mean) - len(total))
    return max(0.0, excess / room) if len(mean) > len(total) else 0.0


def _downwards(weight: Floats, weighed: Floats, nest: Nest, between: tuple[float, ...]) -> Uplift:
    """From all to the smallest: each group's mean by precision, and its parent's."""
    tau, variance = np.full_like(weight, weighed[0] / weight[0]), np.full_like(weight, 1 / weight[0])
    for level, spread in zip(nest.levels, between, strict=True):
        parents = nest.parents[level]
        pull = 1 / (spread * weight[level] + 1)  # by what part a group goes with its parent
        tau[level] = (spread * weighed[level] + tau[parents]) * pull
        variance[level] = spread * pull + pull**2 * variance[parents]
    return Uplift(tau, np.sqrt(variance), between)
