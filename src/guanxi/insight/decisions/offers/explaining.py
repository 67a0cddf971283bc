"""Why the last run decided about one customer as it did: every offer on every way, from what the run stored and nothing else."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from guanxi.insight.decisions.arbitration.single import CHOSEN, Asking, Weighed, weigh_one
from guanxi.insight.decisions.offers.caring import CARE_FIRST, no_chances
from guanxi.insight.decisions.offers.evidence import CELLS
from guanxi.insight.decisions.offers.kept import Kept, contexts_of, current_run, rests_of
from guanxi.insight.decisions.offers.resting import Rest

_TAKEN = frozenset({CHOSEN, "control"})


@dataclass(frozen=True, slots=True)
class Explanation:
    """arm: "" where nothing was decided, else chosen, control or explore. lines: what was decided first, then by score what passed
    its gates, then the others in the order of the offers. rests: by offer and reason, the answer because of which it rests.
    `unweighed`: offers that come before what is weighed in money; nexts: references of products likely to be taken next (likely.py).
    """

    run: Kept
    arm: str
    lines: tuple[Weighed, ...]
    rests: Mapping[tuple[str, str], Rest]
    unweighed: frozenset[str] = frozenset()
    nexts: tuple[str, ...] = ()


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
    lines = [_as_decided(one, taken, first) for one in weigh_one(_asking(run, row), row, contexts_of(row))]
    order = sorted(lines, key=lambda one: ((one.offer, one.channel) != taken, not one.passes, -one.score))
    nexts = tuple(row["nexts"][0].as_py())
    return Explanation(run, decided["arm"] if decided else "", tuple(order), rests_of(row), first, nexts)


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
        nothing = no_chances(run.gates, range(CELLS))
        terms = replace(run.terms, offers=[*run.gates, *run.terms.offers], chances={**run.terms.chances, **nothing})
        there = Asking(terms, row)
        _kept_asking[:] = [(run.folder, there)]
    return there
