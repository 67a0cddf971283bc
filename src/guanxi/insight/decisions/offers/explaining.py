"""Why the last run decided about one customer as it did: every offer on every way, from what the run stored and nothing else."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from guanxi.engage.offers.vocabulary import vocabulary
from guanxi.insight.decisions.arbitration.single import CHOSEN, Asking, Weighed, weigh_one
from guanxi.insight.decisions.offers.caring import CARE_FIRST, no_chances
from guanxi.insight.decisions.offers.cells import Group
from guanxi.insight.decisions.offers.kept import Kept, contexts_of, current_run, rests_of
from guanxi.insight.decisions.offers.resting import Rest

_TAKEN = frozenset({CHOSEN, "control"})


@dataclass(frozen=True, slots=True)
class Level:
    """What is known of the customers of one group, in which a customer lies, about one way of an offer. group: told by its own
    condition (cells.Group); p, tau: as they were reckoned with; asked, kept: how many were contacted, and kept as controls.
    is_drawn: the way is new, and tau not what is believed of it but what was drawn, to try it.
    """

    group: Group
    p: float
    tau: float
    asked: float
    kept: float
    is_drawn: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """arm: "" where nothing was decided, else chosen, control or explore. lines: what was decided first, then by score what passed
    its gates, then the others in the order of the offers. rests: by offer and reason, the answer because of which it rests.
    `unweighed`: offers that come before what is weighed in money; nexts: references of products likely to be taken next (likely.py).
    levels: from whom the chances of the first line were learned, from all customers down to his cell; () where it was not weighed.
    """

    run: Kept
    arm: str
    lines: tuple[Weighed, ...]
    rests: Mapping[tuple[str, str], Rest]
    unweighed: frozenset[str] = frozenset()
    nexts: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()


def explain(customer_id: int) -> Explanation | None:
    """Explain what the current run decided about a customer; None where it did not know him (some ms in a warm process).

    What the run drew is told as it stored it: who explores, and who had the last unit of something scarce.
    """
    run = current_run()
    if run is None:
        return None
    try:
        row, decided = run.row(customer_id), run.decided(customer_id)
    except OSError:  # a refresh has just taken it away: its own run explains from now on
        return None
    if not row.num_rows:
        return None
    taken = (decided["offer"], decided["channel"]) if decided else None
    first = frozenset(one.code for one in run.gates)
    lines = [_as_decided(one, taken, first) for one in weigh_one(_asking(run, row), row, *contexts_of(row))]
    order = sorted(lines, key=lambda one: ((one.offer, one.channel) != taken, not one.passes, -one.score))
    nexts = tuple(row["nexts"][0].as_py())
    arm, levels = decided["arm"] if decided else "", _levels(run, order[0], row["cell"][0].as_py(), first)
    return Explanation(run, arm, tuple(order), rests_of(row), first, nexts, levels)


def _levels(run: Kept, one: Weighed, cell: int, unweighed: Collection[str]) -> tuple[Level, ...]:
    """The groups around a cell, as far as the purpose of the offer may tell them apart."""
    if not one.passes or one.offer in unweighed:
        return ()
    smallest = run.tree.seen_by(vocabulary(), one.channel // 10)[cell]
    treated, control = run.asked.get((one.offer, one.channel), ([], []))
    found = []
    for place in run.tree.path(smallest):
        chance = run.terms.chances[one.offer, one.channel, place]
        asked, kept = (treated[place], control[place]) if treated else (0.0, 0.0)
        found.append(Level(run.tree.groups[place], chance.p, chance.tau, asked, kept, asked > 0 and not chance.sd))
    return tuple(found)


def _as_decided(one: Weighed, taken: tuple[str, int] | None, first: Collection[str]) -> Weighed:
    if (one.offer, one.channel) == taken:
        return replace(one, reason="control" if one.is_control else CHOSEN)
    if one.offer in first and one.passes:
        return replace(one, reason=CARE_FIRST if taken else "no_capacity")
    if one.reason not in {*_TAKEN, "another_first", "no_capacity"}:
        return one
    return replace(one, reason="another_first" if taken else "no_capacity")


_kept_asking: list[tuple[Path, Asking]] = []


def _asking(run: Kept, row: pa.Table) -> Asking:
    """The run's own question, prepared once a process."""
    there = next((asked for folder, asked in _kept_asking if folder == run.folder), None)
    if there is None:
        nothing = no_chances(run.gates, run.tree.cells)
        terms = replace(run.terms, offers=[*run.gates, *run.terms.offers], chances={**run.terms.chances, **nothing})
        there = Asking(terms, row)
        _kept_asking[:] = [(run.folder, there)]
    return there
